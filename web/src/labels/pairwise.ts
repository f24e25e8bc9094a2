/** `pairwise`: which of two is better. Value: `"left"`, `"right"` or `"tie"`. */
import { PLAIN } from "./classes";
import { Invalid } from "./invalid";
import { type Given, readArray, readBoolean, readRecord } from "./json_value";
import type { Kind } from "./kind";
import type { Fields } from "./ontology";

export const pairwise: Kind = {
  name: "pairwise",
  fieldTypes: [],
  form: [
    { key: "fields", control: "fields" },
    { key: "ties", control: "flag", otherwise: true },
  ],
  parse(question, fields, pointer) {
    const given = readRecord(question.options, pointer, [], ["fields", "ties"], "ontology.invalid");
    const ties = !("ties" in given) || readBoolean(given["ties"], `${pointer}/ties`);
    const compared = "fields" in given ? readPair(given["fields"], fields, `${pointer}/fields`) : null;
    const answers = ties ? ["left", "right", "tie"] : ["left", "right"];
    return {
      question,
      panel: {
        control: "compare",
        options: answers.map((value) => ({ value, title: value, path: [value], look: PLAIN })),
        fields: compared,
      },
      objects: null,
      bind() {
        return this;
      },
      check(value, _facts, _label, at) {
        if (typeof value !== "string" || !answers.includes(value))
          throw new Invalid("label.class", `the answer is one of ${answers.join(", ")}`, at);
      },
    };
  },
};

function readPair(raw: Given, fields: Fields, pointer: string): readonly [string, string] {
  const names = readArray(raw, pointer, 2, "ontology.invalid").map((name, index) => {
    if (typeof name !== "string" || !fields.has(name))
      throw new Invalid("ontology.field", "this is not a field of the ontology", `${pointer}/${index}`);
    return name;
  });
  const [left, right] = names;
  if (left === undefined || right === undefined || left === right)
    throw new Invalid("ontology.field", "two different fields are compared", pointer);
  return [left, right];
}
