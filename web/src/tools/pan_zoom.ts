/** `pan_zoom`: the wheel zooms about the pointer, a drag moves the image. */
import type { ScreenPoint } from "../geometry/coordinate";
import { panBy, zoomAt } from "../geometry/view";
import { NOTHING, type Tool, stay } from "./tool";

export type PanState = { readonly name: "idle" } | { readonly name: "panning"; readonly last: ScreenPoint };

const IDLE: PanState = { name: "idle" };

export const panZoom: Tool<PanState> = {
  name: "pan_zoom",
  start: IDLE,
  step(state, event, context) {
    if (event.type === "wheel")
      return stay(state, { type: "view", view: zoomAt(context.view, event.screen, event.factor) });
    if (event.type === "down") return stay({ name: "panning", last: event.screen });
    if (state.name === "idle" || (event.type !== "move" && event.type !== "up")) return stay(state);
    const [dx, dy] = [event.screen[0] - state.last[0], event.screen[1] - state.last[1]];
    const view = panBy(context.view, dx, dy);
    return stay(event.type === "up" ? IDLE : { ...state, last: event.screen }, { type: "view", view });
  },
  preview: () => NOTHING,
};
