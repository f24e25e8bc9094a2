import { describe, expect, test } from "vitest";
import { attributesOf, withAttribute } from "../../src/labels/attributes";

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
