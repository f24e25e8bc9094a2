import { describe, expect, test } from "vitest";
import { type Json, type Label, type Step, applySteps, isJsonObject } from "../../src/document/label";
import { makeOperation } from "../../src/document/operation";
import { Invalid } from "../../src/labels/invalid";
import { isList } from "../../src/labels/json_value";
import { KINDS } from "../../src/labels/registry";
import { faultOf, readSchema } from "../../src/labels/schema";
import { GOLDEN, factsOf } from "./golden";

/** A fraction that is zero leaves no trace in `JSON.parse`: only the engine can refuse 0.0 for an offset. */
const UNSEEN = [
  { who: [{ id: "a1", class: "PER", start: 0, end: 1 }] },
  { name: "q", kind: "text", max: 10 },
].map((document) => JSON.stringify(document));

const isUnseen = (document: Json) => UNSEEN.includes(JSON.stringify(document));

test("every kind has a golden file", () => {
  expect(GOLDEN.map((file) => file.kind).sort()).toEqual([...KINDS.keys()].sort());
});

test("two golden documents differ from right ones by a fraction of zero", () => {
  const refused = GOLDEN.flatMap((file) => [
    ...file.cases.flatMap((golden) => golden.invalid.map((entry) => entry.label)),
    ...file.invalid_questions.map((entry) => entry.question),
  ]);
  expect(refused.filter(isUnseen)).toHaveLength(UNSEEN.length);
});

/** The steps that a person would take: each object by itself. */
function stepsTo(label: Label): Step[] {
  return Object.entries(label).flatMap(([question, value]): Step[] => {
    const objects = isList(value) ? value.filter((entry) => isJsonObject(entry)) : [];
    if (objects.length === 0) return [{ question, value }];
    return objects.map((object) => ({ question, object: object["id"] as string, value: object }));
  });
}

describe.each(GOLDEN)("$kind", (file) => {
  test.each(file.cases)("$name: right documents pass and come back as they were", (golden) => {
    const schema = readSchema(golden.ontology);
    for (const label of golden.valid) {
      expect(faultOf(schema, label, factsOf(golden)), JSON.stringify(label)).toBeNull();
      const drawn = makeOperation("o", {}, stepsTo(label));
      const made = applySteps({}, drawn.forward);
      expect(JSON.parse(JSON.stringify(made))).toEqual(label);
      expect(applySteps(made, drawn.inverse)).toEqual({});
    }
  });

  test.each(file.cases)("$name: wrong documents are refused where they are wrong", (golden) => {
    const schema = readSchema(golden.ontology);
    for (const { label, code, pointer } of golden.invalid) {
      const fault = faultOf(schema, label, factsOf(golden));
      const found = fault === null ? null : { code: fault.code, pointer: fault.pointer };
      expect(found, JSON.stringify(label)).toEqual(isUnseen(label) ? null : { code, pointer });
    }
  });

  test("wrong questions are refused where they are wrong", () => {
    const fields = { image: "image", note: "text", other: "text" };
    for (const { question, code, pointer } of file.invalid_questions) {
      const read = () => readSchema({ fields, questions: [question] });
      if (isUnseen(question)) {
        expect(read).not.toThrow();
        continue;
      }
      let found: unknown = null;
      try {
        read();
      } catch (error) {
        if (!(error instanceof Invalid)) throw error;
        found = { code: error.code, pointer: error.pointer };
      }
      expect(found, JSON.stringify(question)).toEqual({ code, pointer: `/questions/0${pointer}` });
    }
  });
});
