/**
 * A text with ranges painted on it, by the CSS Custom Highlight API: the text stays plain text, so selection,
 * search, right-to-left and screen readers work, and a million characters cost no element each.
 */
import type { TextOffsets, TextRange } from "../geometry/text_range";
import { type Block, blockAt, splitBlocks } from "./text_blocks";
import { shownText } from "./unseen";

/** Roughly one block's height, until the browser has seen it. */
const BLOCK_HEIGHT = "auto 30lh";

export class TextSurface {
  readonly offsets: TextOffsets;
  readonly #host: HTMLElement;
  readonly #blocks: readonly Block[];
  readonly #nodes: readonly Text[];
  /** What this surface has painted, by name and place: the highlights themselves belong to the whole page. */
  readonly #painted = new Map<string, ReadonlyMap<string, Range>>();

  constructor(host: HTMLElement, offsets: TextOffsets) {
    const { text } = offsets;
    this.#host = host;
    this.offsets = offsets;
    this.#blocks = splitBlocks(text);
    this.#nodes = this.#blocks.map(({ start, end }) =>
      host.ownerDocument.createTextNode(shownText(text.slice(start, end))),
    );
    host.replaceChildren(...this.#nodes.map((node) => blockElement(node)));
  }

  /** Paints ranges under a name, in place of those it painted under it before. CSS: `::highlight(name)`. */
  paint(name: string, ranges: readonly TextRange[], priority = 0): void {
    const highlight = CSS.highlights.get(name) ?? new Highlight();
    const before = this.#painted.get(name) ?? new Map<string, Range>();
    const painted = new Map<string, Range>();
    // What stays is left alone: of thousands of marks one edit changes one.
    for (const range of ranges) {
      const place = `${range.start} ${range.end}`;
      if (painted.has(place)) continue;
      const held = before.get(place) ?? this.#domRange(range);
      if (!before.has(place)) highlight.add(held);
      painted.set(place, held);
    }
    for (const [place, range] of before) if (!painted.has(place)) highlight.delete(range);
    highlight.priority = priority;
    CSS.highlights.set(name, highlight);
    this.#painted.set(name, painted);
  }

  /** The code point offset under a place on the page; null beside the text. */
  offsetAt(clientX: number, clientY: number): number | null {
    const caret = this.#host.ownerDocument.caretPositionFromPoint(clientX, clientY);
    if (caret === null) return null;
    const block = this.#nodes.indexOf(caret.offsetNode as Text);
    const start = this.#blocks[block]?.start;
    return start === undefined ? null : this.offsets.codePoint(start + caret.offset);
  }

  /** Where a range lies on the page, a rectangle a line: for arcs, and for what stands beside it. */
  rectsOf(range: TextRange): readonly DOMRect[] {
    return [...this.#domRange(range).getClientRects()];
  }

  scrollTo(range: TextRange): void {
    const node = this.#nodes[blockAt(this.#blocks, this.offsets.utf16(range.start))];
    node?.parentElement?.scrollIntoView({ block: "center" });
  }

  destroy(): void {
    for (const name of this.#painted.keys()) this.paint(name, []);
    this.#host.replaceChildren();
  }

  #domRange({ start, end }: TextRange): Range {
    const range = this.#host.ownerDocument.createRange();
    const [from, to] = [this.#place(this.offsets.utf16(start)), this.#place(this.offsets.utf16(end))];
    if (from !== null && to !== null) {
      range.setStart(...from);
      range.setEnd(...to);
    }
    return range;
  }

  #place(unit: number): [Text, number] | null {
    const block = blockAt(this.#blocks, unit);
    const [node, start] = [this.#nodes[block], this.#blocks[block]?.start];
    return node === undefined || start === undefined ? null : [node, unit - start];
  }
}

function blockElement(node: Text): HTMLElement {
  const element = node.ownerDocument.createElement("div");
  Object.assign(element.style, {
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    // Each paragraph takes its direction from its own first letter.
    unicodeBidi: "plaintext",
    contentVisibility: "auto",
    containIntrinsicSize: BLOCK_HEIGHT,
  });
  element.append(node);
  return element;
}
