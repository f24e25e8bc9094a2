import type { ImagePoint } from "../geometry/coordinate";
import type { Item } from "./items";

export interface PathStyle {
  /** CSS colours; null leaves it out. */
  readonly stroke: string;
  readonly fill: string | null;
  /** CSS pixels, whatever the view. */
  readonly widthPx: number;
  readonly dashed: boolean;
}

/** A line of what is being edited. */
export interface ScenePath {
  readonly points: readonly ImagePoint[];
  readonly closed: boolean;
  /** The stroke of a round brush, `radius` in image pixels, that paints or takes away what is below it. */
  readonly brush?: { readonly radius: number; readonly erases: boolean };
  readonly style: PathStyle;
}

/** What is smaller than this on the screen is painted as a dot. */
const DOT_PX = 3;

type Points = readonly ImagePoint[];

/** Made once an item, for items do not change. */
const made = new WeakMap<Item, Path2D>();

export function paintItem(context: CanvasRenderingContext2D, item: Item, scale: number): void {
  const [x, y, width, height] = item.bounds;
  if (Math.max(width, height) * scale < DOT_PX) {
    context.fillStyle = item.style.stroke;
    context.fillRect(x, y, Math.max(width, 1 / scale), Math.max(height, 1 / scale));
    return;
  }
  let path = made.get(item);
  if (path === undefined) {
    path = new Path2D();
    for (const { points, closed } of item.paths) trace(path, points, closed);
    made.set(item, path);
  }
  paint(
    context,
    path,
    filledIf(
      item.paths.some(({ closed }) => closed),
      item.style,
    ),
    scale,
  );
  context.fillStyle = item.style.stroke;
  for (const { points } of item.paths) {
    const [only] = points;
    if (points.length === 1 && only !== undefined) paintDot(context, only, scale);
  }
}

/** What is being edited. Closed lines in a row that share a style are filled together, so that holes stay open. */
export function paintPaths(
  context: CanvasRenderingContext2D,
  paths: readonly ScenePath[],
  scale: number,
): void {
  for (let at = 0; at < paths.length;) {
    const path = paths[at];
    if (path === undefined) return;
    const { points, brush, style } = path;
    at += 1;
    if (brush !== undefined) paintStroke(context, points, brush, style);
    else if (!path.closed) paintOpen(context, points, style, scale);
    else {
      const outlines = new Path2D();
      trace(outlines, points, true);
      for (let next = paths[at]; next?.closed === true && next.style === style; next = paths[at]) {
        trace(outlines, next.points, true);
        at += 1;
      }
      paint(context, outlines, style, scale);
    }
  }
}

function paintOpen(context: CanvasRenderingContext2D, points: Points, style: PathStyle, scale: number): void {
  const path = new Path2D();
  const [only] = points;
  if (points.length === 1 && only !== undefined) path.arc(only[0], only[1], DOT_PX / scale, 0, 2 * Math.PI);
  else trace(path, points, false);
  paint(context, path, filledIf(points.length === 1, style), scale);
}

/** One line as wide as the brush: however it crosses itself, each pixel is painted once. */
function paintStroke(
  context: CanvasRenderingContext2D,
  points: Points,
  { radius, erases }: { readonly radius: number; readonly erases: boolean },
  style: PathStyle,
): void {
  const path = new Path2D();
  trace(path, points, false);
  const [only] = points;
  // A line from a point to itself is a dot with round ends.
  if (points.length === 1 && only !== undefined) path.lineTo(only[0], only[1]);
  context.save();
  if (erases) context.globalCompositeOperation = "destination-out";
  context.strokeStyle = erases ? "black" : (style.fill ?? style.stroke);
  context.lineWidth = 2 * radius;
  context.lineCap = context.lineJoin = "round";
  context.setLineDash([]);
  context.stroke(path);
  context.restore();
}

/** The inside of an open line means nothing. */
function filledIf(closed: boolean, style: PathStyle): PathStyle {
  return closed ? style : { ...style, fill: null };
}

function paintDot(context: CanvasRenderingContext2D, [x, y]: ImagePoint, scale: number): void {
  const radius = DOT_PX / scale;
  context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
}

function trace(path: Path2D, points: Points, closed: boolean): void {
  for (const [index, [x, y]] of points.entries()) {
    if (index === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
  if (closed) path.closePath();
}

function paint(context: CanvasRenderingContext2D, path: Path2D, style: PathStyle, scale: number): void {
  if (style.fill !== null) {
    context.fillStyle = style.fill;
    context.fill(path, "evenodd");
  }
  context.strokeStyle = style.stroke;
  context.lineWidth = style.widthPx / scale;
  context.setLineDash(style.dashed ? [4 / scale, 3 / scale] : []);
  context.stroke(path);
}
