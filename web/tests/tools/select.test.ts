import { describe, expect, test } from "vitest";
import type { LabelObject } from "../../src/document/label";
import { imagePoint, screenPoint } from "../../src/geometry/coordinate";
import { TextOffsets } from "../../src/geometry/text_range";
import { findSameText } from "../../src/tools/same_text";
import { Bench, TEXT } from "./bench";

const BIG = { id: "big", class: "car", box: [0, 0, 80, 80] };
const SMALL = { id: "small", class: "car", box: [20, 20, 30, 30] };

function bench(): Bench {
  const made = new Bench("select", "objects", "car");
  made.label = { objects: [SMALL, BIG] };
  return made;
}

describe("a click", () => {
  test("takes the smallest object around it, also from under a larger one", () => {
    expect(bench().click(35, 35).selected?.id).toBe("small");
    expect(bench().click(70, 10).selected?.id).toBe("big");
  });

  test("takes an outline within reach before what lies around", () => {
    expect(bench().click(80, 40).selected?.id).toBe("big");
    expect(bench().click(48, 52).selected?.id).toBe("small");
  });

  test("reaches further in image pixels when the image is shown small", () => {
    const far = bench();
    far.view = { scale: 0.25, x: 0, y: 0 };
    expect(far.click(100, 40).selected?.id).toBe("big");
    expect(bench().click(100, 40).selected).toBeNull();
  });

  test("changes nothing, and a drag is one edit", () => {
    expect(bench().click(35, 35).edits).toBe(0);
    const dragged = bench().drag(35, 35, 45, 40);
    expect(dragged.edits).toBe(1);
    expect(dragged.drawn[0]).toEqual({ ...SMALL, box: [30, 25, 30, 30] });
  });
});

describe("the selected object", () => {
  test("is shown by the preview while it moves", () => {
    const moving = bench().pointer("down", 35, 35).pointer("move", 45, 35);
    const preview = moving.tool.preview(moving.context);
    expect(preview.replaces).toEqual({ question: "objects", id: "small" });
    expect(preview.paths[0]?.points[0]).toEqual([30, 20]);
  });

  test("is reshaped by a corner", () => {
    const reshaped = bench().click(35, 35).drag(50, 50, 60, 55);
    expect(reshaped.drawn[0]).toEqual({ ...SMALL, box: [20, 20, 40, 35] });
  });

  test("has its corners snapped to a neighbour's outline, but for Alt and on boxes", () => {
    const ring = [
      [10, 10],
      [30, 10],
      [30, 30],
      [10, 30],
    ];
    const area = { id: "area", class: "lake", polygon: [ring] };
    const beside = (question: string, object: LabelObject): Bench => {
      const at = new Bench("select", question, "lake");
      at.label = { [question]: [object] };
      at.neighbours = [[[imagePoint(60, 10), imagePoint(90, 10), imagePoint(90, 50)]]];
      return at.click(20, 20);
    };
    const corner = (at: Bench): unknown => (at.drawn[0]?.["polygon"] as unknown[][] | undefined)?.[0]?.[1];
    expect(corner(beside("areas", area).drag(30, 10, 58, 13))).toEqual([60, 10]);
    expect(corner(beside("areas", area).drag(30, 10, 75, 12))).toEqual([75, 10]);
    expect(corner(beside("areas", area).drag(30, 10, 58, 13, { shift: false, alt: true }))).toEqual([58, 13]);
    const box = beside("objects", { id: "b", class: "car", box: [10, 10, 20, 20] }).drag(30, 30, 58, 13);
    expect(box.drawn[0]?.["box"]).toEqual([10, 10, 48, 3]);
  });

  test("is moved by keys, deleted by a key, and let go by another", () => {
    const keys = bench().click(35, 35);
    keys.send({ type: "nudge", dx: -30, dy: 1, shift: false, alt: false });
    expect(keys.drawn[0]).toEqual({ ...SMALL, box: [0, 21, 30, 30] });
    expect(keys.key("Escape").selected).toBeNull();
    expect(bench().click(35, 35).key("Delete").drawn).toEqual([BIG]);
  });

  test("that went away under the pointer ends the drag", () => {
    const lost = bench().pointer("down", 35, 35).pointer("move", 45, 35);
    lost.label = {};
    lost.pointer("move", 50, 35).pointer("up", 50, 35);
    expect(lost.label).toEqual({});
  });

  test("loses a corner by a double click on it", () => {
    const polygon = new Bench("select", "areas", "lake");
    const ring = [
      [0, 0],
      [50, 0],
      [50, 50],
      [0, 50],
    ];
    polygon.label = { areas: [{ id: "p", class: "lake", polygon: [ring] }] };
    polygon.selected = { question: "areas", id: "p" };
    expect(polygon.pointer("double", 50, 50).drawn[0]).toMatchObject({
      polygon: [[ring[0], ring[1], ring[3]]],
    });
  });
});

describe("the view", () => {
  test("zooms about the pointer and follows a drag", () => {
    const view = bench().use("pan_zoom");
    view.send({ type: "wheel", screen: screenPoint(10, 20), factor: 2, shift: false, alt: false });
    expect(view.view).toEqual({ scale: 2, x: -10, y: -20 });
    view.send({ type: "down", screen: screenPoint(0, 0), image: imagePoint(0, 0), shift: false, alt: false });
    view.send({ type: "up", screen: screenPoint(5, 7), image: imagePoint(0, 0), shift: false, alt: false });
    expect(view.view).toEqual({ scale: 2, x: -5, y: -13 });
    expect(view.tool.state).toBe("idle");
  });
});

describe("the same text", () => {
  const text = new TextOffsets(TEXT);

  test("is found as whole words outside what is taken", () => {
    expect(findSameText(text, { start: 0, end: 3 }, [])).toEqual([{ start: 19, end: 22 }]);
    expect(findSameText(text, { start: 0, end: 3 }, [{ start: 18, end: 20 }])).toEqual([]);
  });

  test("is found after characters beyond U+FFFF", () => {
    const emoji = new TextOffsets("😀 a 😀 b 😀");
    expect(findSameText(emoji, { start: 0, end: 1 }, [])).toEqual([
      { start: 4, end: 5 },
      { start: 8, end: 9 },
    ]);
  });
});
