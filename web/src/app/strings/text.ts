/** What is said about marks in a text. */
export const text = {
  edges: (n: number) => (n === 1 ? "1 edge between marks" : `${n} edges between marks`),
  same: "The same words elsewhere",
  nowhere: "They stand nowhere else, or are marked already.",
  mark: (n: number) => (n === 1 ? "Mark 1 place" : `Mark ${n} places`),
  unseen: (n: number, codes: string) =>
    `This text holds ${n.toLocaleString("en")} control ${n === 1 ? "character" : "characters"} (${codes}), shown as small pictures. Labels count them, and the text is kept as it is. If it cannot be read, skip it as broken.`,
  noEdges:
    "← and → go through the marks, Space takes the first and the second, a digit names the edge. Or drag from mark to mark.",
};
