/** Which items are looked at, as a page's address keeps it. */
import type { Schemas } from "../engine";

export const STATES = [
  "probing",
  "open",
  "resolving",
  "resolved",
  "review",
  "ambiguous",
  "needs_attention",
] as const;

/** As the engine takes them; an empty string wants all. */
export interface Filters {
  readonly state: string;
  readonly gold: "" | "true" | "false";
  readonly question: string;
  readonly answer: string;
  /** 0 to 1, of the least sure answer. */
  readonly min_confidence: string;
  readonly max_confidence: string;
  readonly text: string;
  readonly external_id: string;
}

export const ALL: Filters = {
  state: "",
  gold: "",
  question: "",
  answer: "",
  min_confidence: "",
  max_confidence: "",
  text: "",
  external_id: "",
};

/** Reads what follows `#`; what no page wrote is passed over. */
export function readFilters(hash: string): Filters {
  const written = new URLSearchParams(hash.replace(/^#/, ""));
  const said = (name: keyof Filters): string => written.get(name) ?? "";
  const state = STATES.find((one) => one === said("state")) ?? "";
  const gold = (["true", "false"] as const).find((one) => one === said("gold")) ?? "";
  const [question, answer] = [said("question"), said("answer")];
  const asked = question !== "" && answer !== "" ? { question, answer } : { question: "", answer: "" };
  const [min_confidence, max_confidence] = [chance(said("min_confidence")), chance(said("max_confidence"))];
  const names = { text: said("text"), external_id: said("external_id") };
  return { state, gold, ...asked, min_confidence, max_confidence, ...names };
}

const chance = (said: string): string => (/^(0|1|0\.\d{1,4})$/.test(said) ? said : "");

/** A chance as its share of a hundred, to be written in a field; and back. */
export function percentOf(said: string): number | null {
  return said === "" ? null : Number((Number(said) * 100).toFixed(2));
}
/** Nothing of an empty field. */
export function shareOf(percent: number): string {
  return Number.isNaN(percent) ? "" : String(Number((percent / 100).toFixed(4)));
}

type Kept = Schemas["ItemFilter"];

/** What a kept view wants. */
export function fromView(kept: Kept): Filters {
  const written = Object.entries(kept).filter(([, held]) => held !== null);
  return readFilters(new URLSearchParams(written.map(([name, held]) => [name, String(held)])).toString());
}

/** The same as the engine keeps it. */
export function toView(filters: Filters): Kept {
  const typed = Object.entries(queryOf(filters)).map(([name, said]) => {
    if (name === "gold") return [name, said === "true"];
    return [name, name.endsWith("_confidence") ? Number(said) : said];
  });
  return Object.fromEntries(typed) as Kept;
}

export function writeFilters(filters: Filters): string {
  const written = new URLSearchParams(queryOf(filters)).toString();
  return written === "" ? "" : `#${written}`;
}

/** As the engine takes them: what wants all is left out. */
export function queryOf(filters: Filters): Record<string, string> {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ""));
}

const MOST_CHARS = 160;

/** The beginning of an item's texts; null where it has none. */
export function beginningOf(fields: Readonly<Record<string, unknown>>): string | null {
  const texts = Object.values(fields).filter((value) => typeof value === "string");
  if (texts.length === 0) return null;
  const whole = Array.from(texts.join(" · ").slice(0, MOST_CHARS * 2 + 2));
  return whole.length > MOST_CHARS ? `${whole.slice(0, MOST_CHARS).join("")}…` : whole.join("");
}

/** The first field that shows a picture. */
export function pictureFieldOf(
  fields: Readonly<Record<string, unknown>>,
  types: Readonly<Record<string, unknown>>,
): string | null {
  return Object.keys(fields).find((name) => types[name] === "image") ?? null;
}
