import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { imagePoint } from "../../src/geometry/coordinate";
import { joinPolygons } from "../../src/geometry/join";
import { type Polygon, polygonArea } from "../../src/geometry/polygon";
import { polygonFault } from "../../src/geometry/polygon_fault";
import { slicePolygon } from "../../src/geometry/slice";

const points = (...pairs: readonly (readonly [number, number])[]) => pairs.map(([x, y]) => imagePoint(x, y));
const SQUARE: Polygon = [points([0, 0], [10, 0], [10, 10], [0, 10])];
/** Like a U, so that a level line crosses both arms. */
const ARMS: Polygon = [points([0, 0], [3, 0], [3, 7], [7, 7], [7, 0], [10, 0], [10, 10], [0, 10])];
const areas = (polygons: readonly Polygon[] | null) =>
  (polygons ?? []).map(polygonArea).sort((a, b) => a - b);

describe("a line through an outline", () => {
  test("makes two of it, that share the line", () => {
    const pieces = slicePolygon(SQUARE, points([-5, 4], [15, 4]));
    expect(areas(pieces)).toEqual([40, 60]);
    for (const [ring] of pieces ?? []) {
      expect(ring).toContainEqual([0, 4]);
      expect(ring).toContainEqual([10, 4]);
    }
  });

  test("may bend inside, and go through corners", () => {
    expect(areas(slicePolygon(SQUARE, points([5, -1], [5, 5], [11, 5])))).toEqual([25, 75]);
    expect(areas(slicePolygon(SQUARE, points([-1, -1], [11, 11])))).toEqual([50, 50]);
  });

  test("cuts each part that it goes through", () => {
    expect(areas(slicePolygon(ARMS, points([-1, 3], [11, 3])))).toEqual([9, 9, 54]);
  });

  test("leaves holes with the piece around them, and cuts through none", () => {
    const hole = points([2, 2], [4, 2], [4, 4], [2, 4]);
    const pieces = slicePolygon([...SQUARE, hole], points([6, -1], [6, 11]));
    expect(areas(pieces)).toEqual([40, 56]);
    expect(slicePolygon([...SQUARE, hole], points([3, -1], [3, 11]))).toBeNull();
  });

  test("that cuts nothing off, runs along an edge or crosses itself is none", () => {
    expect(slicePolygon(SQUARE, points([-5, -5], [15, -5]))).toBeNull();
    expect(slicePolygon(SQUARE, points([5, -5], [5, 5]))).toBeNull();
    expect(slicePolygon(SQUARE, points([2, 2], [8, 8]))).toBeNull();
    expect(slicePolygon(SQUARE, points([0, -5], [0, 15]))).toBeNull();
    expect(slicePolygon(SQUARE, points([-1, 5], [8, 5], [8, 8], [5, 8], [5, -1]))).toBeNull();
    expect(slicePolygon([], points([0, 0], [1, 1]))).toBeNull();
    expect(slicePolygon(SQUARE, [])).toBeNull();
  });

  test("loses no area and makes sound outlines only", () => {
    const coordinate = fc.integer({ min: -20, max: 120 }).map((value) => value / 10);
    const line = fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(line, fc.constantFrom(SQUARE, ARMS), (pairs, polygon) => {
        const pieces = slicePolygon(polygon, points(...pairs));
        if (pieces === null) return;
        expect(pieces.length).toBeGreaterThan(1);
        const whole = areas(pieces).reduce((sum, area) => sum + area, 0);
        expect(whole).toBeCloseTo(polygonArea(polygon), 6);
        for (const piece of pieces) expect(polygonFault([piece])).toBeNull();
      }),
    );
  });
});

describe("outlines that are joined", () => {
  const moved = (dx: number): Polygon =>
    SQUARE.map((ring) => points(...ring.map(([x, y]) => [x + dx, y] as const)));

  test("become one where they meet, and stay two where they do not", () => {
    expect(areas(joinPolygons([SQUARE], [moved(5)]))).toEqual([150]);
    expect(areas(joinPolygons([SQUARE], [moved(10)]))).toEqual([200]);
    expect(areas(joinPolygons([SQUARE], [moved(20)]))).toEqual([100, 100]);
  });

  test("fill each other's holes", () => {
    const hole = points([2, 2], [4, 2], [4, 4], [2, 4]);
    expect(joinPolygons([[...SQUARE, hole]], [[hole]])).toHaveLength(1);
    expect(areas(joinPolygons([[...SQUARE, hole]], [[hole]]))).toEqual([100]);
  });

  test("give back what a line made two of", () => {
    const at = fc.integer({ min: 1, max: 99 }).map((value) => value / 10);
    fc.assert(
      fc.property(at, at, (left, right) => {
        const [one, other] = slicePolygon(SQUARE, points([-1, left], [11, right])) ?? [];
        if (one === undefined || other === undefined) throw new Error("the line goes through");
        const joined = joinPolygons([one], [other]);
        expect(polygonFault(joined)).toBeNull();
        expect(areas(joined)).toEqual([expect.closeTo(100, 6)]);
      }),
    );
  });
});
