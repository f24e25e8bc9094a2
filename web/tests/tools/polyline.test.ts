import { describe, expect, test } from "vitest";
import { Bench } from "./bench";

const bench = () => new Bench("polyline", "lanes", "lane");
const three = () => bench().click(10, 10).click(50, 20).click(90, 90);
const LINE = [
  [10, 10],
  [50, 20],
  [90, 90],
];

describe("polyline", () => {
  test("ends by Enter and by a double click, and is selected", () => {
    expect(three().key("Enter").drawn).toEqual([{ id: "o0", class: "lane", polyline: LINE }]);
    const double = three().click(90, 90).pointer("double", 90, 90);
    expect(double.drawn[0]?.["polyline"]).toEqual(LINE);
    expect(double.selected).toEqual({ question: "lanes", id: "o0" });
  });

  test("shows the part that the pointer would add", () => {
    const half = bench().click(10, 10).pointer("move", 20, 30);
    expect(half.tool.preview(half.context).paths[0]?.points.at(-1)).toEqual([20, 30]);
  });

  test("takes points back, and a single point draws nothing", () => {
    expect(three().key("Backspace").key("Enter").drawn[0]?.["polyline"]).toEqual(LINE.slice(0, 2));
    const alone = bench().click(10, 10).key("Enter");
    expect([alone.edits, alone.tool.state]).toEqual([0, "idle"]);
    expect(bench().click(10, 10).key("Backspace").tool.state).toBe("idle");
  });

  test("ends at the image's edge", () => {
    expect(bench().click(10, 10).click(150, -5).key("Enter").drawn[0]?.["polyline"]).toEqual([
      [10, 10],
      [100, 0],
    ]);
  });

  test("grows and loses corners, but keeps two", () => {
    const line = three().key("Enter").use("select").drag(30, 15, 30, 40);
    expect(line.drawn[0]?.["polyline"]).toEqual([LINE[0], [30, 40], LINE[1], LINE[2]]);
    line.pointer("double", 30, 40).pointer("double", 50, 20).pointer("double", 10, 10);
    expect(line.drawn[0]?.["polyline"]).toEqual([LINE[0], LINE[2]]);
    // Onto the other end it would be no line: it stays where it last was one.
    expect(line.drag(10, 10, 90, 90).drawn[0]?.["polyline"]).toEqual([[50, 50], LINE[2]]);
  });
});
