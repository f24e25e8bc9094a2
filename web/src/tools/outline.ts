/** What the tools that draw outlines share: where a finished ring goes. */
import type { Ring } from "../geometry/polygon";
import { MIN_POINTS, polygonFault } from "../geometry/polygon_fault";
import { polygonsOf, withPolygons } from "../labels/polygon";
import { type Effect, type Target, type ToolContext, draw, objectAt, replace } from "./tool";

/** A new object; or a hole in the object `into`, where the ring lies inside it. Crossing rings draw nothing. */
export function finishRing(context: ToolContext, ring: Ring, into: Target | null): Effect[] {
  if (ring.length < MIN_POINTS || polygonFault([[ring]]) !== null) return [];
  return into === null ? draw(context, { polygon: [ring] }) : cutHole(context, ring, into);
}

/** The object that a hole would be cut into: the selected one, if it is made of outlines. */
export function holeTarget(context: ToolContext): Target | null {
  const object = context.selected === null ? undefined : objectAt(context, context.selected);
  return object !== undefined && ("polygon" in object || "polygons" in object) ? context.selected : null;
}

function cutHole(context: ToolContext, ring: Ring, into: Target): Effect[] {
  const object = objectAt(context, into);
  if (object === undefined) return [];
  const parts = polygonsOf(object);
  for (const [index, part] of parts.entries()) {
    const cut = withPolygons(object, parts.with(index, [...part, ring]));
    if (cut !== null && polygonFault(polygonsOf(cut)) === null) return [replace(into, cut)];
  }
  return [];
}
