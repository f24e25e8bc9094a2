import fc from "fast-check";
import { expect, test } from "vitest";
import { higher, lower, toBack, toFront } from "../../src/app/task/stack";
import { applySteps, objectsOf } from "../../src/document/label";
import { makeOperation } from "../../src/document/operation";

const LABEL = { q: ["a", "b", "c"].map((id) => ({ id, class: "car" })) };
const order = (label: Parameters<typeof objectsOf>[0]) => objectsOf(label, "q").map(({ id }) => id);
const b = { question: "q", id: "b" };

test("an object goes over or under all others of its question", () => {
  expect(order(applySteps(LABEL, toFront(LABEL, b)))).toEqual(["a", "c", "b"]);
  expect(order(applySteps(LABEL, toBack(LABEL, b)))).toEqual(["b", "a", "c"]);
});

test("an object goes over the next one, or under it", () => {
  expect(order(applySteps(LABEL, higher(LABEL, b)))).toEqual(["a", "c", "b"]);
  expect(order(applySteps(LABEL, lower(LABEL, b)))).toEqual(["b", "a", "c"]);
  expect(higher(LABEL, { question: "q", id: "c" })).toEqual([]);
  expect(lower(LABEL, { question: "q", id: "a" })).toEqual([]);
  expect(lower(LABEL, { question: "q", id: "z" })).toEqual([]);
});

test("what is there already, or is gone, takes no step", () => {
  expect(toFront(LABEL, { question: "q", id: "c" })).toEqual([]);
  expect(toBack(LABEL, { question: "q", id: "a" })).toEqual([]);
  expect(toFront(LABEL, { question: "q", id: "z" })).toEqual([]);
  expect(toBack({}, b)).toEqual([]);
});

test("whatever goes where, the operation taken back gives the old order", () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(ids, fc.nat(), fc.boolean(), (names, at, front) => {
      const label = { q: names.map((id) => ({ id, class: "car" })) };
      const target = { question: "q", id: names[at % names.length] ?? "" };
      const steps = (front ? toFront : toBack)(label, target);
      const { forward, inverse } = makeOperation("o", label, steps);
      const moved = applySteps(label, forward);
      expect(order(moved).at(front ? -1 : 0)).toBe(target.id);
      expect([...order(moved)].sort()).toEqual([...names].sort());
      expect(applySteps(moved, inverse)).toEqual(label);
    }),
  );
});
