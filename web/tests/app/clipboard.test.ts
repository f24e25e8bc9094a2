import { describe, expect, test } from "vitest";
import { COPY_PX, type Place, copyInto, shapesOf } from "../../src/app/task/clipboard";
import { SCHEMA } from "../tools/bench";

const { asked } = SCHEMA;
const place = (width: number, height: number): Place => ({
  asked,
  facts: new Map([["image", { type: "image", width, height }]]),
  image: { width, height },
});
const BOX = { id: "b", class: "car", box: [0, 0, 40, 20] };
const copied = { question: "objects", object: BOX };

describe("a copy", () => {
  test("has an id of its own and lies beside its original", () => {
    expect(copyInto(copied, place(100, 100), "new", COPY_PX)).toEqual({
      ...BOX,
      id: "new",
      box: [10, 10, 40, 20],
    });
  });

  test("stays inside the picture", () => {
    expect(copyInto(copied, place(45, 100), "new", COPY_PX)).toMatchObject({ box: [5, 10, 40, 20] });
  });

  test("is not made where there is no room, no such question, or no such class", () => {
    expect(copyInto(copied, place(30, 100), "new", COPY_PX)).toBeNull();
    expect(copyInto({ ...copied, question: "none" }, place(100, 100), "new", 0)).toBeNull();
    expect(copyInto({ ...copied, question: "areas" }, place(100, 100), "new", 0)).toBeNull();
    const foreign = { question: "objects", object: { ...BOX, class: "boat" } };
    expect(copyInto(foreign, place(100, 100), "new", 0)).toBeNull();
  });
});

test("the shapes of a label are those on pictures", () => {
  const label = { objects: [BOX], who: [{ id: "s", class: "PER", start: 0, end: 3 }] };
  expect(shapesOf(label, asked)).toEqual([copied]);
});
