import { type ImagePoint, imagePoint } from "./coordinate";
import { type Column, type Mask, columnsOf } from "./mask";
import { type Ring, at } from "./polygon";

/**
 * The borders of a mask along its pixels' edges: rings that, filled by turns, are the mask; clockwise on the screen
 * around it, the other way around its holes. Only corners are kept.
 */
export function maskOutline(mask: Mask): readonly Ring[] {
  const borders = bordersOf(mask);
  const rings: Ring[] = [];
  for (const [start, ends] of borders.from) {
    while (ends.length > 0) rings.push(walk(start, borders));
  }
  return rings;
}

/** Directed pieces of border by where they start: the mask lies on their right. */
interface Borders {
  readonly from: ReadonlyMap<number, number[]>;
  readonly pointAt: (key: number) => ImagePoint;
}

function bordersOf(mask: Mask): Borders {
  const { x, columns } = columnsOf(mask);
  const from = new Map<number, number[]>();
  const stride = mask.height + 1;
  const add = (fromX: number, fromY: number, toX: number, toY: number): void => {
    const key = fromX * stride + fromY;
    const ends = from.get(key);
    if (ends === undefined) from.set(key, [toX * stride + toY]);
    else ends.push(toX * stride + toY);
  };
  let before: Column = [];
  for (const [index, column] of [...columns, []].entries()) {
    const left = x + index;
    sides(before, column, (top, bottom, entering) => {
      if (entering) add(left, bottom, left, top);
      else add(left, top, left, bottom);
    });
    for (let at = 0; at < column.length; at += 2) {
      const [top, bottom] = [column[at] ?? 0, column[at + 1] ?? 0];
      add(left, top, left + 1, top);
      add(left + 1, bottom, left, bottom);
    }
    before = column;
  }
  return { from, pointAt: (key) => imagePoint(Math.floor(key / stride), key % stride) };
}

/** Where two columns side by side differ, and whether the right one is in. */
function sides(
  left: Column,
  right: Column,
  found: (top: number, bottom: number, entering: boolean) => void,
): void {
  let [i, j, last] = [0, 0, 0];
  while (i < left.length || j < right.length) {
    const place = Math.min(left[i] ?? Infinity, right[j] ?? Infinity);
    const [inLeft, inRight] = [i % 2 === 1, j % 2 === 1];
    if (inLeft !== inRight && place > last) found(last, place, inRight);
    if (left[i] === place) i += 1;
    if (right[j] === place) j += 1;
    last = place;
  }
}

function walk(start: number, { from, pointAt }: Borders): Ring {
  const points: ImagePoint[] = [];
  let key = start;
  do {
    addCorner(points, pointAt(key));
    // Where two pixels touch at a corner either way on is right.
    key = from.get(key)?.pop() ?? start;
  } while (key !== start);
  if (isStraight(at(points, -2), at(points, -1), at(points, 0))) points.pop();
  if (isStraight(at(points, -1), at(points, 0), at(points, 1))) points.shift();
  return points;
}

/** Adds a point; one that lies on the way to it goes. */
function addCorner(points: ImagePoint[], point: ImagePoint): void {
  const [before, last] = [points.at(-2), points.at(-1)];
  if (before !== undefined && last !== undefined && isStraight(before, last, point)) points.pop();
  points.push(point);
}

function isStraight(a: ImagePoint, b: ImagePoint, c: ImagePoint): boolean {
  return (a[0] === b[0] && b[0] === c[0]) || (a[1] === b[1] && b[1] === c[1]);
}
