/** `polygon`: an outline by clicks; with Shift from the start, a hole in the selected object. */
import { type ImagePoint, distance, samePoint } from "../geometry/coordinate";
import { MIN_POINTS } from "../geometry/polygon_fault";
import { HANDLE_REACH_PX } from "./hit";
import { finishRing, holeTarget, place } from "./outline";
import {
  NOTHING,
  type Outcome,
  type PointerEvent,
  type Target,
  type Tool,
  type ToolContext,
  reachOf,
  stay,
} from "./tool";

export type PolygonState =
  | { readonly name: "idle" }
  | {
      readonly name: "drawing";
      readonly points: readonly ImagePoint[];
      readonly cursor: ImagePoint;
      readonly into: Target | null;
    };

type Drawing = Extract<PolygonState, { name: "drawing" }>;

const IDLE: PolygonState = { name: "idle" };

export const polygon: Tool<PolygonState> = {
  name: "polygon",
  start: IDLE,
  step(state, event, context) {
    if (state.name === "idle") {
      if (event.type !== "down") return stay(state);
      const point = place(event, context);
      const into = event.shift ? holeTarget(context) : null;
      return stay({ name: "drawing", points: [point], cursor: point, into });
    }
    if (event.type === "key") return pressKey(state, event.key, context);
    if (event.type === "move") return stay({ ...state, cursor: place(event, context) });
    if (event.type === "down") return addPoint(state, event, context);
    // The two clicks of a double click have each set the same point.
    if (event.type === "double") return stay(IDLE, ...finishRing(context, state.points, state.into));
    return stay(state);
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

function addPoint(state: Drawing, event: PointerEvent, context: ToolContext): Outcome<PolygonState> {
  const [first] = state.points;
  const closes =
    first !== undefined &&
    state.points.length >= MIN_POINTS &&
    distance(first, event.image) <= reachOf(context, HANDLE_REACH_PX);
  if (closes) return stay(IDLE, ...finishRing(context, state.points, state.into));
  const point = place(event, context);
  const last = state.points.at(-1);
  if (last !== undefined && samePoint(last, point)) return stay(state);
  return stay({ ...state, points: [...state.points, point], cursor: point });
}

function pressKey(state: Drawing, key: string, context: ToolContext): Outcome<PolygonState> {
  if (key === "Escape") return stay(IDLE);
  if (key === "Enter") return stay(IDLE, ...finishRing(context, state.points, state.into));
  const points = state.points.slice(0, -1);
  return stay(points.length === 0 ? IDLE : { ...state, points });
}
