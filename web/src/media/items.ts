import Flatbush from "flatbush";
import type { ImageBox } from "../geometry/box";
import type { ImagePoint } from "../geometry/coordinate";
import type { PathStyle } from "./paint";

/** A shape at rest. `key` is its owner's business. */
export interface Item {
  readonly key: string;
  readonly bounds: ImageBox;
  /** Filled together, so that holes stay open. */
  readonly paths: readonly { readonly points: readonly ImagePoint[]; readonly closed: boolean }[];
  readonly style: PathStyle;
}

/** Finds items by place; made anew with every change, which costs less than keeping it up. */
export class ItemIndex {
  readonly #items: readonly Item[];
  readonly #tree: Flatbush | null;

  constructor(items: readonly Item[]) {
    this.#items = items;
    this.#tree = items.length === 0 ? null : new Flatbush(items.length);
    for (const { bounds } of items) {
      const [x, y, width, height] = bounds;
      this.#tree?.add(x, y, x + width, y + height);
    }
    this.#tree?.finish();
  }

  /** The items whose bounds meet the box, topmost first. */
  search([x, y, width, height]: ImageBox): Item[] {
    const found = this.#tree?.search(x, y, x + width, y + height) ?? [];
    return found.sort((a, b) => b - a).flatMap((place) => this.#items[place] ?? []);
  }
}

/** So many changed rectangles are painted one by one; more are cheaper painted whole. */
const MOST_BOXES = 16;

/** The rectangles in which two lists of items differ; null where it is better to paint everything. */
export function changedBoxes(before: readonly Item[], after: readonly Item[]): readonly ImageBox[] | null {
  const [kept, now] = [new Set(before), new Set(after)];
  const changed = [...before.filter((item) => !now.has(item)), ...after.filter((item) => !kept.has(item))];
  if (changed.length > MOST_BOXES) return null;
  // What is in both lists must stand in one order, or something else lies on top now.
  const [left, right] = [before.filter((item) => now.has(item)), after.filter((item) => kept.has(item))];
  if (left.some((item, index) => item !== right[index])) return null;
  return changed.map(({ bounds }) => bounds);
}
