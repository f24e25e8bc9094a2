/** A cursor of whole words, by which a text is marked without a pointer. Offsets are code points. */
import { type TextOffsets, type TextRange, wordAt } from "../../geometry/text_range";

export interface WordCursor {
  /** The word that Shift extends from. */
  readonly anchor: TextRange;
  readonly focus: TextRange;
}

export function rangeOfCursor({ anchor, focus }: WordCursor): TextRange {
  return { start: Math.min(anchor.start, focus.start), end: Math.max(anchor.end, focus.end) };
}

/** The cursor one word on (1) or back (-1); as it was at the text's ends, null in a text without words. */
export function moveCursor(
  cursor: WordCursor | null,
  direction: 1 | -1,
  extend: boolean,
  offsets: TextOffsets,
  words: Intl.Segmenter,
): WordCursor | null {
  const from = cursor === null ? (direction > 0 ? 0 : offsets.length) : edgeOf(cursor.focus, direction);
  const focus = wordFrom(from, direction, offsets, words);
  if (focus === null) return cursor;
  return { anchor: extend && cursor !== null ? cursor.anchor : focus, focus };
}

/**
 * What a finger's taps mean, for whom dragging scrolls: the first puts the cursor on its word, the next widens it to
 * another, and one on what is held lets go.
 */
export function tapCursor(
  cursor: WordCursor | null,
  offset: number,
  offsets: TextOffsets,
  words: Intl.Segmenter,
): WordCursor | null {
  const word = wordAt(offsets, offset, words);
  if (offsets.slice(word).trim() === "") return null;
  if (cursor === null) return { anchor: word, focus: word };
  const { start, end } = rangeOfCursor(cursor);
  return word.start >= start && word.end <= end ? null : { anchor: cursor.anchor, focus: word };
}

const edgeOf = (word: TextRange, direction: 1 | -1): number => (direction > 0 ? word.end : word.start);

/** The next piece that a reader would mark: not white space. */
function wordFrom(
  from: number,
  direction: 1 | -1,
  offsets: TextOffsets,
  words: Intl.Segmenter,
): TextRange | null {
  for (let at = from; direction > 0 ? at < offsets.length : at > 0;) {
    const word = wordAt(offsets, direction > 0 ? at : at - 1, words);
    if (word.end <= word.start) return null;
    if (offsets.slice(word).trim() !== "") return word;
    at = edgeOf(word, direction);
  }
  return null;
}
