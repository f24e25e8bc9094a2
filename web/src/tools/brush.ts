/**
 * `brush` and `eraser`: masks by strokes. A stroke is one edit of one object: the selected one, or a new one where
 * none of the chosen class is. With Shift at the press the stroke starts where the last one ended; with Shift while
 * it is drawn its last piece is straight.
 */
import { type ImagePoint, type Size, samePoint } from "../geometry/coordinate";
import { type Mask, cutMask, joinMasks, maskArea } from "../geometry/mask";
import { simplifyLine } from "../geometry/simplify";
import { strokeMask } from "../geometry/stroke";
import { classOf } from "../labels/objects";
import { maskOf, rleOf } from "../labels/mask";
import { hitObject } from "./hit";
import {
  type Effect,
  NOTHING,
  type Outcome,
  type PointerEvent,
  type Preview,
  type Target,
  type Tool,
  type ToolContext,
  draw,
  objectAt,
  replace,
  stay,
} from "./tool";

export const MIN_RADIUS = 0.5;
/** Of the picture's shorter side, before anybody has chosen. */
const FIRST_RADIUS_SHARE = 1 / 40;
const CURSOR_CORNERS = 48;
/** How far a stroke may stray from where the pointer went: a mouse tells of far more places than its way needs. */
const STRAY_PX = 0.25;

export type BrushState =
  | { readonly name: "idle"; readonly cursor: ImagePoint | null; readonly last: ImagePoint | null }
  | {
      readonly name: "stroking";
      readonly points: readonly ImagePoint[];
      /** How many of the points stay whatever Shift does. */
      readonly fixed: number;
      readonly target: Target | null;
    };

type Stroking = Extract<BrushState, { name: "stroking" }>;

const IDLE: BrushState = { name: "idle", cursor: null, last: null };

export const brush = brushTool("brush", false);
export const eraser = brushTool("eraser", true);

function brushTool(name: string, erases: boolean): Tool<BrushState> {
  return {
    name,
    start: IDLE,
    step(state, event, context) {
      if (event.type === "size") return stay(state, resized(context, event.factor));
      if (event.type === "key") return stay(event.key === "Escape" ? IDLE : state);
      if (event.type !== "down" && event.type !== "move" && event.type !== "up") return stay(state);
      if (state.name === "stroking") {
        const grown = grow(state, event);
        return event.type === "up" ? finish(grown, context, erases) : stay(grown);
      }
      if (event.type !== "down" || context.image === null) return stay({ ...state, cursor: event.image });
      const target = erases ? erasedAt(event.image, context) : paintedOn(context);
      if (erases && target === null) return stay({ ...state, cursor: event.image });
      const from = event.shift && state.last !== null ? [state.last] : [];
      const points = [...from, event.image];
      return stay({ name: "stroking", points, fixed: points.length, target });
    },
    preview: (state, context) => preview(state, context, erases),
  };
}

/** The brush's radius in image pixels. */
export function radiusOf({ brushRadius, image }: ToolContext): number {
  return brushRadius ?? firstRadius(image ?? { width: 0, height: 0 });
}

function firstRadius({ width, height }: Size): number {
  return Math.max(Math.round(Math.min(width, height) * FIRST_RADIUS_SHARE), 2);
}

function resized(context: ToolContext, factor: number): Effect {
  const { width, height } = context.image ?? { width: Infinity, height: Infinity };
  const wanted = radiusOf(context) * factor;
  // From one pixel to the whole picture: beyond either there is nothing to paint with.
  return { type: "brush", radius: Math.min(Math.max(wanted, MIN_RADIUS), Math.max(width, height)) };
}

/** The selected mask, if it has the class that new ones would get. */
function paintedOn(context: ToolContext): Target | null {
  const { selected, question, className } = context;
  const object = selected === null ? undefined : objectAt(context, selected);
  return selected?.question === question && classOf(object) === className ? selected : null;
}

/** The selected mask; where none is, the one under the pointer. */
function erasedAt(point: ImagePoint, context: ToolContext): Target | null {
  const { selected, question } = context;
  if (selected?.question === question) return selected;
  const hit = hitObject(context, point);
  return hit?.question === question ? hit : null;
}

function grow(state: Stroking, event: PointerEvent): Stroking {
  const kept = event.shift ? state.points.slice(0, state.fixed) : state.points;
  const last = kept.at(-1);
  if (last !== undefined && samePoint(last, event.image)) return { ...state, points: kept };
  const points = [...kept, event.image];
  return { ...state, points, fixed: event.shift ? state.fixed : points.length };
}

function finish(state: Stroking, context: ToolContext, erases: boolean): Outcome<BrushState> {
  const last = state.points.at(-1) ?? null;
  const after: BrushState = { name: "idle", cursor: last, last };
  if (context.image === null) return stay(after);
  const stroke = strokeMask(context.image, simplifyLine(state.points, STRAY_PX), radiusOf(context));
  return stay(
    after,
    ...(erases ? erase(context, state.target, stroke) : paint(context, state.target, stroke)),
  );
}

function paint(context: ToolContext, target: Target | null, stroke: Mask): Effect[] {
  if (stroke.edges.length === 0) return [];
  const object = target === null ? undefined : objectAt(context, target);
  if (target === null || object === undefined) return draw(context, rleOf(stroke));
  const [before, after] = [maskOf(object), joinMasks(maskOf(object), stroke)];
  if (maskArea(after) === maskArea(before)) return [];
  return [replace(target, { ...object, ...rleOf(after) })];
}

function erase(context: ToolContext, target: Target | null, stroke: Mask): Effect[] {
  const object = target === null ? undefined : objectAt(context, target);
  if (target === null || object === undefined) return [];
  const [before, after] = [maskOf(object), cutMask(maskOf(object), stroke)];
  if (maskArea(after) === maskArea(before)) return [];
  if (after.edges.length > 0) return [replace(target, { ...object, ...rleOf(after) })];
  const steps = [{ question: target.question, object: target.id, value: null }];
  return [
    { type: "edit", steps, gesture: null },
    { type: "select", target: null },
  ];
}

function preview(state: BrushState, context: ToolContext, erases: boolean): Preview {
  const radius = radiusOf(context);
  const at = state.name === "idle" ? state.cursor : (state.points.at(-1) ?? null);
  const cursor = at === null ? [] : [{ points: circle(at, radius), closed: true }];
  if (state.name === "idle") return { ...NOTHING, paths: cursor };
  const stroke = { points: state.points, closed: false, brush: { radius, erases } };
  const object = state.target === null ? undefined : objectAt(context, state.target);
  const shape = context.asked.get(context.question)?.objects?.image ?? null;
  // What is erased is shown without what goes; what is painted on stays where it is, below the stroke.
  const below = erases && object !== undefined ? (shape?.paths(object) ?? []) : [];
  return { paths: [...below, stroke, ...cursor], range: null, replaces: erases ? state.target : null };
}

function circle([x, y]: ImagePoint, radius: number): readonly ImagePoint[] {
  return Array.from({ length: CURSOR_CORNERS }, (_, index) => {
    const angle = (index * 2 * Math.PI) / CURSOR_CORNERS;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as unknown as ImagePoint;
  });
}
