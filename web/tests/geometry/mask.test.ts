import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { imagePoint } from "../../src/geometry/coordinate";
import {
  type Mask,
  columnsOf,
  countsFromMask,
  cutMask,
  joinMasks,
  maskArea,
  maskBounds,
  maskFromColumns,
  maskFromCounts,
  maskHolds,
  moveMask,
} from "../../src/geometry/mask";
import { maskOutline } from "../../src/geometry/mask_outline";
import { nearestOnSegment } from "../../src/geometry/segment";
import { signedArea } from "../../src/geometry/polygon";
import { countsFromText, textFromCounts } from "../../src/geometry/run_length";
import { strokeMask } from "../../src/geometry/stroke";

interface Reference {
  readonly name: string;
  readonly size: readonly [number, number];
  readonly counts: string;
  readonly area: number;
}

/** Texts and areas that pycocotools wrote; the engine is held to the same. */
const PYCOCOTOOLS = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../tests/golden/masks/rle.json"), "utf8"),
) as readonly Reference[];

/** Masks of one small picture, as rows of pixels. */
const picture = { width: 7, height: 5 };
const pixelRows = fc.array(fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), {
  minLength: 5,
  maxLength: 5,
});
type Rows = readonly (readonly boolean[])[];

function maskOf(rows: Rows): Mask {
  const columns = Array.from({ length: picture.width }, (_, x) =>
    rows.flatMap((row, y) => (row[x] === true ? [y, y + 1] : [])),
  );
  // Runs that touch are one.
  const merged = columns.map((column) =>
    column.filter((edge, at) => column[at - 1] !== edge && column[at + 1] !== edge),
  );
  return maskFromColumns(picture, 0, merged);
}

const holds = (mask: Mask): boolean[][] =>
  Array.from({ length: picture.height }, (_, y) =>
    Array.from({ length: picture.width }, (_, x) => maskHolds(mask, imagePoint(x + 0.5, y + 0.5))),
  );

describe("run lengths", () => {
  test.each(PYCOCOTOOLS)("are COCO's: $name", ({ size: [height, width], counts, area }) => {
    const read = countsFromText(counts);
    if (read === null) throw new Error("pycocotools' text was refused");
    const mask = maskFromCounts({ width, height }, read);
    expect(maskArea(mask)).toBe(area);
    expect(textFromCounts(countsFromMask(mask))).toBe(counts);
    const { x, columns } = columnsOf(mask);
    expect(maskFromColumns(mask, x, columns)).toEqual(mask);
  });

  test("come back, however long", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { minLength: 1 }), (counts) => {
        expect(countsFromText(textFromCounts(counts))).toEqual(counts);
      }),
    );
  });

  test("have one text; every other is refused", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const counts = countsFromText(text);
        if (counts !== null) expect(textFromCounts(counts)).toBe(text);
      }),
    );
    for (const text of ["", "P", "41W0", "PPPPPPPPPP0", "O=", "41p", "41é"])
      expect(countsFromText(text), text).toBeNull();
  });
});

describe("masks", () => {
  test("join, cut and hold as their pixels do", () => {
    fc.assert(
      fc.property(pixelRows, pixelRows, (left, right) => {
        const [a, b] = [maskOf(left), maskOf(right)];
        expect(holds(a)).toEqual(left);
        expect(holds(joinMasks(a, b))).toEqual(
          left.map((row, y) => row.map((one, x) => one || right[y]?.[x])),
        );
        expect(holds(cutMask(a, b))).toEqual(
          left.map((row, y) => row.map((one, x) => one && !right[y]?.[x])),
        );
        expect(joinMasks(cutMask(a, b), joinMasks(a, b))).toEqual(joinMasks(b, a));
        expect(maskFromCounts(picture, countsFromMask(a))).toEqual(a);
      }),
    );
  });

  test("move inside the picture without losing a pixel, and back", () => {
    const by = fc.integer({ min: -9, max: 9 });
    fc.assert(
      fc.property(pixelRows, by, by, (rows, dx, dy) => {
        const mask = maskOf(rows);
        const [x, y, width, height] = maskBounds(mask);
        const moved = moveMask(mask, dx, dy);
        expect(maskArea(moved)).toBe(maskArea(mask));
        if (maskArea(mask) === 0) return;
        const [newX, newY, newWidth, newHeight] = maskBounds(moved);
        expect([newWidth, newHeight]).toEqual([width, height]);
        expect(moveMask(moved, x - newX, y - newY)).toEqual(mask);
      }),
    );
  });

  test("are what their outlines hold, filled by turns", () => {
    fc.assert(
      fc.property(pixelRows, (rows) => {
        const mask = maskOf(rows);
        const rings = maskOutline(mask);
        expect(rings.reduce((sum, ring) => sum + signedArea(ring), 0)).toBe(maskArea(mask));
        for (const ring of rings) {
          for (const [index, a] of ring.entries()) {
            const b = ring[(index + 1) % ring.length] ?? a;
            // Every second side is level, and between the mask and what is not the mask.
            expect((a[0] === b[0]) !== (a[1] === b[1])).toBe(true);
            const [dx, dy] = [Math.sign(b[0] - a[0]) / 2, Math.sign(b[1] - a[1]) / 2];
            const beside = (side: 1 | -1) => imagePoint(a[0] + dx - side * dy, a[1] + dy + side * dx);
            expect([maskHolds(mask, beside(1)), maskHolds(mask, beside(-1))]).toEqual([true, false]);
          }
        }
      }),
    );
  });

  test("a large one is traced once around", () => {
    const size = { width: 3000, height: 2000 };
    const disc = strokeMask(size, [imagePoint(1500, 1000)], 900);
    const rings = maskOutline(disc);
    expect(rings).toHaveLength(1);
    expect(maskArea(disc)).toBeCloseTo(Math.PI * 900 ** 2, -4);
  });
});

describe("a stroke", () => {
  const size = { width: 20, height: 16 };
  const place = fc
    .tuple(fc.double({ min: -6, max: 26, noNaN: true }), fc.double({ min: -6, max: 22, noNaN: true }))
    .map(([x, y]) => imagePoint(x, y));

  test("is the pixels near its line, and those that it passes by at its points", () => {
    fc.assert(
      fc.property(
        fc.array(place, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0.5, max: 6, noNaN: true }),
        (points, radius) => {
          const mask = strokeMask(size, points, radius);
          for (let x = 0; x < size.width; x += 1) {
            for (let y = 0; y < size.height; y += 1) {
              const centre = imagePoint(x + 0.5, y + 0.5);
              const away = Math.min(
                ...points.map((b, index) => {
                  const near = nearestOnSegment(centre, points[index - 1] ?? b, b);
                  return Math.hypot(near[0] - centre[0], near[1] - centre[1]);
                }),
              );
              const under = points.some(([px, py]) => Math.floor(px) === x && Math.floor(py) === y);
              if (Math.abs(away - radius) > 1e-6 && !under)
                expect(maskHolds(mask, centre), `${x} ${y}`).toBe(away < radius);
              if (under) expect(maskHolds(mask, centre)).toBe(true);
            }
          }
        },
      ),
    );
  });

  test("outside the picture leaves nothing", () => {
    expect(strokeMask(size, [imagePoint(-50, 3), imagePoint(-40, 3)], 4).edges).toEqual([]);
    expect(strokeMask(size, [imagePoint(3, 500)], 4).edges).toEqual([]);
  });
});
