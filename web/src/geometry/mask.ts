import { type ImageBox, imageBox } from "./box";
import type { ImagePoint, Size } from "./coordinate";

/**
 * A part of a picture, in whole pixels: where the line of its pixels, column by column from the top left, enters
 * it and leaves it: `[start, end, start, end, …]`, ascending, half-open.
 */
export interface Mask extends Size {
  readonly edges: readonly number[];
}

/** The pixels of one column: `[top, bottom, top, bottom, …]`, ascending, half-open. */
export type Column = readonly number[];

/** From run lengths, background first, which add up to the picture. */
export function maskFromCounts({ width, height }: Size, counts: readonly number[]): Mask {
  const edges: number[] = [];
  let at = 0;
  for (const count of counts) edges.push((at += count));
  // A last run of background ends nothing.
  if (edges.length % 2 === 1) edges.pop();
  return { width, height, edges };
}

/** Run lengths, background first, none of them 0 but that. */
export function countsFromMask({ width, height, edges }: Mask): number[] {
  const total = width * height;
  const ends = edges.at(-1) === total ? edges : [...edges, total];
  return ends.map((end, index) => end - (ends[index - 1] ?? 0));
}

/** From columns, the first of which is at `x`; what lies outside the picture is left out. */
export function maskFromColumns({ width, height }: Size, x: number, columns: readonly Column[]): Mask {
  const edges: number[] = [];
  for (const [index, column] of columns.entries()) {
    if (x + index < 0 || x + index >= width) continue;
    const start = (x + index) * height;
    for (let at = 0; at < column.length; at += 2) {
      const [top, bottom] = [Math.max(column[at] ?? 0, 0), Math.min(column[at + 1] ?? 0, height)];
      if (bottom <= top) continue;
      // A run that ends at the bottom goes on at the next column's top.
      if (edges.at(-1) === start + top) edges.pop();
      else edges.push(start + top);
      edges.push(start + bottom);
    }
  }
  return { width, height, edges };
}

/** The columns that the mask reaches over, and where the first of them is. */
export function columnsOf({ height, edges }: Mask): { readonly x: number; readonly columns: Column[] } {
  const x = Math.floor((edges[0] ?? 0) / height);
  const columns: number[][] = [];
  for (let at = 0; at < edges.length; at += 2) {
    const end = edges[at + 1] ?? 0;
    let start = edges[at] ?? 0;
    while (start < end) {
      const column = Math.floor(start / height);
      const stop = Math.min(end, (column + 1) * height);
      while (columns.length <= column - x) columns.push([]);
      columns[column - x]?.push(start - column * height, stop - column * height);
      start = stop;
    }
  }
  return { x, columns };
}

/** In pixels. */
export function maskArea({ edges }: Mask): number {
  return edges.reduce((sum, edge, index) => sum + (index % 2 === 0 ? -edge : edge), 0);
}

/** The smallest box around it; without area where the mask is empty. */
export function maskBounds(mask: Mask): ImageBox {
  const { x, columns } = columnsOf(mask);
  let [top, bottom] = [Infinity, 0];
  for (const column of columns) {
    top = Math.min(top, column[0] ?? Infinity);
    bottom = Math.max(bottom, column.at(-1) ?? 0);
  }
  return bottom === 0 ? imageBox(0, 0, 0, 0) : imageBox(x, top, columns.length, bottom - top);
}

/** Whether the pixel that a point lies in belongs to it. */
export function maskHolds({ width, height, edges }: Mask, [x, y]: ImagePoint): boolean {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (column < 0 || row < 0 || column >= width || row >= height) return false;
  const place = column * height + row;
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? Infinity) <= place) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

/** The pixels of either; both are of one picture. */
export function joinMasks(a: Mask, b: Mask): Mask {
  return combine(a, b, (inA, inB) => inA || inB);
}

/** The pixels of the first that are not in the second. */
export function cutMask(a: Mask, b: Mask): Mask {
  return combine(a, b, (inA, inB) => inA && !inB);
}

/** Moved by whole pixels, as far as the picture allows. */
export function moveMask(mask: Mask, dx: number, dy: number): Mask {
  const [x, y, width, height] = maskBounds(mask);
  const room = (by: number, from: number, length: number, limit: number): number =>
    Math.max(Math.min(Math.round(by), limit - from - length), -from);
  // No run wraps around: it stays inside its columns, or is as high as the picture and does not move down.
  const by = room(dx, x, width, mask.width) * mask.height + room(dy, y, height, mask.height);
  return { ...mask, edges: mask.edges.map((edge) => edge + by) };
}

function combine(a: Mask, b: Mask, keeps: (inA: boolean, inB: boolean) => boolean): Mask {
  const edges: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.edges.length || j < b.edges.length) {
    const place = Math.min(a.edges[i] ?? Infinity, b.edges[j] ?? Infinity);
    while (a.edges[i] === place) i += 1;
    while (b.edges[j] === place) j += 1;
    if (keeps(i % 2 === 1, j % 2 === 1) !== (edges.length % 2 === 1)) edges.push(place);
  }
  return { width: a.width, height: a.height, edges };
}
