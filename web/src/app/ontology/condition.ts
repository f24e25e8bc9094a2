/** When an attribute is asked, as a form holds it: for others of its class, the values it waits for. */
import { type Json, isJsonObject } from "../../document/label";
import { ATTRIBUTE_KINDS } from "../../labels/attributes";
import { Invalid } from "../../labels/invalid";
import { isList } from "../../labels/json_value";
import { readQuestion } from "../../labels/ontology";
import { type QuestionDraft, writeQuestion } from "./draft";
import { answersOf } from "./titles";

export interface Choice {
  readonly value: Json;
  readonly title: string;
}
export type ConditionDraft = Readonly<Record<string, readonly Json[]>>;

/** An attribute that others may depend on, and its values; empty where it is answered freely, or is not right yet. */
export function choicesOf(attribute: QuestionDraft): readonly Choice[] {
  const kind = ATTRIBUTE_KINDS.get(attribute.kind);
  if (kind === undefined) return [];
  try {
    // Its own condition is no part of it: what it names need not be there yet.
    const own = Object.entries(writeQuestion(attribute)).filter(([key]) => key !== "when");
    const asked = kind.parse(readQuestion(Object.fromEntries(own), ""), new Map(), "");
    const isNumber = asked.panel.control === "scale";
    return answersOf(asked).map(({ answer, title }) => ({
      value: isNumber ? Number(answer) : answer,
      title,
    }));
  } catch (error) {
    if (error instanceof Invalid) return [];
    throw error;
  }
}

/** What a draft holds of it; null where it is written in a way that no form shows. */
export function readWhen(attribute: QuestionDraft): ConditionDraft | null {
  const written = attribute["when"] as Json | undefined;
  if (written === undefined) return {};
  if (!isJsonObject(written) || !Object.values(written).every((values) => isList(values))) return null;
  return written as ConditionDraft;
}

/** The condition with another set of values for one attribute; with null, without it. Nothing is left of none. */
export function withValues(
  when: ConditionDraft,
  other: string,
  values: readonly Json[] | null,
): ConditionDraft | undefined {
  const rest = Object.entries(when).filter(([name]) => name !== other || values !== null);
  const next = Object.fromEntries(
    rest.map(([name, held]) => [name, name === other && values ? values : held]),
  );
  if (values !== null && !Object.hasOwn(when, other)) next[other] = values;
  return Object.keys(next).length === 0 ? undefined : next;
}

/** What is offered, and what the condition names besides: it can be taken out. */
export function shownChoices(offered: readonly Choice[], held: readonly Json[]): readonly Choice[] {
  const others = held.filter((value) => !offered.some((one) => one.value === value));
  return [...offered, ...others.map((value) => ({ value, title: said(value) }))];
}

/** A value as it is read. */
export const said = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));
