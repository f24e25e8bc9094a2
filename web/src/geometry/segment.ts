import { type ImagePoint, imagePoint } from "./coordinate";
import { orientation } from "./orientation";

export interface Segment {
  readonly a: ImagePoint;
  readonly b: ImagePoint;
  /** What the segment belongs to, for whoever asks which ones met. */
  readonly owner: number;
  /** Its place in the owner. */
  readonly index: number;
}

/** How two segments meet; a touch is a point that is an end of at least one of them. */
export type Meeting = "apart" | "cross" | "overlap" | ImagePoint;

/** Exact for every double. */
export function meetSegments(p: Segment, q: Segment): Meeting {
  const c = orientation(p.a, p.b, q.a);
  const d = orientation(p.a, p.b, q.b);
  if (c * d > 0) return "apart";
  const a = orientation(q.a, q.b, p.a);
  const b = orientation(q.a, q.b, p.b);
  if (a * b > 0) return "apart";
  if (c === 0 && d === 0) return meetCollinear(p, q);
  if (c === 0) return q.a;
  if (d === 0) return q.b;
  if (a === 0) return p.a;
  if (b === 0) return p.b;
  return "cross";
}

function meetCollinear(p: Segment, q: Segment): Meeting {
  // On one line, the axis along which it runs further orders the ends; a segment may be a point, and tell no axis.
  const [width, height] = [0, 1].map((axis) => extent([p.a, p.b, q.a, q.b].map((end) => end[axis] ?? 0)));
  const axis = (width ?? 0) >= (height ?? 0) ? 0 : 1;
  const [p1, p2] = p.a[axis] <= p.b[axis] ? [p.a, p.b] : [p.b, p.a];
  const [q1, q2] = q.a[axis] <= q.b[axis] ? [q.a, q.b] : [q.b, q.a];
  const first = p1[axis] >= q1[axis] ? p1 : q1;
  const last = p2[axis] <= q2[axis] ? p2 : q2;
  if (first[axis] > last[axis]) return "apart";
  return first[axis] === last[axis] ? first : "overlap";
}

const extent = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

/**
 * Whether the test says yes of some pair of segments whose bounds meet; no pair is asked after the first yes.
 *
 * A sweep along x: as good as linear for outlines, quadratic only where all segments lie above each other.
 */
export function someNearPair(
  segments: readonly Segment[],
  test: (p: Segment, q: Segment) => boolean,
): boolean {
  const order = [...segments].sort((p, q) => left(p) - left(q));
  let active: Segment[] = [];
  for (const next of order) {
    active = active.filter((held) => right(held) >= left(next));
    for (const held of active) {
      if (top(held) <= bottom(next) && top(next) <= bottom(held) && test(held, next)) return true;
    }
    active.push(next);
  }
  return false;
}

/** The nearest point of the segment a–b. */
export function nearestOnSegment(point: ImagePoint, a: ImagePoint, b: ImagePoint): ImagePoint {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length;
  const along = Math.min(Math.max(share, 0), 1);
  return along === 1 ? b : imagePoint(a[0] + along * dx, a[1] + along * dy);
}

const left = (s: Segment): number => Math.min(s.a[0], s.b[0]);
const right = (s: Segment): number => Math.max(s.a[0], s.b[0]);
const top = (s: Segment): number => Math.min(s.a[1], s.b[1]);
const bottom = (s: Segment): number => Math.max(s.a[1], s.b[1]);
