/**
 * `rotated_box`: rectangles at any angle with a class on an image. Object key: `rotated_box:
 * [cx, cy, width, height, angle]` in pixels and radians; the width runs towards the front.
 */
import type { LabelObject } from "../document/label";
import { type ImagePoint, type Size, imagePoint, samePoint } from "../geometry/coordinate";
import { nearestOnOutline, sideOfRing } from "../geometry/polygon";
import {
  type RotatedBox,
  allInside,
  angleOf,
  boundsOf,
  fromLocal,
  roomToMove,
  rotatedBox,
  rotatedCorners,
  toLocal,
} from "../geometry/rotated_box";
import { Invalid } from "./invalid";
import { type Given, readArray, readNumber } from "./json_value";
import type { FieldFacts, Handle, ImageShape } from "./kind";
import { objectKind } from "./objects";

/** Pixels; below it the overlap of two rectangles is rounding. */
export const MIN_SIDE = 0.001;

/** The rotated box of an object that was checked. */
export function rotatedBoxOf(object: LabelObject): RotatedBox {
  const [cx = 0, cy = 0, width = 0, height = 0, angle = 0] = object["rotated_box"] as readonly number[];
  return rotatedBox(cx, cy, width, height, angle);
}

/** Whether it is large enough and lies in the image. */
export function isSoundRotatedBox(box: RotatedBox, image: Size | null): boolean {
  return box[2] >= MIN_SIDE && box[3] >= MIN_SIDE && allInside(rotatedCorners(box), image);
}

const image: ImageShape = {
  bounds: (object) => boundsOf(rotatedCorners(rotatedBoxOf(object))),
  paths(object) {
    const box = rotatedBoxOf(object);
    return [{ points: rotatedCorners(box), closed: true }];
  },
  distance(object, point) {
    const corners = rotatedCorners(rotatedBoxOf(object));
    const away = nearestOnOutline([[corners]], point)?.distance ?? Infinity;
    return sideOfRing(corners, point) === "outside" ? away : -away;
  },
  handles: (object) => handlesOf(rotatedBoxOf(object)),
  drag(object, handle, to, size = null) {
    const box = rotatedBoxOf(object);
    const held = handlesOf(box).find(({ id }) => id === handle);
    // A handle that did not move changes nothing, not even by rounding.
    if (held === undefined || samePoint(held.point, to)) return object;
    const dragged = held.role === "turn" ? turned(box, to) : resized(box, held, to);
    return isSoundRotatedBox(dragged, size) ? { ...object, rotated_box: dragged } : null;
  },
  removeCorner: () => null,
  move(object, dx, dy, size) {
    const box = rotatedBoxOf(object);
    const [byX, byY] = roomToMove(rotatedCorners(box), dx, dy, size);
    const moved = rotatedBox(box[0] + byX + 0, box[1] + byY + 0, box[2], box[3], box[4]);
    return { ...object, rotated_box: moved };
  },
};

export const rotatedBoxKind = objectKind({
  name: "rotated_box",
  fieldTypes: ["image"],
  tools: ["rotated_box"],
  optionKeys: [],
  image,
  text: null,
  readOptions: () => null,
  shapeKeys: () => ["rotated_box"],
  checkShape(object, facts, pointer) {
    checkRotatedBox(object["rotated_box"], facts, `${pointer}/rotated_box`);
  },
});

function checkRotatedBox(value: Given, facts: FieldFacts | undefined, pointer: string): void {
  const entries = readArray(value, pointer, 5);
  if (entries.length !== 5)
    throw new Invalid("label.geometry", "a rotated box is [cx, cy, width, height, angle]", pointer, 5);
  const numbers = entries.map((entry, index) => readNumber(entry, `${pointer}/${index}`));
  const [cx = 0, cy = 0, width = 0, height = 0, angle = 0] = numbers;
  for (const [axis, length] of [width, height].entries()) {
    if (length < MIN_SIDE)
      throw new Invalid(
        "label.geometry",
        "a rotated box has width and height",
        `${pointer}/${axis + 2}`,
        MIN_SIDE,
      );
  }
  if (!(angle > -Math.PI && angle <= Math.PI))
    throw new Invalid("label.geometry", "the angle lies in (-π, π] radians", `${pointer}/4`, Math.PI);
  const limits = { width: facts?.width ?? Infinity, height: facts?.height ?? Infinity };
  if (!allInside(rotatedCorners(rotatedBox(cx, cy, width, height, angle)), limits))
    throw new Invalid("label.geometry", "a corner lies outside the image", pointer);
}

/** Corners, middles of edges, and halfway to the front the place to turn it by. */
function handlesOf(box: RotatedBox): readonly Handle[] {
  const corners = rotatedCorners(box);
  const ends = corners.flatMap((corner, index): Handle[] => {
    const next = corners[(index + 1) % 4] ?? corner;
    const middle = imagePoint((corner[0] + next[0]) / 2, (corner[1] + next[1]) / 2);
    return [
      { id: `corner ${index}`, point: corner, role: "corner" },
      { id: `edge ${index}`, point: middle, role: "edge" },
    ];
  });
  return [...ends, { id: "turn", point: fromLocal(box, box[2] / 4, 0), role: "turn" }];
}

function turned(box: RotatedBox, to: ImagePoint): RotatedBox {
  return rotatedBox(box[0], box[1], box[2], box[3], angleOf(imagePoint(box[0], box[1]), to));
}

/** The opposite corner or edge stays; the angle too. */
function resized(box: RotatedBox, held: Handle, to: ImagePoint): RotatedBox {
  const index = Number(held.id.split(" ")[1]);
  const corners = rotatedCorners(box);
  const fixed = corners[(index + 2) % 4] ?? corners[0];
  const [along, across] = toLocal(box[4], fixed, to);
  // From the opposite corner an edge moves one number: the first and third the height, the others the width.
  const [freeAlong, freeAcross] = toLocal(box[4], fixed, corners[index] ?? corners[0]);
  const keepsWidth = held.role === "edge" && index % 2 === 0;
  const keepsHeight = held.role === "edge" && index % 2 === 1;
  const width = keepsWidth ? freeAlong : along;
  const height = keepsHeight ? freeAcross : across;
  const [cx, cy] = fromLocal(rotatedBox(fixed[0], fixed[1], 0, 0, box[4]), width / 2, height / 2);
  return rotatedBox(
    cx + 0,
    cy + 0,
    keepsWidth ? box[2] : Math.abs(width),
    keepsHeight ? box[3] : Math.abs(height),
    box[4],
  );
}
