/** A label in words: what a reviewer reads beside the item. */
import { type Json, type Label, objectsOf } from "../../document/label";
import { TextOffsets } from "../../geometry/text_range";
import type { Asked } from "../../labels/kind";
import { classOf } from "../../labels/objects";
import type { Schema } from "../../labels/schema";
import { s } from "../strings";

export interface Told {
  readonly question: string;
  readonly title: string;
  readonly answers: readonly string[];
}

/** Each question's answer in words, in the ontology's order. */
export function tell(schema: Schema, label: Label, texts: ReadonlyMap<string, string>): readonly Told[] {
  return [...schema.asked.values()].map((asked) => {
    const { name, title } = asked.question;
    const value = label[name];
    return {
      question: name,
      title,
      answers: value === undefined ? [s.review.unanswered] : words(asked, label, texts),
    };
  });
}

/** The questions that several labels answer differently. */
export function disputed(schema: Schema, labels: readonly Label[]): ReadonlySet<string> {
  const [first] = labels;
  const differ = (name: string): boolean =>
    labels.some((label) => comparable(label[name]) !== comparable(first?.[name]));
  return new Set([...schema.asked.keys()].filter(differ));
}

/** Objects made by two hands have two ids, which makes them no different. */
function comparable(value: Json | undefined): string {
  const plain = (_key: string, held: unknown): unknown =>
    typeof held === "object" && held !== null && "id" in held && "class" in held
      ? { ...held, id: undefined }
      : held;
  return value === undefined ? "" : JSON.stringify(value, plain);
}

function words(asked: Asked, label: Label, texts: ReadonlyMap<string, string>): readonly string[] {
  const { panel, objects } = asked;
  const value = label[asked.question.name];
  if (objects !== null) {
    const found = objectsOf(label, asked.question.name).map((object) => {
      const title = objects.classes.get(classOf(object))?.title ?? classOf(object);
      const text = objects.text === null ? undefined : texts.get(objects.field ?? "");
      if (text === undefined || objects.text === null) return title;
      const { start, end } = objects.text.range(object);
      return `${new TextOffsets(text).slice({ start, end })} · ${title}`;
    });
    return found.length === 0 ? [s.review.none] : found;
  }
  if (panel.control === "order")
    return [(value as readonly (readonly string[])[]).map((tied) => tied.join(" = ")).join(" > ")];
  const titles =
    "options" in panel ? new Map(panel.options.map((option) => [option.value, option.title])) : null;
  const several = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return several.length === 0 ? [s.review.none] : several.map((one) => titleOf(one, titles));
}

function titleOf(value: Json | undefined, titles: ReadonlyMap<string, string> | null): string {
  if (typeof value !== "string") return JSON.stringify(value ?? null);
  return titles?.get(value) ?? value;
}
