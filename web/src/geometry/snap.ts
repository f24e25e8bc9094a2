import { type ImagePoint, distance } from "./coordinate";
import { type Polygon, nearestOnOutline } from "./polygon";

/**
 * The point of the outlines that a point drawn near them means: a vertex within `reach` pixels, else the
 * nearest point of an edge within it, else the point itself.
 */
export function snapToOutlines(point: ImagePoint, outlines: readonly Polygon[], reach: number): ImagePoint {
  let vertex: ImagePoint | null = null;
  let best = reach;
  for (const ring of outlines.flat()) {
    for (const candidate of ring) {
      const far = distance(point, candidate);
      if (far <= best) [vertex, best] = [candidate, far];
    }
  }
  if (vertex !== null) return vertex;
  const edge = nearestOnOutline(outlines, point);
  return edge !== null && edge.distance <= reach ? edge.point : point;
}
