/** Where else the words of a span stand, for a person to confirm. */
import { type LabelObject, objectsOf } from "../../document/label";
import type { TextOffsets, TextRange } from "../../geometry/text_range";
import { classOf } from "../../labels/objects";
import type { Schema } from "../../labels/schema";
import { findSameText } from "../../tools/same_text";
import type { Label } from "../../document/label";
import type { Editor } from "./editor.svelte";

export interface SameText {
  readonly question: string;
  readonly field: string;
  readonly className: string;
  readonly text: TextOffsets;
  readonly ranges: readonly TextRange[];
}

interface Marked {
  readonly schema: Schema;
  readonly label: Label;
  readonly texts: ReadonlyMap<string, TextOffsets>;
}

/** Null for what is no span. Places that the same class marks already are left out. */
export function sameTextOf(
  { schema, label, texts }: Marked,
  question: string,
  object: LabelObject,
): SameText | null {
  const objects = schema.asked.get(question)?.objects ?? null;
  const field = objects?.field ?? "";
  const text = texts.get(field);
  const shape = objects?.text ?? null;
  if (shape === null || text === undefined) return null;
  const className = classOf(object);
  const taken = objectsOf(label, question)
    .filter((other) => classOf(other) === className)
    .map((other) => shape.range(other));
  return { question, field, className, text, ranges: findSameText(text, shape.range(object), taken) };
}

/** Looks for the words of the selected span elsewhere in its text. */
export function findSame(editor: Editor): void {
  const object = editor.selectedObject;
  const question = editor.selected?.question ?? "";
  editor.same = object === null ? null : sameTextOf(editor, question, object);
}

/** Marks those places too, as one edit to undo. */
export function markSame(editor: Editor, ranges: readonly TextRange[]): void {
  const { same } = editor;
  editor.same = null;
  if (same === null) return;
  const { question, className } = same;
  editor.edit(
    ranges.map((range) => {
      const id = editor.newId();
      return { question, object: id, value: { id, class: className, ...range } };
    }),
  );
}
