/**
 * `mask`: sets of pixels with a class on an image. Object key: `rle: {size: [height, width], counts}`; `size` is the
 * image's and `counts` COCO's text of run lengths, column by column.
 */
import { type JsonObject, type LabelObject, isJsonObject } from "../document/label";
import { type Mask, countsFromMask, maskBounds, maskFromCounts, maskHolds, moveMask } from "../geometry/mask";
import { maskOutline } from "../geometry/mask_outline";
import { type Ring, nearestOnOutline } from "../geometry/polygon";
import { countsFromText, textFromCounts } from "../geometry/run_length";
import { Invalid } from "./invalid";
import { type Given, isList, readArray, readInteger, readRecord } from "./json_value";
import type { FieldFacts, ImageShape } from "./kind";
import { objectKind } from "./objects";

/** Of run lengths in one object. */
export const MAX_CHARS = 1_000_000;
/** In one question of one item. */
export const MAX_CHARS_TOGETHER = 4_000_000;
export const MAX_PIXELS = 2 ** 31 - 1;

interface Read {
  readonly mask: Mask;
  readonly outline: readonly Ring[];
}

/** Read once an object, for objects do not change. */
const read = new WeakMap<LabelObject, Read>();

function readOnce(object: LabelObject): Read {
  const known = read.get(object);
  if (known !== undefined) return known;
  const { size, counts } = object["rle"] as unknown as { size: [number, number]; counts: string };
  const mask = maskFromCounts({ height: size[0], width: size[1] }, countsFromText(counts) ?? []);
  const made = { mask, outline: maskOutline(mask) };
  read.set(object, made);
  return made;
}

/** The mask of an object that was checked. */
export const maskOf = (object: LabelObject): Mask => readOnce(object).mask;

/** The shape key of an object with a mask. */
export function rleOf(mask: Mask): { readonly rle: JsonObject } {
  return { rle: { size: [mask.height, mask.width], counts: textFromCounts(countsFromMask(mask)) } };
}

const image: ImageShape = {
  bounds: (object) => maskBounds(maskOf(object)),
  paths: (object) => readOnce(object).outline.map((points) => ({ points, closed: true })),
  distance(object, point) {
    const { mask, outline } = readOnce(object);
    const away = nearestOnOutline([outline], point)?.distance ?? Infinity;
    return maskHolds(mask, point) ? -away : away;
  },
  handles: () => [],
  drag: () => null,
  removeCorner: () => null,
  move(object, dx, dy) {
    return { ...object, ...rleOf(moveMask(maskOf(object), dx, dy)) };
  },
};

export const maskKind = objectKind({
  name: "mask",
  fieldTypes: ["image"],
  tools: ["brush", "eraser"],
  optionKeys: [],
  image,
  text: null,
  readOptions: () => null,
  shapeKeys: () => ["rle"],
  checkSize(value, pointer) {
    const chars = isList(value) ? value.reduce<number>((sum, object) => sum + countChars(object), 0) : 0;
    if (chars > MAX_CHARS_TOGETHER)
      throw new Invalid(
        "label.invalid",
        `at most ${MAX_CHARS_TOGETHER} characters of run lengths in all`,
        pointer,
        MAX_CHARS_TOGETHER,
      );
  },
  checkShape(object, facts, pointer) {
    const here = `${pointer}/rle`;
    const rle = readRecord(object["rle"], here, ["size", "counts"], []);
    const pixels = checkSides(rle["size"], facts, `${here}/size`);
    checkCounts(rle["counts"], pixels, `${here}/counts`);
  },
});

/** Answers the number of pixels. */
function checkSides(value: Given, facts: FieldFacts | undefined, pointer: string): number {
  const sides = readArray(value, pointer, 2);
  if (sides.length !== 2) throw new Invalid("label.geometry", "a mask's size is [height, width]", pointer, 2);
  const [height = 0, width = 0] = sides.map((side, axis) => {
    const length = readInteger(side, `${pointer}/${axis}`);
    if (length < 1) throw new Invalid("label.geometry", "a mask has pixels", `${pointer}/${axis}`, 1);
    return length;
  });
  if (height * width > MAX_PIXELS)
    throw new Invalid("label.invalid", `at most ${MAX_PIXELS} pixels`, pointer, MAX_PIXELS);
  for (const [axis, [side, known]] of [
    [height, facts?.height ?? null] as const,
    [width, facts?.width ?? null] as const,
  ].entries()) {
    if (known !== null && side !== known)
      throw new Invalid("label.geometry", "a mask is as large as its image", `${pointer}/${axis}`, known);
  }
  return height * width;
}

function checkCounts(value: Given, pixels: number, pointer: string): void {
  if (typeof value !== "string") throw new Invalid("label.invalid", "run lengths are a text here", pointer);
  if (value.length > MAX_CHARS)
    throw new Invalid("label.invalid", `at most ${MAX_CHARS} characters`, pointer, MAX_CHARS);
  const counts = countsFromText(value);
  if (counts === null)
    throw new Invalid("label.invalid", "this is no text of run lengths, or not the shortest", pointer);
  const refuse = (detail: string): never => {
    throw new Invalid("label.geometry", detail, pointer, pixels);
  };
  if (counts.reduce((sum, count) => sum + count, 0) !== pixels)
    refuse("the runs do not add up to the image's pixels");
  if (counts.indexOf(0, 1) > 0) refuse("only the first run may be empty");
  if (counts.length === 1) refuse("a mask has at least one pixel");
}

/** The characters of an object's run lengths, as far as it has the form of one. */
function countChars(object: Given): number {
  const rle = isJsonObject(object) ? object["rle"] : null;
  const counts = isJsonObject(rle) ? rle["counts"] : null;
  return typeof counts === "string" ? counts.length : 0;
}
