/** A label in words: what a reviewer reads beside the item. */
import { type Json, type Label, type LabelObject, objectsOf } from "../../document/label";
import type { TextOffsets } from "../../geometry/text_range";
import type { Asked, ObjectRules } from "../../labels/kind";
import { classOf } from "../../labels/objects";
import type { Schema } from "../../labels/schema";
import { s } from "../strings";

export interface Told {
  readonly question: string;
  readonly title: string;
  readonly answers: readonly string[];
}

type Texts = ReadonlyMap<string, TextOffsets>;

/** Each question's answer in words, in the ontology's order. */
export function tell(schema: Schema, label: Label, texts: Texts): readonly Told[] {
  return [...schema.asked.values()].map((asked) => {
    const { name, title } = asked.question;
    return { question: name, title, answers: words(schema, asked, label, texts) };
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

function words(schema: Schema, asked: Asked, label: Label, texts: Texts): readonly string[] {
  const { objects, question } = asked;
  const value = label[question.name];
  if (value === undefined) return [s.review.unanswered];
  if (objects === null) return sayValue(asked, value);
  const found = objectsOf(label, question.name).map((object) => {
    const title = objects.classes.get(classOf(object))?.title ?? classOf(object);
    const said = sayObject(schema, objects, label, object, texts);
    return said === "" ? title : `${said} · ${title}`;
  });
  return found.length === 0 ? [s.review.none] : found;
}

/** An object by what it marks or joins; empty for outlines, which the picture shows. */
export function sayObject(
  schema: Schema,
  { field, text, image }: ObjectRules,
  label: Label,
  object: LabelObject,
  texts: Texts,
): string {
  if (image !== null) return "";
  if (text !== null) return texts.get(field ?? "")?.slice(text.range(object)) ?? "";
  const { from, to } = object;
  return `${sayEnd(schema, label, from, texts)} → ${sayEnd(schema, label, to, texts)}`;
}

/** What an edge joins, by the words of its end. */
function sayEnd(schema: Schema, label: Label, id: unknown, texts: Texts): string {
  for (const [name, { objects }] of schema.asked) {
    if (objects === null || objects.field === null) continue;
    const found = objectsOf(label, name).find((object) => object.id === id);
    if (found !== undefined) return sayObject(schema, objects, label, found, texts) || classOf(found);
  }
  return "–";
}

/** An answer that is no list of objects. */
export function sayValue({ panel }: Asked, value: Json): readonly string[] {
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
