/** The baseline: the same polygons as elements of SVG, as most labelling tools draw them. */
import { PICTURE, POLYGONS } from "./polygons";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [920, 620];
const scale = Math.min(WIDTH / PICTURE.width, HEIGHT / PICTURE.height);

const svg = document.createElementNS(SVG, "svg");
svg.setAttribute("width", String(WIDTH));
svg.setAttribute("height", String(HEIGHT));
svg.setAttribute("viewBox", `0 0 ${WIDTH / scale} ${HEIGHT / scale}`);
document.body.append(svg);

const pathOf = (ring: readonly (readonly number[])[]): string =>
  `M${ring.map(([x, y]) => `${x} ${y}`).join("L")}Z`;

const rings = POLYGONS.map((object) => (object["polygon"] as number[][][])[0] ?? []);
const elements = rings.map((ring) => {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", pathOf(ring));
  path.setAttribute("fill", "#d1495b22");
  path.setAttribute("stroke", "#d1495b");
  path.setAttribute("stroke-width", "2");
  path.setAttribute("vector-effect", "non-scaling-stroke");
  svg.append(path);
  return path;
});

let held: number | null = null;
svg.addEventListener("pointermove", ({ offsetX, offsetY }) => {
  const ring = held === null ? undefined : rings[held];
  if (held === null || ring === undefined) return;
  elements[held]?.setAttribute("d", pathOf([[offsetX / scale, offsetY / scale], ...ring.slice(1)]));
});

function hitTimes(batches: number, each: number): number[] {
  const { left, top } = svg.getBoundingClientRect();
  return Array.from({ length: batches }, (_, batch) => {
    const begun = performance.now();
    for (let index = 0; index < each; index += 1) {
      const at = batch * each + index;
      document.elementFromPoint(left + ((at * 37) % WIDTH), top + ((at * 53) % HEIGHT));
    }
    return (performance.now() - begun) / each;
  });
}

function choose(index: number): readonly [number, number] {
  held = index;
  const [x = 0, y = 0] = rings[index]?.[0] ?? [];
  return [x * scale, y * scale];
}

Object.assign(window, { bench: { hitTimes, choose, isReady: () => elements.length > 0 } });
