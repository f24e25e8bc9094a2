import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeIdentifiers } from "../../src/document/identifier";
import { type Label, type Step, StepError, applySteps } from "../../src/document/label";
import { compactSteps, makeOperation, squash, takeBack } from "../../src/document/operation";
import { steps } from "./arbitrary";

const start = (made: readonly Step[]): Label => applySteps({}, made);

describe("operations", () => {
  test("forward makes the steps, inverse gives back the label, order and all", () => {
    fc.assert(
      fc.property(steps, steps, (before, made) => {
        const label = start(before);
        const operation = makeOperation("o", label, made);
        const after = applySteps(label, operation.forward);
        expect(after).toEqual(applySteps(label, made));
        expect(applySteps(after, operation.inverse)).toEqual(label);
        expect(applySteps(applySteps(after, takeBack("p", operation).forward), operation.forward)).toEqual(
          after,
        );
      }),
    );
  });

  test("two squashed do and undo what the two did", () => {
    fc.assert(
      fc.property(steps, steps, steps, (before, one, two) => {
        const label = start(before);
        const first = makeOperation("a", label, one);
        const between = applySteps(label, one);
        const both = squash("a", first, makeOperation("b", between, two));
        const after = applySteps(between, two);
        expect(applySteps(label, both.forward)).toEqual(after);
        expect(applySteps(after, both.inverse)).toEqual(label);
      }),
    );
  });

  test("a drag of many moves is one step each way", () => {
    const label: Label = { objects: [{ id: "b", box: [0, 0, 1, 1] }] };
    const moves = [1, 2, 3].map((x) => ({
      question: "objects",
      object: "b",
      value: { id: "b", box: [x, 0, 1, 1] },
    }));
    const drag = makeOperation("o", label, moves);
    expect(drag.forward).toEqual([moves[2]]);
    expect(drag.inverse).toEqual([
      { question: "objects", object: "b", value: { id: "b", box: [0, 0, 1, 1] } },
    ]);
  });

  test("compacting changes nothing", () => {
    fc.assert(
      fc.property(steps, steps, (before, made) => {
        expect(applySteps(start(before), compactSteps(made))).toEqual(applySteps(start(before), made));
      }),
    );
  });

  test("a first object's inverse leaves the question unanswered, not empty", () => {
    const drawn = makeOperation("o", {}, [{ question: "objects", object: "b", value: { class: "car" } }]);
    expect(applySteps(applySteps({}, drawn.forward), drawn.inverse)).toEqual({});
  });

  test("deleting one of many objects writes down few of them", () => {
    const objects = Array.from({ length: 100 }, (_, index) => ({ id: `o${index}` }));
    const gone = makeOperation("o", { objects }, [{ question: "objects", object: "o97", value: null }]);
    expect(gone.inverse).toHaveLength(5);
  });

  test("a step into an answer that is no list is refused", () => {
    expect(() =>
      applySteps({ topic: "news" }, [{ question: "topic", object: "b", value: { class: "car" } }]),
    ).toThrow(StepError);
  });
});

describe("identifiers", () => {
  test("are UUIDs of version 7 that ascend, also when the clock goes back", () => {
    const times = [5, 5, 9, 3, 3];
    const next = makeIdentifiers(
      () => times.shift() ?? 0,
      (length) => new Uint8Array(length).fill(0xff),
    );
    const made = Array.from({ length: 5 }, next);
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(5);
    for (const id of made)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
