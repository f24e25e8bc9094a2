/**
 * An image with shapes on it: three stacked canvases, for the picture, the shapes at rest, and what is being
 * edited. An edit repaints the top one only; a change of one shape repaints its own rectangle.
 */
import type { ImageBox } from "../geometry/box";
import type { ImagePoint, ScreenPoint, Size } from "../geometry/coordinate";
import { imageBox } from "../geometry/box";
import { screenPoint } from "../geometry/coordinate";
import { type ViewTransform, screenFromImage, visibleBox } from "../geometry/view";
import { Layer, type Picture } from "./layer";
import { type Item, ItemIndex, changedBoxes } from "./items";
import { type ScenePath, paintItem, paintPaths } from "./paint";
import { relativeView } from "./raster";

/** What is being edited: drawn over all else, and the only thing repainted while a pointer moves. */
export interface ActiveScene {
  readonly paths: readonly ScenePath[];
  /** What to take hold of, at one size whatever the view, the lowest first. */
  readonly handles: readonly SceneHandle[];
}

export interface SceneHandle {
  readonly point: ImagePoint;
  /** `place`: a corner is not there, but may be made. */
  readonly look: "corner" | "edge" | "place";
}

export const NO_SCENE: ActiveScene = { paths: [], handles: [] };
const HANDLE_PX = 4;
const SMALL_HANDLE_PX = 3;
/** How long the view must rest before the shapes are drawn anew; until then their last picture is moved. */
const REST_MS = 80;
/** Above this magnification pixels are shown as squares. */
const SQUARE_PIXELS_SCALE = 4;

export class ImageSurface {
  readonly #layers: { readonly image: Layer; readonly shapes: Layer; readonly active: Layer };
  readonly #observer: ResizeObserver;
  #image: Picture | null = null;
  #view: ViewTransform = { scale: 1, x: 0, y: 0 };
  #items: readonly Item[] = [];
  #index = new ItemIndex([]);
  #scene = NO_SCENE;
  /** The shapes as last drawn whole, and the view that was. */
  #raster: { readonly picture: Picture; readonly view: ViewTransform } | null = null;
  /** Whether the shapes on the screen are that picture, moved. */
  #moved = false;
  #rest: ReturnType<typeof setTimeout> | null = null;
  #frame: number | null = null;

  constructor(host: HTMLElement) {
    this.#layers = { image: new Layer(host), shapes: new Layer(host), active: new Layer(host) };
    this.#observer = new ResizeObserver(() => {
      for (const layer of Object.values(this.#layers)) layer.fit();
      this.#raster = null;
      this.#requestFrame();
    });
    this.#observer.observe(host);
  }

  get size(): Size {
    return this.#layers.image.size;
  }

  get view(): ViewTransform {
    return this.#view;
  }

  setImage(image: Picture | null): void {
    this.#image = image;
    this.#requestFrame();
  }

  /** 1 is as it is. Nothing is painted anew for it; what is being edited stays as strong as it is. */
  setTone(brightness: number, contrast: number, opacity: number): void {
    this.#layers.image.canvas.style.filter = `brightness(${brightness}) contrast(${contrast})`;
    this.#layers.shapes.canvas.style.opacity = String(opacity);
  }

  setView(view: ViewTransform): void {
    this.#view = view;
    this.#requestFrame();
  }

  /** The shapes at rest, bottom first. An item that is the same object as before is taken as unchanged. */
  setItems(items: readonly Item[]): void {
    const dirty = changedBoxes(this.#items, items);
    this.#items = items;
    this.#index = new ItemIndex(items);
    for (const box of dirty ?? []) this.#repaint(box);
    if (dirty !== null) return;
    this.#raster = null;
    this.#requestFrame();
  }

  setScene(scene: ActiveScene): void {
    this.#scene = scene;
    this.#requestFrame();
  }

  /** The items whose bounds meet a box, topmost first. */
  near(box: ImageBox): readonly Item[] {
    return this.#index.search(box);
  }

  /** A pointer's place on the surface. */
  pointAt(event: { readonly clientX: number; readonly clientY: number }): ScreenPoint {
    const { left, top } = this.#layers.active.canvas.getBoundingClientRect();
    return screenPoint(event.clientX - left, event.clientY - top);
  }

  destroy(): void {
    this.#observer.disconnect();
    if (this.#rest !== null) clearTimeout(this.#rest);
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    for (const layer of Object.values(this.#layers)) layer.canvas.remove();
  }

  #requestFrame(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#paint();
    });
  }

  #paint(): void {
    const { image, active } = this.#layers;
    image.clear();
    image.context.imageSmoothingEnabled = this.#view.scale < SQUARE_PIXELS_SCALE;
    if (this.#image !== null) image.draw(this.#image, this.#view);
    this.#paintShapes();
    active.clear();
    active.enter(this.#view);
    paintPaths(active.context, this.#scene.paths, this.#view.scale);
    active.enter({ scale: 1, x: 0, y: 0 });
    for (const handle of this.#scene.handles) this.#paintHandle(handle);
  }

  /** The shapes' last picture, moved; drawn anew when there is none, or when the view rests. */
  #paintShapes(): void {
    const raster = this.#raster;
    if (raster === null) {
      this.#drawShapes();
      return;
    }
    const { scale, x, y } = relativeView(raster.view, this.#view);
    const atRest = scale === 1 && x === 0 && y === 0;
    if (atRest && !this.#moved) return;
    this.#moved = !atRest;
    this.#layers.shapes.clear();
    this.#layers.shapes.draw(raster.picture, { scale, x, y }, this.size);
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = null;
      this.#drawShapes();
    }, REST_MS);
  }

  #drawShapes(): void {
    const { shapes } = this.#layers;
    shapes.clear();
    shapes.enter(this.#view);
    const seen = this.#index.search(visibleBox(this.#view, this.size));
    for (const item of seen.toReversed()) paintItem(shapes.context, item, this.#view.scale);
    this.#raster = { picture: shapes.snapshot(), view: this.#view };
    this.#moved = false;
  }

  /** One rectangle of the shapes, with whatever lies in it. */
  #repaint(box: ImageBox): void {
    if (this.#raster === null || this.#moved) {
      // There is no picture of this view to mend.
      this.#raster = null;
      this.#requestFrame();
      return;
    }
    const margin = 4 / this.#view.scale;
    const [x, y, width, height] = box;
    const wide = imageBox(x - margin, y - margin, width + 2 * margin, height + 2 * margin);
    const { shapes } = this.#layers;
    shapes.within(this.#view, wide, () => {
      for (const item of this.#index.search(wide).toReversed())
        paintItem(shapes.context, item, this.#view.scale);
    });
    this.#raster = { picture: shapes.snapshot(), view: this.#view };
  }

  #paintHandle({ point, look }: SceneHandle): void {
    const { context } = this.#layers.active;
    const [x, y] = screenFromImage(this.#view, point);
    const half = look === "corner" ? HANDLE_PX : SMALL_HANDLE_PX;
    context.beginPath();
    if (look === "place") context.arc(x, y, half, 0, 2 * Math.PI);
    else context.rect(x - half, y - half, 2 * half, 2 * half);
    context.fillStyle = look === "place" ? "#ffffffa0" : "white";
    context.strokeStyle = "black";
    context.lineWidth = 1;
    context.setLineDash([]);
    context.fill();
    context.stroke();
  }
}
