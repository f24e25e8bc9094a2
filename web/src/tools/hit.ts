import { boxArea, imageBox } from "../geometry/box";
import { type ImagePoint, distance } from "../geometry/coordinate";
import type { Handle } from "../labels/kind";
import { type Target, type ToolContext, objectAt, reachOf } from "./tool";

/** How near the pointer must come, in CSS pixels. */
export const OUTLINE_REACH_PX = 6;
export const HANDLE_REACH_PX = 9;

/**
 * The object that a point means: one whose outline is within reach, else the smallest that it lies in, so that
 * what lies inside something larger can be taken. Of equals the topmost.
 */
export function hitObject(context: ToolContext, point: ImagePoint): Target | null {
  const reach = reachOf(context, OUTLINE_REACH_PX);
  let best: { target: Target; rank: number } | null = null;
  for (const target of context.near(around(point, reach))) {
    const shape = context.asked.get(target.question)?.objects?.image ?? null;
    const object = objectAt(context, target);
    if (shape === null || object === undefined) continue;
    const away = shape.distance(object, point);
    if (away > reach) continue;
    const rank = Math.abs(away) <= reach ? Math.abs(away) - reach : boxArea(shape.bounds(object));
    if (best === null || rank < best.rank) best = { target, rank };
  }
  return best?.target ?? null;
}

/** The handle of the selected object that a point means: corners, then what turns it, edges, places to insert. */
export function hitHandle(context: ToolContext, point: ImagePoint): Handle | null {
  const { selected } = context;
  const shape = selected === null ? null : (context.asked.get(selected.question)?.objects?.image ?? null);
  const object = selected === null ? undefined : objectAt(context, selected);
  if (shape === null || object === undefined) return null;
  const reach = reachOf(context, HANDLE_REACH_PX);
  const order = ["corner", "turn", "edge", "insert"];
  const near = shape
    .handles(object)
    .map((handle) => ({ handle, away: distance(handle.point, point), role: order.indexOf(handle.role) }))
    .filter(({ away }) => away <= reach);
  near.sort((a, b) => a.role - b.role || a.away - b.away);
  return near[0]?.handle ?? null;
}

/** The box that reaches so far from a point. */
export const around = ([x, y]: ImagePoint, reach: number) =>
  imageBox(x - reach, y - reach, 2 * reach, 2 * reach);
