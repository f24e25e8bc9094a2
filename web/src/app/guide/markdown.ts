/**
 * The part of Markdown that guides are written in: headings, lists, paragraphs, strong, emphasis and code. Everything
 * else, HTML, links and pictures among it, is text: nothing that a guide says can load or run anything (ADR 57).
 */
export interface Piece {
  readonly style: "plain" | "strong" | "emphasis" | "code";
  readonly text: string;
}

export type Line = readonly Piece[];

export type Block =
  | { readonly type: "heading" | "paragraph"; readonly line: Line }
  | { readonly type: "list"; readonly ordered: boolean; readonly items: readonly Line[] };

const HEADING = /^#{1,6} +(.+)$/;
const ITEM = /^ {0,3}([-*+]|\d{1,9}[.)]) +(.+)$/;
const INLINE = /(`[^`\n]+`|\*\*[^*\n]+\*\*|\*[^*\n]+\*)/;

/** The blocks of a guide, in its order. */
export function readMarkdown(source: string): readonly Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const endParagraph = (): void => {
    if (paragraph.length > 0) blocks.push({ type: "paragraph", line: readLine(paragraph.join("\n")) });
    paragraph = [];
  };
  for (const line of source.split(/\r\n|\r|\n/)) {
    const heading = HEADING.exec(line);
    const item = ITEM.exec(line);
    if (heading === null && item === null && line.trim() !== "") {
      paragraph.push(line.trim());
      continue;
    }
    endParagraph();
    if (heading !== null) blocks.push({ type: "heading", line: readLine(heading[1] ?? "") });
    if (item !== null) addItem(blocks, /^\d/.test(item[1] ?? ""), readLine(item[2] ?? ""));
  }
  endParagraph();
  return blocks;
}

/** An item of the list that the last block is, or of a new one. */
function addItem(blocks: Block[], ordered: boolean, item: Line): void {
  const last = blocks.at(-1);
  if (last?.type === "list" && last.ordered === ordered)
    blocks[blocks.length - 1] = { ...last, items: [...last.items, item] };
  else blocks.push({ type: "list", ordered, items: [item] });
}

function readLine(source: string): Line {
  return source
    .split(INLINE)
    .filter((part) => part !== "")
    .map((part): Piece => {
      if (!INLINE.test(part)) return { style: "plain", text: part };
      if (part.startsWith("`")) return { style: "code", text: part.slice(1, -1) };
      if (part.startsWith("**")) return { style: "strong", text: part.slice(2, -2) };
      return { style: "emphasis", text: part.slice(1, -1) };
    });
}
