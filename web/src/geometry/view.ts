import { type ImagePoint, type ScreenPoint, type Size, imagePoint, screenPoint } from "./coordinate";
import { type ImageBox, boxFromCorners } from "./box";

/** Where the image lies on the screen: `screen = image * scale + (x, y)`, in CSS pixels. */
export interface ViewTransform {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const MIN_SCALE = 1 / 256;
export const MAX_SCALE = 128;

export function screenFromImage(view: ViewTransform, point: ImagePoint): ScreenPoint {
  return screenPoint(point[0] * view.scale + view.x, point[1] * view.scale + view.y);
}

export function imageFromScreen(view: ViewTransform, point: ScreenPoint): ImagePoint {
  return imagePoint((point[0] - view.x) / view.scale, (point[1] - view.y) / view.scale);
}

/** Zooms about a point of the screen, under which the same point of the image stays. */
export function zoomAt(view: ViewTransform, about: ScreenPoint, factor: number): ViewTransform {
  const scale = limitScale(view.scale * factor);
  const ratio = scale / view.scale;
  return {
    scale,
    x: about[0] - (about[0] - view.x) * ratio,
    y: about[1] - (about[1] - view.y) * ratio,
  };
}

/** Moves the image by CSS pixels. */
export function panBy(view: ViewTransform, dx: number, dy: number): ViewTransform {
  return { scale: view.scale, x: view.x + dx, y: view.y + dy };
}

/** The largest view in which all of `box` is seen, with `margin` CSS pixels around it. */
export function fitBox(box: ImageBox, surface: Size, margin: number): ViewTransform {
  const [x, y, width, height] = box;
  const fits = (length: number, room: number): number =>
    length > 0 ? Math.max(room - 2 * margin, 1) / length : MAX_SCALE;
  const scale = limitScale(Math.min(fits(width, surface.width), fits(height, surface.height)));
  return {
    scale,
    x: surface.width / 2 - (x + width / 2) * scale,
    y: surface.height / 2 - (y + height / 2) * scale,
  };
}

/** The part of the image plane that the surface shows; it may reach past the image. */
export function visibleBox(view: ViewTransform, surface: Size): ImageBox {
  return boxFromCorners(
    imageFromScreen(view, screenPoint(0, 0)),
    imageFromScreen(view, screenPoint(surface.width, surface.height)),
  );
}

const limitScale = (scale: number): number => Math.min(Math.max(scale, MIN_SCALE), MAX_SCALE);
