import type { ScaleLinear } from "d3-scale";

/** From what is told to where it is drawn, in pixels. */
export interface Scales {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
}
