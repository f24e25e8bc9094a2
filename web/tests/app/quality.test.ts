import { describe, expect, test } from "vitest";
import {
  accuracyAfter,
  confusionRows,
  floorOf,
  inWords,
  purchase,
} from "../../src/app/project/quality/outlook";

const CURVE = [
  { labels: 0, accuracy: 0.8 },
  { labels: 100, accuracy: 0.9 },
  { labels: 300, accuracy: 0.95 },
];

describe("what labels buy", () => {
  test.each([
    [0, 0.8],
    [50, 0.85],
    [100, 0.9],
    [200, 0.925],
    [300, 0.95],
    [9_999, 0.95],
  ])("after %i labels %d", (labels, accuracy) => {
    expect(accuracyAfter(CURVE, labels)).toBeCloseTo(accuracy, 9);
  });

  test("a sum buys whole labels", () => {
    expect(purchase(CURVE, 10, 0.1)).toEqual({ labels: 100, from: 0.8, to: 0.9 });
    expect(purchase(CURVE, 1, 0.3)?.labels).toBe(3);
  });

  test.each([
    [0, 0.1],
    [100, 0],
    [Number.NaN, 0.1],
    [100, -1],
  ])("€ %d at %d buy nothing that can be said", (budget, price) => {
    expect(purchase(CURVE, budget, price)).toBeNull();
  });

  test("a curve of nothing and of one point", () => {
    expect(purchase([], 100, 0.1)).toBeNull();
    expect(purchase([{ labels: 0, accuracy: 1 }], 100, 0.1)).toEqual({ labels: 1000, from: 1, to: 1 });
    expect(accuracyAfter([], 5)).toBe(0);
  });
});

test("a scale begins below what it shows, and has a length", () => {
  expect(floorOf([0.83, 0.99])).toBe(0.8);
  expect(floorOf([0.8])).toBe(0.7);
  expect(floorOf([1, 1])).toBe(0.9);
  expect(floorOf([0])).toBe(0);
  expect(floorOf([])).toBe(0.9);
});

test("a confusion is told by truth, and what is not known stays unknown", () => {
  const told = confusionRows({ a: { a: 0.9, b: 0.3 }, c: { a: 0.1, b: 0.1 } });
  expect(told.answers).toEqual(["a", "b", "c"]);
  expect(told.rows).toEqual([
    ["a", [0.9, null, 0.1]],
    ["b", [0.3, null, 0.1]],
  ]);
});

test.each([
  ["news", "news"],
  [3, "3"],
  [["a", "b"], "a, b"],
  [[{ id: "1", class: "cat" }, { class: "dog" }], "cat, dog"],
  [[], "–"],
  [{ x: 1 }, '{"x":1}'],
])("%j in words", (value, said) => {
  expect(inWords(value)).toBe(said);
});
