import { type Json, type JsonObject, isJsonObject } from "../document/label";
import { Invalid, pointerToken } from "./invalid";

/** No coordinate, rating or offset is larger in magnitude. */
export const MAX_NUMBER = 1e9;

/** What a place may hold before it is checked: any JSON, or nothing. */
export type Given = Json | undefined;

/** A finite number; -0, which no two languages write alike, is none. */
export function readNumber(value: Given, pointer: string, code = "label.invalid"): number {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new Invalid(code, "a number is needed here", pointer);
  if (Object.is(value, -0)) throw new Invalid(code, "write 0, not -0", pointer);
  if (Math.abs(value) > MAX_NUMBER) throw new Invalid(code, "the number is too large", pointer, MAX_NUMBER);
  return value;
}

export function readInteger(value: Given, pointer: string, code = "label.invalid"): number {
  if (typeof value !== "number" || !Number.isInteger(value))
    throw new Invalid(code, "a whole number is needed here", pointer);
  if (Math.abs(value) > MAX_NUMBER) throw new Invalid(code, "the number is too large", pointer, MAX_NUMBER);
  return value;
}

export function readBoolean(value: Given, pointer: string, code = "ontology.invalid"): boolean {
  if (typeof value !== "boolean") throw new Invalid(code, "true or false is needed here", pointer);
  return value;
}

/** A list of at most `limit` values. */
export function readArray(
  value: Given,
  pointer: string,
  limit: number,
  code = "label.invalid",
): readonly Json[] {
  if (!isList(value)) throw new Invalid(code, "a list is needed here", pointer);
  if (value.length > limit) throw new Invalid(code, `at most ${limit} entries`, pointer, limit);
  return value;
}

/** `Array.isArray` that a readonly list passes. */
export function isList(value: Given): value is readonly Json[] {
  return Array.isArray(value);
}

/** An object with all `required` keys and none that is neither `required` nor `optional`. */
export function readRecord(
  value: Given,
  pointer: string,
  required: readonly string[],
  optional: readonly string[],
  code = "label.invalid",
): JsonObject {
  if (!isJsonObject(value)) throw new Invalid(code, "an object is needed here", pointer);
  for (const key of Object.keys(value)) {
    if (required.includes(key) || optional.includes(key)) continue;
    const unknown = code.startsWith("ontology.") ? "field.unknown" : code;
    throw new Invalid(unknown, `“${key}” has no meaning here`, pointer + pointerToken(key));
  }
  for (const key of [...required].sort()) {
    if (!Object.hasOwn(value, key))
      throw new Invalid(code, `“${key}” is missing`, pointer + pointerToken(key));
  }
  return value;
}
