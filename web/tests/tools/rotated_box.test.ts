import { describe, expect, test } from "vitest";
import { Bench } from "./bench";

const bench = () => new Bench("rotated_box", "turned", "ship");
const boxOf = (drawn: Bench) => drawn.drawn[0]?.["rotated_box"] as number[] | undefined;

describe("rotated_box", () => {
  test("is drawn by its middle line and a click beside it, and selected", () => {
    const half = bench().click(20, 50).pointer("move", 40, 40).click(60, 50);
    expect(half.tool.state).toBe("across");
    const shown = half.pointer("move", 33, 60);
    expect(shown.tool.preview(shown.context).paths[0]?.points).toContainEqual([60, 60]);
    expect(shown.click(33, 60).drawn).toEqual([
      { id: "o0", class: "ship", rotated_box: [40, 50, 40, 20, 0] },
    ]);
    expect(shown.selected).toEqual({ question: "turned", id: "o0" });
    expect(shown.tool.state).toBe("idle");
  });

  test("is drawn by a drag along its middle line too, pointing where the drag went", () => {
    const up = boxOf(bench().drag(50, 80, 50, 20).click(45, 30));
    expect(up?.map((value) => Math.round(value * 1e9) / 1e9)).toEqual([50, 50, 60, 10, -1.570796327]);
    const left = boxOf(bench().drag(80, 50, 20, 50).click(45, 55));
    expect(left?.map((value) => Math.round(value * 1e9) / 1e9)).toEqual([50, 50, 60, 10, 3.141592654]);
  });

  test("grows no farther than the image, and a click on its line draws nothing", () => {
    const line = bench().drag(20, 10, 60, 10);
    expect(line.pointer("move", 30, 19).click(30, 45).drawn[0]).toMatchObject({
      rotated_box: [40, 10, 40, 18, 0],
    });
    const flat = bench().drag(20, 10, 60, 10).click(30, 10);
    expect(flat.edits).toBe(0);
    expect(flat.tool.state).toBe("across");
    expect(flat.key("Escape").tool.state).toBe("idle");
  });

  test("is turned by its handle, and by none out of the image", () => {
    const drawn = bench().drag(20, 50, 60, 50).click(30, 60).use("select");
    expect(boxOf(drawn.drag(50, 50, 40, 90))).toEqual([40, 50, 40, 20, Math.PI / 2]);
    const wide = bench().drag(10, 20, 90, 20).click(30, 30).use("select");
    expect(boxOf(wide.drag(70, 20, 50, 60))).toEqual([50, 20, 80, 20, 0]);
  });

  test("keeps its angle and the opposite corner while one is dragged", () => {
    const drawn = bench().drag(50, 20, 50, 60).click(60, 30).use("select");
    expect(boxOf(drawn)).toEqual([50, 40, 40, 20, Math.PI / 2]);
    // Turned by a quarter, the corner that is bottom right on the screen is the second.
    const [cx, cy, width, height, angle] = boxOf(drawn.drag(60, 60, 70, 80)) ?? [];
    expect([cx, cy, width, height].map((value) => Math.round((value ?? 0) * 1e9) / 1e9)).toEqual([
      55, 50, 60, 30,
    ]);
    expect(angle).toBe(Math.PI / 2);
  });
});
