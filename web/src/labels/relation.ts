/** `relation`: typed edges between objects of other questions. Edge keys: `from`, `to`: ids of objects. */
import { type JsonObject, type Label, isJsonObject } from "../document/label";
import { NO_ATTRIBUTES, checkAttributes, readAllAttributes } from "./attributes";
import { optionsOf } from "./choice";
import { type ClassDef, type Classes, readClass, readClasses } from "./classes";
import { Invalid } from "./invalid";
import { type Given, isList, readArray, readRecord } from "./json_value";
import type { Asked, Kind } from "./kind";
import { MAX_OBJECTS, checkId, classOf } from "./objects";
import type { Fields, Question } from "./ontology";

const MAX_QUESTIONS = 10;
const MAX_END_CLASSES = 1000;
const ENDS = ["from", "to"] as const;

export const relation: Kind = {
  name: "relation",
  fieldTypes: [],
  form: [
    { key: "between", control: "questions", begin: [] },
    { key: "classes", control: "classes", attributes: true, ends: true, begin: [] },
  ],
  parse,
};

function parse(question: Question, fields: Fields, pointer: string): Asked {
  const given = readRecord(question.options, pointer, [], ["between", "classes"], "ontology.invalid");
  const between = readBetween(given["between"], `${pointer}/between`);
  const classes = readClasses(given["classes"], `${pointer}/classes`, ["attributes", ...ENDS]);
  for (const found of classes.values()) {
    for (const end of ENDS) allowedAt(found, end);
  }
  const attributes = readAllAttributes(classes, fields);
  return {
    question,
    panel: { control: "objects", options: optionsOf(classes) },
    objects: {
      field: null,
      classes,
      tools: ["edge"],
      joins: between,
      parts: [],
      image: null,
      text: null,
      attributesOf: (className) => attributes.get(className) ?? NO_ATTRIBUTES,
    },
    bind(asked, at) {
      checkBetween(between, classes, asked, at);
      return this;
    },
    check(value, facts, label, at) {
      const known = classesOfObjects(label, between);
      const seen = new Set<string>();
      const edges = new Set<string>();
      for (const [index, entry] of readArray(value, at, MAX_OBJECTS).entries()) {
        const here = `${at}/${index}`;
        const edge = readRecord(entry, here, ["id", "class", ...ENDS], ["attributes"]);
        checkId(edge["id"], seen, `${here}/id`);
        const found = readClass(edge["class"], classes, `${here}/class`);
        checkEnds(edge, found, known, here);
        const key = JSON.stringify([edge["class"], edge["from"], edge["to"]]);
        if (edges.has(key)) throw new Invalid("label.reference", "this edge is drawn twice", here);
        edges.add(key);
        checkAttributes(edge, attributes.get(found.name) ?? NO_ATTRIBUTES, facts, here);
      }
    },
  };
}

function readBetween(raw: Given, pointer: string): readonly string[] {
  const between = readArray(raw, pointer, MAX_QUESTIONS, "ontology.invalid");
  const named = between.filter((name): name is string => typeof name === "string");
  if (between.length === 0 || new Set(named).size < between.length)
    throw new Invalid("ontology.invalid", "between names at least one question, each once", pointer);
  return named;
}

/** The classes that an end may have; any where none is named. */
function allowedAt(found: ClassDef, end: string): readonly string[] {
  const pointer = `${found.pointer}/${end}`;
  const written = Object.hasOwn(found.options, end) ? found.options[end] : [];
  return readArray(written, pointer, MAX_END_CLASSES, "ontology.invalid").map((name) => {
    if (typeof name !== "string")
      throw new Invalid("ontology.invalid", "names of classes are needed", pointer);
    return name;
  });
}

function checkBetween(
  between: readonly string[],
  classes: Classes,
  asked: ReadonlyMap<string, Asked>,
  pointer: string,
): void {
  const known = new Set<string>();
  for (const [index, name] of between.entries()) {
    const joined = asked.get(name)?.objects ?? null;
    // An edge is no object to join: it lies on no field.
    if (joined === null || joined.field === null)
      throw new Invalid(
        "ontology.invalid",
        `“${name}” is not a question with objects`,
        `${pointer}/between/${index}`,
      );
    for (const className of joined.classes.keys()) known.add(className);
  }
  for (const found of classes.values()) {
    for (const end of ENDS) {
      const wrong = allowedAt(found, end).findIndex((name) => !known.has(name));
      if (wrong >= 0)
        throw new Invalid(
          "ontology.invalid",
          "this is not a class of the questions in between",
          `${found.pointer}/${end}/${wrong}`,
        );
    }
  }
}

/** The class of each object that an edge may join, by id; two where two objects share an id. */
function classesOfObjects(label: Label, between: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, string[]>();
  for (const name of between) {
    const objects = Object.hasOwn(label, name) ? label[name] : [];
    for (const object of isList(objects) ? objects : []) {
      const id = isJsonObject(object) ? object["id"] : null;
      if (typeof id === "string") known.set(id, [...(known.get(id) ?? []), classOf(object)]);
    }
  }
  return known;
}

function checkEnds(
  edge: JsonObject,
  found: ClassDef,
  known: ReadonlyMap<string, readonly string[]>,
  pointer: string,
): void {
  for (const end of ENDS) {
    const at = `${pointer}/${end}`;
    const id = edge[end];
    const [className, ...others] = (typeof id === "string" ? known.get(id) : undefined) ?? [];
    if (className === undefined) throw new Invalid("label.reference", "no object has this id", at);
    if (others.length > 0)
      throw new Invalid("label.reference", "two objects have this id; give each its own", at);
    const allowed = allowedAt(found, end);
    if (allowed.length > 0 && !allowed.includes(className))
      throw new Invalid("label.reference", `this end must be one of ${allowed.join(", ")}`, at);
  }
  if (edge["from"] === edge["to"])
    throw new Invalid("label.reference", "an edge joins two different objects", `${pointer}/to`);
}
