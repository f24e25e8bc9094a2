/**
 * `keypoints`: the points of a skeleton by clicks, in the order of their names. Shift marks one that is hidden;
 * Alt or Delete leaves one out that is not there; Enter leaves out all that are left. Insert takes the points up
 * again that the selected skeleton was left without, one by one.
 */
import { type ImagePoint, insideImage } from "../geometry/coordinate";
import { ABSENT, HIDDEN, type Joint, VISIBLE, isLabelled, jointsOf } from "../labels/keypoints";
import {
  NOTHING,
  type Outcome,
  type PointerEvent,
  type Preview,
  type Target,
  type Tool,
  type ToolContext,
  type ToolEvent,
  draw,
  objectAt,
  replace,
  stay,
} from "./tool";

export type KeypointsState =
  | { readonly name: "idle" }
  /** Points that are left out count as placed. */
  | { readonly name: "drawing"; readonly joints: readonly Joint[]; readonly cursor: ImagePoint }
  /** The point at `index` of an object that is there already. */
  | {
      readonly name: "adding";
      readonly target: Target;
      readonly index: number;
      readonly cursor: ImagePoint | null;
    };

type Adding = Extract<KeypointsState, { name: "adding" }>;

const IDLE: KeypointsState = { name: "idle" };

export const keypoints: Tool<KeypointsState> = {
  name: "keypoints",
  start: IDLE,
  step(state, event, context) {
    if (event.type === "key" && event.key === "Insert") return stay(beginAdding(context));
    if (state.name === "adding") return add(state, event, context);
    const joints = state.name === "idle" ? [] : state.joints;
    if (event.type === "down")
      return place(joints, jointAt(event, context), cursorAt(event, context), context);
    if (state.name === "idle") return stay(state);
    if (event.type === "move") return stay({ ...state, cursor: cursorAt(event, context) });
    if (event.type !== "key") return stay(state);
    if (event.key === "Escape") return stay(IDLE);
    if (event.key === "Enter") return finish(joints, context);
    if (event.key === "Delete") return place(joints, ABSENT, state.cursor, context);
    return stay(joints.length <= 1 ? IDLE : { ...state, joints: joints.slice(0, -1) });
  },
  preview(state, context): Preview {
    if (state.name === "adding") {
      const paths = state.cursor === null ? [] : [{ points: [state.cursor], closed: false }];
      return { ...NOTHING, paths, hint: namesOf(context)[state.index] ?? null };
    }
    const joints = state.name === "idle" ? [] : state.joints;
    const hint = namesOf(context)[joints.length] ?? null;
    if (state.name === "idle") return { ...NOTHING, hint };
    const shown = { id: "", keypoints: filled(joints, context) };
    const paths = context.asked.get(context.question)?.objects?.image?.paths(shown) ?? [];
    return {
      paths: [...paths, { points: [state.cursor], closed: false }],
      range: null,
      replaces: null,
      hint,
    };
  },
};

/** The first point that the selected skeleton was left without, from `from` on. */
function gapOf(context: ToolContext, target: Target, from: number): number | null {
  const object = objectAt(context, target);
  if (object === undefined || namesOf(context).length === 0 || target.question !== context.question)
    return null;
  const index = jointsOf(object).findIndex((joint, at) => at >= from && !isLabelled(joint));
  return index < 0 ? null : index;
}

function beginAdding(context: ToolContext): KeypointsState {
  const { selected } = context;
  const index = selected === null ? null : gapOf(context, selected, 0);
  return selected === null || index === null
    ? IDLE
    : { name: "adding", target: selected, index, cursor: null };
}

function add(state: Adding, event: ToolEvent, context: ToolContext): Outcome<KeypointsState> {
  const object = objectAt(context, state.target);
  if (object === undefined) return stay(IDLE);
  const next = gapOf(context, state.target, state.index + 1);
  const after: KeypointsState = next === null ? IDLE : { ...state, index: next };
  if (event.type === "move") return stay({ ...state, cursor: cursorAt(event, context) });
  if (event.type === "down") {
    if (event.alt) return stay(after);
    const joints = jointsOf(object).with(state.index, jointAt(event, context));
    return stay(after, replace(state.target, { ...object, keypoints: joints }));
  }
  if (event.type !== "key") return stay(state);
  return stay(event.key === "Delete" ? after : IDLE);
}

function place(
  joints: readonly Joint[],
  joint: Joint,
  cursor: ImagePoint,
  context: ToolContext,
): Outcome<KeypointsState> {
  const placed = [...joints, joint];
  if (placed.length >= namesOf(context).length) return finish(placed, context);
  return stay({ name: "drawing", joints: placed, cursor });
}

/** A skeleton without a single point is none. */
function finish(joints: readonly Joint[], context: ToolContext): Outcome<KeypointsState> {
  const shape = { keypoints: filled(joints, context) };
  return stay(IDLE, ...(joints.some(isLabelled) ? draw(context, shape) : []));
}

function filled(joints: readonly Joint[], context: ToolContext): readonly Joint[] {
  return namesOf(context).map((_, index) => joints[index] ?? ABSENT);
}

function jointAt(event: PointerEvent, context: ToolContext): Joint {
  if (event.alt) return ABSENT;
  const [x, y] = cursorAt(event, context);
  return [x, y, event.shift ? HIDDEN : VISIBLE];
}

function cursorAt(event: PointerEvent, context: ToolContext): ImagePoint {
  return context.image === null ? event.image : insideImage(event.image, context.image);
}

function namesOf(context: ToolContext): readonly string[] {
  return context.asked.get(context.question)?.objects?.parts ?? [];
}
