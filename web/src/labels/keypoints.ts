/**
 * `keypoints`: skeletons with a class on an image. Object key: `keypoints: [[x, y, v], …]`, one entry for each
 * name of the question's `keypoints`; v is 0 (not labelled; then x and y are 0), 1 (hidden) or 2 (visible).
 */
import type { Json, JsonObject, LabelObject } from "../document/label";
import { type ImagePoint, distance, imagePoint } from "../geometry/coordinate";
import { boundsOf, roomToMove } from "../geometry/rotated_box";
import { nearestOnSegment } from "../geometry/segment";
import { Invalid } from "./invalid";
import { type Given, readArray, readInteger, readNumber } from "./json_value";
import type { FieldFacts, ImageShape, Path } from "./kind";
import { ROUNDING_PX, objectKind } from "./objects";
import { readName } from "./ontology";

export const MAX_KEYPOINTS = 1_000;
export const MAX_BONES = 10_000;
export const MAX_SIGMA = 10;

export const HIDDEN = 1;
export const VISIBLE = 2;

export type Joint = readonly [x: number, y: number, v: number];
export const ABSENT: Joint = [0, 0, 0];

/** The names of the points, and the pairs of their places that are joined by a bone. */
interface Options {
  readonly names: readonly string[];
  readonly bones: readonly (readonly [number, number])[];
}

/** The points of an object that was checked. */
export function jointsOf(object: LabelObject): readonly Joint[] {
  return object["keypoints"] as unknown as readonly Joint[];
}

export const isLabelled = ([, , v]: Joint): boolean => v > 0;
const pointOf = ([x, y]: Joint): ImagePoint => imagePoint(x, y);
const pointsOf = (object: LabelObject): ImagePoint[] => jointsOf(object).filter(isLabelled).map(pointOf);

export const keypoints = objectKind<Options>({
  name: "keypoints",
  fieldTypes: ["image"],
  tools: ["keypoints"],
  optionKeys: ["keypoints", "skeleton", "sigmas"],
  form: [
    { key: "keypoints", control: "names", begin: [] },
    { key: "skeleton", control: "json" },
    { key: "sigmas", control: "json" },
  ],
  image: null,
  imageOf: imageShape,
  partsOf: ({ names }) => names,
  text: null,
  readOptions(given, pointer) {
    const names = readNames(given["keypoints"], `${pointer}/keypoints`);
    const bones = readBones(given["skeleton"] ?? [], names, `${pointer}/skeleton`);
    if ("sigmas" in given) checkSigmas(given["sigmas"], names.length, `${pointer}/sigmas`);
    return { names, bones };
  },
  shapeKeys: () => ["keypoints"],
  checkShape(object, facts, pointer, { names }) {
    checkJoints(object["keypoints"], names.length, facts, `${pointer}/keypoints`);
  },
});

function imageShape({ bones }: Options): ImageShape {
  const bonesOf = (object: LabelObject): Path[] => {
    const joints = jointsOf(object);
    return bones.flatMap((ends): Path[] => {
      const points = ends.flatMap((index) => joints.slice(index, index + 1)).filter(isLabelled);
      return points.length === 2 ? [{ points: points.map(pointOf), closed: false }] : [];
    });
  };
  return {
    bounds: (object) => boundsOf(pointsOf(object)),
    paths: (object) => [
      ...bonesOf(object),
      ...pointsOf(object).map((point) => ({ points: [point], closed: false })),
    ],
    distance(object, point) {
      const joints = pointsOf(object).map((joint) => distance(joint, point));
      const along = bonesOf(object).map(({ points: [a = point, b = point] }) =>
        distance(point, nearestOnSegment(point, a, b)),
      );
      return Math.min(...joints, ...along);
    },
    handles: (object) =>
      jointsOf(object).flatMap((joint, index) =>
        isLabelled(joint) ? [{ id: String(index), point: pointOf(joint), role: "corner" as const }] : [],
      ),
    drag: (object, handle, to) => withJoint(object, Number(handle), ([, , v]) => [to[0], to[1], v]),
    /** A visible point is hidden first, and only then taken away. */
    removeCorner: (object, handle) =>
      withJoint(object, Number(handle), ([x, y, v]) => (v === VISIBLE ? [x, y, HIDDEN] : ABSENT)),
    move(object, dx, dy, size) {
      const [byX, byY] = roomToMove(pointsOf(object), dx, dy, size);
      const moved = jointsOf(object).map((joint): Joint =>
        isLabelled(joint) ? [joint[0] + byX + 0, joint[1] + byY + 0, joint[2]] : joint,
      );
      return { ...object, keypoints: moved };
    },
  };
}

/** The object with one point changed; null where none would be labelled. */
function withJoint(object: LabelObject, index: number, change: (joint: Joint) => Joint): LabelObject | null {
  const joints = jointsOf(object).map((joint, place) => (place === index ? change(joint) : joint));
  return joints.some(isLabelled) ? { ...object, keypoints: joints } : null;
}

function checkJoints(value: Given, count: number, facts: FieldFacts | undefined, pointer: string): void {
  const joints = readArray(value, pointer, count);
  if (joints.length !== count)
    throw new Invalid("label.geometry", `there is one entry for each of ${count} keypoints`, pointer, count);
  const states = joints.map((joint, index) => checkJoint(joint, facts, `${pointer}/${index}`));
  if (states.every((state) => state === 0))
    throw new Invalid("label.geometry", "at least one keypoint is labelled", pointer);
}

function checkJoint(value: Json, facts: FieldFacts | undefined, pointer: string): number {
  const entries = readArray(value, pointer, 3);
  if (entries.length !== 3) throw new Invalid("label.geometry", "a keypoint is [x, y, v]", pointer);
  const point = [readNumber(entries[0], `${pointer}/0`), readNumber(entries[1], `${pointer}/1`)];
  const state = readInteger(entries[2], `${pointer}/2`);
  if (state < 0 || state > VISIBLE)
    throw new Invalid(
      "label.geometry",
      "v is 0 (not labelled), 1 (hidden) or 2 (visible)",
      `${pointer}/2`,
      VISIBLE,
    );
  if (state === 0 && point.some((coordinate) => coordinate !== 0))
    throw new Invalid("label.geometry", "a keypoint that is not labelled is [0, 0, 0]", pointer);
  for (const [axis, limit] of [facts?.width ?? null, facts?.height ?? null].entries()) {
    const coordinate = point[axis] ?? 0;
    if (coordinate < 0 || (limit !== null && coordinate > limit + ROUNDING_PX))
      throw new Invalid("label.geometry", "the keypoint lies outside the image", `${pointer}/${axis}`, limit);
  }
  return state;
}

function readNames(value: Given, pointer: string): readonly string[] {
  const names: string[] = [];
  for (const [index, entry] of readArray(value, pointer, MAX_KEYPOINTS, "ontology.invalid").entries()) {
    const name = readName(entry, `${pointer}/${index}`);
    if (names.includes(name))
      throw new Invalid("ontology.name", `the keypoint “${name}” is named twice`, `${pointer}/${index}`);
    names.push(name);
  }
  if (names.length === 0)
    throw new Invalid("ontology.invalid", "at least one keypoint is needed", pointer, 1);
  return names;
}

function readBones(value: Given, names: readonly string[], pointer: string): Options["bones"] {
  return readArray(value, pointer, MAX_BONES, "ontology.invalid").map((entry, index) => {
    const here = `${pointer}/${index}`;
    const ends = readArray(entry, here, 2, "ontology.invalid").map((name, end) => {
      const place = names.findIndex((known) => known === name);
      if (place < 0)
        throw new Invalid("ontology.invalid", "this is not the name of a keypoint", `${here}/${end}`);
      return place;
    });
    const [a, b] = ends;
    if (a === undefined || b === undefined || a === b)
      throw new Invalid("ontology.invalid", "a bone joins two different keypoints", here);
    return [a, b] as const;
  });
}

/** Sigmas are for comparing, which is the engine's; here they are only read. */
function checkSigmas(value: JsonObject[string] | undefined, count: number, pointer: string): void {
  const sigmas = readArray(value, pointer, count, "ontology.invalid");
  for (const [index, entry] of sigmas.entries()) {
    const sigma = readNumber(entry, `${pointer}/${index}`, "ontology.invalid");
    if (sigma <= 0 || sigma > MAX_SIGMA)
      throw new Invalid(
        "ontology.invalid",
        `a sigma lies above 0 and is at most ${MAX_SIGMA}`,
        `${pointer}/${index}`,
        MAX_SIGMA,
      );
  }
  if (sigmas.length !== count)
    throw new Invalid(
      "ontology.invalid",
      `there is one sigma for each of ${count} keypoints`,
      pointer,
      count,
    );
}
