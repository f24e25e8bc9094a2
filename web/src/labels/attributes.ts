import { type Json, type JsonObject, type Label, type LabelObject, isJsonObject } from "../document/label";
import type { ClassDef, Classes } from "./classes";
import { choice } from "./choice";
import { Invalid, pointerToken } from "./invalid";
import { readArray } from "./json_value";
import type { Asked, Facts, Kind } from "./kind";
import { type Fields, readQuestion } from "./ontology";
import { rating } from "./rating";
import { text } from "./text";

export const MAX_ATTRIBUTES = 50;

/** Kinds whose value is one small thing; a shape on a shape would be a second object. */
export const ATTRIBUTE_KINDS: ReadonlyMap<string, Kind> = new Map(
  [choice, rating, text].map((kind) => [kind.name, kind]),
);

export type Attributes = ReadonlyMap<string, Asked>;

export const NO_ATTRIBUTES: Attributes = new Map();

/** Each class's attributes, for those that have any. Throws `Invalid` (`ontology.*`). */
export function readAllAttributes(classes: Classes, fields: Fields): ReadonlyMap<string, Attributes> {
  const owners = [...classes.values()].filter((owner) => Object.hasOwn(owner.options, "attributes"));
  return new Map(owners.map((owner) => [owner.name, readAttributes(owner, fields)]));
}

function readAttributes(owner: ClassDef, fields: Fields): Attributes {
  const pointer = `${owner.pointer}/attributes`;
  const attributes = new Map<string, Asked>();
  const raw = readArray(owner.options["attributes"], pointer, MAX_ATTRIBUTES, "ontology.invalid");
  for (const [index, entry] of raw.entries()) {
    const at = `${pointer}/${index}`;
    const question = readQuestion(entry, at);
    if (attributes.has(question.name))
      throw new Invalid("ontology.name", `the attribute “${question.name}” is named twice`, `${at}/name`);
    const kind = ATTRIBUTE_KINDS.get(question.kind);
    if (kind === undefined) {
      const known = [...ATTRIBUTE_KINDS.keys()].sort().join(", ");
      throw new Invalid("ontology.kind", `an attribute's kind is one of ${known}`, `${at}/kind`);
    }
    if (question.field !== null)
      throw new Invalid(
        "ontology.field",
        "an attribute is asked of its object, not of a field",
        `${at}/field`,
      );
    attributes.set(question.name, kind.parse(question, fields, at));
  }
  return attributes;
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
  for (const [name, { question }] of attributes) {
    if (question.required && !Object.hasOwn(answers, name))
      throw new Invalid("label.required", `“${name}” must be answered`, at + pointerToken(name));
  }
}

/** What is answered of an object so far; nothing where it was never asked, or does not hold answers. */
export function attributesOf(object: LabelObject): JsonObject {
  const held = object["attributes"];
  return isJsonObject(held) ? held : {};
}

/** The object with one answer given or, by null, taken back; without any, it has no `attributes`. */
export function withAttribute(object: LabelObject, name: string, value: Json): LabelObject {
  const others = Object.entries(attributesOf(object)).filter(([key]) => key !== name);
  const answers = value === null ? others : [...others, [name, value] as const];
  const rest = Object.fromEntries(Object.entries(object).filter(([key]) => key !== "attributes"));
  const bare = rest as LabelObject;
  return answers.length === 0 ? bare : { ...bare, attributes: Object.fromEntries(answers) };
}
