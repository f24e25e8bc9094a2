import { describe, expect, test } from "vitest";
import { type Context, isAvailable } from "../../src/app/command/command";
import { Keymap } from "../../src/app/command/keymap";
import { COMMANDS } from "../../src/app/command/table";
import { Editor } from "../../src/app/task/editor.svelte";
import type { Surface } from "../../src/app/task/surface";
import { Draft } from "../../src/document/draft";
import type { Label } from "../../src/document/label";
import { objectsOf } from "../../src/document/label";
import { boxesMeet } from "../../src/geometry/box";
import { imagePoint, screenPoint } from "../../src/geometry/coordinate";
import { rleOf } from "../../src/labels/mask";
import { strokeMask } from "../../src/geometry/stroke";
import { HEAD, MemoryStore } from "../document/memory";
import { SCHEMA, TEXT } from "../tools/bench";

const SQUARE = strokeMask({ width: 100, height: 100 }, [imagePoint(20, 20), imagePoint(40, 40)], 8);

/** A label being edited, with keys but without a page. */
class Desk {
  readonly editor: Editor;
  readonly #keymap = new Keymap(COMMANDS, {});

  constructor(label: Label) {
    let made = 0;
    const newId = (): string => `n${(made += 1)}`;
    const draft = new Draft({ head: { ...HEAD, start: label }, entries: [] }, new MemoryStore(), newId);
    const facts = new Map([
      ["image", { type: "image", width: 100, height: 100 }],
      ["note", { type: "text", text: TEXT }],
    ]);
    this.editor = new Editor(draft, SCHEMA, facts, newId);
    this.editor.surfaces.set("image", this.#surface());
  }

  press(...chords: readonly string[]): this {
    for (const chord of chords) this.#keymap.find(chord, this.context)?.run(this.context);
    return this;
  }

  get context(): Context {
    const shell = { open: () => undefined, go: () => undefined };
    return { mode: "label", shell, editor: this.editor, label: null, review: null };
  }

  ids(question: string): readonly string[] {
    return objectsOf(this.editor.label, question).map(({ id }) => id);
  }

  #surface(): Surface {
    const { editor } = this;
    return {
      view: { scale: 1, x: 0, y: 0 },
      image: { width: 100, height: 100 },
      near: (box) =>
        [...SCHEMA.asked].flatMap(([question, { objects }]) =>
          objectsOf(editor.label, question)
            .filter((one) => objects?.image != null && boxesMeet(objects.image.bounds(one), box))
            .map(({ id }) => ({ question, id }))
            // What is hidden is on no surface.
            .filter((target) => !editor.shown.isHidden(target)),
        ),
      outlines: () => [],
      setView: () => undefined,
      zoom: () => undefined,
    };
  }
}

const A = { id: "a", class: "car", box: [0, 0, 20, 20] };
const B = { id: "b", class: "person", box: [50, 50, 20, 20] };
const POSE = {
  id: "p",
  class: "cat",
  keypoints: [
    [5, 5, 2],
    [0, 0, 0],
    [0, 0, 0],
  ],
};
const desk = () => new Desk({ objects: [A, B], pose: [POSE] });
const boxOf = (at: Desk, id: string) =>
  objectsOf(at.editor.label, "objects").find((one) => one.id === id)?.["box"];

describe("keys on objects", () => {
  test("go through them, move, double, delete and undo", () => {
    const at = desk().press("N", "ArrowRight", "Shift+ArrowDown");
    expect(boxOf(at, "a")).toEqual([1, 10, 20, 20]);
    at.press("Ctrl+D");
    expect(at.ids("objects")).toEqual(["a", "b", at.editor.selected?.id]);
    expect(boxOf(at, at.editor.selected?.id ?? "")).toEqual([11, 20, 20, 20]);
    at.press("Delete", "Ctrl+Z", "Ctrl+Z", "Ctrl+Z");
    expect(at.editor.label["objects"]).toEqual([A, B]);
  });

  test("lay one over and under the others", () => {
    const at = desk().press("N", "PageUp");
    expect(at.ids("objects")).toEqual(["b", "a"]);
    expect(at.editor.selected?.id).toBe("a");
    expect(at.press("PageUp", "PageDown").ids("objects")).toEqual(["a", "b"]);
    expect(at.press("Ctrl+Z").ids("objects")).toEqual(["b", "a"]);
  });

  test("copy one onto another task that asks the same, and refuse where it has no room", () => {
    desk().press("N", "Ctrl+C");
    const next = new Desk({}).press("Ctrl+V");
    expect(objectsOf(next.editor.label, "objects").map(({ box }) => box)).toEqual([[10, 10, 20, 20]]);
    const small = new Desk({});
    small.editor.facts.set("image", { type: "image", width: 10, height: 10 });
    small.press("Ctrl+V");
    expect([small.ids("objects"), small.editor.refused]).toEqual([[], "paste"]);
    small.press("E");
    expect(small.editor.refused).toBeNull();
  });

  test("do nothing to what is locked or out of sight", () => {
    for (const key of ["L", "H"]) {
      const at = desk().press("N", key);
      expect(at.editor.canChange).toBe(false);
      at.press("ArrowRight", "Delete", "PageUp", "2");
      expect(at.editor.label["objects"]).toEqual([A, B]);
      expect(at.editor.contextOf("image").selected).toBeNull();
      at.press(key, "ArrowRight");
      expect(boxOf(at, "a")).toEqual([1, 0, 20, 20]);
    }
  });

  test("neither paint into nor wipe from a mask that is locked, nor paint into one that is hidden", () => {
    const mask = { id: "m", class: "leaf", rle: rleOf(SQUARE).rle };
    const stroke = (at: Desk): void => {
      for (const type of ["down", "up"] as const) {
        const point = { image: imagePoint(25, 25), screen: screenPoint(25, 25) };
        at.editor.step({ type, ...point, shift: false, alt: false }, "image");
      }
    };
    const target = { question: "leaves", id: "m" };
    for (const [tool, key] of [
      ["brush", "L"],
      ["eraser", "L"],
      ["brush", "H"],
      ["eraser", "H"],
    ] as const) {
      const at = new Desk({ leaves: [mask] });
      at.editor.select(target);
      at.press(key);
      at.editor.useTool(tool);
      stroke(at);
      const [first, ...others] = objectsOf(at.editor.label, "leaves");
      expect([tool, key, first]).toEqual([tool, key, mask]);
      expect(others).toHaveLength(tool === "brush" ? 1 : 0);
    }
    const free = new Desk({ leaves: [mask] });
    free.editor.select(target);
    free.editor.useTool("eraser");
    stroke(free);
    expect(objectsOf(free.editor.label, "leaves")[0]).not.toEqual(mask);
  });

  test("hide a class, show one alone, and bring all back", () => {
    const at = desk().press("N", "Shift+H");
    const { shown } = at.editor;
    expect([
      shown.isHidden({ question: "objects", id: "a" }),
      shown.isHidden({ question: "objects", id: "b" }),
    ]).toEqual([true, false]);
    at.press("O", "Alt+H");
    expect([shown.hidesAny, shown.solo]).toEqual([false, false]);
    at.press("L", "Alt+L");
    expect(at.editor.canChange).toBe(true);
  });

  test("cut and join outlines, and leave those tools by Escape", () => {
    const outline = {
      id: "o",
      class: "lake",
      polygon: [
        [
          [0, 0],
          [50, 0],
          [50, 50],
          [0, 50],
        ],
      ],
    };
    const at = new Desk({ areas: [outline] });
    expect(at.press("X").editor.tool.name).not.toBe("slice"); // nothing is selected
    at.editor.select({ question: "areas", id: "o" });
    expect(at.press("X").editor.tool.name).toBe("slice");
    at.press("Escape");
    expect([at.editor.tool.name, at.editor.selected]).toEqual(["select", null]);
    at.editor.select({ question: "areas", id: "o" });
    expect(at.press("J").editor.tool.name).toBe("join");
    at.editor.point({ question: "objects", id: "none" });
    expect([at.editor.refused, at.editor.selected?.id]).toEqual(["join", "o"]);
    at.editor.shown.toggleLocked([{ question: "areas", id: "other" }]);
    at.editor.point({ question: "areas", id: "other" });
    expect(at.editor.refused).toBe("locked");
  });

  test("take up a point that was left out", () => {
    const at = desk();
    at.editor.select({ question: "pose", id: "p" });
    at.press("K");
    expect([at.editor.tool.name, at.editor.preview.hint]).toEqual(["keypoints", "back"]);
  });
});

describe("Tab", () => {
  test("goes through the questions of one picture and then on through the page", () => {
    const at = desk();
    const asked = [at.editor.question];
    for (let step = 0; step < 6; step += 1) asked.push(at.press("Tab").editor.question);
    expect(asked).toEqual(["objects", "areas", "turned", "lanes", "cells", "pose", "leaves"]);
    expect(new Keymap(COMMANDS, {}).find("Tab", at.context)).toBeNull();
    expect(at.press("Shift+Tab").editor.question).toBe("pose");
  });
});

test("every command that is to be had can be asked for without harm", () => {
  for (const one of COMMANDS) {
    const at = desk().press("N");
    if (isAvailable(one, at.context)) one.run(at.context);
    expect(at.editor.fault).toBeNull();
  }
});
