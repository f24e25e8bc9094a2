/** One colour for each class, the same on canvases, in lists and (as `--c0` …) in texts. */
import { COLORS, type Classes } from "../../labels/classes";

/** In the order of their names, `COLORS`. */
export const PALETTE = [
  "#d1495b",
  "#2e86ab",
  "#5a9a4a",
  "#c77d0a",
  "#7b5ea7",
  "#12877f",
  "#b4538f",
  "#6b7280",
] as const;

/** The colour that the class names, or else the next in turn. */
export function colourIndex(classes: Classes, className: string): number {
  const color = classes.get(className)?.color ?? null;
  if (color !== null) return COLORS.indexOf(color);
  return Math.max([...classes.keys()].indexOf(className), 0) % PALETTE.length;
}

/** The colour of a class that is not one yet: of its name, or of its place in turn. */
export function colourOfName(color: string | undefined, place: number): string {
  const named = COLORS.findIndex((name) => name === color);
  return PALETTE[(named < 0 ? place : named) % PALETTE.length] ?? PALETTE[0];
}

export function colourOf(classes: Classes, className: string): string {
  return PALETTE[colourIndex(classes, className)] ?? PALETTE[0];
}
