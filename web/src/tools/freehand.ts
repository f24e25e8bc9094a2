/** `freehand`: an outline by one stroke, with only the points that its form needs. */
import { type ImagePoint, insideImage } from "../geometry/coordinate";
import { simplifyRing } from "../geometry/simplify";
import { finishRing, holeTarget } from "./outline";
import { NOTHING, type Target, type Tool, reachOf, stay } from "./tool";

/** How far the outline may stray from the stroke, in CSS pixels. */
export const STRAY_PX = 1.5;

export type FreehandState =
  | { readonly name: "idle" }
  | { readonly name: "stroking"; readonly points: readonly ImagePoint[]; readonly into: Target | null };

const IDLE: FreehandState = { name: "idle" };

export const freehand: Tool<FreehandState> = {
  name: "freehand",
  start: IDLE,
  step(state, event, context) {
    if (event.type === "key") return stay(event.key === "Escape" ? IDLE : state);
    if (event.type !== "down" && event.type !== "move" && event.type !== "up") return stay(state);
    const point = context.image === null ? event.image : insideImage(event.image, context.image);
    if (state.name === "idle") {
      if (event.type !== "down") return stay(state);
      return stay({ name: "stroking", points: [point], into: event.shift ? holeTarget(context) : null });
    }
    const points = [...state.points, point];
    if (event.type !== "up") return stay({ ...state, points });
    const ring = simplifyRing(points, reachOf(context, STRAY_PX));
    return stay(IDLE, ...finishRing(context, ring, state.into));
  },
  preview(state) {
    if (state.name === "idle") return NOTHING;
    return { paths: [{ points: state.points, closed: false }], range: null, replaces: null };
  },
};
