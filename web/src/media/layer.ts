import type { ImageBox } from "../geometry/box";
import type { Size } from "../geometry/coordinate";
import type { ViewTransform } from "../geometry/view";

/** What can be drawn on a canvas and has a size of its own. */
export type Picture = ImageBitmap | HTMLCanvasElement | HTMLImageElement;

/** One canvas of a stack, as large as its host, in CSS pixels whatever the screen's density. */
export class Layer {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  size: Size = { width: 0, height: 0 };
  #density = 1;
  /** Where pictures of this layer are kept; made once, because large canvases are dear. */
  readonly #kept: HTMLCanvasElement;

  constructor(host: HTMLElement) {
    this.canvas = host.ownerDocument.createElement("canvas");
    this.#kept = host.ownerDocument.createElement("canvas");
    this.context = contextOf(this.canvas);
    // Properties, not a style attribute, which the content security policy refuses.
    Object.assign(this.canvas.style, { position: "absolute", inset: "0", width: "100%", height: "100%" });
    host.append(this.canvas);
    this.fit();
  }

  /** Takes the host's present size; the canvas is then empty. */
  fit(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.#density = this.canvas.ownerDocument.defaultView?.devicePixelRatio ?? 1;
    this.size = { width, height };
    this.canvas.width = Math.round(width * this.#density);
    this.canvas.height = Math.round(height * this.#density);
  }

  clear(): void {
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** From here on coordinates are those of the view. */
  enter({ scale, x, y }: ViewTransform): void {
    const density = this.#density;
    this.context.setTransform(scale * density, 0, 0, scale * density, x * density, y * density);
  }

  /** Draws a picture in a view; `size` where its pixels are not the view's. */
  draw(picture: Picture, view: ViewTransform, size: Size = picture): void {
    if (size.width === 0 || size.height === 0) return;
    this.enter(view);
    this.context.drawImage(picture, 0, 0, size.width, size.height);
  }

  /** Paints anew inside a box, and leaves all outside it as it is. */
  within(view: ViewTransform, [x, y, width, height]: ImageBox, paint: () => void): void {
    this.enter(view);
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
    this.context.clearRect(x, y, width, height);
    paint();
    this.context.restore();
  }

  /** A picture of the layer as it is; good until the next one is taken. */
  snapshot(): Picture {
    this.#kept.width = this.canvas.width;
    this.#kept.height = this.canvas.height;
    if (this.canvas.width > 0 && this.canvas.height > 0) contextOf(this.#kept).drawImage(this.canvas, 0, 0);
    return this.#kept;
  }
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser gives no canvas to draw on");
  return context;
}
