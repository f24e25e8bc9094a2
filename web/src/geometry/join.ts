/** Outlines joined into one area. */
import clipping from "polygon-clipping";
import { type ImagePoint, imagePoint } from "./coordinate";
import type { Polygon, Ring } from "./polygon";

/** The area that either covers, as few polygons; those that do not meet stay apart. */
export function joinPolygons(left: readonly Polygon[], right: readonly Polygon[]): readonly Polygon[] {
  const joined = clipping.union(pairsOf(left), pairsOf(right));
  return joined.map((polygon) => polygon.map(ringFrom));
}

const pairsOf = (polygons: readonly Polygon[]): [number, number][][][] =>
  polygons.map((polygon) => polygon.map((ring) => ring.map(([x, y]): [number, number] => [x, y])));

/** The library writes the first point again at the end; here a ring closes by itself. */
function ringFrom(pairs: readonly (readonly [number, number])[]): Ring {
  return pairs.slice(0, -1).map(([x, y]): ImagePoint => imagePoint(x + 0, y + 0));
}
