/** `select`: choose, move and reshape objects; insert and delete corners. */
import type { LabelObject } from "../document/label";
import { type ImagePoint, type ScreenPoint, type Size, distance, insideImage } from "../geometry/coordinate";
import type { ImageShape } from "../labels/kind";
import { isOutline } from "../labels/polygon";
import { hitHandle, hitObject } from "./hit";
import { place } from "./outline";
import {
  type Effect,
  NOTHING,
  type Outcome,
  type PointerEvent,
  type Target,
  type Tool,
  type ToolContext,
  objectAt,
  replace,
  stay,
} from "./tool";

/** A press that moves less than this is a click. */
export const CLICK_PX = 4;

export type SelectState =
  | { readonly name: "idle" }
  /** On an object, not yet moved. */
  | {
      readonly name: "pressed";
      readonly target: Target;
      readonly from: ImagePoint;
      readonly screen: ScreenPoint;
    }
  | {
      readonly name: "moving";
      readonly target: Target;
      readonly from: ImagePoint;
      readonly object: LabelObject;
    }
  | {
      readonly name: "reshaping";
      readonly target: Target;
      readonly handle: string;
      readonly object: LabelObject;
    };

const IDLE: SelectState = { name: "idle" };

export const select: Tool<SelectState> = {
  name: "select",
  start: IDLE,
  step(state, event, context) {
    if (event.type === "object") return stay(IDLE, { type: "select", target: event.target });
    if (event.type === "nudge") return stay(state, ...nudge(context, event.dx, event.dy));
    if (event.type === "key") return pressKey(state, event.key, context);
    if (event.type === "down" && state.name === "idle") return press(event, context);
    if (event.type === "double" && state.name === "idle") return stay(IDLE, ...removeCorner(event, context));
    if (event.type === "move") return stay(drag(state, event, context));
    if (event.type === "up") return release(state);
    return stay(state);
  },
  preview(state, context) {
    if (state.name !== "moving" && state.name !== "reshaping") return NOTHING;
    const paths = shapeOf(context, state.target)?.paths(state.object) ?? [];
    return { paths, range: null, replaces: state.target };
  },
};

function press(event: PointerEvent, context: ToolContext): Outcome<SelectState> {
  const { selected } = context;
  const handle = hitHandle(context, event.image);
  const held = selected === null ? undefined : objectAt(context, selected);
  if (handle !== null && selected !== null && held !== undefined)
    return stay({ name: "reshaping", target: selected, handle: handle.id, object: held });
  const target = hitObject(context, event.image);
  const choice: Effect = { type: "select", target };
  if (target === null) return stay(IDLE, choice);
  return stay({ name: "pressed", target, from: event.image, screen: event.screen }, choice);
}

function drag(state: SelectState, event: PointerEvent, context: ToolContext): SelectState {
  if (state.name === "idle") return state;
  const shape = shapeOf(context, state.target);
  const stored = objectAt(context, state.target);
  // The object went away under the pointer: another page, or an undo by key.
  if (shape === null || stored === undefined) return IDLE;
  if (state.name === "reshaping") {
    // A corner goes where a new one would: on a neighbour's outline if that is near.
    const to = isOutline(stored) ? place(event, context) : insideOf(event.image, context.image);
    const object = shape.drag(stored, state.handle, to, context.image);
    return object === null ? state : { ...state, object };
  }
  if (state.name === "pressed" && distance(state.screen, event.screen) < CLICK_PX) return state;
  const { target, from } = state;
  const [dx, dy] = [event.image[0] - from[0], event.image[1] - from[1]];
  return { name: "moving", target, from, object: shape.move(stored, dx, dy, context.image) };
}

function release(state: SelectState): Outcome<SelectState> {
  const changed = state.name === "moving" || state.name === "reshaping";
  return changed ? stay(IDLE, replace(state.target, state.object)) : stay(IDLE);
}

function pressKey(state: SelectState, key: string, context: ToolContext): Outcome<SelectState> {
  const { selected } = context;
  if (key === "Escape")
    return state.name === "idle" ? stay(IDLE, { type: "select", target: null }) : stay(IDLE);
  if ((key !== "Delete" && key !== "Backspace") || selected === null || state.name !== "idle")
    return stay(state);
  const steps = [{ question: selected.question, object: selected.id, value: null }];
  return stay(IDLE, { type: "edit", steps, gesture: null }, { type: "select", target: null });
}

function removeCorner(event: PointerEvent, context: ToolContext): Effect[] {
  const { selected } = context;
  const handle = hitHandle(context, event.image);
  const object = selected === null ? undefined : objectAt(context, selected);
  if (selected === null || object === undefined || handle?.role !== "corner") return [];
  const left = shapeOf(context, selected)?.removeCorner(object, handle.id) ?? null;
  return left === null ? [] : [replace(selected, left)];
}

function nudge(context: ToolContext, dx: number, dy: number): Effect[] {
  const { selected } = context;
  const object = selected === null ? undefined : objectAt(context, selected);
  const shape = selected === null ? null : shapeOf(context, selected);
  if (selected === null || object === undefined || shape === null) return [];
  return [replace(selected, shape.move(object, dx, dy, context.image), `nudge ${selected.id}`)];
}

const insideOf = (point: ImagePoint, image: Size | null): ImagePoint =>
  image === null ? point : insideImage(point, image);

function shapeOf(context: ToolContext, target: Target): ImageShape | null {
  return context.asked.get(target.question)?.objects?.image ?? null;
}
