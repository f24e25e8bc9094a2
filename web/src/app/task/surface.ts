import type { ImageBox } from "../../geometry/box";
import type { Size } from "../../geometry/coordinate";
import type { Polygon } from "../../geometry/polygon";
import type { ViewTransform } from "../../geometry/view";
import type { Target } from "../../tools/tool";

/** What the surface of a field lends to the tools. */
export interface Surface {
  readonly view: ViewTransform;
  readonly image: Size | null;
  /** What is shown near a box, topmost first. */
  near(box: ImageBox): readonly Target[];
  outlines(box: ImageBox): readonly Polygon[];
  setView(view: ViewTransform): void;
  zoom(factor: number | null): void;
}

/** The surfaces that are on the page, by their fields' names. */
export class Surfaces extends Map<string, Surface> {}
