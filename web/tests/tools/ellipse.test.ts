import { describe, expect, test } from "vitest";
import { Bench } from "./bench";

const bench = () => new Bench("ellipse", "cells", "cell");
const ellipseOf = (drawn: Bench) =>
  (drawn.drawn[0]?.["ellipse"] as number[] | undefined)?.map((value) => Math.round(value * 1e9) / 1e9);
const QUARTER = 1.570796327;

describe("ellipse", () => {
  test("is drawn by one axis and a click across it, whichever way the axis ran", () => {
    expect(ellipseOf(bench().drag(20, 50, 80, 50).click(30, 60))).toEqual([50, 50, 30, 10, 0]);
    expect(ellipseOf(bench().click(80, 50).click(20, 50).click(30, 60))).toEqual([50, 50, 30, 10, 0]);
    expect(ellipseOf(bench().drag(50, 80, 50, 20).click(60, 30))).toEqual([50, 50, 30, 10, QUARTER]);
  });

  test("shows its outline on the way, and does not leave the image", () => {
    const half = bench().drag(20, 10, 80, 10).pointer("move", 50, 19);
    expect(half.tool.preview(half.context).paths[0]?.points[0]).toEqual([80, 10]);
    expect(ellipseOf(half.click(50, 60))).toEqual([50, 10, 30, 9, 0]);
  });

  test("gets a longer axis by its end, and is turned by its handle", () => {
    const drawn = bench().drag(20, 50, 80, 50).click(30, 60).use("select");
    expect(ellipseOf(drawn.drag(50, 60, 55, 70))).toEqual([50, 50, 30, 20, 0]);
    expect(ellipseOf(drawn.drag(80, 50, 90, 45))).toEqual([50, 50, 40, 20, 0]);
    expect(ellipseOf(drawn.drag(70, 50, 50, 20))).toEqual([50, 50, 40, 20, QUARTER]);
  });
});
