/** The ontology editor's draft: what it opens it writes back, and what is wrong is shown where it is. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type OntologyDraft,
  SAVED,
  freeName,
  moved,
  nearestPlace,
  placeFault,
  placesOf,
  newQuestion,
  openDraft,
  partsOf,
  readDraft,
  writeDraft,
} from "../../src/app/ontology/draft";
import type { JsonObject } from "../../src/document/label";
import { KINDS } from "../../src/labels/registry";
import { GOLDEN } from "../labels/golden";

const TWICE = "used twice";
const DETECTION: JsonObject = {
  fields: { image: "image", note: "text" },
  questions: [
    {
      name: "objects",
      kind: "box",
      field: "image",
      title: "Mark <b>all</b>",
      required: true,
      classes: [
        "car",
        {
          name: "animal",
          color: "teal",
          key: "7",
          children: ["cat", { name: "dog", attributes: [{ name: "age", kind: "rating", min: 1, max: 3 }] }],
        },
      ],
    },
  ],
};

describe.each(GOLDEN)("$kind", ({ cases }) => {
  test.each(cases)("$name: an unchanged form writes the same document", ({ ontology }) => {
    const document = ontology as JsonObject;
    const written = readDraft(openDraft(document), TWICE);
    expect(written.fault).toBeNull();
    expect(readDraft(openDraft(written.document), TWICE).document).toEqual(written.document);
    expect([...(written.schema?.asked.keys() ?? [])]).toEqual(
      (document["questions"] as { name: string }[]).map(({ name }) => name),
    );
  });
});

test("a document with nothing that says nothing is written back to the letter", () => {
  expect(writeDraft(openDraft(DETECTION))).toEqual(DETECTION);
});

test("what was left empty is left out", () => {
  const draft = openDraft(DETECTION);
  const [question] = draft.questions;
  if (question?.classes?.[0] === undefined) throw new Error("no class");
  Object.assign(question, { title: "", help: "", required: false });
  Object.assign(question.classes[0], { title: "", description: "", attributes: [], children: [] });
  const [written] = writeDraft(draft)["questions"] as JsonObject[];
  expect(written).not.toHaveProperty("title");
  expect(written).not.toHaveProperty("required");
  expect((written?.["classes"] as unknown[])[0]).toBe("car");
});

test("names of the saved version are marked, and those a person writes are not", () => {
  expect(openDraft(DETECTION).questions[0]?.classes?.[1]?.children?.[1]?.attributes?.[0]?.[SAVED]).toBe(true);
  expect(openDraft(DETECTION, false).questions[0]?.[SAVED]).toBeUndefined();
});

test("every kind has a form, and a new question of it needs no more than the form asks for", () => {
  const draft: OntologyDraft = openDraft(DETECTION);
  for (const [kind, { fieldTypes }] of KINDS) {
    const question = newQuestion(kind, "q-1", draft);
    expect(question.field === undefined).toBe(fieldTypes.length === 0);
    const asked = new Set(partsOf(question).map(({ key }) => key));
    for (const key of Object.keys(question))
      if (!["name", "kind", "field"].includes(key)) expect(asked).toContain(key);
    const { fault } = readDraft({ fields: draft.fields, questions: [question] }, TWICE);
    // What is still missing lies in the question, where a place shows it.
    if (fault !== null) expect(nearestPlace(fault.pointer, ["/questions/0"])).toBe("/questions/0");
  }
});

test("an option that its kind's form does not name can still be changed", () => {
  const parts = partsOf({ name: "q", kind: "rating", min: 1, max: 5, someday: { a: 1 } });
  expect(parts.at(-1)).toEqual({ key: "someday", control: "json" });
});

test("two fields of one name are refused before one of them is lost", () => {
  const draft = openDraft(DETECTION);
  draft.fields.push({ name: "a/b", type: "text" }, { name: "a/b", type: "image" });
  expect(readDraft(draft, TWICE).fault).toEqual({ pointer: "/fields/a~1b", message: TWICE });
});

test("a fault is shown at the nearest place, and never at a neighbour", () => {
  const places = ["/questions/1", "/questions/1/classes", "/questions/1/classes/0/name", "/questions/11"];
  expect(nearestPlace("/questions/1/classes/0/name", places)).toBe("/questions/1/classes/0/name");
  expect(nearestPlace("/questions/1/classes/0/key", places)).toBe("/questions/1/classes");
  expect(nearestPlace("/questions/11/name", places)).toBe("/questions/11");
  expect(nearestPlace("/questions/2", places)).toBe("");
  expect(nearestPlace("/questions/2", ["/fields"])).toBe("");
});

test("each part of a form has a place, and a fault finds the one it is about", () => {
  const draft = openDraft(DETECTION);
  const dog = "/questions/0/classes/1/children/1";
  expect(placesOf(draft)).toEqual(
    expect.arrayContaining(["/fields/image", "/questions/0/kind", `${dog}/key`, `${dog}/attributes/0/min`]),
  );
  expect(new Set(placesOf(draft)).size).toBe(placesOf(draft).length);
  const [, animal] = draft.questions[0]?.classes ?? [];
  const age = animal?.children?.[1]?.attributes?.[0];
  if (age === undefined) throw new Error("no attribute");
  age["max"] = 1;
  const { fault } = readDraft(draft, TWICE);
  expect(placeFault(fault, draft)).toEqual({ at: `${dog}/attributes/0/max`, message: "max is above min" });
  expect(placeFault(null, draft)).toBeNull();
});

test("moving an entry keeps all others in their order", () => {
  expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 2 }), fc.nat(), (list, number) => {
      const index = number % (list.length - 1);
      const there = moved(list, index, 1);
      expect(moved(there, index + 1, -1)).toEqual(list);
      expect(there[index + 1]).toBe(list[index]);
    }),
  );
});

test("a new name is one that is not taken", () => {
  expect(freeName("class", [])).toBe("class-1");
  expect(freeName("class", ["class-1", "class-3"])).toBe("class-2");
});
