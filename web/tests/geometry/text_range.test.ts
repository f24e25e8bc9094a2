import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextOffsets, snapToWords, splitsCharacter, wordAt } from "../../src/geometry/text_range";

const words = new Intl.Segmenter("en", { granularity: "word" });
const offsets = (text: string) => new TextOffsets(text);

describe("offsets", () => {
  test("agree with the string's own code points", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const both = offsets(text);
        const points = Array.from(text);
        expect(both.length).toBe(points.length);
        points.forEach((_, index) => {
          expect(both.utf16(index)).toBe(points.slice(0, index).join("").length);
          expect(both.codePoint(both.utf16(index))).toBe(index);
        });
        expect(both.utf16(points.length)).toBe(text.length);
        expect(both.codePoint(text.length)).toBe(points.length);
      }),
    );
  });

  test("inside a pair mean the pair's start", () => {
    expect(offsets("a😀b").codePoint(2)).toBe(1);
  });
});

test.each([
  ["cafe\u0301", 4, true],
  ["cafe\u0301", 3, false],
  ["👩\u200d💻", 1, true],
  ["👩\u200d💻", 2, true],
  ["👍🏽", 1, true],
  ["a\r\nb", 2, true],
  ["שלום", 2, false],
])("%j at %i", (text, at, splits) => {
  expect(splitsCharacter(offsets(text), at)).toBe(splits);
});

describe("words", () => {
  const text = "Ann 😀 saw cafe\u0301s in Rome.";

  test("are found around a place, in code points", () => {
    expect(offsets(text).slice(wordAt(offsets(text), 11, words))).toBe("cafe\u0301s");
    expect(offsets(text).slice(wordAt(offsets(text), 1, words))).toBe("Ann");
  });

  test("are taken whole, without the space around them", () => {
    const snapped = snapToWords(offsets(text), { start: 5, end: 12 }, words);
    expect(offsets(text).slice(snapped)).toBe("saw cafe\u0301s");
  });

  test("in a million characters are found near the place only", () => {
    const long = offsets("word 😀 ".repeat(150_000));
    expect(long.slice(wordAt(long, long.length - 6, words))).toBe("word");
  });
});
