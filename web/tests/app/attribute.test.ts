import { expect, test } from "vitest";
import { type Context, isAvailable } from "../../src/app/command/command";
import { Keymap } from "../../src/app/command/keymap";
import { COMMANDS } from "../../src/app/command/table";
import { attributeInHand, keyedAttributes, pressed } from "../../src/app/task/attribute";
import { Editor } from "../../src/app/task/editor.svelte";
import { Draft } from "../../src/document/draft";
import { objectsOf } from "../../src/document/label";
import { readSchema } from "../../src/labels/schema";
import { HEAD, MemoryStore } from "../document/memory";

const SCHEMA = readSchema({
  fields: { note: "text" },
  questions: [
    {
      name: "names",
      kind: "span",
      field: "note",
      classes: [
        {
          name: "person",
          attributes: [
            { name: "alias", kind: "text" },
            { name: "state", kind: "choice", classes: ["alive", "dead"] },
            { name: "cause", kind: "choice", classes: ["age", "war"], when: { state: ["dead"] } },
            { name: "roles", kind: "choice", classes: ["poet", "queen"], multiple: true },
            { name: "fame", kind: "rating", min: 1, max: 3 },
          ],
        },
        "place",
      ],
    },
  ],
});

/** An editor with one name selected, and its keys. */
function open() {
  const start = { names: [{ id: "a", class: "person", start: 0, end: 3 }] };
  const draft = new Draft({ head: { ...HEAD, start }, entries: [] }, new MemoryStore(), () => "n");
  const editor = new Editor(
    draft,
    SCHEMA,
    new Map([["note", { type: "text", text: "Ann lives." }]]),
    () => "n",
  );
  editor.select({ question: "names", id: "a" });
  const keymap = new Keymap(COMMANDS, {});
  const shell = { open: () => undefined, go: () => undefined };
  const context: Context = { mode: "label", shell, editor, label: null, review: null };
  const press = (...chords: readonly string[]): void => {
    for (const chord of chords) keymap.find(chord, context)?.run(context);
  };
  const held = () => objectsOf(editor.label, "names")[0];
  const hand = () => attributeInHand(editor)?.question.name ?? null;
  return { editor, context, press, held, hand };
}

test("digits answer the attribute in hand, and go on to the next that is asked", () => {
  const { editor, press, held, hand } = open();
  expect([...keyedAttributes(editor).keys()]).toEqual(["state", "roles", "fame"]);
  press("Q", "2");
  expect(held()?.["attributes"]).toEqual({ state: "dead" });
  expect(hand()).toBe("cause");
  press("2", "1", "2", "1");
  expect(held()?.["attributes"]).toEqual({ state: "dead", cause: "war", roles: ["queen"] });
  expect(hand()).toBe("roles");
  press("Q", "9", "3");
  expect(held()?.["attributes"]).toEqual({ state: "dead", cause: "war", roles: ["queen"], fame: 3 });
  expect(hand()).toBeNull();
});

test("one edit takes away what hangs on it, and one undoing brings it back", () => {
  const { press, held } = open();
  press("Q", "2", "2");
  const told = held();
  press("Q", "Q", "Q", "1");
  expect(held()?.["attributes"]).toEqual({ state: "alive" });
  press("Ctrl+Z");
  expect(held()).toEqual(told);
});

test("without an attribute in hand digits choose the class, and a place has none", () => {
  const { editor, context, press, held, hand } = open();
  press("Q");
  expect(hand()).toBe("state");
  press("Q", "Q", "Q");
  expect(hand()).toBeNull();
  press("2");
  expect(held()).toEqual({ id: "a", class: "place", start: 0, end: 3 });
  const next = COMMANDS.find(({ id }) => id === "attribute.next");
  expect(next !== undefined && isAvailable(next, context)).toBe(false);
  editor.select(null);
  expect(keyedAttributes(editor).size).toBe(0);
});

test("what is pressed again is taken back", () => {
  expect(pressed("x", "x", false)).toBeNull();
  expect(pressed("x", "y", false)).toBe("y");
  expect(pressed(undefined, "x", true)).toEqual(["x"]);
  expect(pressed(["x", "y"], "x", true)).toEqual(["y"]);
});
