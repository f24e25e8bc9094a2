/** `polyline`: open lines with a class on an image. Object key: `polyline: [[x, y], …]` in pixels. */
import { type LabelObject, isJsonObject } from "../document/label";
import { type ImagePoint, distance, imagePoint, samePoint } from "../geometry/coordinate";
import { boundsOf, roomToMove } from "../geometry/rotated_box";
import { nearestOnSegment } from "../geometry/segment";
import { Invalid } from "./invalid";
import { type Given, isList, readArray } from "./json_value";
import type { FieldFacts, Handle, ImageShape } from "./kind";
import { objectKind } from "./objects";
import { MAX_POINTS, checkPoints, checkPointsTogether } from "./points";

export const MIN_POINTS = 2;

/** The points of an object that was checked. */
export function lineOf(object: LabelObject): readonly ImagePoint[] {
  return object["polyline"] as unknown as readonly ImagePoint[];
}

/** Whether points make a line: two of them differ. */
export function isLine(points: readonly ImagePoint[]): boolean {
  const [first] = points;
  return first !== undefined && points.some((point) => !samePoint(point, first));
}

const image: ImageShape = {
  bounds: (object) => boundsOf(lineOf(object)),
  paths: (object) => [{ points: lineOf(object), closed: false }],
  distance(object, point) {
    const points = lineOf(object);
    return points.reduce((least, a, index) => {
      const near = nearestOnSegment(point, a, points[index + 1] ?? a);
      return Math.min(least, distance(point, near));
    }, Infinity);
  },
  handles: (object) => handlesOf(lineOf(object)),
  drag(object, handle, to) {
    const { role, index } = readHandle(handle);
    const points = lineOf(object);
    return withLine(object, role === "insert" ? points.toSpliced(index + 1, 0, to) : points.with(index, to));
  },
  removeCorner: (object, handle) => withLine(object, lineOf(object).toSpliced(readHandle(handle).index, 1)),
  move(object, dx, dy, size) {
    const points = lineOf(object);
    const [byX, byY] = roomToMove(points, dx, dy, size);
    return { ...object, polyline: points.map(([x, y]) => imagePoint(x + byX + 0, y + byY + 0)) };
  },
};

export const polyline = objectKind({
  name: "polyline",
  fieldTypes: ["image"],
  tools: ["polyline"],
  optionKeys: [],
  image,
  text: null,
  readOptions: () => null,
  shapeKeys: () => ["polyline"],
  checkSize(value, pointer) {
    checkPointsTogether(value, countPoints, pointer);
  },
  checkShape(object, facts, pointer) {
    checkLine(object["polyline"], facts, `${pointer}/polyline`);
  },
});

function checkLine(value: Given, facts: FieldFacts | undefined, pointer: string): void {
  const points = readArray(value, pointer, MAX_POINTS);
  if (points.length < MIN_POINTS)
    throw new Invalid("label.geometry", `a line has at least ${MIN_POINTS} points`, pointer, MIN_POINTS);
  checkPoints(points, facts, pointer);
  if (!isLine(points as unknown as readonly ImagePoint[]))
    throw new Invalid("label.geometry", "a line has at least 2 different points", pointer);
}

function countPoints(object: Given): number {
  const points = isJsonObject(object) ? object["polyline"] : null;
  return isList(points) ? points.length : 0;
}

function withLine(object: LabelObject, points: readonly ImagePoint[]): LabelObject | null {
  return isLine(points) ? { ...object, polyline: points } : null;
}

function handlesOf(points: readonly ImagePoint[]): readonly Handle[] {
  return points.flatMap((point, index): Handle[] => {
    const next = points[index + 1];
    const corner: Handle = { id: `corner ${index}`, point, role: "corner" };
    if (next === undefined) return [corner];
    const middle = imagePoint((point[0] + next[0]) / 2, (point[1] + next[1]) / 2);
    return [corner, { id: `insert ${index}`, point: middle, role: "insert" }];
  });
}

function readHandle(handle: string): { role: string; index: number } {
  const [role = "", index] = handle.split(" ");
  return { role, index: Number(index) };
}
