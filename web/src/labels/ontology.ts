import { type Json, type JsonObject, isJsonObject } from "../document/label";
import { countCodePoints } from "../geometry/text_range";
import { Invalid, pointerToken } from "./invalid";
import { type Given, isList } from "./json_value";

export const FIELD_TYPES = [
  "text",
  "image",
  "video",
  "audio",
  "point_cloud",
  "document",
  "conversation",
  "row",
] as const;

export const MAX_QUESTIONS = 200;
export const MAX_NAME_CHARS = 200;
const COMMON_KEYS = ["name", "kind", "field", "title", "help", "required"];

/** One thing asked of each item. */
export interface Question {
  readonly name: string;
  readonly kind: string;
  readonly field: string | null;
  /** What people see. */
  readonly title: string;
  readonly help: string | null;
  readonly required: boolean;
  /** Every key that is not common to all kinds, as written; the kind reads them. */
  readonly options: JsonObject;
}

/** Field types by name. */
export type Fields = ReadonlyMap<string, string>;

export interface Ontology {
  readonly fields: Fields;
  /** In the order they are asked. */
  readonly questions: readonly Question[];
}

/** Reads the part that all kinds share. Throws `Invalid` (`ontology.*`). */
export function readOntology(document: Given, pointer = ""): Ontology {
  if (!isJsonObject(document)) throw new Invalid("ontology.invalid", "an ontology is an object", pointer);
  const unknown = Object.keys(document).find((key) => key !== "fields" && key !== "questions");
  if (unknown !== undefined)
    throw new Invalid(
      "field.unknown",
      `“${unknown}” is no key of an ontology`,
      pointer + pointerToken(unknown),
    );
  const fields = readFields(document["fields"], `${pointer}/fields`);
  const at = `${pointer}/questions`;
  const raw = document["questions"];
  if (!isList(raw) || raw.length === 0)
    throw new Invalid("ontology.invalid", "at least one question is needed", at);
  if (raw.length > MAX_QUESTIONS)
    throw new Invalid("ontology.invalid", `at most ${MAX_QUESTIONS} questions`, at, MAX_QUESTIONS);
  const names = new Set<string>();
  const questions = raw.map((entry, index) => {
    const question = readQuestion(entry, `${at}/${index}`);
    if (names.has(question.name))
      throw new Invalid("ontology.name", `“${question.name}” is used twice`, `${at}/${index}/name`);
    if (question.field !== null && !fields.has(question.field))
      throw new Invalid("ontology.field", `there is no field “${question.field}”`, `${at}/${index}/field`);
    names.add(question.name);
    return question;
  });
  return { fields, questions };
}

/** Reads one question, or one attribute of a class: the two have the same form. */
export function readQuestion(raw: Json, pointer: string): Question {
  if (!isJsonObject(raw)) throw new Invalid("ontology.invalid", "a question must be an object", pointer);
  const name = readName(raw["name"], `${pointer}/name`);
  const { kind, required = false } = raw;
  if (typeof kind !== "string")
    throw new Invalid("ontology.kind", "a question needs a kind", `${pointer}/kind`);
  const text = (key: string): string | null => {
    const value = raw[key] ?? null;
    if (value !== null && typeof value !== "string")
      throw new Invalid("ontology.invalid", `${key} must be a text`, `${pointer}/${key}`);
    return value;
  };
  const [field, title, help] = [text("field"), text("title"), text("help")];
  if (typeof required !== "boolean")
    throw new Invalid("ontology.invalid", "required must be true or false", `${pointer}/required`);
  const options = Object.fromEntries(Object.entries(raw).filter(([key]) => !COMMON_KEYS.includes(key)));
  return { name, kind, field, title: title ?? name, help, required, options };
}

/** What Python strips; `trim` knows another set. */
const SPACE = "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const PADDED = new RegExp(`^${SPACE}|${SPACE}$`, "u");

/** An immutable identifier: 1 to 200 characters, no control characters, no space at the ends. */
export function readName(raw: Given, pointer: string): string {
  if (typeof raw !== "string" || raw === "" || PADDED.test(raw) || countCodePoints(raw) > MAX_NAME_CHARS)
    throw new Invalid(
      "ontology.name",
      `a name is 1 to ${MAX_NAME_CHARS} characters without space at its ends`,
      pointer,
      MAX_NAME_CHARS,
    );
  for (const character of raw) {
    if (character < " " || character === "\x7f")
      throw new Invalid("ontology.name", "a name holds no control characters", pointer);
  }
  return raw;
}

function readFields(raw: Given, pointer: string): Fields {
  if (!isJsonObject(raw) || Object.keys(raw).length === 0)
    throw new Invalid("ontology.invalid", "at least one field and its type are needed", pointer);
  const fields = new Map<string, string>();
  for (const [name, type] of Object.entries(raw)) {
    const at = pointer + pointerToken(name);
    readName(name, at);
    if (typeof type !== "string" || !(FIELD_TYPES as readonly string[]).includes(type))
      throw new Invalid("ontology.field", `a field's type is one of ${FIELD_TYPES.join(", ")}`, at);
    fields.set(name, type);
  }
  return fields;
}
