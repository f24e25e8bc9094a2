import { type Json, type JsonObject, type Label, type LabelObject, isJsonObject } from "../document/label";
import type { ClassDef, Classes } from "./classes";
import { choice } from "./choice";
import { ALWAYS, holds, keepAsked, readCondition, refuseCircles } from "./condition";
import { Invalid, pointerToken } from "./invalid";
import { readArray } from "./json_value";
import type { Asked, Attribute, Facts, Kind } from "./kind";
import { type Fields, type Question, readQuestion } from "./ontology";
import { rating } from "./rating";
import { text } from "./text";

export const MAX_ATTRIBUTES = 50;

/** Kinds whose value is one small thing; a shape on a shape would be a second object. */
export const ATTRIBUTE_KINDS: ReadonlyMap<string, Kind> = new Map(
  [choice, rating, text].map((kind) => [kind.name, kind]),
);

export type Attributes = ReadonlyMap<string, Attribute>;

export const NO_ATTRIBUTES: Attributes = new Map();

/** Each class's attributes, for those that have any. Throws `Invalid` (`ontology.*`). */
export function readAllAttributes(classes: Classes, fields: Fields): ReadonlyMap<string, Attributes> {
  const owners = [...classes.values()].filter((owner) => Object.hasOwn(owner.options, "attributes"));
  return new Map(owners.map((owner) => [owner.name, readAttributes(owner, fields)]));
}

function readAttributes(owner: ClassDef, fields: Fields): Attributes {
  const pointer = `${owner.pointer}/attributes`;
  const raw = readArray(owner.options["attributes"], pointer, MAX_ATTRIBUTES, "ontology.invalid");
  const asked = new Map<string, Asked>();
  const questions = raw.map((entry, index) => {
    const at = `${pointer}/${index}`;
    const question = readQuestion(entry, at);
    if (asked.has(question.name))
      throw new Invalid("ontology.name", `the attribute “${question.name}” is named twice`, `${at}/name`);
    asked.set(question.name, readAsked(question, fields, at));
    return question;
  });
  // A condition may name an attribute that is asked later: only now all are known.
  const names = questions.map(({ name }) => name);
  const pointerOf = (name: string): string => `${pointer}/${names.indexOf(name)}/when`;
  const conditions = new Map(
    questions.map(({ name, options }) => {
      if (!Object.hasOwn(options, "when")) return [name, ALWAYS];
      return [name, readCondition(options["when"], name, asked, pointerOf(name))];
    }),
  );
  refuseCircles(conditions, pointerOf);
  return new Map(
    [...asked].map(([name, one]) => [name, { ...one, when: conditions.get(name) ?? ALWAYS }] as const),
  );
}

function readAsked(question: Question, fields: Fields, pointer: string): Asked {
  const kind = ATTRIBUTE_KINDS.get(question.kind);
  if (kind === undefined) {
    const known = [...ATTRIBUTE_KINDS.keys()].sort().join(", ");
    throw new Invalid("ontology.kind", `an attribute's kind is one of ${known}`, `${pointer}/kind`);
  }
  if (question.field !== null)
    throw new Invalid(
      "ontology.field",
      "an attribute is asked of its object, not of a field",
      `${pointer}/field`,
    );
  const own = Object.fromEntries(Object.entries(question.options).filter(([key]) => key !== "when"));
  return kind.parse({ ...question, options: own }, fields, pointer);
}

/** Refuses an object whose `attributes` do not answer its class's. */
export function checkAttributes(
  object: JsonObject,
  attributes: Attributes,
  facts: Facts,
  pointer: string,
): void {
  const given = Object.hasOwn(object, "attributes") ? object["attributes"] : {};
  const at = `${pointer}/attributes`;
  if (!isJsonObject(given)) throw new Invalid("label.invalid", "attributes map names to values", at);
  const answers: Label = given;
  for (const [name, value] of Object.entries(answers)) {
    const asked = attributes.get(name);
    if (asked === undefined)
      throw new Invalid("label.invalid", `“${name}” is no attribute of this class`, at + pointerToken(name));
    asked.check(value, facts, answers, at + pointerToken(name));
  }
  for (const [name, { question, when }] of attributes) {
    const [asked, answered] = [holds(when, answers), Object.hasOwn(answers, name)];
    if (answered && !asked) {
      const others = [...when.keys()].join(", ");
      const detail = `“${name}” is not asked with these answers to ${others}`;
      throw new Invalid("label.condition", detail, at + pointerToken(name));
    }
    if (question.required && asked && !answered)
      throw new Invalid("label.required", `“${name}” must be answered`, at + pointerToken(name));
  }
}

/** What is answered of an object so far; nothing where it was never asked, or does not hold answers. */
export function attributesOf(object: LabelObject): JsonObject {
  const held = object["attributes"];
  return isJsonObject(held) ? held : {};
}

/**
 * The object with one answer given or, by null, taken back, and without those that are not asked with it;
 * without any, it has no `attributes`.
 */
export function withAttribute(
  object: LabelObject,
  name: string,
  value: Json,
  attributes: Attributes = NO_ATTRIBUTES,
): LabelObject {
  const others = Object.entries(attributesOf(object)).filter(([key]) => key !== name);
  const given = value === null ? others : [...others, [name, value] as const];
  const answers = keepAsked(Object.fromEntries(given), attributes);
  const rest = Object.fromEntries(Object.entries(object).filter(([key]) => key !== "attributes"));
  const bare = rest as LabelObject;
  return Object.keys(answers).length === 0 ? bare : { ...bare, attributes: answers };
}

/** Those that are asked of the object as it is answered now. */
export function askedNow(object: LabelObject, attributes: Attributes): Attributes {
  const answers = attributesOf(object);
  return new Map([...attributes].filter(([, { when }]) => holds(when, answers)));
}
