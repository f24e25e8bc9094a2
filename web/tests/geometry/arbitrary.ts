import fc from "fast-check";
import { imagePoint } from "../../src/geometry/coordinate";

/** Points on a small grid, where rings touch, overlap and cross often. */
export const gridPoint = fc
  .tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }))
  .map(([x, y]) => imagePoint(x, y));

export const pixelPoint = fc
  .tuple(fc.double({ min: 0, max: 5000, noNaN: true }), fc.double({ min: 0, max: 5000, noNaN: true }))
  .map(([x, y]) => imagePoint(x + 0, y + 0));
