import { describe, expect, test } from "vitest";
import { diffOf } from "../../src/app/review/diff";
import type { Label } from "../../src/document/label";
import { readSchema } from "../../src/labels/schema";
import { TextOffsets } from "../../src/geometry/text_range";

const SCHEMA = readSchema({
  fields: { note: "text", photo: "image" },
  questions: [
    { name: "tone", kind: "choice", field: "note", classes: ["good", { name: "bad", title: "Bad" }] },
    { name: "who", kind: "span", field: "note", classes: ["PER", "LOC"] },
    { name: "ties", kind: "relation", between: ["who"], classes: ["knows"] },
    { name: "things", kind: "box", field: "photo", classes: ["car", "bus"] },
  ],
});
const TEXTS = new Map([["note", new TextOffsets("😀 Ann knows Ben.")]]);
const rows = (...labels: readonly Label[]) => diffOf(SCHEMA, labels, TEXTS);
const span = (id: string, name: string, start: number, end: number) => ({ id, class: name, start, end });
const box = (id: string, name: string, ...sides: readonly number[]) => ({ id, class: name, box: sides });

describe("the difference of labels", () => {
  test("is a row a question for whole answers, in words", () => {
    const [tone] = rows({ tone: "good" }, { tone: "bad" }, {});
    expect(tone).toMatchObject({ question: "tone", what: null, cells: ["good", "Bad", null], differs: true });
    expect(rows({ tone: "bad" }, { tone: "bad" })[0]?.differs).toBe(false);
  });

  test("pairs spans by their place and not by their id, in the text's order", () => {
    const found = rows(
      { who: [span("x", "PER", 12, 15), span("y", "PER", 2, 5)] },
      { who: [span("z", "LOC", 2, 5)] },
    ).filter(({ question }) => question === "who");
    expect(found.map(({ what, cells }) => [what, ...cells])).toEqual([
      ["Ann", "PER", "LOC"],
      ["Ben", "PER", null],
    ]);
  });

  test("pairs edges by what they join", () => {
    const label = (a: string, b: string): Label => ({
      who: [span(a, "PER", 2, 5), span(b, "PER", 12, 15)],
      ties: [{ id: `${a}${b}`, class: "knows", from: a, to: b }],
    });
    const found = rows(label("a", "b"), label("c", "d"), { ties: [] }).filter(
      ({ question }) => question === "ties",
    );
    expect(found.map(({ what, cells }) => [what, ...cells])).toEqual([["Ann → Ben", "knows", "knows", null]]);
  });

  test("pairs outlines that overlap by half, one of each label", () => {
    const found = rows(
      { things: [box("a", "car", 0, 0, 10, 10), box("b", "car", 1, 0, 10, 10)] },
      { things: [box("c", "bus", 0, 0, 10, 9), box("d", "car", 50, 50, 5, 5)] },
    ).filter(({ question }) => question === "things");
    expect(found.map(({ cells, differs }) => [...cells, differs])).toEqual([
      ["car", "bus", true],
      ["car", null, true],
      [null, "car", true],
    ]);
  });

  test("tells apart who looked and found none from who did not answer", () => {
    const [, who] = rows({ who: [] }, {});
    expect(who).toMatchObject({ cells: ["none found", null], differs: true });
  });
});
