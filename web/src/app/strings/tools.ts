/** What the tools are called where a kind has several. */
export const tools: ReadonlyMap<string, string> = new Map([
  ["box", "Corners"],
  ["extreme_points", "Extremes"],
  ["polygon", "Points"],
  ["freehand", "Freehand"],
  ["brush", "Brush"],
  ["eraser", "Eraser"],
]);
