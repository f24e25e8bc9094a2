import { describe, expect, test } from "vitest";
import { type Entry, MOST_FOUND, matching } from "../../src/app/command/palette";

const entry = (title: string): Entry => ({ id: title, title, command: null, run: () => undefined });
const ENTRIES = ["zoom in", "zoom out", "show the keys", "choose the 1st class: Ötztal/Tal"].map(entry);
const found = (typed: string): string[] => matching(ENTRIES, typed).map(({ title }) => title);

describe("what is typed", () => {
  test("begins words, in any order and case", () => {
    expect(found("zoo")).toEqual(["zoom in", "zoom out"]);
    expect(found("OUT zoom")).toEqual(["zoom out"]);
    expect(found("oom")).toEqual([]);
    expect(found("ötz")).toEqual(["choose the 1st class: Ötztal/Tal"]);
    expect(found("tal")).toEqual(["choose the 1st class: Ötztal/Tal"]);
  });

  test("that is nothing finds everything, and what begins a title comes first", () => {
    expect(found("  ")).toEqual(ENTRIES.map(({ title }) => title));
    expect(matching([entry("pick keys"), entry("keys")], "keys").map(({ title }) => title)).toEqual([
      "keys",
      "pick keys",
    ]);
  });

  test("never lists more than can be read", () => {
    const many = Array.from({ length: MOST_FOUND + 5 }, (_, index) => entry(`class ${index}`));
    expect(matching(many, "class")).toHaveLength(MOST_FOUND);
  });
});
