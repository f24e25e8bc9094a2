import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { imageBox } from "../../src/geometry/box";
import { imageFromScreen, screenFromImage } from "../../src/geometry/view";
import { type Item, ItemIndex, changedBoxes } from "../../src/media/items";
import { relativeView } from "../../src/media/raster";
import { BLOCK_UNITS, LONGEST_LINE_UNITS, blockAt, splitBlocks } from "../../src/media/text_blocks";
import { pixelPoint } from "../geometry/arbitrary";

const item = (key: string, x: number): Item => ({
  key,
  bounds: imageBox(x, 0, 10, 10),
  paths: [],
  style: { stroke: "red", fill: null, widthPx: 1, dashed: false },
});

describe("items", () => {
  const [a, b, c] = [item("a", 0), item("b", 5), item("c", 50)];

  test("are found where they lie, topmost first", () => {
    const index = new ItemIndex([a, b, c]);
    expect(index.search(imageBox(6, 6, 1, 1)).map(({ key }) => key)).toEqual(["b", "a"]);
    expect(index.search(imageBox(30, 30, 1, 1))).toEqual([]);
    expect(new ItemIndex([]).search(imageBox(0, 0, 1, 1))).toEqual([]);
  });

  test("that changed are painted where they were and where they are", () => {
    const moved = item("b", 20);
    expect(changedBoxes([a, b, c], [a, moved, c])).toEqual([b.bounds, moved.bounds]);
    expect(changedBoxes([a, b], [a, b])).toEqual([]);
  });

  test("are painted whole when many changed, or when their order did", () => {
    const many = Array.from({ length: 40 }, (_, x) => item(String(x), x));
    expect(changedBoxes([], many)).toBeNull();
    expect(changedBoxes([a, b], [b, a])).toBeNull();
  });

  test("are found among 5,000", () => {
    const many = Array.from({ length: 5000 }, (_, place) => item(String(place), place * 20));
    expect(new ItemIndex(many).search(imageBox(40_000, 0, 1, 1))).toHaveLength(1);
  });
});

test("a picture of one view, moved, shows what the other view shows", () => {
  const view = fc.record({
    scale: fc.double({ min: 0.1, max: 10, noNaN: true }),
    x: fc.integer({ min: -500, max: 500 }),
    y: fc.integer({ min: -500, max: 500 }),
  });
  fc.assert(
    fc.property(view, view, pixelPoint, (from, to, point) => {
      const there = screenFromImage(from, point);
      const moved = screenFromImage(relativeView(from, to), imageFromScreen({ scale: 1, x: 0, y: 0 }, there));
      const right = screenFromImage(to, point);
      expect(moved[0]).toBeCloseTo(right[0], 4);
      expect(moved[1]).toBeCloseTo(right[1], 4);
    }),
  );
});

describe("blocks of a text", () => {
  test("lose nothing and split no character", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 50 }),
      fc.constant("\n"),
      fc.constant("😀".repeat(15_001)),
      fc.constant("word ".repeat(6_000)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.join("");
        const blocks = splitBlocks(text);
        expect(blocks.map(({ start, end }) => text.slice(start, end)).join("")).toBe(text);
        for (const { start, end } of blocks) {
          expect(end - start).toBeLessThanOrEqual(LONGEST_LINE_UNITS);
          const pair = text.charCodeAt(start) >= 0xdc00 && text.charCodeAt(start) <= 0xdfff;
          const lead =
            start > 0 && text.charCodeAt(start - 1) >= 0xd800 && text.charCodeAt(start - 1) <= 0xdbff;
          expect(pair && lead).toBe(false);
        }
      }),
    );
  });

  test("are whole lines, and found by place", () => {
    const text = `${"a".repeat(1500)}\n${"b".repeat(1500)}\nend`;
    const blocks = splitBlocks(text);
    expect(blocks.map(({ end }) => end)).toEqual([1501, 3002, 3005]);
    expect(blockAt(blocks, 1500)).toBe(0);
    expect(blockAt(blocks, 1501)).toBe(1);
    expect(blockAt(blocks, text.length)).toBe(2);
  });

  test("of a million characters are few", () => {
    const blocks = splitBlocks("line of a text\n".repeat(70_000));
    expect(blocks.length).toBeLessThan((70_000 * 15) / (BLOCK_UNITS - 20) + 1);
  });
});
