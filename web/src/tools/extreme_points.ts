/** `extreme_points`: a box by clicks on the object's top, left, bottom and right, in any order. */
import { boxAround } from "../geometry/box";
import { type ImagePoint, insideImage } from "../geometry/coordinate";
import { type Tool, draw, stay } from "./tool";

export const EXTREMES = 4;

export type ExtremeState =
  { readonly name: "idle" } | { readonly name: "collecting"; readonly points: readonly ImagePoint[] };

const IDLE: ExtremeState = { name: "idle" };

export const extremePoints: Tool<ExtremeState> = {
  name: "extreme_points",
  start: IDLE,
  step(state, event, context) {
    const points = state.name === "idle" ? [] : state.points;
    if (event.type === "key") {
      if (event.key === "Escape") return stay(IDLE);
      return stay(event.key === "Backspace" ? collecting(points.slice(0, -1)) : state);
    }
    if (event.type !== "down") return stay(state);
    const point = context.image === null ? event.image : insideImage(event.image, context.image);
    const grown = [...points, point];
    if (grown.length < EXTREMES) return stay(collecting(grown));
    const box = boxAround(grown);
    return stay(IDLE, ...(box[2] > 0 && box[3] > 0 ? draw(context, { box }) : []));
  },
  preview(state) {
    const points = state.name === "idle" ? [] : state.points;
    return {
      paths: points.map((point) => ({ points: [point], closed: false })),
      range: null,
      replaces: null,
    };
  },
};

function collecting(points: readonly ImagePoint[]): ExtremeState {
  return points.length === 0 ? IDLE : { name: "collecting", points };
}
