/** A label document changed by small reversible steps; the same form and meaning as the engine's drafts. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = Readonly<Record<string, Json>>;

/** Values by question name. A missing question is not answered; `[]` is looked and found none. */
export type Label = Readonly<Record<string, Json>>;

/** Something with an identity in a question's list. */
export type LabelObject = JsonObject & { readonly id: string };

/**
 * Without `object` the step sets the question's whole value; with it, the one object of that id in the
 * question's list, at its place or else at the end. A null value removes.
 */
export interface Step {
  readonly question: string;
  readonly object?: string;
  readonly value: Json;
}

export class StepError extends Error {
  override readonly name = "StepError";
}

/** The label after the steps; the one given is left as it was. */
export function applySteps(label: Label, steps: readonly Step[]): Label {
  return steps.reduce(applyStep, label);
}

export function applyStep(label: Label, step: Step): Label {
  const value = step.object === undefined ? step.value : withObject(objectsOf(label, step.question), step);
  if (value !== null) return { ...label, [step.question]: value };
  return Object.fromEntries(Object.entries(label).filter(([name]) => name !== step.question));
}

/** The question's list of objects; empty where it is not answered. */
export function objectsOf(label: Label, question: string): readonly LabelObject[] {
  const held = Object.hasOwn(label, question) ? label[question] : undefined;
  if (held === undefined) return [];
  if (!Array.isArray(held)) throw new StepError(`${question} has no list of objects`);
  return held as readonly LabelObject[];
}

export function findObject(label: Label, question: string, id: string): LabelObject | undefined {
  return objectsOf(label, question).find((object) => object.id === id);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withObject(objects: readonly LabelObject[], step: Step): readonly LabelObject[] {
  const id = step.object ?? "";
  if (step.value !== null && !isJsonObject(step.value)) throw new StepError("an object's value is an object");
  const found = objects.findIndex((object) => object.id === id);
  const place = found < 0 ? objects.length : found;
  const rest = step.value === null ? [] : [{ ...step.value, id }];
  return [...objects.slice(0, place), ...rest, ...objects.slice(place + 1)];
}
