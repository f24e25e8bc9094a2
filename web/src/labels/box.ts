/** `box`: upright rectangles with a class on an image. Object key: `box: [x, y, width, height]` in pixels. */
import type { LabelObject } from "../document/label";
import { type ImageBox, boxContains, boxCorners, boxFromCorners, imageBox, moveBox } from "../geometry/box";
import { imagePoint } from "../geometry/coordinate";
import { nearestOnOutline } from "../geometry/polygon";
import { Invalid } from "./invalid";
import { type Given, readArray, readNumber } from "./json_value";
import type { FieldFacts, Handle, ImageShape } from "./kind";
import { ROUNDING_PX, objectKind } from "./objects";

/** The box of an object that was checked. */
export function boxOf(object: LabelObject): ImageBox {
  const [x = 0, y = 0, width = 0, height = 0] = object["box"] as readonly number[];
  return imageBox(x, y, width, height);
}

export function withBox(object: LabelObject, box: ImageBox): LabelObject {
  return { ...object, box };
}

const image: ImageShape = {
  bounds: boxOf,
  paths: (object) => [{ points: boxCorners(boxOf(object)), closed: true }],
  distance(object, point) {
    const box = boxOf(object);
    const away = nearestOnOutline([[boxCorners(box)]], point)?.distance ?? Infinity;
    return boxContains(box, point) ? -away : away;
  },
  handles(object) {
    const corners = boxCorners(boxOf(object));
    return corners.flatMap((corner, index): Handle[] => {
      const next = corners[(index + 1) % 4] ?? corner;
      const middle = imagePoint((corner[0] + next[0]) / 2, (corner[1] + next[1]) / 2);
      return [
        { id: `corner ${index}`, point: corner, role: "corner" },
        { id: `edge ${index}`, point: middle, role: "edge" },
      ];
    });
  },
  drag(object, handle, to) {
    const box = boxOf(object);
    const [role, index] = [handle.split(" ")[0], Number(handle.split(" ")[1])];
    const corners = boxCorners(box);
    const fixed = corners[(index + 2) % 4] ?? corners[0];
    // An edge moves one coordinate: the upper and lower their y, the right and left their x.
    const free = corners[index] ?? corners[0];
    const moved =
      role === "corner" ? to : index % 2 === 0 ? imagePoint(free[0], to[1]) : imagePoint(to[0], free[1]);
    const dragged = boxFromCorners(fixed, moved);
    return dragged[2] > 0 && dragged[3] > 0 ? withBox(object, dragged) : null;
  },
  removeCorner: () => null,
  move: (object, dx, dy, size) => withBox(object, moveBox(boxOf(object), dx, dy, size)),
};

export const box = objectKind({
  name: "box",
  fieldTypes: ["image"],
  tools: ["box", "extreme_points"],
  optionKeys: [],
  image,
  text: null,
  readOptions: () => null,
  shapeKeys: () => ["box"],
  checkShape(object, facts, pointer) {
    checkBox(object["box"], facts, `${pointer}/box`);
  },
});

function checkBox(value: Given, facts: FieldFacts | undefined, pointer: string): void {
  const entries = readArray(value, pointer, 4);
  if (entries.length !== 4) throw new Invalid("label.geometry", "a box is [x, y, width, height]", pointer);
  const numbers = entries.map((entry, index) => readNumber(entry, `${pointer}/${index}`));
  const [x = 0, y = 0, width = 0, height = 0] = numbers;
  const axes = [
    { start: x, length: width, limit: facts?.width ?? null },
    { start: y, length: height, limit: facts?.height ?? null },
  ];
  for (const [axis, { length }] of axes.entries()) {
    if (length <= 0)
      throw new Invalid("label.geometry", "a box has width and height", `${pointer}/${axis + 2}`);
  }
  for (const [axis, { start, length, limit }] of axes.entries()) {
    if (start < 0 || (limit !== null && start >= limit))
      throw new Invalid("label.geometry", "the box starts outside the image", `${pointer}/${axis}`, limit);
    if (limit !== null && start + length > limit + ROUNDING_PX)
      throw new Invalid("label.geometry", "the box ends outside the image", `${pointer}/${axis + 2}`, limit);
  }
}
