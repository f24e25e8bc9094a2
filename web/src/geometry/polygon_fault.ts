import { type ImagePoint, imagePoint, samePoint } from "./coordinate";
import { type Polygon, type Ring, type Side, ringSegments, sideOfPolygon, sideOfRing } from "./polygon";
import { type Segment, meetSegments, someNearPair } from "./segment";

export const MIN_POINTS = 3;

/** What is wrong, and where: `[polygon, ring]`, `[polygon]`, or nothing where polygons disagree. */
export interface PolygonFault {
  readonly path: readonly number[];
  readonly detail: string;
}

/** The first fault of polygons whose numbers are right, or null. The rules are OGC's, as GEOS keeps them. */
export function polygonFault(polygons: readonly Polygon[]): PolygonFault | null {
  for (const [index, polygon] of polygons.entries()) {
    const fault = faultOf(polygon);
    if (fault !== null) return { path: [index, ...fault.path], detail: fault.detail };
  }
  const apart = polygons.every((polygon, index) =>
    polygons.slice(index + 1).every((other) => !shareArea(polygon, other)),
  );
  return apart ? null : { path: [], detail: "the polygons of one object share no area" };
}

/** Whether the ring neither crosses nor touches itself, and has area. */
export function isSimpleRing(ring: Ring): boolean {
  const segments = ringSegments(ring, 0);
  if (segments.length < MIN_POINTS) return false;
  return !someNearPair(segments, (p, q) => {
    const meeting = meetSegments(p, q);
    if (meeting === "apart") return false;
    const next = (p.index + 1) % segments.length === q.index;
    const before = (q.index + 1) % segments.length === p.index;
    const joint = next ? p.b : p.a;
    return !((next || before) && typeof meeting !== "string" && samePoint(meeting, joint));
  });
}

function faultOf(polygon: Polygon): PolygonFault | null {
  const [outer, ...holes] = polygon;
  if (outer === undefined) return { path: [], detail: "a polygon has an outer ring" };
  for (const [index, ring] of polygon.entries()) {
    if (new Set(ring.map(([x, y]) => `${x} ${y}`)).size < MIN_POINTS)
      return { path: [index], detail: `a ring has at least ${MIN_POINTS} different points` };
  }
  for (const [index, ring] of polygon.entries()) {
    if (!isSimpleRing(ring)) return { path: [index], detail: "the ring crosses itself or has no area" };
  }
  for (const [index, hole] of holes.entries()) {
    if (piecesOf(hole, [outer]).some((middle) => sideOfRing(outer, middle) === "outside"))
      return { path: [index + 1], detail: "the hole is not inside its outer ring" };
  }
  return holesAgree(polygon) ? null : { path: [], detail: "the holes overlap, or cut the polygon in two" };
}

/** Whether the rings meet in single points only, leave the inside in one piece, and no hole lies in another. */
function holesAgree(polygon: Polygon): boolean {
  const touches = new Map<string, Set<number>>();
  const disagree = someNearPair(polygon.flatMap(ringSegments), (p, q) => {
    const meeting = p.owner === q.owner ? "apart" : meetSegments(p, q);
    if (meeting === "apart") return false;
    if (typeof meeting === "string") return true;
    const key = `${meeting[0]} ${meeting[1]}`;
    touches.set(key, (touches.get(key) ?? new Set()).add(p.owner).add(q.owner));
    return false;
  });
  return !disagree && !hasCycle(polygon.length, touches) && !holesNest(polygon.slice(1));
}

/** A closed chain of rings and the points where they touch fences a part of the inside off. */
function hasCycle(rings: number, touches: ReadonlyMap<string, ReadonlySet<number>>): boolean {
  const group = Array.from({ length: rings }, (_, index) => index);
  for (const owners of touches.values()) {
    const joined = new Set([...owners].map((owner) => group[owner]));
    if (joined.size < owners.size) return true;
    const [into] = joined;
    group.forEach((own, index) => {
      if (joined.has(own)) group[index] = into ?? own;
    });
  }
  return false;
}

function holesNest(holes: readonly Ring[]): boolean {
  return holes.some((hole, index) =>
    holes.some((other, at) => at !== index && piecesInside(hole, [other], [other])),
  );
}

/** Whether two sound polygons share more than single points of their edges. */
function shareArea(left: Polygon, right: Polygon): boolean {
  const owned = (polygon: Polygon, owner: number): Segment[] =>
    polygon.flatMap((ring) => ringSegments(ring, owner));
  const cut = someNearPair([...owned(left, 0), ...owned(right, 1)], (p, q) => {
    const meeting = p.owner === q.owner ? "apart" : meetSegments(p, q);
    return meeting === "cross" || meeting === "overlap";
  });
  return (
    cut ||
    left.some((ring) => piecesInside(ring, right, right)) ||
    right.some((ring) => piecesInside(ring, left, left))
  );
}

function piecesInside(ring: Ring, cutters: readonly Ring[], polygon: Polygon): boolean {
  const side = (middle: ImagePoint): Side => sideOfPolygon(polygon, middle);
  return piecesOf(ring, cutters).some((middle) => side(middle) === "inside");
}

/** The ring cut where the cutters meet it: the middle of each piece. */
function piecesOf(ring: Ring, cutters: readonly Ring[]): ImagePoint[] {
  const own = ringSegments(ring, -1);
  const cuts = own.map((segment) => [segment.a, segment.b]);
  someNearPair([...own, ...cutters.flatMap(ringSegments)], (p, q) => {
    if (p.owner < 0 === q.owner < 0) return false;
    const [mine, other] = p.owner < 0 ? [p, q] : [q, p];
    cuts[mine.index]?.push(...cutPoints(mine, other));
    return false;
  });
  return own.flatMap((segment, index) => middles(segment, cuts[index] ?? []));
}

function cutPoints(mine: Segment, other: Segment): ImagePoint[] {
  const meeting = meetSegments(mine, other);
  if (meeting === "apart") return [];
  if (meeting === "overlap") return [other.a, other.b].filter((end) => shareAlong(mine, end) !== null);
  if (meeting !== "cross") return [meeting];
  const [rx, ry] = [mine.b[0] - mine.a[0], mine.b[1] - mine.a[1]];
  const [sx, sy] = [other.b[0] - other.a[0], other.b[1] - other.a[1]];
  const share = ((other.a[0] - mine.a[0]) * sy - (other.a[1] - mine.a[1]) * sx) / (rx * sy - ry * sx);
  return [imagePoint(mine.a[0] + share * rx, mine.a[1] + share * ry)];
}

function middles(segment: Segment, points: readonly ImagePoint[]): ImagePoint[] {
  const ordered = [...points].sort((p, q) => (shareAlong(segment, p) ?? 0) - (shareAlong(segment, q) ?? 0));
  return ordered.slice(1).flatMap((point, index) => {
    const before = ordered[index];
    if (before === undefined || samePoint(before, point)) return [];
    return [imagePoint((before[0] + point[0]) / 2, (before[1] + point[1]) / 2)];
  });
}

/** How far along the segment the point is, 0 to 1; null beyond its ends. */
function shareAlong(segment: Segment, point: ImagePoint): number | null {
  const axis = Math.abs(segment.b[0] - segment.a[0]) >= Math.abs(segment.b[1] - segment.a[1]) ? 0 : 1;
  const share = (point[axis] - segment.a[axis]) / (segment.b[axis] - segment.a[axis]);
  return share >= 0 && share <= 1 ? share : null;
}
