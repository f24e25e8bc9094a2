/** `rotated_box`: its middle line from back to front, by a drag or two clicks, then a click on a long side. */
import { imagePoint, distance } from "../geometry/coordinate";
import { angleOf, rotatedBox as boxAt, rotatedCorners, toLocal } from "../geometry/rotated_box";
import { isSoundRotatedBox } from "../labels/rotated_box";
import { axisTool } from "./axis";

export const rotatedBox = axisTool("rotated_box", (from, to, side, image) => {
  const middle = imagePoint((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
  const angle = angleOf(from, to);
  const [, across] = toLocal(angle, middle, side);
  const box = boxAt(middle[0], middle[1], distance(from, to), 2 * Math.abs(across), angle);
  if (!isSoundRotatedBox(box, image)) return null;
  return { shape: { rotated_box: box }, outline: rotatedCorners(box) };
});
