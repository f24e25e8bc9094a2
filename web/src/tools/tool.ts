/** What every tool is: a small state machine with named states; events in, effects out, nothing remembered. */
import type { Label, LabelObject, Step } from "../document/label";
import { findObject } from "../document/label";
import type { ImageBox } from "../geometry/box";
import type { ImagePoint, ScreenPoint, Size } from "../geometry/coordinate";
import type { Polygon } from "../geometry/polygon";
import type { TextOffsets, TextRange } from "../geometry/text_range";
import type { ViewTransform } from "../geometry/view";
import type { Asked, Path } from "../labels/kind";

export interface Modifiers {
  readonly shift: boolean;
  readonly alt: boolean;
}

export interface PointerEvent extends Modifiers {
  readonly type: "down" | "move" | "up" | "double";
  readonly image: ImagePoint;
  readonly screen: ScreenPoint;
}

export interface WheelEvent extends Modifiers {
  readonly type: "wheel";
  readonly screen: ScreenPoint;
  /** Above 1 zooms in. */
  readonly factor: number;
}

/** A place in a text, in code points. */
export interface TextEvent extends Modifiers {
  readonly type: "text_down" | "text_move" | "text_up" | "text_double";
  readonly offset: number;
}

/** An object that was pointed at, in a list or on any surface. */
export interface ObjectEvent extends Modifiers {
  readonly type: "object";
  readonly target: Target;
}

export interface KeyEvent extends Modifiers {
  readonly type: "key";
  readonly key: "Enter" | "Escape" | "Backspace" | "Delete" | "Insert";
}

/** Moves what is selected by pixels; a run of them is one to undo. */
export interface NudgeEvent extends Modifiers {
  readonly type: "nudge";
  readonly dx: number;
  readonly dy: number;
}

/** Makes what is drawn with larger or smaller. */
export interface SizeEvent extends Modifiers {
  readonly type: "size";
  /** Above 1 is larger. */
  readonly factor: number;
}

export type ToolEvent =
  PointerEvent | WheelEvent | TextEvent | ObjectEvent | KeyEvent | NudgeEvent | SizeEvent;

/** An object by its question and id. */
export interface Target {
  readonly question: string;
  readonly id: string;
}

/** What a tool may know of the task. */
export interface ToolContext {
  readonly label: Label;
  readonly asked: ReadonlyMap<string, Asked>;
  /** The question that is being answered, and the class that new objects get. */
  readonly question: string;
  readonly className: string;
  readonly selected: Target | null;
  readonly view: ViewTransform;
  readonly image: Size | null;
  readonly text: TextOffsets | null;
  readonly words: Intl.Segmenter;
  /** The objects whose bounds meet a box, topmost first; hidden and locked ones are left out. */
  near(box: ImageBox): readonly Target[];
  /** Of the brush, in image pixels; null until somebody chooses. */
  readonly brushRadius: number | null;
  /** The outlines that may come near a box, to snap to; hidden ones are left out, locked ones are not. */
  outlines(box: ImageBox): readonly Polygon[];
  newId(): string;
}

export type Effect =
  /** `gesture`: edits in a row that bear the same are one to undo. */
  | { readonly type: "edit"; readonly steps: readonly Step[]; readonly gesture: string | null }
  | { readonly type: "select"; readonly target: Target | null }
  | { readonly type: "view"; readonly view: ViewTransform }
  | { readonly type: "brush"; readonly radius: number }
  /** What was asked for cannot be done, and nothing was. */
  | { readonly type: "refuse"; readonly why: Refusal };

/** `slice`: the line cuts nothing off. `join`: these two do not become one sound outline. */
export type Refusal = "slice" | "join";

export interface Outcome<State> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** What a tool shows on the active layer while it is at work. */
export interface Preview {
  readonly paths: readonly Path[];
  readonly range: TextRange | null;
  /** The object that is drawn by the preview instead of as stored. */
  readonly replaces: Target | null;
  /** The object that is held on to while its other end is chosen. */
  readonly holds?: Target | null;
  /** What is to be placed next, in the ontology's words. */
  readonly hint?: string | null;
}

export interface Tool<State extends { readonly name: string }> {
  readonly name: string;
  readonly start: State;
  /** An object that is pointed at in a list is an event of the tool, and not selected. */
  readonly takesObjects?: true;
  step(state: State, event: ToolEvent, context: ToolContext): Outcome<State>;
  preview(state: State, context: ToolContext): Preview;
}

export const NOTHING: Preview = { paths: [], range: null, replaces: null };

export function stay<State>(state: State, ...effects: readonly Effect[]): Outcome<State> {
  return { state, effects };
}

/** So many image pixels are `screenPx` on the screen. */
export function reachOf(context: ToolContext, screenPx: number): number {
  return screenPx / context.view.scale;
}

/** A new object of the question that is being answered, drawn and selected. */
export function draw(context: ToolContext, shape: Readonly<Record<string, Step["value"]>>): Effect[] {
  const { question, className } = context;
  const id = context.newId();
  const value = { id, class: className, ...shape };
  return [
    { type: "edit", steps: [{ question, object: id, value }], gesture: null },
    { type: "select", target: { question, id } },
  ];
}

export function replace(target: Target, object: LabelObject, gesture: string | null = null): Effect {
  const steps = [{ question: target.question, object: target.id, value: object }];
  return { type: "edit", steps, gesture };
}

export function objectAt(context: ToolContext, target: Target): LabelObject | undefined {
  return findObject(context.label, target.question, target.id);
}
