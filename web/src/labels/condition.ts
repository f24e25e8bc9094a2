/** Conditions of attributes: the answers to others of its object under which an attribute is asked. */
import { type Json, type JsonObject, isJsonObject } from "../document/label";
import { Invalid, pointerToken } from "./invalid";
import { type Given, isList, readArray } from "./json_value";
import type { Asked, Condition } from "./kind";

/** Of one attribute, in one condition. */
export const MAX_VALUES = 1_000;
/** How far two numbers may lie apart and be one level of a scale: steps such as 0.1 are not exact. */
const SAME_NUMBER = 1e-9;

export const ALWAYS: Condition = new Map();

/** The condition of the attribute `name`, given all of its class. Throws `Invalid` (`ontology.*`). */
export function readCondition(
  raw: Given,
  name: string,
  asked: ReadonlyMap<string, Asked>,
  pointer: string,
): Condition {
  if (!isJsonObject(raw) || Object.keys(raw).length === 0)
    throw new Invalid("ontology.invalid", "a condition maps another attribute to its values", pointer);
  return new Map(
    Object.entries(raw).map(([other, values]) => {
      const at = pointer + pointerToken(other);
      if (other === name)
        throw new Invalid("ontology.condition", "an attribute does not depend on itself", at);
      const found = asked.get(other);
      if (found === undefined)
        throw new Invalid("ontology.condition", `“${other}” is no attribute of this class`, at);
      return [other, readValues(values, found, at)] as const;
    }),
  );
}

function readValues(raw: Json, other: Asked, pointer: string): readonly Json[] {
  const { question, panel } = other;
  if (panel.control === "text")
    throw new Invalid("ontology.condition", "what is written freely has no values to depend on", pointer);
  const values = readArray(raw, pointer, MAX_VALUES, "ontology.invalid");
  if (values.length === 0) throw new Invalid("ontology.invalid", "at least one value is needed", pointer);
  const several = panel.control === "options" && panel.multiple;
  for (const [index, value] of values.entries()) {
    try {
      other.check(several ? [value] : value, new Map(), {}, "");
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      const detail = `this is no value of “${question.name}”: ${error.message}`;
      throw new Invalid("ontology.condition", detail, `${pointer}/${index}`);
    }
  }
  return values;
}

/** Refuses conditions by which an attribute depends on itself, through others. */
export function refuseCircles(
  conditions: ReadonlyMap<string, Condition>,
  pointerOf: (name: string) => string,
): void {
  for (const [name, condition] of conditions) {
    for (const other of condition.keys()) {
      if (!allBelow(other, conditions).has(name)) continue;
      const detail = `“${name}” and “${other}” depend on each other`;
      throw new Invalid("ontology.condition", detail, pointerOf(name) + pointerToken(other));
    }
  }
}

/** Everything that it depends on, directly or not. */
function allBelow(name: string, conditions: ReadonlyMap<string, Condition>): ReadonlySet<string> {
  const found = new Set<string>();
  const ahead = [name];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    for (const other of conditions.get(next)?.keys() ?? []) {
      if (found.has(other)) continue;
      found.add(other);
      ahead.push(other);
    }
  }
  return found;
}

/** Whether the answers have one of the values of every attribute named; of several chosen one is enough. */
export function holds(condition: Condition, answers: JsonObject): boolean {
  return [...condition].every(([other, values]) => {
    if (!Object.hasOwn(answers, other)) return false;
    const held = answers[other];
    const given = isList(held) ? held : [held];
    return given.some((one) => values.some((value) => isSame(value, one)));
  });
}

/** The answers without those whose condition does not hold, nor holds without the others that go. */
export function keepAsked(
  answers: JsonObject,
  conditions: ReadonlyMap<string, { readonly when: Condition }>,
): JsonObject {
  const entries = Object.entries(answers);
  const asked = entries.filter(([name]) => holds(conditions.get(name)?.when ?? ALWAYS, answers));
  return asked.length === entries.length ? answers : keepAsked(Object.fromEntries(asked), conditions);
}

function isSame(left: Given, right: Given): boolean {
  if (typeof left !== "number" || typeof right !== "number") return left === right;
  return Math.abs(left - right) <= SAME_NUMBER;
}
