import { describe, expect, test } from "vitest";
import { arcPath, arcsOf, joinable } from "../../src/app/task/edges";
import { sameTextOf } from "../../src/app/task/same";
import { TextOffsets } from "../../src/geometry/text_range";
import { readSchema } from "../../src/labels/schema";

const SCHEMA = readSchema({
  fields: { note: "text", other: "text" },
  questions: [
    { name: "who", kind: "span", field: "note", classes: ["PER", "ORG"] },
    { name: "where", kind: "span", field: "other", classes: ["LOC"] },
    {
      name: "ties",
      kind: "relation",
      between: ["who", "where"],
      classes: [{ name: "in", title: "works in" }],
    },
  ],
});
const span = (id: string, name: string, start: number, end: number) => ({ id, class: name, start, end });
const LABEL = {
  who: [span("b", "ORG", 10, 14), span("a", "PER", 0, 3)],
  where: [span("c", "LOC", 5, 9)],
  ties: [
    { id: "e", class: "in", from: "a", to: "b" },
    { id: "f", class: "in", from: "a", to: "c" },
    { id: "g", class: "in", from: "a", to: "gone" },
  ],
};

describe("edges", () => {
  test("join marks of the questions between which they run, gone through in the text's order", () => {
    expect(joinable(SCHEMA, LABEL, "ties").map(({ id }) => id)).toEqual(["a", "c", "b"]);
    expect(joinable(SCHEMA, LABEL, "who")).toEqual([]);
    expect(joinable(SCHEMA, {}, "ties")).toEqual([]);
  });

  test("are arcs where both ends lie in one text", () => {
    const [arc, ...others] = arcsOf(SCHEMA, LABEL, "note");
    expect(arc).toMatchObject({
      target: { question: "ties", id: "e" },
      title: "works in",
      from: { start: 0, end: 3 },
      to: { start: 10, end: 14 },
    });
    expect(others).toEqual([]);
    expect(arcsOf(SCHEMA, LABEL, "other")).toEqual([]);
  });

  test("rise above the text, higher the farther their ends are apart", () => {
    const height = (path: string): number => 100 - Number(/C \S+ (\S+)/.exec(path)?.[1]);
    const near = height(arcPath({ x: 0, y: 100 }, { x: 20, y: 100 }));
    const far = height(arcPath({ x: 0, y: 100 }, { x: 300, y: 100 }));
    expect(near).toBeGreaterThan(0);
    expect(far).toBeGreaterThan(near);
    expect(height(arcPath({ x: 0, y: 100 }, { x: 9000, y: 100 }))).toBeLessThan(40);
  });
});

describe("the same words elsewhere", () => {
  const texts = new Map([["note", new TextOffsets("😀 Ann saw Annie. Ann met Ann.")]]);
  const label = { who: [span("a", "PER", 2, 5), span("b", "PER", 17, 20), span("c", "ORG", 25, 28)] };
  const found = (id: string) =>
    sameTextOf({ schema: SCHEMA, label, texts }, "who", label.who.find((one) => one.id === id) ?? { id: "" });

  test("are whole words, counted in code points, that the class does not mark yet", () => {
    expect(found("a")).toMatchObject({ className: "PER", field: "note", ranges: [{ start: 25, end: 28 }] });
    expect(found("c")?.ranges).toEqual([
      { start: 2, end: 5 },
      { start: 17, end: 20 },
    ]);
  });

  test("are of marks in texts only", () => {
    expect(
      sameTextOf({ schema: SCHEMA, label: LABEL, texts }, "ties", LABEL.ties[0] ?? { id: "" }),
    ).toBeNull();
  });
});
