/** A text in blocks that a browser can lay out one by one: only those in sight cost anything. */

/** UTF-16 units, half-open. */
export interface Block {
  readonly start: number;
  readonly end: number;
}

export const BLOCK_UNITS = 2_000;
/** A line longer than this is broken, at a space where there is one. */
export const LONGEST_LINE_UNITS = 20_000;

/** The text's blocks, without a gap: whole lines, and of endless lines pieces. */
export function splitBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  for (let start = 0; start < text.length;) {
    const end = blockEnd(text, start);
    blocks.push({ start, end });
    start = end;
  }
  return blocks;
}

/** The block that holds a unit; the text's end belongs to the last. */
export function blockAt(blocks: readonly Block[], unit: number): number {
  let [low, high] = [0, blocks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((blocks[middle]?.start ?? 0) <= unit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Looks no further than it must: a million characters may be one line. */
function blockEnd(text: string, start: number): number {
  const near = text.slice(start, start + BLOCK_UNITS);
  const last = near.lastIndexOf("\n");
  if (last >= 0) return start + last + 1;
  const line = text.slice(start, start + LONGEST_LINE_UNITS);
  const newline = line.indexOf("\n");
  if (newline >= 0) return start + newline + 1;
  if (start + line.length === text.length) return text.length;
  const space = near.lastIndexOf(" ");
  if (space >= 0) return start + space + 1;
  // Never inside a surrogate pair.
  const cut = start + BLOCK_UNITS;
  const unit = text.charCodeAt(cut);
  return unit >= 0xdc00 && unit <= 0xdfff ? cut - 1 : cut;
}
