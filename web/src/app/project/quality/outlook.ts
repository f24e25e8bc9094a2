/** What plots and sentences of the quality page are made from: pure functions of what the engine tells. */
export interface CurvePoint {
  readonly labels: number;
  readonly accuracy: number;
}

/** Where a scale of shares begins: below the least of them, on a round number, and never so near to 1 that it has no length. */
export function floorOf(shares: readonly number[]): number {
  const least = Math.min(0.95, ...shares);
  return Math.max(0, Math.floor(least * 10 - 1e-9) / 10);
}

/** The accuracy to expect after so many further labels: between two points it grows evenly, beyond the last not at all. */
export function accuracyAfter(curve: readonly CurvePoint[], labels: number): number {
  const next = curve.findIndex((point) => point.labels >= labels);
  const after = curve[next === -1 ? curve.length - 1 : next];
  const before = curve[Math.max(next - 1, 0)];
  if (after === undefined || before === undefined) return 0;
  if (next <= 0 || after.labels === before.labels) return after.accuracy;
  const share = (labels - before.labels) / (after.labels - before.labels);
  return before.accuracy + share * (after.accuracy - before.accuracy);
}

export interface Purchase {
  readonly labels: number;
  readonly from: number;
  readonly to: number;
}

/** What a sum buys; null where the price or the sum is none. */
export function purchase(curve: readonly CurvePoint[], budget: number, price: number): Purchase | null {
  if (curve.length === 0 || !(budget > 0) || !(price > 0)) return null;
  const labels = Math.floor(budget / price + 1e-9);
  return { labels, from: accuracyAfter(curve, 0), to: accuracyAfter(curve, labels) };
}

/** A confusion as rows of one truth: how often each answer is given to it; null where nothing is known of the answer. */
export function confusionRows(confusion: Readonly<Record<string, Readonly<Record<string, number>>>>): {
  readonly answers: readonly string[];
  readonly rows: readonly (readonly [string, (number | null)[]])[];
} {
  const truths = new Set(Object.values(confusion).flatMap((said) => Object.keys(said)));
  const answers = [...new Set([...truths, ...Object.keys(confusion)])].sort();
  return {
    answers,
    rows: answers
      .filter((truth) => truths.has(truth))
      .map((truth) => [truth, answers.map((answer) => confusion[answer]?.[truth] ?? null)]),
  };
}

/** An answer in a few words: a class, or how many objects there are. */
export function inWords(value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (!Array.isArray(value)) return JSON.stringify(value);
  const names = value.map((one: unknown) =>
    typeof one === "object" && one !== null && "class" in one ? String(one.class) : inWords(one),
  );
  return names.length === 0 ? "–" : names.join(", ");
}
