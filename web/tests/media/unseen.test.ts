import fc from "fast-check";
import { expect, test } from "vitest";
import { shownText, unseenIn } from "../../src/media/unseen";

test("control characters are counted and named, each kind once", () => {
  expect(unseenIn("a\u0001b\u0001c\u001b\u007f\u0085")).toEqual({
    count: 5,
    codes: ["U+0001", "U+001B", "U+007F", "U+0085"],
  });
  expect(unseenIn("plain\ttext,\r\nשלום 👩‍👩‍👧")).toEqual({ count: 0, codes: [] });
  expect(unseenIn("\u0001\u0002\u0003\u0004\u0005\u0006\u0007").codes).toHaveLength(5);
});

test("each gets a picture in its place", () => {
  expect(shownText("a\u0001\u001b\u007f\u0085\tb\n")).toBe("a␁␛␡\ufffd\tb\n");
});

test("no offset moves, and nothing else changes", () => {
  const controls = fc.string({
    unit: fc.constantFrom("\u0000", "\u0007", "\u001b", "\u009f", "\t", "\n", "é", "👩", "x"),
  });
  fc.assert(
    fc.property(controls, (text) => {
      const shown = shownText(text);
      expect(shown).toHaveLength(text.length);
      expect(unseenIn(shown).count).toBe(0);
      for (let unit = 0; unit < text.length; unit += 1)
        if (unseenIn(text.charAt(unit)).count === 0) expect(shown.charAt(unit)).toBe(text.charAt(unit));
    }),
  );
});
