import { type ImageBox, boxAround, imageBox } from "./box";
import { type ImagePoint, type Size, imagePoint } from "./coordinate";

declare const shape: unique symbol;

/**
 * A rectangle `[cx, cy, width, height, angle]` in image pixels and radians in (-π, π], clockwise on the screen:
 * at π/2 the width points down.
 */
export type RotatedBox = readonly [cx: number, cy: number, width: number, height: number, angle: number] & {
  readonly [shape]: "rotated box";
};

export const rotatedBox = (
  cx: number,
  cy: number,
  width: number,
  height: number,
  angle: number,
): RotatedBox => [cx, cy, width, height, angle] as unknown as RotatedBox;

/** A point given along the width and across it from the centre, in image pixels. */
export function fromLocal(box: RotatedBox, along: number, across: number): ImagePoint {
  const [cos, sin] = [Math.cos(box[4]), Math.sin(box[4])];
  return imagePoint(box[0] + (along * cos - across * sin), box[1] + (along * sin + across * cos));
}

/** The inverse: how far along the width and across it a point lies from another. */
export function toLocal(angle: number, from: ImagePoint, to: ImagePoint): readonly [number, number] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [dx * cos + dy * sin, dy * cos - dx * sin];
}

/** Corners clockwise on the screen, the one that is top left at angle 0 first. */
export function rotatedCorners(box: RotatedBox): readonly [ImagePoint, ImagePoint, ImagePoint, ImagePoint] {
  const [along, across] = [box[2] / 2, box[3] / 2];
  return [
    fromLocal(box, -along, -across),
    fromLocal(box, along, -across),
    fromLocal(box, along, across),
    fromLocal(box, -along, across),
  ];
}

/** The direction from one point to another in (-π, π]; adding 0 keeps -0 from meaning -π. */
export function angleOf(from: ImagePoint, to: ImagePoint): number {
  return Math.atan2(to[1] - from[1] + 0, to[0] - from[0]) + 0;
}

/** How far a point of turned shapes may pass the image's edge: rounding, never a stroke of the hand. */
const ROUNDING_PX = 1e-6;

/** A box that holds the points, by a little more than what x + width rounds to. */
export function boundsOf(points: readonly ImagePoint[]): ImageBox {
  const [x, y, width, height] = boxAround(points);
  return imageBox(x - ROUNDING_PX, y - ROUNDING_PX, width + 2 * ROUNDING_PX, height + 2 * ROUNDING_PX);
}

/** Whether all points lie in the image; its size may not be known yet. */
export function allInside(points: readonly ImagePoint[], image: Size | null): boolean {
  const [width, height] = [image?.width ?? Infinity, image?.height ?? Infinity];
  return points.every(
    ([x, y]) =>
      x >= -ROUNDING_PX && y >= -ROUNDING_PX && x <= width + ROUNDING_PX && y <= height + ROUNDING_PX,
  );
}

/** (dx, dy) shortened so that what spans `points` stays inside the image. */
export function roomToMove(
  points: readonly ImagePoint[],
  dx: number,
  dy: number,
  image: Size | null,
): readonly [number, number] {
  const [x, y, width, height] = boxAround(points);
  const room = (from: number, length: number, by: number, limit: number): number =>
    Math.max(Math.min(by, limit - from - length), -from);
  return [room(x, width, dx, image?.width ?? Infinity), room(y, height, dy, image?.height ?? Infinity)];
}
