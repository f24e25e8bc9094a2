/** What the tools share that draw an axis first and then how wide the shape is across it. */
import type { Step } from "../document/label";
import {
  type ImagePoint,
  type ScreenPoint,
  type Size,
  distance,
  insideImage,
  samePoint,
} from "../geometry/coordinate";
import { CLICK_PX } from "./select";
import { NOTHING, type Outcome, type PointerEvent, type Tool, type ToolContext, draw, stay } from "./tool";

export type AxisState =
  | { readonly name: "idle" }
  /** One end is set; the other follows the pointer, whether it is held or not. */
  | {
      readonly name: "axis";
      readonly from: ImagePoint;
      readonly to: ImagePoint;
      readonly screen: ScreenPoint;
    }
  /** Both ends are set; `side` is the last place of the pointer at which the shape fits into the image. */
  | {
      readonly name: "across";
      readonly from: ImagePoint;
      readonly to: ImagePoint;
      readonly side: ImagePoint;
    };

/** The shape keys, and the outline to show meanwhile. */
export interface AxisForm {
  readonly shape: Readonly<Record<string, Step["value"]>>;
  readonly outline: readonly ImagePoint[];
}

/** The shape with an axis that reaches across it to a point; null for one that is none or leaves the image. */
export type AxisMaker = (
  from: ImagePoint,
  to: ImagePoint,
  side: ImagePoint,
  image: Size | null,
) => AxisForm | null;

const IDLE: AxisState = { name: "idle" };

export function axisTool(name: string, make: AxisMaker): Tool<AxisState> {
  return {
    name,
    start: IDLE,
    step(state, event, context) {
      if (event.type === "key") return stay(takeBack(state, event.key));
      if (event.type !== "down" && event.type !== "move" && event.type !== "up") return stay(state);
      const point = context.image === null ? event.image : insideImage(event.image, context.image);
      switch (state.name) {
        case "idle":
          if (event.type !== "down") return stay(state);
          return stay({ name: "axis", from: point, to: point, screen: event.screen });
        case "axis":
          return stay(setAxis(state, event, point));
        case "across":
          return setSide(state, event, point, context, make);
      }
    },
    preview(state, context) {
      if (state.name === "idle") return NOTHING;
      const axis = { points: [state.from, state.to], closed: false };
      const form = state.name === "axis" ? null : make(state.from, state.to, state.side, context.image);
      const outline = form === null ? [] : [{ points: form.outline, closed: true }];
      return { paths: [...outline, axis], range: null, replaces: null };
    },
  };
}

function takeBack(state: AxisState, key: string): AxisState {
  return key === "Escape" || key === "Backspace" ? IDLE : state;
}

/** The second end is set by a click, or by letting go after a drag. */
function setAxis(
  state: Extract<AxisState, { name: "axis" }>,
  event: PointerEvent,
  point: ImagePoint,
): AxisState {
  const ends =
    event.type === "down" || (event.type === "up" && distance(state.screen, event.screen) >= CLICK_PX);
  if (!ends || samePoint(state.from, point)) return { ...state, to: point };
  return { name: "across", from: state.from, to: point, side: point };
}

function setSide(
  state: Extract<AxisState, { name: "across" }>,
  event: PointerEvent,
  point: ImagePoint,
  context: ToolContext,
  make: AxisMaker,
): Outcome<AxisState> {
  const { from, to } = state;
  const side = make(from, to, point, context.image) === null ? state.side : point;
  const form = make(from, to, side, context.image);
  // A click that makes no shape is a slip of the hand; the axis stays.
  if (event.type !== "down" || form === null) return stay({ ...state, side });
  return stay(IDLE, ...draw(context, form.shape));
}
