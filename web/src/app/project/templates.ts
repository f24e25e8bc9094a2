/** What a new project may start from. */
import { s } from "../strings";

export interface Template {
  readonly name: keyof typeof s.create.templates;
  /** Classes to begin with; null where the questions have none. */
  readonly classes: readonly string[] | null;
  readonly statement: string;
  /** The names of points to begin with; absent where the questions have none. */
  readonly points?: readonly string[];
  ontology(classes: readonly string[], statement: string, points: readonly string[]): Record<string, unknown>;
}

const question = (title: string, rest: Record<string, unknown>): Record<string, unknown> => ({
  ...rest,
  title,
  required: true,
});

/** A person's joints as pose models have them, from the head down; each is joined to the one named. */
const BODY: Readonly<Record<string, string | null>> = {
  nose: null,
  "left eye": "nose",
  "right eye": "nose",
  "left ear": "left eye",
  "right ear": "right eye",
  "left shoulder": "right shoulder",
  "right shoulder": "right hip",
  "left elbow": "left shoulder",
  "right elbow": "right shoulder",
  "left wrist": "left elbow",
  "right wrist": "right elbow",
  "left hip": "left shoulder",
  "right hip": "left hip",
  "left knee": "left hip",
  "right knee": "right hip",
  "left ankle": "left knee",
  "right ankle": "right knee",
};

/** The bones of those points that are a body's. */
function bonesOf(points: readonly string[]): readonly (readonly [string, string])[] {
  return points.flatMap((from): [string, string][] => {
    const to = Object.hasOwn(BODY, from) ? (BODY[from] ?? null) : null;
    return to !== null && points.includes(to) ? [[from, to]] : [];
  });
}

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
    name: "relation",
    classes: ["person", "place", "organization"],
    statement: "Mark every name, then join those that belong together.",
    ontology: (classes, statement) => ({
      fields: { text: "text" },
      questions: [
        question(statement, { name: "names", kind: "span", field: "text", classes }),
        // Renamed, and more of them made, on the page of the project's questions.
        { name: "relations", kind: "relation", between: ["names"], classes: ["belongs to"] },
      ],
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
    name: "segmentation",
    classes: ["road", "building", "sky"],
    statement: "Paint each area.",
    ontology: (classes, statement) => ({
      fields: { image: "image" },
      questions: [question(statement, { name: "areas", kind: "mask", field: "image", classes })],
    }),
  },
  {
    name: "keypoints",
    classes: ["person"],
    points: Object.keys(BODY),
    statement: "Mark the joints of each person.",
    ontology: (classes, statement, points) => ({
      fields: { image: "image" },
      questions: [
        question(statement, {
          name: "poses",
          kind: "keypoints",
          field: "image",
          classes,
          keypoints: points,
          skeleton: bonesOf(points),
        }),
      ],
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
