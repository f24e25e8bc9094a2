import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Draft } from "../../src/document/draft";
import { imagePoint } from "../../src/geometry/coordinate";
import { maskArea, maskBounds, maskHolds } from "../../src/geometry/mask";
import { maskOf } from "../../src/labels/mask";
import { faultOf } from "../../src/labels/schema";
import { HEAD, MemoryStore, counter } from "../document/memory";
import { Bench, SCHEMA } from "./bench";

const SHIFT = { shift: true, alt: false };
const FACTS = new Map([["image", { type: "image", width: 100, height: 100 }]]);

function bench(radius = 5): Bench {
  const made = new Bench("brush", "leaves", "leaf");
  made.brushRadius = radius;
  return made;
}

const areaOf = (at: Bench) => at.drawn.map((object) => maskArea(maskOf(object)));
const holds = (at: Bench, x: number, y: number) =>
  at.drawn.map((object) => maskHolds(maskOf(object), imagePoint(x, y)));

describe("the brush", () => {
  test("paints a new mask, and the next stroke goes on with it", () => {
    const at = bench().drag(20, 20, 60, 20);
    expect(at.drawn).toHaveLength(1);
    expect(at.edits).toBe(1);
    expect(at.selected).toEqual({ question: "leaves", id: "o0" });
    expect(at.drawn.map((object) => maskBounds(maskOf(object)))).toEqual([[15, 15, 50, 10]]);
    at.drag(20, 80, 60, 80);
    expect([at.edits, at.drawn.length]).toEqual([2, 1]);
    expect([holds(at, 40, 20), holds(at, 40, 80), holds(at, 40, 50)]).toEqual([[true], [true], [false]]);
    expect(faultOf(SCHEMA, at.label, FACTS)).toBeNull();
  });

  test("starts another where nothing, or a mask of another class, is selected", () => {
    const at = bench().click(20, 20);
    at.selected = null;
    at.click(80, 80);
    expect(at.drawn).toHaveLength(2);
    const rust = new Bench("brush", "leaves", "rust");
    rust.label = at.label;
    rust.selected = at.selected;
    rust.edits = at.edits;
    expect(rust.click(50, 50).drawn.map((object) => object["class"])).toEqual(["leaf", "leaf", "rust"]);
  });

  test("that paints what is painted, or beside the picture, makes no edit", () => {
    const at = bench().click(20, 20).click(20, 20);
    expect(at.edits).toBe(1);
    at.selected = null;
    expect(at.click(-50, -50).edits).toBe(1);
  });

  test("goes straight with Shift: from the last stroke's end, and as the last piece of this one", () => {
    const at = bench(2).click(10, 10).click(90, 90, SHIFT);
    expect([holds(at, 50, 50), at.drawn.length]).toEqual([[true], 1]);
    const bent = bench(2).pointer("down", 10, 10).pointer("move", 10, 50);
    bent.pointer("move", 40, 90, SHIFT).pointer("move", 90, 50, SHIFT).pointer("up", 90, 50, SHIFT);
    expect([holds(bent, 10, 30), holds(bent, 50, 50), holds(bent, 40, 90)]).toEqual([
      [true],
      [true],
      [false],
    ]);
  });

  test("is as large as it is made, from half a pixel to the picture", () => {
    const at = new Bench("brush", "leaves", "leaf");
    const size = (factor: number) => at.send({ type: "size", factor, shift: false, alt: false }).brushRadius;
    expect(size(2)).toBe(6);
    expect(size(0.5)).toBe(3);
    expect(size(1e-6)).toBe(0.5);
    expect(areaOf(at.click(10.2, 10.2))).toEqual([1]);
    expect(size(1e9)).toBe(100);
  });

  test("is where the pointer went, however many places it tells of", () => {
    const at = bench(4).pointer("down", 80, 50);
    for (let step = 1; step <= 3000; step += 1) {
      const angle = (step * 2 * Math.PI) / 3000;
      at.pointer("move", 50 + 30 * Math.cos(angle), 50 + 30 * Math.sin(angle));
    }
    const [area = 0] = areaOf(at.pointer("up", 80, 50));
    expect(Math.abs(area / (Math.PI * (34 ** 2 - 26 ** 2)) - 1)).toBeLessThan(0.02);
    expect([holds(at, 50, 20), holds(at, 50, 50)]).toEqual([[true], [false]]);
  });

  test("is given up by Escape, stroke and all", () => {
    const at = bench().pointer("down", 10, 10).pointer("move", 50, 50);
    expect(at.tool.state).toBe("stroking");
    expect(at.key("Escape").pointer("up", 50, 50).edits).toBe(0);
  });

  test("shows its size, and while it paints its stroke", () => {
    const at = bench().pointer("move", 30, 30);
    expect(at.tool.preview(at.context).paths.map(({ points }) => points.length)).toEqual([48]);
    at.pointer("down", 30, 30).pointer("move", 40, 30);
    const { paths, replaces } = at.tool.preview(at.context);
    expect(paths[0]).toMatchObject({ brush: { radius: 5, erases: false } });
    expect(replaces).toBeNull();
  });
});

describe("the eraser", () => {
  test("takes away from what is selected, or from what it is put on", () => {
    const at = bench().drag(20, 50, 80, 50).use("eraser").drag(50, 40, 50, 60);
    expect([holds(at, 50, 50), holds(at, 30, 50)]).toEqual([[false], [true]]);
    at.selected = null;
    at.drag(30, 20, 30, 60);
    expect(holds(at, 30, 50)).toEqual([true]);
    at.drag(30, 50, 30, 60);
    expect(holds(at, 30, 50)).toEqual([false]);
    expect(at.edits).toBe(3);
  });

  test("shows the mask without what goes while it works", () => {
    const at = bench().drag(20, 50, 80, 50).use("eraser").pointer("down", 50, 40).pointer("move", 50, 60);
    const { paths, replaces } = at.tool.preview(at.context);
    expect(replaces).toEqual({ question: "leaves", id: "o0" });
    expect(paths.map((path) => path.brush?.erases ?? path.closed)).toEqual([true, true, true]);
  });

  test("that leaves nothing deletes the object", () => {
    const at = bench().click(50, 50).use("eraser");
    at.brushRadius = 20;
    expect(at.click(50, 50).drawn).toEqual([]);
    expect(at.selected).toBeNull();
  });
});

test("a mask is moved by whole pixels, and has no handles", () => {
  const at = bench().click(50, 50).use("select").drag(50, 50, 60.4, 70.4);
  expect(at.drawn.map((object) => maskBounds(maskOf(object)))).toEqual([[55, 65, 10, 10]]);
  expect(SCHEMA.asked.get("leaves")?.objects?.image?.handles(at.drawn[0] ?? { id: "" })).toEqual([]);
});

test("any strokes, undone and redone, give back the document, one operation a stroke", () => {
  const place = fc.integer({ min: -10, max: 110 });
  const stroke = fc.record({
    tool: fc.constantFrom("brush", "eraser"),
    radius: fc.integer({ min: 1, max: 30 }),
    from: fc.tuple(place, place),
    to: fc.tuple(place, place),
    fresh: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(stroke, { maxLength: 12 }), (strokes) => {
      const at = bench();
      const draft = new Draft({ head: HEAD, entries: [] }, new MemoryStore(), counter());
      const labels = [at.label];
      at.edited = (steps) => {
        draft.edit(steps);
        labels.push(draft.label);
      };
      for (const { tool, radius, from, to, fresh } of strokes) {
        at.use(tool).brushRadius = radius;
        if (fresh) at.selected = null;
        at.drag(from[0], from[1], to[0], to[1]);
      }
      expect(draft.state.made).toBe(at.edits);
      expect(at.edits).toBeLessThanOrEqual(strokes.length);
      expect(draft.label).toEqual(at.label);
      expect(faultOf(SCHEMA, at.label, FACTS)).toBeNull();
      for (const label of labels.slice(0, -1).reverse()) {
        draft.undo();
        expect(draft.label).toEqual(label);
      }
      for (const label of labels.slice(1)) {
        draft.redo();
        expect(draft.label).toEqual(label);
      }
    }),
  );
});
