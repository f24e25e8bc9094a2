/** What a new project may start from. */
import { s } from "../strings";

export interface Template {
  readonly name: keyof typeof s.create.templates;
  /** Classes to begin with; null where the questions have none. */
  readonly classes: readonly string[] | null;
  readonly statement: string;
  ontology(classes: readonly string[], statement: string): Record<string, unknown>;
}

const question = (title: string, rest: Record<string, unknown>): Record<string, unknown> => ({
  ...rest,
  title,
  required: true,
});

export const TEMPLATES: readonly Template[] = [
  {
    name: "choice",
    classes: ["positive", "neutral", "negative"],
    statement: "What is the tone of this text?",
    ontology: (classes, statement) => ({
      fields: { text: "text" },
      questions: [question(statement, { name: "class", kind: "choice", field: "text", classes })],
    }),
  },
  {
    name: "span",
    classes: ["person", "place", "organization"],
    statement: "Mark every name.",
    ontology: (classes, statement) => ({
      fields: { text: "text" },
      questions: [question(statement, { name: "names", kind: "span", field: "text", classes })],
    }),
  },
  {
    name: "box",
    classes: ["car", "person"],
    statement: "Draw a box around each object.",
    ontology: (classes, statement) => ({
      fields: { image: "image" },
      questions: [question(statement, { name: "objects", kind: "box", field: "image", classes })],
    }),
  },
  {
    name: "pairwise",
    classes: null,
    statement: "Which answer is better?",
    ontology: (_classes, statement) => ({
      fields: { prompt: "text", answer_a: "text", answer_b: "text" },
      questions: [
        question(statement, { name: "better", kind: "pairwise", fields: ["answer_a", "answer_b"] }),
      ],
    }),
  },
  {
    name: "rating",
    classes: null,
    statement: "How good is this text?",
    ontology: (_classes, statement) => ({
      fields: { text: "text" },
      questions: [question(statement, { name: "quality", kind: "rating", field: "text", min: 1, max: 5 })],
    }),
  },
];
