import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boxAround, boxContains, boxIou, imageBox, moveBox } from "../../src/geometry/box";
import { imagePoint } from "../../src/geometry/coordinate";
import { orientation } from "../../src/geometry/orientation";
import { nearestOnOutline, polygonArea, sideOfPolygon, sideOfRing } from "../../src/geometry/polygon";
import { isSimpleRing, polygonFault } from "../../src/geometry/polygon_fault";
import { meetSegments } from "../../src/geometry/segment";
import { simplifyLine, simplifyRing } from "../../src/geometry/simplify";
import { snapToOutlines } from "../../src/geometry/snap";
import { gridPoint, pixelPoint } from "./arbitrary";

const ring = (...points: [number, number][]) => points.map(([x, y]) => imagePoint(x, y));
const square = (x: number, y: number, size: number) =>
  ring([x, y], [x + size, y], [x + size, y + size], [x, y + size]);

describe("orientation", () => {
  test("is exact where rounding says nothing", () => {
    const [a, b] = [imagePoint(12, 12), imagePoint(24, 24)];
    expect(orientation(a, b, imagePoint(0.5, 0.5))).toBe(0);
    expect(orientation(a, b, imagePoint(0.5, 0.5 + Number.EPSILON / 2))).toBe(1);
    expect(orientation(a, b, imagePoint(0.5 + Number.EPSILON / 2, 0.5))).toBe(-1);
  });

  test("changes its sign with the direction", () => {
    fc.assert(
      fc.property(pixelPoint, pixelPoint, pixelPoint, (a, b, c) => {
        expect(orientation(a, b, c) + orientation(b, a, c)).toBe(0);
        expect(orientation(a, b, c)).toBe(orientation(b, c, a));
      }),
    );
  });
});

test("two points on one vertical line do not meet", () => {
  const [low, high] = [imagePoint(5, 0), imagePoint(5, 1)];
  const point = (at: typeof low, owner: number) => ({ a: at, b: at, owner, index: 0 });
  expect(meetSegments(point(low, 0), point(high, 1))).toBe("apart");
  expect(meetSegments(point(low, 0), point(low, 1))).toEqual(low);
});

test("segments meet alike from both sides", () => {
  fc.assert(
    fc.property(gridPoint, gridPoint, gridPoint, gridPoint, (a, b, c, d) => {
      const [p, q] = [
        { a, b, owner: 0, index: 0 },
        { a: c, b: d, owner: 1, index: 0 },
      ];
      expect(meetSegments(p, q)).toEqual(meetSegments(q, p));
    }),
  );
});

describe("polygons", () => {
  test("have their area less their holes", () => {
    expect(polygonArea([square(0, 0, 10), square(2, 2, 3).reverse()])).toBe(91);
  });

  test("know inside, edge and outside", () => {
    const polygon = [square(0, 0, 10), square(2, 2, 3)];
    expect(sideOfPolygon(polygon, imagePoint(1, 1))).toBe("inside");
    expect(sideOfPolygon(polygon, imagePoint(3, 3))).toBe("outside");
    expect(sideOfPolygon(polygon, imagePoint(2, 3))).toBe("edge");
    expect(sideOfPolygon(polygon, imagePoint(10, 10))).toBe("edge");
    expect(sideOfPolygon(polygon, imagePoint(11, 0))).toBe("outside");
  });

  test("a vertex is on the edge, and a point right of a vertex is judged once", () => {
    const diamond = ring([5, 0], [10, 5], [5, 10], [0, 5]);
    expect(sideOfRing(diamond, imagePoint(0, 5))).toBe("edge");
    expect(sideOfRing(diamond, imagePoint(-1, 5))).toBe("outside");
    expect(sideOfRing(diamond, imagePoint(11, 5))).toBe("outside");
    expect(sideOfRing(diamond, imagePoint(5, 5))).toBe("inside");
  });

  test("that are bent, spiked or touch themselves are not simple", () => {
    expect(isSimpleRing(square(0, 0, 4))).toBe(true);
    expect(isSimpleRing([...square(0, 0, 4), imagePoint(0, 0)])).toBe(true);
    expect(isSimpleRing(ring([0, 0], [4, 4], [4, 0], [0, 4]))).toBe(false);
    expect(isSimpleRing(ring([0, 0], [4, 0], [2, 0], [2, 4]))).toBe(false);
    expect(isSimpleRing(ring([0, 0], [4, 0], [2, 2], [4, 4], [0, 4], [2, 2]))).toBe(false);
  });

  test.each([
    ["a hole that touches in one point", [[square(0, 0, 10), ring([0, 5], [3, 4], [3, 6])]], null],
    ["a hole that cuts in two", [[square(0, 0, 10), ring([0, 5], [5, 4], [10, 5], [5, 6])]], [0]],
    ["a hole along the edge", [[square(0, 0, 10), square(0, 2, 3)]], [0]],
    ["a hole partly outside", [[square(0, 0, 10), square(8, 2, 3)]], [0, 1]],
    ["a hole that leaves through a vertex", [[square(0, 0, 10), ring([5, 5], [10, 5], [12, 7])]], [0, 1]],
    ["holes one in another", [[square(0, 0, 10), square(2, 2, 5), square(3, 3, 1)]], [0]],
    ["holes that touch", [[square(0, 0, 10), square(2, 2, 2), square(4, 4, 2)]], null],
    ["parts that touch in a point", [[square(0, 0, 2)], [square(2, 2, 2)]], null],
    ["parts along an edge", [[square(0, 0, 2)], [square(2, 0, 2)]], []],
    ["a part in the other's hole", [[square(0, 0, 10), square(2, 2, 6)], [square(3, 3, 2)]], null],
    ["a part in the other", [[square(0, 0, 10)], [square(3, 3, 2)]], []],
    ["equal parts", [[square(0, 0, 2)], [square(0, 0, 2)]], []],
  ])("%s", (_, polygons, path) => {
    expect(polygonFault(polygons)?.path ?? null).toEqual(path);
  });

  test("100,000 points are judged without a stall", () => {
    const circle = Array.from({ length: 100_000 }, (_, index) => {
      const angle = (index / 100_000) * 2 * Math.PI;
      return imagePoint(5000 + 4000 * Math.cos(angle), 5000 + 4000 * Math.sin(angle));
    });
    expect(polygonFault([[circle]])).toBeNull();
  });
});

describe("lines", () => {
  test("simplified lines keep their ends and stay near", () => {
    fc.assert(
      fc.property(fc.array(pixelPoint, { minLength: 3, maxLength: 40 }), (points) => {
        const line = simplifyLine(points, 50);
        expect([line[0], line.at(-1)]).toEqual([points[0], points.at(-1)]);
        // As an outline that runs back on itself, so that no closing edge helps.
        const outline = [[[...line, ...line.slice(1, -1).reverse()]]];
        for (const point of points) {
          expect(nearestOnOutline(outline, point)?.distance).toBeLessThanOrEqual(50.000001);
        }
      }),
    );
  });

  test("a closed stroke becomes its corners", () => {
    const stroke = [0, 1, 2, 3].flatMap((side) =>
      Array.from({ length: 10 }, (_, step) => {
        const along = step * 2;
        return imagePoint([along, 20, 20 - along, 0][side] ?? 0, [0, along, 20, 20 - along][side] ?? 0);
      }),
    );
    expect(simplifyRing(stroke, 0.5)).toEqual(square(0, 0, 20));
  });

  test("snapping prefers a vertex, then an edge, then stays", () => {
    const outlines = [[square(0, 0, 10)]];
    expect(snapToOutlines(imagePoint(9, 11), outlines, 2)).toEqual([10, 10]);
    expect(snapToOutlines(imagePoint(5, 11), outlines, 2)).toEqual([5, 10]);
    expect(snapToOutlines(imagePoint(5, 15), outlines, 2)).toEqual([5, 15]);
  });
});

describe("boxes", () => {
  test("hold the points they were made around", () => {
    fc.assert(
      fc.property(fc.array(gridPoint, { minLength: 1 }), (points) => {
        const box = boxAround(points);
        for (const point of points) expect(boxContains(box, point)).toBe(true);
      }),
    );
  });

  test("overlap by IoU and move inside the image", () => {
    expect(boxIou(imageBox(0, 0, 10, 10), imageBox(5, 0, 10, 10))).toBeCloseTo(1 / 3);
    expect(moveBox(imageBox(1, 1, 4, 4), -9, 99, { width: 20, height: 10 })).toEqual([0, 6, 4, 4]);
  });
});
