/** Half-open ranges of a text in Unicode code points, and the way to the UTF-16 units that browsers count in. */

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Both countings of one text. Only characters beyond U+FFFF make them differ, so only those are kept: a
 * million plain characters cost nothing, and each look-up is a binary search.
 */
export class TextOffsets {
  /** In code points. */
  readonly length: number;
  /** The code point offset of each character that takes two units. */
  readonly #wide: readonly number[];

  readonly text: string;

  constructor(text: string) {
    this.text = text;
    const wide: number[] = [];
    for (let unit = 0; unit < text.length - 1; unit += 1) {
      if (isHigh(text.charCodeAt(unit)) && isLow(text.charCodeAt(unit + 1))) {
        wide.push(unit - wide.length);
        unit += 1;
      }
    }
    this.#wide = wide;
    this.length = text.length - wide.length;
  }

  /** The UTF-16 offset of a code point offset. */
  utf16(codePoint: number): number {
    return codePoint + countBelow(this.#wide, (wide) => wide < codePoint);
  }

  /** The code point offset of a UTF-16 offset; inside a pair, the pair's start. */
  codePoint(utf16: number): number {
    // The wide character number i begins at unit wide[i] + i.
    const before = countBelow(this.#wide, (wide, index) => wide + index + 1 < utf16);
    const inside = this.#wide[before];
    return inside !== undefined && inside + before + 1 === utf16 ? inside : utf16 - before;
  }

  /** The text of a range of code points. */
  slice(range: TextRange): string {
    return this.text.slice(this.utf16(range.start), this.utf16(range.end));
  }
}

/**
 * Whether a code point offset falls inside what a reader sees as one character: before a combining mark,
 * around a zero-width joiner, before an emoji skin tone, between CR and LF. The same rule as the engine's.
 */
export function splitsCharacter(offsets: TextOffsets, codePoint: number): boolean {
  if (codePoint <= 0 || codePoint >= offsets.length) return false;
  const unit = offsets.utf16(codePoint);
  const after = offsets.text.codePointAt(unit) ?? 0;
  const before = offsets.text.charCodeAt(unit - 1);
  return (
    /^\p{M}/u.test(String.fromCodePoint(after)) ||
    before === 0x200d ||
    after === 0x200d ||
    (after >= 0x1f3fb && after <= 0x1f3ff) ||
    (before === 0x0d && after === 0x0a)
  );
}

/** The range widened until neither end splits a character. */
export function wholeCharacters(offsets: TextOffsets, range: TextRange): TextRange {
  let { start, end } = range;
  while (splitsCharacter(offsets, start)) start -= 1;
  while (splitsCharacter(offsets, end)) end += 1;
  return { start, end };
}

/** How far around a place its word is looked for: no word that people select is longer. */
const WORD_WINDOW_UNITS = 500;

/** The word at a code point offset; white space and punctuation are words of their own. */
export function wordAt(offsets: TextOffsets, codePoint: number, words: Intl.Segmenter): TextRange {
  const unit = offsets.utf16(Math.min(codePoint, Math.max(offsets.length - 1, 0)));
  // A window that began inside a pair would count wrongly.
  const from = offsets.utf16(offsets.codePoint(Math.max(unit - WORD_WINDOW_UNITS, 0)));
  const found = words.segment(offsets.text.slice(from, unit + WORD_WINDOW_UNITS)).containing(unit - from);
  if (found === undefined) return { start: codePoint, end: codePoint };
  const start = from + found.index;
  return wholeCharacters(offsets, {
    start: offsets.codePoint(start),
    end: offsets.codePoint(start + found.segment.length),
  });
}

/** The range widened to whole words at both ends, without the white space around them. */
export function snapToWords(offsets: TextOffsets, range: TextRange, words: Intl.Segmenter): TextRange {
  const written = offsets.slice(range);
  // White space lies below U+10000, so its units are its code points.
  const leading = written.length - written.trimStart().length;
  const trailing = written.length - written.trimEnd().length;
  if (leading === written.length) return wholeCharacters(offsets, range);
  const start = wordAt(offsets, range.start + leading, words).start;
  const end = wordAt(offsets, range.end - trailing - 1, words).end;
  return { start, end };
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** How many of an ascending list come before the first that fails. */
function countBelow(sorted: readonly number[], passes: (value: number, index: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(sorted[middle] ?? 0, middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The length of a text in code points; a lone surrogate counts as one. */
export function countCodePoints(text: string): number {
  return new TextOffsets(text).length;
}
