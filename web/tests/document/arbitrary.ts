import fc from "fast-check";
import type { Step } from "../../src/document/label";

const id = fc.constantFrom("a", "b", "c", "d");
const list = fc.constantFrom("objects", "words");
const whole = fc.oneof(
  fc.uniqueArray(id).map((ids) => ids.map((name) => ({ id: name, class: "car", at: [1, 2] }))),
  fc.constant(null),
);

/** Steps over two lists of objects and a plain answer; few names, so that they meet often. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    question: list,
    object: id,
    value: fc.oneof(
      fc.constant(null),
      fc.integer({ min: 0, max: 9 }).map((at) => ({ class: "car", at: [at, at] })),
    ),
  }),
  fc.record({ question: list, value: whole }),
  fc.record({ question: fc.constant("topic"), value: fc.constantFrom(null, "news", "sports") }),
);

export const steps = fc.array(step, { minLength: 1, maxLength: 4 });
