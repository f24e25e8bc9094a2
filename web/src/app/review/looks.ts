/** What is worth a look, in the words of the project's questions. */
import type { Schemas } from "../engine";
import type { TitledQuestion } from "../ontology/titles";
import { s } from "../strings";

export interface SaidDoubt {
  readonly title: string;
  readonly answer: string;
  readonly sure: string;
}

/** One answer that is doubted: an object by its class, one of several classes by that and by yes or no. */
export function sayDoubt(
  { question, part, answer, probability }: Schemas["DoubtedAnswer"],
  questions: readonly TitledQuestion[],
): SaidDoubt {
  const asked = questions.find((one) => one.question === question);
  const titleOf = (name: string): string | undefined =>
    asked?.answers.find((one) => one.answer === name)?.title;
  const several = titleOf(part);
  const said = answer === null ? s.looks.answered : (titleOf(answer) ?? answer);
  return {
    title: asked?.title ?? question,
    answer: several === undefined ? said : `${several}: ${said}`,
    sure: s.looks.sure(s.percent(probability)),
  };
}
