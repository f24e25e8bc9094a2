/** An ontology while it is edited: loose enough to be wrong for a while, and written back as a document. */
import { type Json, type JsonObject, isJsonObject } from "../../document/label";
import { Invalid, pointerToken } from "../../labels/invalid";
import { isList } from "../../labels/json_value";
import type { FormPart } from "../../labels/kind";
import { KINDS } from "../../labels/registry";
import { type Schema, readSchema } from "../../labels/schema";

/** Marks what the saved version has: its name, and a question's kind, stay. Never written. */
export const SAVED = Symbol("saved");

/** Of options that only their kind knows: whatever their part of the form makes of them. */
interface Loose {
  [key: string]: Json | readonly ClassDraft[] | readonly QuestionDraft[] | undefined;
}

export interface ClassDraft extends Loose {
  name: string;
  title?: string;
  color?: string;
  key?: string;
  description?: string;
  example?: string;
  children?: ClassDraft[] | undefined;
  attributes?: QuestionDraft[] | undefined;
  [SAVED]?: true;
}

/** A question, or an attribute of a class. */
export interface QuestionDraft extends Loose {
  name: string;
  kind: string;
  field?: string;
  title?: string;
  help?: string;
  required?: boolean;
  classes?: ClassDraft[];
  [SAVED]?: true;
}

export interface FieldDraft {
  name: string;
  type: string;
  [SAVED]?: true;
}

export interface OntologyDraft {
  fields: FieldDraft[];
  questions: QuestionDraft[];
}

/** Keys that every question has; the others are its kind's. */
const COMMON = ["name", "kind", "field", "title", "help", "required"];

/** `saved`: the document is the project's, and not just written by a person. */
export function openDraft(document: JsonObject, saved = true): OntologyDraft {
  const fields = isJsonObject(document["fields"]) ? document["fields"] : {};
  const questions = isList(document["questions"]) ? document["questions"] : [];
  return {
    fields: Object.entries(fields).map(([name, type]) =>
      mark<FieldDraft>({ name, type: textOf(type) }, saved),
    ),
    questions: questions.filter((one) => isJsonObject(one)).map((one) => openQuestion(one, saved)),
  };
}

const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

function mark<T extends { [SAVED]?: true }>(open: T, saved: boolean): T {
  if (saved) open[SAVED] = true;
  return open;
}

function openQuestion(written: JsonObject, saved: boolean): QuestionDraft {
  const open = structuredClone(written) as unknown as QuestionDraft;
  if (isList(written["classes"])) open.classes = openClasses(written["classes"], saved);
  return mark(open, saved);
}

function openClasses(written: readonly Json[], saved: boolean): ClassDraft[] {
  return written.map((entry) => {
    if (!isJsonObject(entry)) return mark<ClassDraft>({ name: textOf(entry) }, saved);
    const open = structuredClone(entry) as unknown as ClassDraft;
    if (isList(entry["children"])) open.children = openClasses(entry["children"], saved);
    if (isList(entry["attributes"])) {
      const asked = entry["attributes"].filter((one) => isJsonObject(one));
      open.attributes = asked.map((one) => openQuestion(one, saved));
    }
    return mark(open, saved);
  });
}

/** The document: what was left empty is left out, and a class that is nothing but a name is one. */
export function writeDraft(draft: OntologyDraft): JsonObject {
  return {
    fields: Object.fromEntries(draft.fields.map(({ name, type }) => [name, type])),
    questions: draft.questions.map(writeQuestion),
  };
}

/** A question as its document has it. */
export function writeQuestion({ classes, required, ...rest }: QuestionDraft): JsonObject {
  return {
    ...written(rest),
    ...(required === true ? { required } : {}),
    ...(classes === undefined ? {} : { classes: classes.map(writeClass) }),
  };
}

function writeClass({ children = [], attributes = [], ...rest }: ClassDraft): Json {
  const made = {
    ...written(rest),
    ...(attributes.length === 0 ? {} : { attributes: attributes.map(writeQuestion) }),
    ...(children.length === 0 ? {} : { children: children.map(writeClass) }),
  };
  return Object.keys(made).length === 1 ? rest.name : made;
}

function written(open: Loose): JsonObject {
  const kept = Object.entries(open).filter(
    ([key, value]) => value !== undefined && (key === "name" || value !== ""),
  );
  // A form's state is made of proxies, which JSON reads through.
  return JSON.parse(JSON.stringify(Object.fromEntries(kept))) as JsonObject;
}

/** The parts of a question's form: its kind's, and JSON for options that the kind does not name. */
export function partsOf(question: QuestionDraft): readonly FormPart[] {
  const own = KINDS.get(question.kind)?.form ?? [];
  const named = new Set([...COMMON, ...own.map(({ key }) => key)]);
  const others = Object.keys(question).filter((key) => !named.has(key) && question[key] !== undefined);
  return [...own, ...others.map((key) => ({ key, control: "json" }) as const)];
}

/** An attribute's form also asks when it is asked. */
export function partsOfAttribute(attribute: QuestionDraft): readonly FormPart[] {
  const others = partsOf(attribute).filter(({ key }) => key !== "when");
  return [...others, { key: "when", control: "json" }];
}

/** What a question of a kind starts with, under a name that is not taken. */
export function newQuestion(kind: string, name: string, draft: OntologyDraft): QuestionDraft {
  const types = KINDS.get(kind)?.fieldTypes ?? [];
  const field = draft.fields.find(({ type }) => types.includes(type));
  const begun = (KINDS.get(kind)?.form ?? []).flatMap(({ key, begin }) =>
    begin === undefined ? [] : [[key, structuredClone(begin)] as const],
  );
  return { name, kind, ...(field === undefined ? {} : { field: field.name }), ...Object.fromEntries(begun) };
}

/** `stem-1`, or the first number that is free. */
export function freeName(stem: string, taken: readonly string[]): string {
  let number = 1;
  while (taken.includes(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

/** The list with one entry a place further. */
export function moved<T>(list: readonly T[], index: number, by: 1 | -1): T[] {
  const rest = list.filter((_, place) => place !== index);
  return [...rest.slice(0, index + by), ...list.slice(index, index + 1), ...rest.slice(index + by)];
}

/** What is wrong, and where: the engine's word for it, or our own before it is asked. */
export interface Fault {
  readonly pointer: string;
  readonly message: string;
}

export type Reading =
  | { readonly document: JsonObject; readonly schema: Schema; readonly fault: null }
  | { readonly document: JsonObject; readonly schema: null; readonly fault: Fault };

/** The document with what this browser finds wrong with it: the same rules as the engine's. */
export function readDraft(draft: OntologyDraft, twice: string): Reading {
  const document = writeDraft(draft);
  const names = draft.fields.map(({ name }) => name);
  const again = names.find((name, index) => names.indexOf(name) < index);
  if (again !== undefined)
    return { document, schema: null, fault: { pointer: `/fields${pointerToken(again)}`, message: twice } };
  try {
    return { document, schema: readSchema(document), fault: null };
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return { document, schema: null, fault: { pointer: error.pointer, message: error.message } };
  }
}

/** A fault at the place that shows it. */
export interface PlacedFault {
  readonly at: string;
  readonly message: string;
}

/** The fault at the place nearest to what it points at; null where there is none. */
export function placeFault(fault: Fault | null, draft: OntologyDraft): PlacedFault | null {
  if (fault === null) return null;
  return { at: nearestPlace(fault.pointer, placesOf(draft)), message: fault.message };
}

/** The whole form is the place of what no other place holds. */
export function nearestPlace(pointer: string, places: Iterable<string>): string {
  let nearest = "";
  for (const place of places) {
    const holds = pointer === place || pointer.startsWith(`${place}/`);
    if (holds && place.length > nearest.length) nearest = place;
  }
  return nearest;
}

/** Where the form can show a fault, as pointers into the document. */
export function placesOf(draft: OntologyDraft): string[] {
  return [
    "/fields",
    ...draft.fields.map(({ name }) => `/fields${pointerToken(name)}`),
    "/questions",
    ...draft.questions.flatMap((question, index) => placesOfQuestion(question, `/questions/${index}`)),
  ];
}

function placesOfQuestion(question: QuestionDraft, at: string): string[] {
  const keys = ["name", "kind", "field", "title", ...partsOf(question).map(({ key }) => key)];
  const classes = question.classes ?? [];
  return [
    at,
    ...keys.map((key) => `${at}/${key}`),
    ...classes.flatMap((one, index) => placesOfClass(one, `${at}/classes/${index}`)),
  ];
}

const CLASS_KEYS = ["name", "title", "color", "key", "description", "example", "from", "to"];

function placesOfClass(one: ClassDraft, at: string): string[] {
  const { attributes = [], children = [] } = one;
  return [
    at,
    ...CLASS_KEYS.map((key) => `${at}/${key}`),
    ...attributes.flatMap((attribute, index) => placesOfAttribute(attribute, `${at}/attributes/${index}`)),
    ...children.flatMap((below, index) => placesOfClass(below, `${at}/children/${index}`)),
  ];
}

/** An attribute's classes are written as lines, which are one place. */
function placesOfAttribute(attribute: QuestionDraft, at: string): string[] {
  const keys = ["name", ...partsOfAttribute(attribute).map(({ key }) => key)];
  return [at, ...keys.map((key) => `${at}/${key}`)];
}
