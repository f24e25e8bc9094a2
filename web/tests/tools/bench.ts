import { type Label, type Step, applySteps, objectsOf } from "../../src/document/label";
import { boxesMeet } from "../../src/geometry/box";
import { imagePoint } from "../../src/geometry/coordinate";
import type { Polygon } from "../../src/geometry/polygon";
import { TextOffsets } from "../../src/geometry/text_range";
import { type ViewTransform, screenFromImage } from "../../src/geometry/view";
import { readSchema } from "../../src/labels/schema";
import { type ActiveTool, TOOLS } from "../../src/tools/registry";
import type { KeyEvent, Modifiers, Target, ToolContext, ToolEvent } from "../../src/tools/tool";

const NO_KEYS: Modifiers = { shift: false, alt: false };
const WORDS = new Intl.Segmenter("en", { granularity: "word" });

export const SCHEMA = readSchema({
  fields: { image: "image", note: "text" },
  questions: [
    { name: "objects", kind: "box", field: "image", classes: ["car", "person"] },
    { name: "areas", kind: "polygon", field: "image", classes: ["lake"] },
    { name: "turned", kind: "rotated_box", field: "image", classes: ["ship"] },
    { name: "lanes", kind: "polyline", field: "image", classes: ["lane"] },
    { name: "cells", kind: "ellipse", field: "image", classes: ["cell"] },
    {
      name: "pose",
      kind: "keypoints",
      field: "image",
      classes: ["cat"],
      keypoints: ["head", "back", "tail"],
      skeleton: [
        ["head", "back"],
        ["back", "tail"],
      ],
    },
    { name: "leaves", kind: "mask", field: "image", classes: ["leaf", "rust"] },
    { name: "who", kind: "span", field: "note", classes: ["PER", "LOC"] },
    { name: "edges", kind: "relation", between: ["who"], classes: ["knows"] },
  ],
});

export const TEXT = "Ann 😀 saw Anna and Ann in Rome.";

/** A page without a page: sends events to a tool and does what it answers. */
export class Bench {
  label: Label = {};
  selected: Target | null = null;
  view: ViewTransform = { scale: 1, x: 0, y: 0 };
  tool: ActiveTool;
  neighbours: Polygon[] = [];
  edits = 0;
  brushRadius: number | null = null;
  /** Told of every edit. */
  edited: (steps: readonly Step[]) => void = () => undefined;
  readonly question: string;
  readonly #className: string;
  readonly #made: string[] = [];
  refused: string | null = null;

  constructor(tool: string, question: string, className: string) {
    this.tool = this.#named(tool);
    this.question = question;
    this.#className = className;
  }

  /** Named for the edit; a second one of the same edit says so. */
  #newId(): string {
    const name = `o${this.edits}`;
    const taken = this.#made.filter((id) => id.startsWith(name)).length;
    this.#made.push(taken === 0 ? name : `${name} ${taken}`);
    return this.#made.at(-1) ?? name;
  }

  /** The objects of the question that is being answered. */
  get drawn() {
    return objectsOf(this.label, this.question);
  }

  get context(): ToolContext {
    return {
      label: this.label,
      asked: SCHEMA.asked,
      question: this.question,
      className: this.#className,
      selected: this.selected,
      view: this.view,
      image: { width: 100, height: 100 },
      text: new TextOffsets(TEXT),
      words: WORDS,
      outlines: () => this.neighbours,
      brushRadius: this.brushRadius,
      newId: () => this.#newId(),
      near: (box) =>
        [...SCHEMA.asked].flatMap(([question, asked]) => {
          const shape = asked.objects?.image ?? null;
          if (shape === null) return [];
          const near = objectsOf(this.label, question).filter((one) => boxesMeet(shape.bounds(one), box));
          return near.map(({ id }) => ({ question, id })).reverse();
        }),
    };
  }

  use(tool: string): this {
    this.tool = this.#named(tool);
    return this;
  }

  send(event: ToolEvent): this {
    const { state, effects } = this.tool.step(event, this.context);
    this.tool = state;
    for (const effect of effects) {
      if (effect.type === "select") this.selected = effect.target;
      else if (effect.type === "view") this.view = effect.view;
      else if (effect.type === "refuse") this.refused = effect.why;
      else if (effect.type === "brush") this.brushRadius = effect.radius;
      else {
        this.label = applySteps(this.label, effect.steps);
        this.edits += 1;
        this.edited(effect.steps);
      }
    }
    return this;
  }

  pointer(type: "down" | "move" | "up" | "double", x: number, y: number, keys = NO_KEYS): this {
    const image = imagePoint(x, y);
    return this.send({ type, image, screen: screenFromImage(this.view, image), ...keys });
  }

  click(x: number, y: number, keys = NO_KEYS): this {
    return this.pointer("down", x, y, keys).pointer("up", x, y, keys);
  }

  drag(x: number, y: number, toX: number, toY: number, keys = NO_KEYS): this {
    this.pointer("down", x, y, keys).pointer("move", (x + toX) / 2, (y + toY) / 2, keys);
    return this.pointer("move", toX, toY, keys).pointer("up", toX, toY, keys);
  }

  key(key: KeyEvent["key"]): this {
    return this.send({ type: "key", key, ...NO_KEYS });
  }

  text(type: "text_down" | "text_move" | "text_up" | "text_double", offset: number, keys = NO_KEYS): this {
    return this.send({ type, offset, ...keys });
  }

  #named(name: string): ActiveTool {
    const tool = TOOLS.get(name);
    if (tool === undefined) throw new Error(`there is no tool ${name}`);
    return tool;
  }
}
