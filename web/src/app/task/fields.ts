/** What an item's fields hold, as labels are checked against and surfaces show it. */
import { download } from "../../client/transfer";
import { isJsonObject, type Json } from "../../document/label";
import { TextOffsets } from "../../geometry/text_range";
import type { FieldFacts } from "../../labels/kind";
import type { Fields } from "../../labels/ontology";
import { type ImageSource, loadImage } from "../../media/image_source";
import { type ShownItem, mediaAddress } from "../engine";

export interface ItemField {
  readonly name: string;
  readonly type: string;
  readonly value: Json;
  /** The field's text; null where it is none. */
  readonly text: string | null;
  /** The picture, fetched ahead; null where it is none. */
  readonly image: Promise<ImageSource> | null;
  /** Fetches the picture once more. */
  readonly fetchAgain: () => Promise<ImageSource>;
}

/** The fields in the ontology's order. Pictures begin to load at once, until the signal calls them off. */
export function openFields(
  fields: Fields,
  values: Readonly<Record<string, unknown>>,
  shown: ShownItem,
  signal: AbortSignal,
): readonly ItemField[] {
  return [...fields]
    .filter(([name]) => Object.hasOwn(values, name))
    .map(([name, type]) => {
      const value = values[name] as Json;
      const text = type === "text" && typeof value === "string" ? value : null;
      const open = (): Promise<ImageSource> => openImage(mediaAddress(value, name, shown), value, signal);
      return { name, type, value, text, image: type === "image" ? open() : null, fetchAgain: open };
    });
}

/** The facts that need no measuring. */
export function factsOf(fields: readonly ItemField[]): Map<string, FieldFacts> {
  return new Map(fields.map(({ name, type, text }) => [name, { type, text }]));
}

/** The texts among the facts, with their countings of characters. */
export function offsetsOf(facts: ReadonlyMap<string, FieldFacts>): ReadonlyMap<string, TextOffsets> {
  const texts = [...facts].flatMap(([name, { text }]) => (text == null ? [] : [[name, text] as const]));
  return new Map(texts.map(([name, text]) => [name, new TextOffsets(text)]));
}

/** The texts by their fields' names, each counted once for all who say what stands where. */
export function textsOf(fields: readonly ItemField[]): ReadonlyMap<string, TextOffsets> {
  return new Map(
    fields.flatMap(({ name, text }) => (text === null ? [] : [[name, new TextOffsets(text)] as const])),
  );
}

async function openImage(address: string | null, value: Json, signal: AbortSignal): Promise<ImageSource> {
  if (address === null) return { state: "broken", reason: "unreachable" };
  try {
    return await loadImage(async () => (await download(address, signal)).blob, sizeOf(value), signal);
  } catch (error) {
    // Called off: the task was left, and nobody looks at the picture any more.
    if (signal.aborted) return { state: "broken", reason: "unreachable" };
    throw error;
  }
}

function sizeOf(value: Json): { width: number; height: number } | null {
  if (!isJsonObject(value)) return null;
  const { width, height } = value;
  return typeof width === "number" && typeof height === "number" ? { width, height } : null;
}
