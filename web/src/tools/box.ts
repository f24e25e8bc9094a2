/** `box`: by a drag, or by two clicks on opposite corners. */
import { boxCorners, boxFromCorners } from "../geometry/box";
import { type ImagePoint, type ScreenPoint, distance, insideImage } from "../geometry/coordinate";
import { CLICK_PX } from "./select";
import { type Effect, NOTHING, type Tool, type ToolContext, draw, stay } from "./tool";

export type BoxState =
  | { readonly name: "idle" }
  /** The first corner is held; whether it is a drag or a click is not known yet. */
  | { readonly name: "pressed"; readonly from: ImagePoint; readonly screen: ScreenPoint }
  | { readonly name: "dragging"; readonly from: ImagePoint; readonly to: ImagePoint }
  /** The first corner was clicked. */
  | { readonly name: "cornered"; readonly from: ImagePoint; readonly to: ImagePoint };

const IDLE: BoxState = { name: "idle" };

export const box: Tool<BoxState> = {
  name: "box",
  start: IDLE,
  step(state, event, context) {
    if (event.type === "key") return stay(event.key === "Escape" ? IDLE : state);
    if (event.type !== "down" && event.type !== "move" && event.type !== "up") return stay(state);
    const to = context.image === null ? event.image : insideImage(event.image, context.image);
    switch (state.name) {
      case "idle":
        return stay(event.type === "down" ? { name: "pressed", from: to, screen: event.screen } : state);
      case "pressed":
        if (event.type === "up") return stay({ name: "cornered", from: state.from, to });
        if (distance(state.screen, event.screen) < CLICK_PX) return stay(state);
        return stay({ name: "dragging", from: state.from, to });
      case "dragging":
        if (event.type === "up") return stay(IDLE, ...finish(context, state.from, to));
        return stay({ ...state, to });
      case "cornered":
        if (event.type === "down") return stay(IDLE, ...finish(context, state.from, to));
        return stay({ ...state, to });
    }
  },
  preview(state) {
    if (state.name === "idle" || state.name === "pressed") return NOTHING;
    const points = boxCorners(boxFromCorners(state.from, state.to));
    return { paths: [{ points, closed: true }], range: null, replaces: null };
  },
};

/** A box without area is a slip of the hand, and draws nothing. */
function finish(context: ToolContext, from: ImagePoint, to: ImagePoint): Effect[] {
  const drawn = boxFromCorners(from, to);
  return drawn[2] > 0 && drawn[3] > 0 ? draw(context, { box: drawn }) : [];
}
