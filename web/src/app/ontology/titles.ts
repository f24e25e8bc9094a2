/** What people see of a project's questions and of the answers that can be looked for. */
import type { Asked, Panel } from "../../labels/kind";
import type { Schema } from "../../labels/schema";

export interface Answer {
  readonly answer: string;
  readonly title: string;
}
export interface TitledQuestion {
  readonly question: string;
  readonly title: string;
  /** Its classes, or the values it offers; empty where answers are free. */
  readonly answers: readonly Answer[];
}

/** More steps of a scale than these are no list to choose from. */
const MOST_STEPS = 100;

export function titlesOf({ asked }: Schema): readonly TitledQuestion[] {
  return [...asked.values()].map((one) => ({
    question: one.question.name,
    title: one.question.title,
    answers: answersOf(one),
  }));
}

/** The answers of one question that can be listed. */
export function answersOf({ panel }: Asked): readonly Answer[] {
  if ("options" in panel) return panel.options.map(({ value, title }) => ({ answer: value, title }));
  return panel.control === "scale" ? stepsOf(panel) : [];
}

function stepsOf({ min, max, step }: Panel & { readonly control: "scale" }): readonly Answer[] {
  const steps = Math.floor((max - min) / step + 1e-9);
  if (steps > MOST_STEPS) return [];
  return Array.from({ length: steps + 1 }, (_, n) => {
    const value = String(Number((min + n * step).toPrecision(12)));
    return { answer: value, title: value };
  });
}
