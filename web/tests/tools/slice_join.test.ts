import { describe, expect, test } from "vitest";
import { Bench } from "./bench";

const ring = (x: number, y: number, side: number) => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];
const LAKE = { id: "lake", class: "lake", polygon: [ring(10, 10, 40)] };
const POND = { id: "pond", class: "lake", polygon: [ring(40, 40, 40)] };

function bench(tool: string, selected: string | null = "lake"): Bench {
  const made = new Bench(tool, "areas", "lake");
  made.label = { areas: [LAKE, POND], objects: [{ id: "box", class: "car", box: [0, 60, 20, 20] }] };
  made.selected = selected === null ? null : { question: "areas", id: selected };
  return made;
}

describe("slice", () => {
  test("makes two of the selected outline, the second one new and of the same class", () => {
    const sliced = bench("slice").click(30, 5).click(30, 60).key("Enter");
    expect([sliced.edits, sliced.tool.state, sliced.refused]).toEqual([1, "idle", null]);
    expect(sliced.drawn.map(({ id, class: name }) => [id, name])).toEqual([
      ["lake", "lake"],
      ["pond", "lake"],
      ["o0", "lake"],
    ]);
    expect(sliced.drawn[1]).toEqual(POND);
    const small = bench("slice").click(15, 5).click(15, 60).key("Enter").drawn.at(-1);
    expect(small?.["polygon"]).toContainEqual(expect.arrayContaining([[10, 10]])); // the larger one kept its id
  });

  test("cuts the parts that it crosses and leaves the others with the first", () => {
    const two = bench("slice");
    two.label = {
      areas: [{ id: "lake", class: "lake", polygons: [ring(0, 0, 20), ring(40, 0, 20)].map((r) => [r]) }],
    };
    two.click(10, 30).click(10, 0).key("Enter");
    expect(two.drawn.map((object) => Object.keys(object).at(-1))).toEqual(["polygons", "polygon"]);
  });

  test("shows its line, takes points back, and is left by Escape", () => {
    const line = bench("slice").click(30, 5).pointer("move", 30, 60);
    expect(line.tool.preview(line.context).paths).toEqual([
      {
        points: [
          [30, 5],
          [30, 60],
        ],
        closed: false,
      },
    ]);
    expect(line.click(30, 60).key("Backspace").tool.state).toBe("drawing");
    expect(line.key("Backspace").tool.state).toBe("idle");
    expect(bench("slice").click(1, 1).key("Escape").edits).toBe(0);
  });

  test("says so when nothing is cut off, or nothing is selected", () => {
    for (const at of [bench("slice"), bench("slice", null)]) {
      at.click(90, 5).click(90, 60).key("Enter");
      expect([at.refused, at.edits]).toEqual(["slice", 0]);
    }
  });
});

describe("join", () => {
  test("makes one of the selected outline and the one that is pointed at", () => {
    const joined = bench("join").click(70, 70);
    expect([joined.edits, joined.drawn.length, joined.selected?.id]).toEqual([1, 1, "lake"]);
    expect(joined.drawn[0]?.["polygon"]).toHaveLength(1);
  });

  test("takes an object from a list as well, also one that lies apart", () => {
    const apart = bench("join");
    apart.label = { areas: [LAKE, { ...POND, polygon: [ring(70, 70, 10)] }] };
    const target = { question: "areas", id: "pond" };
    apart.send({ type: "object", target, shift: false, alt: false });
    expect(apart.drawn[0]?.["polygons"]).toHaveLength(2);
  });

  test("begins by choosing the first when none is selected", () => {
    const none = bench("join", null).click(70, 70);
    expect([none.selected?.id, none.edits]).toEqual(["pond", 0]);
  });

  test("joins nothing with itself, and says so of what is no outline", () => {
    const at = bench("join").click(20, 20);
    expect([at.edits, at.refused]).toEqual([0, null]);
    expect(at.click(10, 65).refused).toBe("join");
  });
});
