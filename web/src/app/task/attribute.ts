/** Attributes of what is selected, by keys: which one the digits answer, and what they do to it. */
import type { Json, LabelObject } from "../../document/label";
import {
  type Attributes,
  NO_ATTRIBUTES,
  askedNow,
  attributesOf,
  withAttribute,
} from "../../labels/attributes";
import { isList } from "../../labels/json_value";
import type { Attribute } from "../../labels/kind";
import { classOf } from "../../labels/objects";
import { valueAt } from "./answers";
import type { Editor } from "./editor.svelte";

/** What digits can answer of the selected object; nothing where it may not be changed. */
export function keyedAttributes(editor: Editor): Attributes {
  const { active, question, selected, selectedObject: object } = editor;
  if (active?.objects == null || object === null || selected?.question !== question) return NO_ATTRIBUTES;
  if (!editor.canChange) return NO_ATTRIBUTES;
  const asked = askedNow(object, active.objects.attributesOf(classOf(object)));
  return new Map([...asked].filter(([, { panel }]) => panel.control !== "text"));
}

/** The attribute that digits answer just now; null where they choose a class. */
export function attributeInHand(editor: Editor): Attribute | null {
  if (editor.attribute === null) return null;
  return keyedAttributes(editor).get(editor.attribute) ?? null;
}

/** From one to the next, and after the last back to the classes. */
export function takeNextAttribute(editor: Editor): void {
  const names = [...keyedAttributes(editor).keys()];
  const place = names.indexOf(attributeInHand(editor)?.question.name ?? "");
  editor.attribute = names[place + 1] ?? null;
}

/** The value of a place; a single one leads to the next attribute. Nothing where there is none. */
export function answerInHand(editor: Editor, place: number): void {
  const [asked, object] = [attributeInHand(editor), editor.selectedObject];
  const value = asked === null ? null : valueAt(asked.panel, place);
  if (asked === null || object === null || value === null) return;
  const { name } = asked.question;
  const several = asked.panel.control === "options" && asked.panel.multiple;
  const answer = pressed(attributesOf(object)[name], value, several);
  answerAttribute(editor, object, name, answer);
  if (!several && answer !== null) takeNextAttribute(editor);
}

/** Gives an answer or, by null, takes it back. What is not asked any more goes with the same edit. */
export function answerAttribute(
  editor: Editor,
  object: LabelObject,
  name: string,
  value: Json,
  gesture: string | null = null,
): void {
  const { selected, schema } = editor;
  const rules = selected === null ? null : (schema.asked.get(selected.question)?.objects ?? null);
  if (selected === null || rules === null) return;
  const changed = withAttribute(object, name, value, rules.attributesOf(classOf(object)));
  editor.edit([{ question: selected.question, object: object.id, value: changed }], gesture);
}

/** What is held after a value was pressed: pressed again, it is taken back. */
export function pressed(held: Json | undefined, value: Json, several: boolean): Json {
  if (!several) return held === value ? null : value;
  const chosen = isList(held) ? held : [];
  const rest = chosen.filter((one) => one !== value);
  return rest.length === chosen.length ? [...chosen, value] : rest;
}
