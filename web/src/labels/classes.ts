import type { Json, JsonObject } from "../document/label";
import { Invalid } from "./invalid";
import { type Given, readArray, readRecord } from "./json_value";
import { readName } from "./ontology";

/** In one question, all levels of its tree together. */
export const MAX_CLASSES = 50_000;
export const MAX_DEPTH = 32;

export interface ClassDef {
  readonly name: string;
  readonly title: string;
  /** Its ancestors' names from the top, then its own. */
  readonly path: readonly string[];
  /** The keys that only some kinds know. */
  readonly options: JsonObject;
  /** Where it is written. */
  readonly pointer: string;
}

/** By name, in the order they are written, parents before children. */
export type Classes = ReadonlyMap<string, ClassDef>;

/** Reads `classes`: names, or objects with the kind's own `keys`. Throws `Invalid` (`ontology.*`). */
export function readClasses(raw: Given, pointer: string, keys: readonly string[] = [], atLeast = 1): Classes {
  const classes = new Map<string, ClassDef>();
  for (const found of walk(readArray(raw, pointer, MAX_CLASSES, "ontology.invalid"), pointer, keys, [])) {
    if (classes.has(found.name))
      throw new Invalid("ontology.name", `the class “${found.name}” is named twice`, found.pointer);
    classes.set(found.name, found);
    if (classes.size > MAX_CLASSES)
      throw new Invalid("ontology.invalid", `at most ${MAX_CLASSES} classes`, pointer, MAX_CLASSES);
  }
  if (classes.size < atLeast)
    throw new Invalid("ontology.invalid", `at least ${atLeast} classes are needed`, pointer, atLeast);
  return classes;
}

/** Refuses what is not the name of a class (`label.class`). */
export function readClass(value: Given, classes: Classes, pointer: string): ClassDef {
  const found = typeof value === "string" ? classes.get(value) : undefined;
  if (found === undefined)
    throw new Invalid("label.class", `this is not one of the ${classes.size} classes`, pointer);
  return found;
}

function* walk(
  raw: readonly Json[],
  pointer: string,
  keys: readonly string[],
  parents: readonly string[],
): Generator<ClassDef> {
  if (parents.length >= MAX_DEPTH)
    throw new Invalid("ontology.invalid", `classes nest at most ${MAX_DEPTH} deep`, pointer, MAX_DEPTH);
  for (const [index, entry] of raw.entries()) {
    const at = `${pointer}/${index}`;
    const short = typeof entry === "string";
    const optional = ["title", "children", ...keys];
    const written = readRecord(short ? { name: entry } : entry, at, ["name"], optional, "ontology.invalid");
    const name = readName(written["name"], short ? at : `${at}/name`);
    const title = written["title"] ?? name;
    if (typeof title !== "string" || title === "" || written["title"] === null)
      throw new Invalid("ontology.invalid", "a title is a text", `${at}/title`);
    const path = [...parents, name];
    const options = Object.fromEntries(Object.entries(written).filter(([key]) => keys.includes(key)));
    yield { name, title, path, options, pointer: at };
    if (!Object.hasOwn(written, "children")) continue;
    const below = readArray(written["children"], `${at}/children`, MAX_CLASSES, "ontology.invalid");
    yield* walk(below, `${at}/children`, keys, path);
  }
}
