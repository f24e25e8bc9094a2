/**
 * Coordinate spaces as types: a point of one cannot be handed to a function of the other.
 *
 * Points are tuples because label documents write them so; the brand exists for the compiler only.
 */
declare const space: unique symbol;

/** Pixels of the image: origin at the top-left corner of pixel 0, x right, y down, never normalised. */
export type ImagePoint = readonly [x: number, y: number] & { readonly [space]: "image" };

/** CSS pixels of the surface: origin at its top-left corner. */
export type ScreenPoint = readonly [x: number, y: number] & { readonly [space]: "screen" };

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const imagePoint = (x: number, y: number): ImagePoint => [x, y] as unknown as ImagePoint;
export const screenPoint = (x: number, y: number): ScreenPoint => [x, y] as unknown as ScreenPoint;

/** The distance between two points of one space. */
export function distance<P extends ImagePoint | ScreenPoint>(a: P, b: P): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

export function samePoint(a: ImagePoint, b: ImagePoint): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** The nearest point of the image, its edges included. For a pointer that left the image while drawing. */
export function insideImage(point: ImagePoint, image: Size): ImagePoint {
  return imagePoint(within(point[0], image.width), within(point[1], image.height));
}

/** Adding 0 turns -0, which no label may hold, into 0. */
const within = (value: number, length: number): number => Math.min(Math.max(value, 0), length) + 0;
