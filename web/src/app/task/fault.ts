import { s } from "../strings";
import type { Editor } from "./editor.svelte";

/** Why the label cannot be submitted, in words, turning to the question it is about; null when it can. */
export function faultToShow(editor: Editor): string | null {
  const { fault } = editor;
  if (fault === null) return null;
  const name = (fault.pointer.split("/")[1] ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
  const title = editor.schema.asked.get(name)?.question.title;
  if (title !== undefined) editor.ask(name);
  if (title !== undefined && fault.code === "label.required") return s.saved.unanswered(title);
  return s.saved.invalid(fault.message);
}
