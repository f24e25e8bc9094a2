/** What the tools that draw outlines share: where a finished ring goes. */
import { type ImagePoint, insideImage } from "../geometry/coordinate";
import type { Ring } from "../geometry/polygon";
import { MIN_POINTS, polygonFault } from "../geometry/polygon_fault";
import { snapToOutlines } from "../geometry/snap";
import { isOutline, polygonsOf, withPolygons } from "../labels/polygon";
import { HANDLE_REACH_PX, around } from "./hit";
import {
  type Effect,
  type PointerEvent,
  type Target,
  type ToolContext,
  draw,
  objectAt,
  reachOf,
  replace,
} from "./tool";

/** A new object; or a hole in the object `into`, where the ring lies inside it. Crossing rings draw nothing. */
export function finishRing(context: ToolContext, ring: Ring, into: Target | null): Effect[] {
  if (ring.length < MIN_POINTS || polygonFault([[ring]]) !== null) return [];
  return into === null ? draw(context, { polygon: [ring] }) : cutHole(context, ring, into);
}

/** The object that a hole would be cut into: the selected one, if it is made of outlines. */
export function holeTarget(context: ToolContext): Target | null {
  const object = context.selected === null ? undefined : objectAt(context, context.selected);
  return object !== undefined && isOutline(object) ? context.selected : null;
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

/** Where a click means: on a neighbour's outline if it is near, always inside the image. Alt does not snap. */
export function place(event: PointerEvent, context: ToolContext): ImagePoint {
  const reach = reachOf(context, HANDLE_REACH_PX);
  const point = event.alt
    ? event.image
    : snapToOutlines(event.image, context.outlines(around(event.image, reach)), reach);
  return context.image === null ? point : insideImage(point, context.image);
}
