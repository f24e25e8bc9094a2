import { type ImagePoint, type Size, imagePoint } from "./coordinate";

declare const shape: unique symbol;

/** An upright rectangle `[x, y, width, height]` in image pixels. */
export type ImageBox = readonly [x: number, y: number, width: number, height: number] & {
  readonly [shape]: "box";
};

export const imageBox = (x: number, y: number, width: number, height: number): ImageBox =>
  [x, y, width, height] as unknown as ImageBox;

/** The box between two opposite corners, in whichever order. */
export function boxFromCorners(a: ImagePoint, b: ImagePoint): ImageBox {
  return boxAround([a, b]);
}

/** The smallest box around points; four extreme points of an object give its box. */
export function boxAround(points: Iterable<ImagePoint>): ImageBox {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return imageBox(left, top, right - left, bottom - top);
}

export function boxArea(box: ImageBox): number {
  return box[2] * box[3];
}

/** Whether the point lies inside or on the edge. */
export function boxContains(box: ImageBox, point: ImagePoint): boolean {
  return (
    point[0] >= box[0] && point[0] <= box[0] + box[2] && point[1] >= box[1] && point[1] <= box[1] + box[3]
  );
}

export function boxesMeet(a: ImageBox, b: ImageBox): boolean {
  return a[0] <= b[0] + b[2] && b[0] <= a[0] + a[2] && a[1] <= b[1] + b[3] && b[1] <= a[1] + a[3];
}

/** Corners clockwise from the top left. */
export function boxCorners(box: ImageBox): readonly [ImagePoint, ImagePoint, ImagePoint, ImagePoint] {
  const [x, y, width, height] = box;
  return [
    imagePoint(x, y),
    imagePoint(x + width, y),
    imagePoint(x + width, y + height),
    imagePoint(x, y + height),
  ];
}

/** The box moved by whole of (dx, dy) as far as the image allows, its size kept. */
export function moveBox(box: ImageBox, dx: number, dy: number, image: Size | null): ImageBox {
  const [x, y, width, height] = box;
  const place = (from: number, by: number, room: number): number =>
    Math.max(Math.min(from + by, room), 0) + 0;
  return imageBox(
    place(x, dx, image === null ? Infinity : image.width - width),
    place(y, dy, image === null ? Infinity : image.height - height),
    width,
    height,
  );
}

/** Intersection over union, 0 to 1; 0 for boxes without area. */
export function boxIou(a: ImageBox, b: ImageBox): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  const shared = Math.max(width, 0) * Math.max(height, 0);
  const joined = boxArea(a) + boxArea(b) - shared;
  return joined > 0 ? shared / joined : 0;
}
