import { describe, expect, test } from "vitest";
import { TEMPLATES } from "../../src/app/project/templates";
import { s } from "../../src/app/strings";
import type { Json } from "../../src/document/label";
import { readSchema } from "../../src/labels/schema";

const named = (name: string) => {
  const found = TEMPLATES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no template ${name}`);
  return found;
};

test("every template is told of, once", () => {
  expect(TEMPLATES.map(({ name }) => name).sort()).toEqual(Object.keys(s.create.templates).sort());
});

describe.each(TEMPLATES)("$name", (template) => {
  test("makes an ontology that the engine reads", () => {
    const made = template.ontology(template.classes ?? [], template.statement, template.points ?? []);
    const schema = readSchema(made as Json);
    expect([...schema.asked.values()].map(({ question }) => question.title)).toContain(template.statement);
  });
});

test("a body's bones are those between the points that are kept", () => {
  const template = named("keypoints");
  const bonesOf = (names: readonly string[]) =>
    (template.ontology(["cat"], "?", names)["questions"] as { skeleton: readonly string[][] }[])[0]?.skeleton;
  expect(bonesOf(template.points ?? [])).toHaveLength(16);
  expect(bonesOf(["left wrist", "left elbow", "tail", "toString"])).toEqual([["left wrist", "left elbow"]]);
});
