import { expect, test } from "vitest";
import { type WordCursor, moveCursor, rangeOfCursor, tapCursor } from "../../src/app/task/cursor";
import { TextOffsets } from "../../src/geometry/text_range";

const words = new Intl.Segmenter("en", { granularity: "word" });
const text = new TextOffsets("Ann 😀 ran  home.");

function marked(...moves: readonly (readonly [1 | -1, boolean])[]): string {
  let cursor: WordCursor | null = null;
  for (const [direction, extend] of moves) cursor = moveCursor(cursor, direction, extend, text, words);
  return cursor === null ? "" : text.slice(rangeOfCursor(cursor));
}

test("the cursor goes from word to word, over white space and wide characters", () => {
  expect(marked([1, false])).toBe("Ann");
  expect(marked([1, false], [1, false])).toBe("😀");
  expect(marked([1, false], [1, false], [1, false], [1, false])).toBe("home");
  expect(marked([-1, false], [-1, false])).toBe("home");
});

test("extending keeps the word it began at, in both directions", () => {
  expect(marked([1, false], [1, true], [1, true])).toBe("Ann 😀 ran");
  expect(marked([-1, false], [-1, false], [-1, true])).toBe("ran  home");
  expect(marked([1, false], [1, false], [1, true], [-1, true], [-1, true])).toBe("Ann 😀");
});

test("at the text's ends the cursor stays, and without words there is none", () => {
  expect(marked([1, false], [-1, false])).toBe("Ann");
  expect(moveCursor(null, 1, false, new TextOffsets("  "), words)).toBeNull();
});

test("taps put the cursor on a word, widen it to another on either side, and let go", () => {
  const tapped = (...offsets: readonly number[]): string | null => {
    let cursor: WordCursor | null = null;
    for (const offset of offsets) cursor = tapCursor(cursor, offset, text, words);
    return cursor === null ? null : text.slice(rangeOfCursor(cursor));
  };
  expect(tapped(7)).toBe("ran");
  expect(tapped(7, 12)).toBe("ran  home");
  // From the word that was tapped first.
  expect(tapped(7, 12, 0)).toBe("Ann 😀 ran");
  expect(tapped(7, 12, 7)).toBeNull();
  expect(tapped(3)).toBeNull();
});
