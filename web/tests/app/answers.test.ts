import { expect, test } from "vitest";
import { KEYED, placeOf, placesOf, ranked } from "../../src/app/task/answers";
import { colourOf, PALETTE } from "../../src/app/task/palette";
import { optionsOf } from "../../src/labels/choice";
import { readClasses } from "../../src/labels/classes";

const CLASSES = readClasses(
  ["a", { name: "b", key: "1", color: "gray" }, { name: "c", key: "0" }, ...Array.from("defghijkl")],
  "",
);

test("a class's own digit is its own, and the others share what is left", () => {
  const places = new Map([...placesOf(optionsOf(CLASSES))].map(([{ value }, place]) => [value, place]));
  expect(places.get("b")).toBe(0);
  expect(places.get("c")).toBe(9);
  expect(places.get("a")).toBe(1);
  expect(places.get("j")).toBe(8);
  expect(places.get("k")).toBe(KEYED);
  expect(new Set(places.values()).size).toBe(CLASSES.size);
});

test("a class has the colour its ontology names, or the next in turn", () => {
  expect(colourOf(CLASSES, "b")).toBe(PALETTE[7]);
  expect(colourOf(CLASSES, "a")).toBe(PALETTE[0]);
  expect(colourOf(CLASSES, "j")).toBe(PALETTE[1]);
});

test("a level's place is its digit on a scale of whole numbers, and else its turn", () => {
  expect(placeOf({ min: 1, max: 5, step: 1 }, 3)).toBe(2);
  expect(placeOf({ min: 0, max: 3, step: 1 }, 0)).toBe(9);
  expect(placeOf({ min: 0, max: 1, step: 0.25 }, 0.5)).toBe(2);
  expect(placeOf({ min: 1, max: 20, step: 1 }, 12)).toBe(KEYED);
});

test("an order is pressed one by one, the last goes by itself, and a pressed one begins again", () => {
  const items = ["x", "y", "z"];
  expect(ranked(undefined, "y", items)).toEqual([["y"]]);
  expect(ranked([["y"]], "x", items)).toEqual([["y"], ["x"], ["z"]]);
  expect(ranked([["y"], ["x"], ["z"]], "z", items)).toEqual([["z"]]);
});
