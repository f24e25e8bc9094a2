/** `ellipse`: one axis from end to end, by a drag or two clicks, then a click as far across it as it reaches. */
import { distance, imagePoint } from "../geometry/coordinate";
import { axisAngle, ellipse as ellipseAt, ellipseOutline } from "../geometry/ellipse";
import { angleOf, toLocal } from "../geometry/rotated_box";
import { isSoundEllipse } from "../labels/ellipse";
import { axisTool } from "./axis";

export const ellipse = axisTool("ellipse", (from, to, side, image) => {
  const middle = imagePoint((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
  const angle = axisAngle(angleOf(from, to));
  const [, across] = toLocal(angle, middle, side);
  const drawn = ellipseAt(middle[0], middle[1], distance(from, to) / 2, Math.abs(across), angle);
  if (!isSoundEllipse(drawn, image)) return null;
  return { shape: { ellipse: drawn }, outline: ellipseOutline(drawn) };
});
