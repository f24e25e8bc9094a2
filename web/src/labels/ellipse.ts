/**
 * `ellipse`: ellipses at any angle with a class on an image. Object key: `ellipse: [cx, cy, rx, ry, angle]` in
 * pixels and radians; half a turn gives the same ellipse.
 */
import type { LabelObject } from "../document/label";
import { type ImagePoint, type Size, imagePoint, samePoint } from "../geometry/coordinate";
import {
  type Ellipse,
  axisAngle,
  ellipse as ellipseAt,
  ellipseExtremes,
  ellipseInside,
  ellipseOutline,
  frameOf,
} from "../geometry/ellipse";
import { nearestOnOutline, sideOfRing } from "../geometry/polygon";
import { angleOf, boundsOf, fromLocal, roomToMove, toLocal } from "../geometry/rotated_box";
import { Invalid } from "./invalid";
import { type Given, readArray, readNumber } from "./json_value";
import type { FieldFacts, Handle, ImageShape } from "./kind";
import { objectKind } from "./objects";

/** Pixels; below it the overlap of two ellipses is rounding. */
export const MIN_RADIUS = 0.001;

/** The ellipse of an object that was checked. */
export function ellipseOf(object: LabelObject): Ellipse {
  const [cx = 0, cy = 0, rx = 0, ry = 0, angle = 0] = object["ellipse"] as readonly number[];
  return ellipseAt(cx, cy, rx, ry, angle);
}

/** Whether it is large enough and lies in the image. */
export function isSoundEllipse(of: Ellipse, image: Size | null): boolean {
  return of[2] >= MIN_RADIUS && of[3] >= MIN_RADIUS && ellipseInside(of, image);
}

const image: ImageShape = {
  bounds: (object) => boundsOf(ellipseOutline(ellipseOf(object))),
  paths: (object) => [{ points: ellipseOutline(ellipseOf(object)), closed: true }],
  distance(object, point) {
    const outline = ellipseOutline(ellipseOf(object));
    const away = nearestOnOutline([[outline]], point)?.distance ?? Infinity;
    return sideOfRing(outline, point) === "outside" ? away : -away;
  },
  handles: (object) => handlesOf(ellipseOf(object)),
  drag(object, handle, to, size = null) {
    const of = ellipseOf(object);
    const held = handlesOf(of).find(({ id }) => id === handle);
    // A handle that did not move changes nothing, not even by rounding.
    if (held === undefined || samePoint(held.point, to)) return object;
    const dragged = reshaped(of, held.id, to);
    return isSoundEllipse(dragged, size) ? { ...object, ellipse: dragged } : null;
  },
  removeCorner: () => null,
  move(object, dx, dy, size) {
    const of = ellipseOf(object);
    const [byX, byY] = roomToMove(ellipseExtremes(of), dx, dy, size);
    return { ...object, ellipse: ellipseAt(of[0] + byX + 0, of[1] + byY + 0, of[2], of[3], of[4]) };
  },
};

export const ellipse = objectKind({
  name: "ellipse",
  fieldTypes: ["image"],
  tools: ["ellipse"],
  optionKeys: [],
  image,
  text: null,
  readOptions: () => null,
  shapeKeys: () => ["ellipse"],
  checkShape(object, facts, pointer) {
    checkEllipse(object["ellipse"], facts, `${pointer}/ellipse`);
  },
});

function checkEllipse(value: Given, facts: FieldFacts | undefined, pointer: string): void {
  const entries = readArray(value, pointer, 5);
  if (entries.length !== 5)
    throw new Invalid("label.geometry", "an ellipse is [cx, cy, rx, ry, angle]", pointer, 5);
  const numbers = entries.map((entry, index) => readNumber(entry, `${pointer}/${index}`));
  const [cx = 0, cy = 0, rx = 0, ry = 0, angle = 0] = numbers;
  for (const [axis, radius] of [rx, ry].entries()) {
    if (radius < MIN_RADIUS)
      throw new Invalid("label.geometry", "an ellipse has two radii", `${pointer}/${axis + 2}`, MIN_RADIUS);
  }
  if (!(angle > -Math.PI / 2 && angle <= Math.PI / 2))
    throw new Invalid("label.geometry", "the angle lies in (-π/2, π/2] radians", `${pointer}/4`, Math.PI / 2);
  const limits = { width: facts?.width ?? Infinity, height: facts?.height ?? Infinity };
  if (!ellipseInside(ellipseAt(cx, cy, rx, ry, angle), limits))
    throw new Invalid("label.geometry", "a part of the ellipse lies outside the image", pointer);
}

/** The ends of both axes, and halfway along the first the place to turn it by. */
function handlesOf(of: Ellipse): readonly Handle[] {
  const [frame, [, , rx, ry]] = [frameOf(of), of];
  return [
    { id: "first end", point: fromLocal(frame, rx, 0), role: "corner" },
    { id: "first start", point: fromLocal(frame, -rx, 0), role: "corner" },
    { id: "second end", point: fromLocal(frame, 0, ry), role: "corner" },
    { id: "second start", point: fromLocal(frame, 0, -ry), role: "corner" },
    { id: "turn", point: fromLocal(frame, rx / 2, 0), role: "turn" },
  ];
}

/** The centre stays. */
function reshaped([cx, cy, rx, ry, angle]: Ellipse, handle: string, to: ImagePoint): Ellipse {
  const centre = imagePoint(cx, cy);
  if (handle === "turn") return ellipseAt(cx, cy, rx, ry, axisAngle(angleOf(centre, to)));
  const [along, across] = toLocal(angle, centre, to);
  return handle.startsWith("first")
    ? ellipseAt(cx, cy, Math.abs(along), ry, angle)
    : ellipseAt(cx, cy, rx, Math.abs(across), angle);
}
