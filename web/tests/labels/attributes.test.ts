import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, LabelObject } from "../../src/document/label";
import { type Attributes, askedNow, attributesOf, withAttribute } from "../../src/labels/attributes";
import { faultOf, readSchema } from "../../src/labels/schema";

const CAR = { id: "a", class: "car", box: [0, 0, 4, 4] };

describe("an attribute", () => {
  test("is answered, changed and taken back, and leaves all else as it was", () => {
    const parked = withAttribute(CAR, "state", "parked");
    expect(parked).toEqual({ ...CAR, attributes: { state: "parked" } });
    const told = withAttribute(withAttribute(parked, "plate", "OSL 1"), "state", "moving");
    expect(attributesOf(told)).toEqual({ plate: "OSL 1", state: "moving" });
    expect(withAttribute(withAttribute(told, "plate", null), "state", null)).toEqual(CAR);
    expect(withAttribute(CAR, "state", null)).toEqual(CAR);
  });

  test("is none where an object holds none", () => {
    expect(attributesOf(CAR)).toEqual({});
    expect(attributesOf({ ...CAR, attributes: 3 })).toEqual({});
  });
});

const SCHEMA = readSchema({
  fields: { image: "image" },
  questions: [
    {
      name: "objects",
      kind: "box",
      field: "image",
      classes: [
        {
          name: "car",
          attributes: [
            { name: "why", kind: "text", when: { how: [2, 3], seen: ["front"] } },
            { name: "broken", kind: "choice", classes: ["yes", "no"] },
            { name: "how", kind: "rating", min: 1, max: 3, when: { broken: ["yes"] } },
            { name: "seen", kind: "choice", classes: ["front", "back"], multiple: true },
          ],
        },
      ],
    },
  ],
});
const ASKED: Attributes = SCHEMA.asked.get("objects")?.objects?.attributesOf("car") ?? new Map();
const give = (object: LabelObject, answers: Readonly<Record<string, Json>>): LabelObject =>
  Object.entries(answers).reduce<LabelObject>(
    (held, [name, value]) => withAttribute(held, name, value, ASKED),
    object,
  );

describe("an attribute with a condition", () => {
  test("is asked only while the others have the values", () => {
    const names = (object: LabelObject) => [...askedNow(object, ASKED).keys()];
    expect(names(CAR)).toEqual(["broken", "seen"]);
    expect(names(give(CAR, { broken: "no" }))).toEqual(["broken", "seen"]);
    expect(names(give(CAR, { broken: "yes" }))).toEqual(["broken", "how", "seen"]);
    expect(names(give(CAR, { broken: "yes", how: 3 }))).toEqual(["broken", "how", "seen"]);
    const seen = give(CAR, { broken: "yes", how: 3, seen: ["back", "front"] });
    expect(names(seen)).toEqual(["why", "broken", "how", "seen"]);
  });

  test("goes with the answer it depends on, and what depends on it too", () => {
    const told = give(CAR, { broken: "yes", how: 2, seen: ["front"], why: "rust" });
    expect(attributesOf(told)).toEqual({ broken: "yes", how: 2, seen: ["front"], why: "rust" });
    expect(attributesOf(give(told, { broken: "no" }))).toEqual({ seen: ["front"], broken: "no" });
    expect(attributesOf(give(told, { broken: null }))).toEqual({ seen: ["front"] });
    expect(attributesOf(give(told, { how: 1 }))).toEqual({ broken: "yes", seen: ["front"], how: 1 });
    expect(attributesOf(give(told, { how: 3 }))).toEqual({ ...attributesOf(told), how: 3 });
  });

  test("whatever is answered of what is asked, the object stays right", () => {
    const values: Readonly<Record<string, readonly Json[]>> = {
      why: ["rust", "rain"],
      broken: ["yes", "no"],
      how: [1, 2, 3],
      seen: [[], ["front"], ["front", "back"]],
    };
    const step = fc.record({ place: fc.nat(), value: fc.nat(), clear: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let object: LabelObject = CAR;
        for (const { place, value, clear } of steps) {
          const shown = [...askedNow(object, ASKED).keys()];
          const name = shown[place % shown.length] ?? "";
          const given = values[name] ?? [];
          object = withAttribute(object, name, clear ? null : (given[value % given.length] ?? null), ASKED);
          expect(faultOf(SCHEMA, { objects: [object] }, new Map())).toBeNull();
        }
      }),
    );
  });
});
