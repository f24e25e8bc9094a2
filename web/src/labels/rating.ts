/** `rating`: a number on a scale of equal steps. */
import { Invalid } from "./invalid";
import { readNumber, readRecord } from "./json_value";
import type { Kind } from "./kind";

export const MAX_LEVELS = 10_001;

export const rating: Kind = {
  name: "rating",
  fieldTypes: [],
  form: [
    { key: "min", control: "number", begin: 1 },
    { key: "max", control: "number", begin: 5 },
    { key: "step", control: "number" },
  ],
  parse(question, _fields, pointer) {
    const given = readRecord(question.options, pointer, [], ["min", "max", "step"], "ontology.invalid");
    const read = (key: string): number => readNumber(given[key], `${pointer}/${key}`, "ontology.invalid");
    const [min, max, step] = [read("min"), read("max"), "step" in given ? read("step") : 1];
    if (max <= min) throw new Invalid("ontology.invalid", "max is above min", `${pointer}/max`);
    if (step <= 0 || !isWhole((max - min) / step))
      throw new Invalid("ontology.invalid", "max lies a whole number of steps above min", `${pointer}/step`);
    if (Math.round((max - min) / step) >= MAX_LEVELS)
      throw new Invalid("ontology.invalid", `at most ${MAX_LEVELS} levels`, `${pointer}/step`, MAX_LEVELS);
    return {
      question,
      panel: { control: "scale", min, max, step },
      objects: null,
      bind() {
        return this;
      },
      check(value, _facts, _label, at) {
        const level = readNumber(value, at);
        if (level < min || level > max)
          throw new Invalid("label.invalid", `the rating lies between ${min} and ${max}`, at);
        if (!isWhole((level - min) / step))
          throw new Invalid("label.invalid", `the rating goes in steps of ${step}`, at);
      },
    };
  },
};

/** Whether it is a whole number but for the rounding of decimal steps such as 0.1. */
function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) <= 1e-9;
}
