/** Edges between marks of a text: what they may join, and the arcs they are drawn as. */
import { type Label, type LabelObject, findObject, objectsOf } from "../../document/label";
import { classOf } from "../../labels/objects";
import type { Schema } from "../../labels/schema";
import type { TextRange } from "../../geometry/text_range";
import type { Target } from "../../tools/tool";
import type { Editor } from "./editor.svelte";
import { colourOf } from "./palette";

/** A page draws so many; more would hide the text. */
const MOST_ARCS = 500;

/** The objects that an edge of a question may join, in their text's order. */
export function joinable(schema: Schema, label: Label, question: string): readonly Target[] {
  const joins = schema.asked.get(question)?.objects?.joins ?? [];
  const found = joins.flatMap((name) => {
    const shape = schema.asked.get(name)?.objects?.text ?? null;
    return objectsOf(label, name).map((object, place) => ({
      target: { question: name, id: object.id },
      start: shape === null ? place : shape.range(object).start,
    }));
  });
  return found.sort((a, b) => a.start - b.start).map(({ target }) => target);
}

/** Goes through the objects that an edge may join, in the text's order. */
export function aimNext(editor: Editor, by: 1 | -1): void {
  const ends = joinable(editor.schema, editor.label, editor.question);
  const at = ends.findIndex(({ id }) => id === editor.aim?.id);
  editor.aim = ends.at((at < 0 && by < 0 ? ends.length - 1 : at + by) % Math.max(ends.length, 1)) ?? null;
}

/** Takes what is aimed at as the next end of an edge. */
export function takeAim(editor: Editor): void {
  if (editor.aim !== null) editor.point(editor.aim);
}

export interface Arc {
  readonly target: Target;
  readonly title: string;
  readonly colour: string;
  readonly from: TextRange;
  readonly to: TextRange;
}

/** The edges whose two ends lie in one field's text. */
export function arcsOf(schema: Schema, label: Label, field: string): readonly Arc[] {
  const arcs: Arc[] = [];
  for (const [question, { objects }] of schema.asked) {
    if (objects === null || objects.joins.length === 0) continue;
    for (const edge of objectsOf(label, question)) {
      const [from, to] = [
        endOf(schema, label, objects.joins, field, edge, "from"),
        endOf(schema, label, objects.joins, field, edge, "to"),
      ];
      if (from === null || to === null) continue;
      const name = classOf(edge);
      const title = objects.classes.get(name)?.title ?? name;
      arcs.push({
        target: { question, id: edge.id },
        title,
        colour: colourOf(objects.classes, name),
        from,
        to,
      });
      if (arcs.length === MOST_ARCS) return arcs;
    }
  }
  return arcs;
}

function endOf(
  schema: Schema,
  label: Label,
  joins: readonly string[],
  field: string,
  edge: LabelObject,
  end: "from" | "to",
): TextRange | null {
  for (const name of joins) {
    const objects = schema.asked.get(name)?.objects ?? null;
    if (objects?.text == null || objects.field !== field) continue;
    const id = edge[end];
    const found = typeof id === "string" ? findObject(label, name, id) : undefined;
    if (found !== undefined) return objects.text.range(found);
  }
  return null;
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** An arc above the text, higher the farther its ends are apart. Pixels, y down. */
export function arcPath(from: Spot, to: Spot): string {
  const rise = 12 + Math.min(Math.abs(to.x - from.x) / 12 + Math.abs(to.y - from.y) / 8, 26);
  const [high, low] = [from.y - rise, to.y - rise];
  return `M ${from.x} ${from.y} C ${from.x} ${high} ${to.x} ${low} ${to.x} ${to.y}`;
}
