import fc from "fast-check";
import { expect, test } from "vitest";
import { MOST_ROWS, partOf } from "../../src/app/task/part";

test("a short list is shown whole, a long one around what is selected", () => {
  expect(partOf(0, -1)).toEqual({ from: 0, to: 0 });
  expect(partOf(MOST_ROWS, 7)).toEqual({ from: 0, to: MOST_ROWS });
  expect(partOf(5_000, -1)).toEqual({ from: 0, to: MOST_ROWS });
  expect(partOf(5_000, 4_999)).toEqual({ from: 5_000 - MOST_ROWS, to: 5_000 });
});

test("the part is full and holds what is selected", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(), (count, at) => {
      const selected = at % count;
      const { from, to } = partOf(count, selected);
      expect(to - from).toBe(Math.min(count, MOST_ROWS));
      expect(selected >= from && selected < to).toBe(true);
    }),
  );
});
