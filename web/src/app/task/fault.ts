import { objectsOf } from "../../document/label";
import { classOf } from "../../labels/objects";
import { s } from "../strings";
import type { Editor } from "./editor.svelte";

/** Why the label cannot be submitted, in words, turning to what it is about; null when it can. */
export function faultToShow(editor: Editor): string | null {
  const { fault } = editor;
  if (fault === null) return null;
  const [name = "", index = "", part, attribute = ""] = fault.pointer.split("/").slice(1).map(unescaped);
  const asked = editor.schema.asked.get(name);
  if (asked === undefined) return s.saved.invalid(fault.message);
  editor.ask(name);
  const object = part === "attributes" ? objectsOf(editor.label, name)[Number(index)] : undefined;
  if (object !== undefined) editor.select({ question: name, id: object.id });
  if (fault.code !== "label.required") return s.saved.invalid(fault.message);
  const of = object === undefined ? undefined : asked.objects?.attributesOf(classOf(object)).get(attribute);
  return s.saved.unanswered((of ?? asked).question.title);
}

/** A name as RFC 6901 writes it in a pointer. */
const unescaped = (token: string): string => token.replaceAll("~1", "/").replaceAll("~0", "~");
