import { describe, expect, test } from "vitest";
import { choicesOf, readWhen, shownChoices, withValues } from "../../src/app/ontology/condition";

const STATE = {
  name: "state",
  kind: "choice",
  classes: [{ name: "dead", title: "Dead" }, { name: "alive" }],
};

describe("what an attribute may depend on", () => {
  test("has its values listed: classes by their titles, steps as numbers", () => {
    expect(choicesOf(STATE)).toEqual([
      { value: "dead", title: "Dead" },
      { value: "alive", title: "alive" },
    ]);
    const age = { name: "age", kind: "rating", min: 0, max: 1, step: 0.5, when: { state: ["dead"] } };
    expect(choicesOf(age).map(({ value }) => value)).toEqual([0, 0.5, 1]);
  });

  test("is none that is answered freely or not right yet", () => {
    expect(choicesOf({ name: "why", kind: "text" })).toEqual([]);
    expect(choicesOf({ name: "age", kind: "rating", min: 3, max: 1 })).toEqual([]);
    expect(choicesOf({ name: "", kind: "nothing" })).toEqual([]);
  });
});

test("a condition is read where a form can show it", () => {
  expect(readWhen(STATE)).toEqual({});
  expect(readWhen({ ...STATE, when: { age: [1] } })).toEqual({ age: [1] });
  expect(readWhen({ ...STATE, when: { age: 1 } })).toBeNull();
  expect(readWhen({ ...STATE, when: "dead" })).toBeNull();
});

test("attributes are added, changed and taken out, and nothing is left of none", () => {
  const one = withValues({}, "state", []) ?? {};
  expect(one).toEqual({ state: [] });
  const both = withValues(withValues(one, "state", ["dead"]) ?? {}, "age", [1]) ?? {};
  expect(both).toEqual({ state: ["dead"], age: [1] });
  expect(withValues(both, "state", null)).toEqual({ age: [1] });
  expect(withValues({ age: [1] }, "age", null)).toBeUndefined();
});

test("a value that is offered no more can still be taken out", () => {
  expect(shownChoices([{ value: "a", title: "A" }], ["b", "a"])).toEqual([
    { value: "a", title: "A" },
    { value: "b", title: "b" },
  ]);
});
