/**
 * A text with ranges painted on it, by the CSS Custom Highlight API: the text stays plain text, so selection,
 * search, right-to-left and screen readers work, and a million characters cost no element each.
 */
import { TextOffsets, type TextRange } from "../geometry/text_range";
import { type Block, blockAt, splitBlocks } from "./text_blocks";

/** Roughly one block's height, until the browser has seen it. */
const BLOCK_HEIGHT = "auto 30lh";

export class TextSurface {
  readonly offsets: TextOffsets;
  readonly #host: HTMLElement;
  readonly #prefix: string;
  readonly #blocks: readonly Block[];
  readonly #nodes: readonly Text[];
  /** The names this surface has painted under: highlights belong to the whole page. */
  readonly #painted = new Set<string>();

  /** `prefix` keeps the highlights of two surfaces on one page apart. */
  constructor(host: HTMLElement, text: string, prefix: string) {
    this.#host = host;
    this.#prefix = prefix;
    this.offsets = new TextOffsets(text);
    this.#blocks = splitBlocks(text);
    this.#nodes = this.#blocks.map(({ start, end }) =>
      host.ownerDocument.createTextNode(text.slice(start, end)),
    );
    host.replaceChildren(...this.#nodes.map((node) => blockElement(node)));
  }

  /** Paints ranges under a name, in place of those painted under it before. CSS: `::highlight(prefix-name)`. */
  paint(name: string, ranges: readonly TextRange[], priority = 0): void {
    const full = `${this.#prefix}-${name}`;
    this.#painted.add(full);
    const highlight = new Highlight(...ranges.map((range) => this.#domRange(range)));
    highlight.priority = priority;
    CSS.highlights.set(full, highlight);
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
    for (const name of this.#painted) CSS.highlights.delete(name);
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
