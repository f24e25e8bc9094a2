import { expect, test } from "vitest";
import { digitsOf } from "../../src/app/task/commands";
import { colourOf, PALETTE } from "../../src/app/task/palette";
import { optionsOf } from "../../src/labels/choice";
import { readClasses } from "../../src/labels/classes";

const CLASSES = readClasses(
  ["a", { name: "b", key: "1", color: "gray" }, { name: "c", key: "0" }, ...Array.from("defghijkl")],
  "",
);

test("a class's own digit is its own, and the others share what is left", () => {
  const digits = new Map([...digitsOf(optionsOf(CLASSES))].map(([{ value }, digit]) => [value, digit]));
  expect(digits.get("b")).toBe("1");
  expect(digits.get("c")).toBe("0");
  expect(digits.get("a")).toBe("2");
  expect(digits.get("j")).toBe("9");
  expect(digits.has("k")).toBe(false);
  expect(new Set(digits.values()).size).toBe(10);
});

test("a class has the colour its ontology names, or the next in turn", () => {
  expect(colourOf(CLASSES, "b")).toBe(PALETTE[7]);
  expect(colourOf(CLASSES, "a")).toBe(PALETTE[0]);
  expect(colourOf(CLASSES, "j")).toBe(PALETTE[1]);
});
