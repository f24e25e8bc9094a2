/** The same polygons for whoever is measured: 5,000 outlines of 24 corners on a picture of 4,000 × 3,000. */
import type { LabelObject } from "../src/document/label";

export const COUNT = 5_000;
export const CORNERS = 24;
export const PICTURE = { width: 4_000, height: 3_000 };
const COLUMNS = 80;
const RADIUS_PX = 22;

/** Wavy rings in a grid, close to each other as in a dense picture; no chance in them. */
export const POLYGONS: readonly LabelObject[] = Array.from({ length: COUNT }, (_, index) => ({
  id: `p${index}`,
  class: "thing",
  polygon: [ringAt(index)],
}));

export function ringAt(index: number): readonly (readonly [number, number])[] {
  const [column, row] = [index % COLUMNS, Math.floor(index / COLUMNS)];
  const [x, y] = [25 + column * 49.5, 24 + row * 47];
  return Array.from({ length: CORNERS }, (_, corner) => {
    const angle = (corner * 2 * Math.PI) / CORNERS;
    const radius = RADIUS_PX * (1 - 0.2 * ((corner + index) % 3 === 0 ? 1 : 0));
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });
}
