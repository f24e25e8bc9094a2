import { describe, expect, test } from "vitest";
import { Shown } from "../../src/app/task/shown.svelte";

const [a, b] = [
  { question: "q", id: "a" },
  { question: "q", id: "b" },
];

describe("what is shown", () => {
  test("is everything but what was hidden, until it is shown again", () => {
    const shown = new Shown();
    expect(shown.isVisible(a, null)).toBe(true);
    shown.toggleHidden([a]);
    expect([shown.isVisible(a, null), shown.isVisible(b, null), shown.hidesAny]).toEqual([false, true, true]);
    shown.toggleHidden([a, b]); // one is shown still, so both go
    expect([shown.isVisible(a, null), shown.isVisible(b, null)]).toEqual([false, false]);
    shown.toggleHidden([a, b]);
    expect([shown.isVisible(a, null), shown.isVisible(b, null)]).toEqual([true, true]);
  });

  test("is what is selected alone, while that is asked for", () => {
    const shown = new Shown();
    shown.solo = true;
    expect([shown.isVisible(a, a), shown.isVisible(b, a), shown.isVisible(b, null)]).toEqual([
      true,
      false,
      true,
    ]);
    shown.toggleHidden([b]);
    shown.showAll();
    expect([shown.solo, shown.isVisible(b, a)]).toEqual([false, true]);
  });

  test("is of one question: equal ids of two are two objects", () => {
    const shown = new Shown();
    shown.toggleHidden([a]);
    expect(shown.isHidden({ question: "other", id: "a" })).toBe(false);
  });
});

test("what is locked is so until it is unlocked", () => {
  const shown = new Shown();
  shown.toggleLocked([a]);
  expect([shown.isLocked(a), shown.isLocked(b), shown.locksAny]).toEqual([true, false, true]);
  shown.unlockAll();
  expect([shown.isLocked(a), shown.locksAny]).toEqual([false, false]);
});
