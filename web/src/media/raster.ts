import { type ViewTransform } from "../geometry/view";

/** How a picture of one view is laid on a surface that shows another: `to = from * scale + (x, y)`. */
export function relativeView(from: ViewTransform, to: ViewTransform): ViewTransform {
  const scale = to.scale / from.scale;
  return { scale, x: to.x - from.x * scale, y: to.y - from.y * scale };
}
