/** One colour for each class, the same on canvases, in lists and (as `--c0` …) in texts. */
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

export function colourIndex(classes: { keys(): Iterable<string> }, className: string): number {
  return Math.max([...classes.keys()].indexOf(className), 0) % PALETTE.length;
}

export function colourOf(classes: { keys(): Iterable<string> }, className: string): string {
  return PALETTE[colourIndex(classes, className)] ?? PALETTE[0];
}
