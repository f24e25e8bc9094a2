import { boxAround } from "./box";
import type { ImagePoint, Size } from "./coordinate";
import { type Mask, maskFromColumns } from "./mask";

/**
 * The pixels whose centre lies within `radius` pixels of a line through the points, and the pixel that each point
 * lies in, so that the finest brush leaves a mark.
 */
export function strokeMask(size: Size, points: readonly ImagePoint[], radius: number): Mask {
  const reach = Math.ceil(radius) + 1;
  const [x, , width] = boxAround(points);
  const left = Math.max(Math.floor(x) - reach, 0);
  const right = Math.min(Math.floor(x + width) + reach + 1, size.width);
  const columns = Array.from({ length: Math.max(right - left, 0) }, (): Range[] => []);
  const add = (column: number, top: number, bottom: number): void => {
    if (bottom > top) columns[column - left]?.push([top, bottom]);
  };
  for (const [index, b] of points.entries()) {
    const a = points[index - 1] ?? b;
    add(Math.floor(b[0]), Math.floor(b[1]), Math.floor(b[1]) + 1);
    const from = Math.max(Math.floor(Math.min(a[0], b[0]) - radius), left);
    const to = Math.min(Math.ceil(Math.max(a[0], b[0]) + radius), right);
    for (let column = from; column < to; column += 1) {
      const [low, high] = crossCapsule(a, b, radius, column + 0.5);
      add(column, Math.ceil(low - 0.5), Math.floor(high - 0.5) + 1);
    }
  }
  return maskFromColumns(size, left, columns.map(joined));
}

type Range = readonly [top: number, bottom: number];

/** Where the upright line at `x` enters and leaves what lies within `radius` of a segment; empty: ∞ to −∞. */
function crossCapsule(a: ImagePoint, b: ImagePoint, radius: number, x: number): Range {
  let [low, high] = [Infinity, -Infinity];
  const take = (y: number): void => {
    low = Math.min(low, y);
    high = Math.max(high, y);
  };
  for (const [endX, endY] of [a, b]) {
    const rest = radius * radius - (x - endX) ** 2;
    if (rest < 0) continue;
    take(endY - Math.sqrt(rest));
    take(endY + Math.sqrt(rest));
  }
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  if (length === 0 || dx === 0) return [low, high];
  // The two sides, which run beside the segment at the radius.
  for (const side of [-radius / length, radius / length]) {
    const along = (x - a[0] + dy * side) / dx;
    if (along >= 0 && along <= 1) take(a[1] + dx * side + dy * along);
  }
  return [low, high];
}

function joined(ranges: readonly Range[]): readonly number[] {
  const column: number[] = [];
  for (const [top, bottom] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = column.at(-1);
    if (last === undefined || top > last) column.push(top, bottom);
    else if (bottom > last) column[column.length - 1] = bottom;
  }
  return column;
}
