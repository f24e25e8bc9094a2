import { type ImageBox, boxAround } from "./box";
import { type ImagePoint, distance, imagePoint, samePoint } from "./coordinate";
import { orientation } from "./orientation";
import { type Segment, nearestOnSegment } from "./segment";

/** At least three points; it closes by itself, and a repeated last point means nothing. */
export type Ring = readonly ImagePoint[];

/** The outer ring, then its holes. Either direction is right. */
export type Polygon = readonly Ring[];

/** A place on an outline: ring `ring` between its points `index` and `index + 1`. */
export interface OutlinePlace {
  readonly polygon: number;
  readonly ring: number;
  readonly index: number;
  readonly point: ImagePoint;
  readonly distance: number;
}

/** The ring's points without neighbours that are equal. */
export function distinctPoints(ring: Ring): ImagePoint[] {
  return ring.filter((point, index) => !samePoint(point, at(ring, index - 1)) || ring.length === 1);
}

export function ringSegments(ring: Ring, owner: number): Segment[] {
  const points = distinctPoints(ring);
  return points.map((a, index) => ({ a, b: at(points, index + 1), owner, index }));
}

/** Positive where the ring runs clockwise on the screen (y is down). */
export function signedArea(ring: Ring): number {
  const origin = at(ring, 0);
  let twice = 0;
  ring.forEach((a, index) => {
    const b = at(ring, index + 1);
    // From the first point, so that small rings far from the origin keep their digits.
    twice += (a[0] - origin[0]) * (b[1] - origin[1]) - (b[0] - origin[0]) * (a[1] - origin[1]);
  });
  return twice / 2;
}

/** In square pixels, holes taken off. */
export function polygonArea(polygon: Polygon): number {
  return polygon.reduce((sum, ring, index) => sum + Math.abs(signedArea(ring)) * (index === 0 ? 1 : -1), 0);
}

export type Side = "inside" | "edge" | "outside";

/** Where the point lies, exactly. */
export function sideOfRing(ring: Ring, point: ImagePoint): Side {
  let inside = false;
  for (let index = 0; index < ring.length; index += 1) {
    const [a, b] = [at(ring, index), at(ring, index + 1)];
    if (a[1] > point[1] === b[1] > point[1]) {
      const level = a[1] === point[1] && b[1] === point[1];
      if (level && point[0] >= Math.min(a[0], b[0]) && point[0] <= Math.max(a[0], b[0])) return "edge";
      if (samePoint(a, point) || samePoint(b, point)) return "edge";
      continue;
    }
    const [low, high] = a[1] < b[1] ? [a, b] : [b, a];
    const side = orientation(low, high, point);
    if (side === 0) return "edge";
    if (side > 0) inside = !inside;
  }
  return inside ? "inside" : "outside";
}

export function sideOfPolygon(polygon: Polygon, point: ImagePoint): Side {
  let inside = false;
  for (const ring of polygon) {
    const side = sideOfRing(ring, point);
    if (side === "edge") return "edge";
    if (side === "inside") inside = !inside;
  }
  return inside ? "inside" : "outside";
}

export function polygonBounds(polygons: readonly Polygon[]): ImageBox {
  return boxAround(polygons.flatMap((polygon) => polygon[0] ?? []));
}

/** The nearest place on the outlines; null where there are none. */
export function nearestOnOutline(polygons: readonly Polygon[], point: ImagePoint): OutlinePlace | null {
  let best: OutlinePlace | null = null;
  polygons.forEach((rings, polygon) => {
    rings.forEach((points, ring) => {
      points.forEach((a, index) => {
        const near = nearestOnSegment(point, a, at(points, index + 1));
        const far = distance(point, near);
        if (best === null || far < best.distance) best = { polygon, ring, index, point: near, distance: far };
      });
    });
  });
  return best;
}

export function movePolygon(polygon: Polygon, dx: number, dy: number): Polygon {
  return polygon.map((ring) => ring.map(([x, y]) => imagePoint(x + dx + 0, y + dy + 0)));
}

/** The point at an index that counts around. */
export function at(ring: Ring, index: number): ImagePoint {
  const point = ring[(index + ring.length) % ring.length];
  if (point === undefined) throw new RangeError("a ring without points has none");
  return point;
}
