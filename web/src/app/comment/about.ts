/** What a comment is about, in the words of its label. */
import { findObject, type Label } from "../../document/label";
import type { TextOffsets } from "../../geometry/text_range";
import { classOf } from "../../labels/objects";
import type { Schema } from "../../labels/schema";
import { sayObject } from "../review/told";
import { s } from "../strings";

export interface Place {
  readonly question?: string | null;
  readonly object?: string | null;
  readonly field?: string | null;
  readonly x?: number | null;
  readonly y?: number | null;
}

/** The object or the point; null where the comment is about the whole answer. */
export function sayPlace(
  place: Place,
  schema: Schema,
  label: Label,
  texts: ReadonlyMap<string, TextOffsets>,
): string | null {
  const { question = null, object = null, x = null, y = null } = place;
  if (x !== null && y !== null) return s.comment.point(Math.round(x), Math.round(y));
  const rules = question === null ? null : (schema.asked.get(question)?.objects ?? null);
  if (question === null) return null;
  const title = schema.asked.get(question)?.question.title ?? question;
  if (object === null || rules === null) return title;
  const found = findObject(label, question, object);
  if (found === undefined) return title;
  const said = sayObject(schema, rules, label, found, texts);
  const name = rules.classes.get(classOf(found))?.title ?? classOf(found);
  return said === "" ? name : `${said} · ${name}`;
}
