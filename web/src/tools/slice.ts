/** `slice`: the selected outline cut along a line of clicks, ended by Enter or a double click. */
import { type ImagePoint, insideImage, samePoint } from "../geometry/coordinate";
import { type Polygon, polygonArea } from "../geometry/polygon";
import { slicePolygon } from "../geometry/slice";
import { isOutline, polygonsOf, withPolygons } from "../labels/polygon";
import {
  type Effect,
  NOTHING,
  type Outcome,
  type PointerEvent,
  type Tool,
  type ToolContext,
  objectAt,
  stay,
} from "./tool";

export type SliceState =
  | { readonly name: "idle" }
  | { readonly name: "drawing"; readonly points: readonly ImagePoint[]; readonly cursor: ImagePoint };

const IDLE: SliceState = { name: "idle" };
const REFUSED: Effect = { type: "refuse", why: "slice" };

export const slice: Tool<SliceState> = {
  name: "slice",
  start: IDLE,
  step(state, event, context) {
    const points = state.name === "idle" ? [] : state.points;
    if (event.type === "down") return addPoint(points, placeOf(event, context));
    if (state.name === "idle") return stay(state);
    if (event.type === "move") return stay({ ...state, cursor: placeOf(event, context) });
    if (event.type === "double") return stay(IDLE, ...cut(points, context));
    if (event.type !== "key") return stay(state);
    if (event.key === "Enter") return stay(IDLE, ...cut(points, context));
    if (event.key === "Escape" || points.length === 1) return stay(IDLE);
    return stay({ ...state, points: points.slice(0, -1) });
  },
  preview(state) {
    if (state.name === "idle") return NOTHING;
    const paths = [{ points: [...state.points, state.cursor], closed: false }];
    return { paths, range: null, replaces: null };
  },
};

/** The line may begin and end outside of what it cuts, but not of the picture. */
function placeOf(event: PointerEvent, { image }: ToolContext): ImagePoint {
  return image === null ? event.image : insideImage(event.image, image);
}

function addPoint(points: readonly ImagePoint[], point: ImagePoint): Outcome<SliceState> {
  const last = points.at(-1);
  const grown = last !== undefined && samePoint(last, point) ? points : [...points, point];
  return stay({ name: "drawing", points: grown, cursor: point });
}

/** The largest piece stays the object that it was; each other one is new, of the same class. */
function cut(line: readonly ImagePoint[], context: ToolContext): Effect[] {
  const target = context.selected;
  const object = target === null ? undefined : objectAt(context, target);
  if (target === null || object === undefined || !isOutline(object)) return [REFUSED];
  const kept: Polygon[] = [];
  const off: Polygon[] = [];
  for (const part of polygonsOf(object)) {
    const pieces = slicePolygon(part, line) ?? [part];
    const [first, ...others] = pieces.toSorted((a, b) => polygonArea(b) - polygonArea(a));
    if (first !== undefined) kept.push(first);
    off.push(...others);
  }
  if (off.length === 0) return [REFUSED];
  const { question } = target;
  const pieces = off.map((piece) => ({ ...object, id: context.newId(), piece }));
  const steps = [
    { question, object: target.id, value: withPolygons(object, kept) },
    ...pieces.map(({ id, piece }) => ({
      question,
      object: id,
      value: withPolygons({ ...object, id }, [piece]),
    })),
  ];
  return [{ type: "edit", steps, gesture: null }];
}
