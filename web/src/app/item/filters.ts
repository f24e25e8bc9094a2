/** Which items are looked at, as a page's address keeps it. */
export const STATES = [
  "probing",
  "open",
  "resolving",
  "resolved",
  "review",
  "ambiguous",
  "needs_attention",
] as const;

/** An empty string wants all. */
export interface Filters {
  readonly state: string;
  readonly gold: "" | "true" | "false";
  readonly external_id: string;
}

export const ALL: Filters = { state: "", gold: "", external_id: "" };

/** Reads what follows `#`; what no page wrote is passed over. */
export function readFilters(hash: string): Filters {
  const written = new URLSearchParams(hash.replace(/^#/, ""));
  const state = STATES.find((one) => one === written.get("state")) ?? "";
  const gold = (["true", "false"] as const).find((one) => one === written.get("gold")) ?? "";
  return { state, gold, external_id: written.get("external_id") ?? "" };
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
