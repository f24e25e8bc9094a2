/** An ontology made ready for use: each question with its kind, and whole documents checked against them. */
import { isJsonObject } from "../document/label";
import { Invalid, pointerToken } from "./invalid";
import type { Given } from "./json_value";
import type { Asked, Facts } from "./kind";
import { type Ontology, readOntology } from "./ontology";
import { KINDS } from "./registry";

export interface Schema {
  readonly ontology: Ontology;
  /** By question name, in the order they are asked. */
  readonly asked: ReadonlyMap<string, Asked>;
  /** Throws `Invalid` (`label.*`) for a document that does not answer this ontology. */
  check(label: Given, facts: Facts, pointer?: string): void;
}

/** Reads an ontology document with all its kinds. Throws `Invalid` with a pointer to the first fault. */
export function readSchema(document: Given, pointer = ""): Schema {
  const ontology = readOntology(document, pointer);
  const parsed = new Map<string, Asked>();
  for (const [index, question] of ontology.questions.entries()) {
    const at = `${pointer}/questions/${index}`;
    const kind = KINDS.get(question.kind);
    if (kind === undefined)
      throw new Invalid("ontology.kind", `“${question.kind}” is not a kind`, `${at}/kind`);
    parsed.set(question.name, kind.parse(question, ontology.fields, at));
  }
  const bound = ontology.questions.map(
    (question, index) =>
      [question.name, parsed.get(question.name)?.bind(parsed, `${pointer}/questions/${index}`)] as const,
  );
  const asked = new Map(bound.filter((entry): entry is [string, Asked] => entry[1] !== undefined));
  return {
    ontology,
    asked,
    check(label, facts, at = "") {
      checkLabel(label, asked, facts, at);
    },
  };
}

function checkLabel(label: Given, asked: ReadonlyMap<string, Asked>, facts: Facts, pointer: string): void {
  if (!isJsonObject(label))
    throw new Invalid("label.invalid", "a label maps question names to values", pointer);
  const unknown = Object.keys(label).find((name) => !asked.has(name));
  if (unknown !== undefined)
    throw new Invalid(
      "label.unknown_question",
      `“${unknown}” is not a question of this ontology version`,
      pointer + pointerToken(unknown),
    );
  for (const [name, question] of asked) {
    const at = pointer + pointerToken(name);
    if (Object.hasOwn(label, name)) question.check(label[name], facts, label, at);
    else if (question.question.required)
      throw new Invalid("label.required", `“${name}” must be answered`, at);
  }
}

/** The first fault of a label, or null: for screens that say what is still missing. */
export function faultOf(schema: Schema, label: Given, facts: Facts): Invalid | null {
  try {
    schema.check(label, facts);
    return null;
  } catch (error) {
    if (error instanceof Invalid) return error;
    throw error;
  }
}
