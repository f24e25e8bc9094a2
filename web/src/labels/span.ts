/** `span`: ranges of a text with a class. Object keys: `start`, `end`, in code points, half-open. */
import type { JsonObject, LabelObject } from "../document/label";
import { TextOffsets, type TextRange, splitsCharacter } from "../geometry/text_range";
import { Invalid } from "./invalid";
import { readBoolean, readInteger } from "./json_value";
import type { FieldFacts, TextShape } from "./kind";
import { objectKind } from "./objects";

/** The range of an object that was checked. */
export function rangeOf(object: JsonObject): TextRange {
  return { start: object["start"] as number, end: object["end"] as number };
}

const shape: TextShape = {
  range: rangeOf,
  withRange: (object, { start, end }) => ({ ...object, start, end }),
};

export const span = objectKind({
  name: "span",
  fieldTypes: ["text"],
  tools: ["range"],
  optionKeys: ["overlap"],
  form: [{ key: "overlap", control: "flag", otherwise: true }],
  image: null,
  text: shape,
  readOptions: (given, pointer) => ({
    overlap: !("overlap" in given) || readBoolean(given["overlap"], `${pointer}/overlap`),
  }),
  shapeKeys: () => ["start", "end"],
  checkShape: checkRange,
  checkTogether(objects, { overlap }, pointer) {
    if (!overlap) checkApart(objects, pointer);
  },
});

function checkRange(object: JsonObject, facts: FieldFacts | undefined, pointer: string): void {
  const offsets = facts === undefined ? null : offsetsOf(facts);
  for (const key of ["start", "end"]) {
    const offset = readInteger(object[key], `${pointer}/${key}`);
    if (offset < 0 || (offsets !== null && offset > offsets.length))
      throw new Invalid(
        "label.range",
        "the offset lies outside the text",
        `${pointer}/${key}`,
        offsets?.length ?? null,
      );
    if (offsets !== null && splitsCharacter(offsets, offset))
      throw new Invalid("label.range", "the offset splits a character from its marks", `${pointer}/${key}`);
  }
  const { start, end } = rangeOf(object);
  if (start >= end) throw new Invalid("label.range", "a span ends after it starts", `${pointer}/end`);
}

function checkApart(objects: readonly LabelObject[], pointer: string): void {
  const order = objects.map((object, index) => ({ index, ...rangeOf(object) }));
  order.sort((a, b) => a.start - b.start || a.end - b.end || a.index - b.index);
  for (const [place, after] of order.entries()) {
    const before = order[place - 1];
    if (before !== undefined && after.start < before.end)
      throw new Invalid(
        "label.range",
        `the span overlaps span ${before.index}`,
        `${pointer}/${after.index}/start`,
      );
  }
}

/** Counted once a text, not once a span. */
const counted = new WeakMap<FieldFacts, TextOffsets>();

function offsetsOf(facts: FieldFacts): TextOffsets | null {
  if (typeof facts.text !== "string") return null;
  const held = counted.get(facts) ?? new TextOffsets(facts.text);
  counted.set(facts, held);
  return held;
}
