/**
 * `polygon`: outlines with a class on an image, with holes and several parts. Object keys: `polygon`, a list
 * of rings of points in pixels, or `polygons`, a list of at least two such lists.
 */
import { type JsonObject, type LabelObject, isJsonObject } from "../document/label";
import { imagePoint } from "../geometry/coordinate";
import {
  type Polygon,
  at,
  movePolygon,
  nearestOnOutline,
  polygonBounds,
  sideOfPolygon,
} from "../geometry/polygon";
import { MIN_POINTS, polygonFault } from "../geometry/polygon_fault";
import { Invalid } from "./invalid";
import { type Given, isList, readArray } from "./json_value";
import type { FieldFacts, Handle, ImageShape } from "./kind";
import { objectKind } from "./objects";
import { MAX_POINTS, checkPoints, checkPointsTogether } from "./points";

/** Whether an object is made of outlines. */
export const isOutline = (object: JsonObject): boolean => "polygon" in object || "polygons" in object;

/** The parts of an object that was checked; label documents write points as geometry holds them. */
export function polygonsOf(object: JsonObject): readonly Polygon[] {
  const parts = "polygons" in object ? object["polygons"] : [object["polygon"]];
  return parts as unknown as readonly Polygon[];
}

/** The object with other parts; null without any. */
export function withPolygons(object: LabelObject, parts: readonly Polygon[]): LabelObject | null {
  const [first] = parts;
  if (first === undefined) return null;
  const rest = Object.entries(object).filter(([key]) => key !== "polygon" && key !== "polygons");
  const shape = parts.length === 1 ? { polygon: first } : { polygons: parts };
  return { ...Object.fromEntries(rest), id: object.id, ...shape };
}

const image: ImageShape = {
  bounds: (object) => polygonBounds(polygonsOf(object)),
  paths: (object) => polygonsOf(object).flatMap((rings) => rings.map((points) => ({ points, closed: true }))),
  distance(object, point) {
    const polygons = polygonsOf(object);
    const away = nearestOnOutline(polygons, point)?.distance ?? Infinity;
    const inside = polygons.some((polygon) => sideOfPolygon(polygon, point) !== "outside");
    return inside ? -away : away;
  },
  handles: (object) => polygonsOf(object).flatMap(handlesOf),
  drag(object, handle, to) {
    const { role, polygon, ring, index } = readHandle(handle);
    return changeRing(object, polygon, ring, (points) =>
      role === "insert" ? points.toSpliced(index + 1, 0, to) : points.with(index, to),
    );
  },
  removeCorner(object, handle) {
    const { polygon, ring, index } = readHandle(handle);
    return changeRing(object, polygon, ring, (points) => points.toSpliced(index, 1));
  },
  move(object, dx, dy, size) {
    const [x, y, width, height] = polygonBounds(polygonsOf(object));
    const room = (from: number, length: number, by: number, limit: number): number =>
      Math.max(Math.min(by, limit - from - length), -from);
    const [byX, byY] = [
      room(x, width, dx, size?.width ?? Infinity),
      room(y, height, dy, size?.height ?? Infinity),
    ];
    const moved = polygonsOf(object).map((polygon) => movePolygon(polygon, byX, byY));
    return withPolygons(object, moved) ?? object;
  },
};

export const polygon = objectKind({
  name: "polygon",
  fieldTypes: ["image"],
  tools: ["polygon", "freehand"],
  optionKeys: [],
  image,
  text: null,
  readOptions: () => null,
  shapeKeys: (object) =>
    isJsonObject(object) && "polygons" in object && !("polygon" in object) ? ["polygons"] : ["polygon"],
  checkSize(value, pointer) {
    checkPointsTogether(value, countPoints, pointer);
  },
  checkShape: checkPolygons,
});

function checkPolygons(object: JsonObject, facts: FieldFacts | undefined, pointer: string): void {
  const several = "polygons" in object;
  const here = `${pointer}/${several ? "polygons" : "polygon"}`;
  const parts = several ? readArray(object["polygons"], here, MAX_POINTS) : [object["polygon"]];
  if (several && parts.length < 2)
    throw new Invalid("label.geometry", "polygons holds at least two; write one as polygon", here, 2);
  if (countPoints(object) > MAX_POINTS)
    throw new Invalid("label.invalid", `at most ${MAX_POINTS} points`, here, MAX_POINTS);
  parts.forEach((part, index) => {
    checkRings(part, facts, several ? `${here}/${index}` : here);
  });
  const fault = polygonFault(polygonsOf(object));
  if (fault === null) return;
  const path = several ? fault.path : fault.path.slice(1);
  throw new Invalid("label.geometry", fault.detail, here + path.map((step) => `/${step}`).join(""));
}

function checkRings(value: Given, facts: FieldFacts | undefined, pointer: string): void {
  const rings = readArray(value, pointer, MAX_POINTS);
  if (rings.length === 0) throw new Invalid("label.geometry", "a polygon has an outer ring", pointer);
  for (const [index, ring] of rings.entries()) {
    const here = `${pointer}/${index}`;
    const points = readArray(ring, here, MAX_POINTS);
    if (points.length < MIN_POINTS)
      throw new Invalid("label.geometry", `a ring has at least ${MIN_POINTS} points`, here, MIN_POINTS);
    checkPoints(points, facts, here);
  }
}

/** The points of an object, as far as it has the form of one. */
function countPoints(object: Given): number {
  if (!isJsonObject(object)) return 0;
  const several = object["polygons"];
  const parts = isList(several) ? several : [object["polygon"]];
  const rings = parts.flatMap((part) => (isList(part) ? part : []));
  return rings.reduce<number>((sum, ring) => sum + (isList(ring) ? ring.length : 0), 0);
}

function handlesOf(rings: Polygon, part: number): Handle[] {
  return rings.flatMap((ring, hole) =>
    ring.flatMap((point, index): Handle[] => {
      const next = at(ring, index + 1);
      const middle = imagePoint((point[0] + next[0]) / 2, (point[1] + next[1]) / 2);
      return [
        { id: `corner ${part} ${hole} ${index}`, point, role: "corner" },
        { id: `insert ${part} ${hole} ${index}`, point: middle, role: "insert" },
      ];
    }),
  );
}

function readHandle(handle: string): { role: string; polygon: number; ring: number; index: number } {
  const [role = "", polygon, ring, index] = handle.split(" ");
  return { role, polygon: Number(polygon), ring: Number(ring), index: Number(index) };
}

/** The object with one ring changed; a hole that has too few points left goes, an outer ring stays. */
function changeRing(
  object: LabelObject,
  part: number,
  ring: number,
  change: (points: Polygon[number]) => Polygon[number],
): LabelObject | null {
  const parts = polygonsOf(object);
  const rings = parts[part];
  const points = rings?.[ring];
  if (rings === undefined || points === undefined) return null;
  const changed = change(points);
  if (changed.length < MIN_POINTS && ring === 0) return null;
  const kept = changed.length < MIN_POINTS ? rings.toSpliced(ring, 1) : rings.with(ring, changed);
  return withPolygons(object, parts.with(part, kept));
}
