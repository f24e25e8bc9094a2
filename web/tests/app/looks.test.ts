/** What is worth a look, in the words of the project's questions. */
import { describe, expect, test } from "vitest";
import { titlesOf } from "../../src/app/ontology/titles";
import { sayDoubt } from "../../src/app/review/looks";
import { readSchema } from "../../src/labels/schema";

const ONTOLOGY = {
  fields: { text: "text" },
  questions: [
    {
      name: "topic",
      title: "Topic",
      kind: "choice",
      field: "text",
      classes: ["sports", { name: "news", title: "News & politics" }],
    },
    { name: "who", kind: "span", field: "text", classes: ["PER"] },
    { name: "stars", kind: "rating", min: 1, max: 3 },
    { name: "caption", kind: "text", field: "text" },
  ],
};
const QUESTIONS = titlesOf(readSchema(ONTOLOGY));

const doubt = (question: string, part: string, answer: string | null) =>
  sayDoubt({ question, part, answer, probability: 0.625, value: 0.365 }, QUESTIONS);

test("the answers that can be looked for are classes, options and steps of a scale", () => {
  expect(QUESTIONS.map(({ title, answers }) => [title, ...answers.map((one) => one.title)])).toEqual([
    ["Topic", "sports", "News & politics"],
    ["who", "PER"],
    ["stars", "1", "2", "3"],
    ["caption"],
  ]);
});

describe("a doubted answer", () => {
  test.each([
    ["a class by its title", doubt("topic", "", "news"), "Topic", "News & politics"],
    ["one of several classes with yes or no", doubt("topic", "news", "no"), "Topic", "News & politics: no"],
    ["an object by its class", doubt("who", "b1", "PER"), "who", "PER"],
    ["what has no class", doubt("caption", "", null), "caption", "the answer"],
    ["a question that is not asked any more", doubt("old", "", "x"), "old", "x"],
  ])("%s", (_, said, title, answer) => {
    expect(said).toEqual({ title, answer, sure: "62.5 % sure" });
  });
});
