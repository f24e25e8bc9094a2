import { type ImagePoint, type Size, imagePoint } from "./coordinate";
import { type RotatedBox, allInside, fromLocal, rotatedBox } from "./rotated_box";

declare const shape: unique symbol;

/** An ellipse `[cx, cy, rx, ry, angle]` in image pixels and radians in (-π/2, π/2], clockwise on the screen. */
export type Ellipse = readonly [cx: number, cy: number, rx: number, ry: number, angle: number] & {
  readonly [shape]: "ellipse";
};

export const ellipse = (cx: number, cy: number, rx: number, ry: number, angle: number): Ellipse =>
  [cx, cy, rx, ry, angle] as unknown as Ellipse;

/** Corners of the outline that is shown: at 1,000 pixels across they stray by half a pixel. */
const SHOWN_CORNERS = 96;

/** The rectangle around it at its own angle. */
export function frameOf([cx, cy, rx, ry, angle]: Ellipse): RotatedBox {
  return rotatedBox(cx, cy, 2 * rx, 2 * ry, angle);
}

export function ellipseOutline(of: Ellipse): readonly ImagePoint[] {
  const frame = frameOf(of);
  return Array.from({ length: SHOWN_CORNERS }, (_, step) => {
    const turn = (2 * Math.PI * step) / SHOWN_CORNERS;
    return fromLocal(frame, of[2] * Math.cos(turn), of[3] * Math.sin(turn));
  });
}

/** The two corners, top left and bottom right, of the upright box around it. */
export function ellipseExtremes([cx, cy, rx, ry, angle]: Ellipse): readonly [ImagePoint, ImagePoint] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x, y] = [Math.hypot(rx * cos, ry * sin), Math.hypot(rx * sin, ry * cos)];
  return [imagePoint(cx - x, cy - y), imagePoint(cx + x, cy + y)];
}

export function ellipseInside(of: Ellipse, image: Size | null): boolean {
  return allInside(ellipseExtremes(of), image);
}

/** A direction in (-π, π] as the axis that it lies on, in (-π/2, π/2]. */
export function axisAngle(angle: number): number {
  const axis = angle > Math.PI / 2 ? angle - Math.PI : angle <= -Math.PI / 2 ? angle + Math.PI : angle;
  return axis + 0;
}
