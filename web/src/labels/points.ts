/** Lists of points `[[x, y], …]` in image pixels: refused at the first that is wrong. */
import { Invalid } from "./invalid";
import { type Given, MAX_NUMBER, isList, readArray, readNumber } from "./json_value";
import type { FieldFacts } from "./kind";
import { ROUNDING_PX } from "./objects";

/** In one object. */
export const MAX_POINTS = 100_000;
/** In one question of one item. */
export const MAX_POINTS_TOGETHER = 500_000;

/** Refuses points that are none or lie outside the image. */
export function checkPoints(points: readonly Given[], facts: FieldFacts | undefined, pointer: string): void {
  const limits = [facts?.width ?? null, facts?.height ?? null];
  // Pointers are made only where something is wrong: there may be 100,000 points.
  points.forEach((point, place) => {
    if (!isSoundPoint(point, limits)) refusePoint(point, limits, `${pointer}/${place}`);
  });
}

/** Refuses a flood of points before anything is measured, so that it costs nothing. */
export function checkPointsTogether(value: Given, count: (object: Given) => number, pointer: string): void {
  const points = isList(value) ? value.reduce<number>((sum, object) => sum + count(object), 0) : 0;
  if (points > MAX_POINTS_TOGETHER)
    throw new Invalid("label.invalid", `at most ${MAX_POINTS_TOGETHER} points`, pointer, MAX_POINTS_TOGETHER);
}

function isSoundPoint(point: Given, limits: readonly (number | null)[]): boolean {
  if (!isList(point) || point.length !== 2) return false;
  return point.every((value, axis) => {
    const limit = limits[axis] ?? null;
    const most = limit === null ? MAX_NUMBER : limit + ROUNDING_PX;
    return typeof value === "number" && value >= 0 && value <= most && !Object.is(value, -0);
  });
}

function refusePoint(point: Given, limits: readonly (number | null)[], pointer: string): never {
  const values = readArray(point, pointer, 2);
  if (values.length !== 2) throw new Invalid("label.geometry", "a point is [x, y]", pointer);
  for (const [axis, limit] of limits.entries()) {
    const value = readNumber(values[axis], `${pointer}/${axis}`);
    if (value < 0 || (limit !== null && value > limit + ROUNDING_PX))
      throw new Invalid("label.geometry", "the point lies outside the image", `${pointer}/${axis}`, limit);
  }
  throw new Error("a point was refused and every part of it is right");
}
