/** `polyline`: a line by clicks, ended by Enter or a double click. */
import { type ImagePoint, samePoint } from "../geometry/coordinate";
import { isLine } from "../labels/polyline";
import { place } from "./outline";
import { NOTHING, type Outcome, type Tool, type ToolContext, draw, stay } from "./tool";

export type PolylineState =
  | { readonly name: "idle" }
  | { readonly name: "drawing"; readonly points: readonly ImagePoint[]; readonly cursor: ImagePoint };

const IDLE: PolylineState = { name: "idle" };

export const polyline: Tool<PolylineState> = {
  name: "polyline",
  start: IDLE,
  step(state, event, context) {
    if (state.name === "idle") {
      if (event.type !== "down") return stay(state);
      const point = place(event, context);
      return stay({ name: "drawing", points: [point], cursor: point });
    }
    if (event.type === "key") {
      if (event.key === "Escape") return stay(IDLE);
      if (event.key === "Enter") return finish(state.points, context);
      const points = state.points.slice(0, -1);
      return stay(points.length === 0 ? IDLE : { ...state, points });
    }
    if (event.type === "move") return stay({ ...state, cursor: place(event, context) });
    // The two clicks of a double click have each set the same point.
    if (event.type === "double") return finish(state.points, context);
    if (event.type !== "down") return stay(state);
    const point = place(event, context);
    const last = state.points.at(-1);
    if (last !== undefined && samePoint(last, point)) return stay(state);
    return stay({ name: "drawing", points: [...state.points, point], cursor: point });
  },
  preview(state) {
    if (state.name === "idle") return NOTHING;
    return {
      paths: [{ points: [...state.points, state.cursor], closed: false }],
      range: null,
      replaces: null,
    };
  },
};

function finish(points: readonly ImagePoint[], context: ToolContext): Outcome<PolylineState> {
  return stay(IDLE, ...(isLine(points) ? draw(context, { polyline: points }) : []));
}
