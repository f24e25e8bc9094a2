import type { ImageBox } from "../../geometry/box";
import type { Size } from "../../geometry/coordinate";
import type { ViewTransform } from "../../geometry/view";
import type { Target } from "../../tools/tool";

/** What the surface of a field lends to the tools. */
export interface Surface {
  readonly view: ViewTransform;
  readonly image: Size | null;
  near(box: ImageBox): readonly Target[];
  setView(view: ViewTransform): void;
  zoom(factor: number | null): void;
}

/** The surfaces that are on the page, by their fields' names. */
export class Surfaces extends Map<string, Surface> {}
