import { describe, expect, test } from "vitest";
import { COPY_PX, type Place, copyAll, copyInto, shapesOf } from "../../src/app/task/clipboard";
import { SCHEMA } from "../tools/bench";

const { asked } = SCHEMA;
const place = (width: number, height: number): Place => ({
  asked,
  facts: new Map([["image", { type: "image", width, height }]]),
  sizeOf: () => ({ width, height }),
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

test("all of them are laid down as they lay, but what has no room", () => {
  let made = 0;
  const wide = { question: "objects", object: { ...BOX, id: "w", box: [0, 0, 90, 20] } };
  const steps = copyAll([copied, wide], place(50, 50), () => `n${(made += 1)}`);
  expect(steps).toEqual([{ question: "objects", object: "n1", value: { ...BOX, id: "n1" } }]);
});
