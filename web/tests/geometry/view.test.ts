import fc from "fast-check";
import { expect, test } from "vitest";
import { imageBox } from "../../src/geometry/box";
import { screenPoint } from "../../src/geometry/coordinate";
import {
  MAX_SCALE,
  fitBox,
  imageFromScreen,
  panBy,
  screenFromImage,
  visibleBox,
  zoomAt,
} from "../../src/geometry/view";
import { pixelPoint } from "./arbitrary";

const view = fc.record({
  scale: fc.double({ min: 1 / 64, max: 64, noNaN: true }),
  x: fc.double({ min: -5000, max: 5000, noNaN: true }),
  y: fc.double({ min: -5000, max: 5000, noNaN: true }),
});

test("a point goes to the screen and back", () => {
  fc.assert(
    fc.property(view, pixelPoint, (at, point) => {
      const back = imageFromScreen(at, screenFromImage(at, point));
      expect(back[0]).toBeCloseTo(point[0], 6);
      expect(back[1]).toBeCloseTo(point[1], 6);
    }),
  );
});

test("zooming keeps the point under the pointer, also at the limit", () => {
  const about = screenPoint(300, 200);
  fc.assert(
    fc.property(view, fc.double({ min: 0.01, max: 100, noNaN: true }), (at, factor) => {
      const zoomed = zoomAt(at, about, factor);
      const [before, after] = [imageFromScreen(at, about), imageFromScreen(zoomed, about)];
      expect(after[0]).toBeCloseTo(before[0], 4);
      expect(zoomed.scale).toBeLessThanOrEqual(MAX_SCALE);
    }),
  );
});

test("a fitted box is centred and wholly visible", () => {
  const surface = { width: 800, height: 600 };
  const fitted = fitBox(imageBox(100, 50, 200, 400), surface, 20);
  expect(fitted.scale).toBeCloseTo(560 / 400);
  const seen = visibleBox(fitted, surface);
  expect(seen[0]).toBeLessThan(100);
  expect(seen[1]).toBeCloseTo(50 - 20 / fitted.scale);
  expect(visibleBox(panBy(fitted, 5, 0), surface)[0]).toBeCloseTo(seen[0] - 5 / fitted.scale);
});
