/** Where else in a text the words of a span stand: proposals that a person confirms. */
import type { TextOffsets, TextRange } from "../geometry/text_range";

export const MOST_PROPOSED = 1_000;

/** Whole-word occurrences of a range's text outside the ranges that are taken, in the text's order. */
export function findSameText(
  text: TextOffsets,
  range: TextRange,
  taken: readonly TextRange[],
): readonly TextRange[] {
  const wanted = text.slice(range);
  const found: TextRange[] = [];
  const isFree = freeFrom([range, ...taken]);
  if (wanted === "") return found;
  for (
    let unit = text.text.indexOf(wanted);
    unit >= 0 && found.length < MOST_PROPOSED;
    unit = text.text.indexOf(wanted, unit + wanted.length)
  ) {
    const there = { start: text.codePoint(unit), end: text.codePoint(unit + wanted.length) };
    if (isFree(there) && standsAlone(text.text, unit, wanted.length)) found.push(there);
  }
  return found;
}

/** Whether a range meets none of those that are taken; to be asked in the text's order. */
function freeFrom(taken: readonly TextRange[]): (there: TextRange) => boolean {
  const sorted = [...taken].sort((a, b) => a.start - b.start);
  let [next, reach] = [0, 0];
  return ({ start, end }) => {
    for (let other = sorted[next]; other !== undefined && other.start < end; other = sorted[next]) {
      reach = Math.max(reach, other.end);
      next += 1;
    }
    return reach <= start;
  };
}

/** Not a part of a longer word, where it starts or ends like one itself. */
function standsAlone(text: string, unit: number, length: number): boolean {
  const isWord = (character: string): boolean => /[\p{L}\p{N}\p{M}_]$/u.test(character);
  const joins = (at: number): boolean =>
    isWord(text.slice(Math.max(at - 2, 0), at)) && /^[\p{L}\p{N}\p{M}_]/u.test(text.slice(at, at + 2));
  return !joins(unit) && !joins(unit + length);
}
