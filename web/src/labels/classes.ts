import type { Json, JsonObject } from "../document/label";
import { countCodePoints } from "../geometry/text_range";
import { Invalid } from "./invalid";
import { type Given, readArray, readRecord } from "./json_value";
import { readName } from "./ontology";

/** In one question, all levels of its tree together. */
export const MAX_CLASSES = 50_000;
export const MAX_DEPTH = 32;

/** Of a class's description, and of its example. */
export const MAX_LOOK_CHARS = 2_000;

/** Names and not shades: the screen shows them so that they can be told apart, light and dark. */
export const COLORS = ["red", "blue", "green", "amber", "violet", "teal", "pink", "gray"] as const;
export type Color = (typeof COLORS)[number];

/** Digits alone: letters are commands, and each person may bind them anew. */
export const KEYS = "1234567890";

/** How people see a class; null where its ontology does not say. */
export interface Look {
  readonly color: Color | null;
  /** The digit that chooses it. */
  readonly key: string | null;
  readonly description: string | null;
  readonly example: string | null;
}

export const PLAIN: Look = { color: null, key: null, description: null, example: null };

export interface ClassDef extends Look {
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
  const taken = new Set<string>();
  for (const found of walk(readArray(raw, pointer, MAX_CLASSES, "ontology.invalid"), pointer, keys, [])) {
    if (classes.has(found.name))
      throw new Invalid("ontology.name", `the class “${found.name}” is named twice`, found.pointer);
    if (found.key !== null) {
      if (taken.has(found.key))
        throw new Invalid("ontology.invalid", `the key ${found.key} is used twice`, `${found.pointer}/key`);
      taken.add(found.key);
    }
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
    const optional = ["title", "children", ...LOOK, ...keys];
    const written = readRecord(short ? { name: entry } : entry, at, ["name"], optional, "ontology.invalid");
    const name = readName(written["name"], short ? at : `${at}/name`);
    const title = written["title"] ?? name;
    if (typeof title !== "string" || title === "" || written["title"] === null)
      throw new Invalid("ontology.invalid", "a title is a text", `${at}/title`);
    const look = readLook(written, at);
    const path = [...parents, name];
    const options = Object.fromEntries(Object.entries(written).filter(([key]) => keys.includes(key)));
    yield { name, title, path, options, pointer: at, ...look };
    if (!Object.hasOwn(written, "children")) continue;
    const below = readArray(written["children"], `${at}/children`, MAX_CLASSES, "ontology.invalid");
    yield* walk(below, `${at}/children`, keys, path);
  }
}

const LOOK = ["color", "key", "description", "example"];

/** Refuses what no screen could show of a class. */
function readLook(written: JsonObject, pointer: string): Look {
  const { color, key } = written;
  const found = color === undefined ? null : COLORS.find((name) => name === color);
  if (found === undefined)
    throw new Invalid("ontology.invalid", `a color is one of ${COLORS.join(", ")}`, `${pointer}/color`);
  if (key !== undefined && (typeof key !== "string" || key.length !== 1 || !KEYS.includes(key)))
    throw new Invalid("ontology.invalid", "a key is one digit", `${pointer}/key`);
  const text = (name: string): string | null => {
    const said = written[name];
    if (said === undefined) return null;
    const at = `${pointer}/${name}`;
    if (typeof said !== "string" || said === "" || countCodePoints(said) > MAX_LOOK_CHARS)
      throw new Invalid(
        "ontology.invalid",
        `a text of 1 to ${MAX_LOOK_CHARS} characters`,
        at,
        MAX_LOOK_CHARS,
      );
    return said;
  };
  return { color: found, key: key ?? null, description: text("description"), example: text("example") };
}
