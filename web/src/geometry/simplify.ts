import { type ImagePoint, distance } from "./coordinate";
import { nearestOnSegment } from "./segment";

/**
 * The line with the fewest points that stays within `tolerance` pixels of every point of the given one
 * (Douglas and Peucker 1973). Both ends are kept.
 */
export function simplifyLine(points: readonly ImagePoint[], tolerance: number): ImagePoint[] {
  if (points.length < 3) return [...points];
  const keep = new Set([0, points.length - 1]);
  const pending: [number, number][] = [[0, points.length - 1]];
  for (let span = pending.pop(); span !== undefined; span = pending.pop()) {
    const [first, last] = span;
    const { index, far } = furthest(points, first, last);
    if (far <= tolerance) continue;
    keep.add(index);
    pending.push([first, index], [index, last]);
  }
  return points.filter((_, index) => keep.has(index));
}

/** The same for a stroke that closes: its two halves, cut at the point furthest from its start. */
export function simplifyRing(points: readonly ImagePoint[], tolerance: number): ImagePoint[] {
  const [first] = points;
  if (first === undefined || points.length < 4) return [...points];
  let cut = 0;
  points.forEach((point, index) => {
    if (distance(point, first) > distance(points[cut] ?? first, first)) cut = index;
  });
  const there = simplifyLine(points.slice(0, cut + 1), tolerance);
  const back = simplifyLine([...points.slice(cut), first], tolerance);
  return [...there, ...back.slice(1, -1)];
}

function furthest(
  points: readonly ImagePoint[],
  first: number,
  last: number,
): { index: number; far: number } {
  const [a, b] = [points[first], points[last]];
  let best = { index: first, far: -1 };
  if (a === undefined || b === undefined) return best;
  for (let index = first + 1; index < last; index += 1) {
    const point = points[index];
    if (point === undefined) continue;
    const far = distance(point, nearestOnSegment(point, a, b));
    if (far > best.far) best = { index, far };
  }
  return best;
}
