/** A label while a person edits it: what is answered now, what is selected, which tool is at work. */
import type { Draft } from "../../document/draft";
import { type Json, type Label, type LabelObject, type Step, objectsOf } from "../../document/label";
import type { TextOffsets, TextRange } from "../../geometry/text_range";
import type { ViewTransform } from "../../geometry/view";
import type { Invalid } from "../../labels/invalid";
import type { Asked, FieldFacts, ObjectRules, Option } from "../../labels/kind";
import { type Schema, faultOf } from "../../labels/schema";
import { type ActiveTool, TOOLS } from "../../tools/registry";
import {
  type Preview,
  type Target,
  type ToolContext,
  type ToolEvent,
  type Refusal as ToolRefusal,
  draw,
} from "../../tools/tool";
import type { Place } from "./clipboard";
import { offsetsOf } from "./fields";
import type { SameText } from "./same";
import { Shown } from "./shown.svelte";
import { Surfaces } from "./surface";
import { type WordCursor, moveCursor, rangeOfCursor } from "./cursor";

/** Why something that was asked for was not done: a key of `s.work.refused`. */
export type Refusal = ToolRefusal | "paste" | "locked";

const NO_VIEW: ViewTransform = { scale: 1, x: 0, y: 0 };

export class Editor {
  readonly schema: Schema;
  readonly draft: Draft;
  readonly facts: Map<string, FieldFacts>;
  readonly surfaces = new Surfaces();
  readonly shown = new Shown();
  /** The item's texts by field, there before any surface is. */
  readonly texts: ReadonlyMap<string, TextOffsets>;
  readonly newId: () => string;
  readonly #words = new Intl.Segmenter(undefined, { granularity: "word" });
  readonly #classes: Record<string, string> = $state({});

  label: Label = $state.raw({});
  question = $state("");
  selected: Target | null = $state.raw(null);
  /** The attribute of the selected object that digits answer; null: they choose classes. */
  attribute: string | null = $state(null);
  tool: ActiveTool = $state.raw(startOf("select"));
  cursor: WordCursor | null = $state.raw(null);
  /** In image pixels; kept from mask to mask. */
  brushRadius: number | null = $state.raw(null);
  /** The object that keys would take as the end of an edge. */
  aim: Target | null = $state.raw(null);
  /** Where else the words of a span stand, until a person says which of them are meant. */
  same: SameText | null = $state.raw(null);
  /** To be looked at and pointed at, but not changed. */
  locked = $state(false);
  /** The place on a picture that the pointer was over last, in its pixels. */
  pointed: { readonly field: string; readonly x: number; readonly y: number } | null = null;
  /** What was asked for last and could not be done; null again with whatever is done next. */
  refused: Refusal | null = $state(null);
  /** Whether a class's key would mark the cursor's words, and not change what is selected. */
  #cursorMoved = $state(false);
  readonly active: Asked | null = $derived(this.#askedOf(this.question));
  /** Made once for each state of the tool, for all who show it. */
  readonly preview: Preview = $derived(this.tool.preview(this.contextOf(this.#field())));

  constructor(draft: Draft, schema: Schema, facts: Map<string, FieldFacts>, newId: () => string) {
    this.draft = draft;
    this.schema = schema;
    this.facts = facts;
    this.texts = offsetsOf(facts);
    this.newId = newId;
    this.label = draft.label;
    draft.changed.subscribe((label) => {
      this.label = label;
      if (this.selected !== null && this.selectedObject === null) this.selected = null;
    });
    this.ask(schema.asked.keys().next().value ?? "");
  }

  get fault(): Invalid | null {
    return faultOf(this.schema, this.label, this.facts);
  }

  /** Turns to a question; one with objects gets its usual tool. */
  ask(question: string): void {
    if (question === this.question) return;
    this.question = question;
    [this.cursor, this.aim] = [null, null];
    this.useTool(this.active?.objects?.tools[0] ?? "select");
  }

  askNext(by: 1 | -1): void {
    const names = [...this.schema.asked.keys()];
    this.ask(names.at((names.indexOf(this.question) + by) % names.length) ?? this.question);
  }

  useTool(name: string): void {
    this.tool = startOf(name);
  }

  /** The next of the ways to draw what is asked for; from selecting, the usual one. */
  nextTool(): void {
    const tools = this.active?.objects?.tools ?? [];
    const next = tools[(tools.indexOf(this.tool.name) + 1) % tools.length];
    if (next !== undefined) this.useTool(next);
  }

  classOf(question: string): string {
    const options = this.#askedOf(question)?.objects?.classes.keys().next().value;
    return this.#classes[question] ?? options ?? "";
  }

  /** A class's key or button: for what the cursor marks, else for what is selected, and for what comes next. */
  chooseClass(question: string, className: string): void {
    this.ask(question);
    this.#classes[question] = className;
    const object = this.selected?.question === question ? this.selectedObject : null;
    if (this.cursor !== null && this.#cursorMoved) {
      this.#cursorMoved = false;
      const { start, end } = rangeOfCursor(this.cursor);
      this.#apply(draw(this.contextOf(this.#field()), { start, end }));
    } else if (object !== null && this.#changesSelected) {
      if (object.class === className || !this.canChange) return;
      // Attributes belong to a class.
      const rest = Object.fromEntries(Object.entries(object).filter(([key]) => key !== "attributes"));
      this.edit([{ question, object: object.id, value: { ...rest, class: className } }]);
    } else if (object === null && this.tool.name === "select")
      this.useTool(this.active?.objects?.tools[0] ?? "select");
  }

  /** On a picture, a class chosen while drawing is for what is drawn next. */
  get #changesSelected(): boolean {
    return this.tool.name === "select" || this.active?.objects?.image == null;
  }

  /** Looked and found none. */
  findNone(): void {
    const { active, question, label } = this;
    if (active?.objects == null || Object.hasOwn(label, question)) return;
    this.answer(question, []);
  }

  /** Answers a question whole; null takes the answer back. */
  answer(question: string, value: Json, gesture: string | null = null): void {
    this.edit([{ question, value }], gesture);
  }

  edit(steps: readonly Step[], gesture: string | null = null): void {
    if (this.locked) return;
    this.refused = null;
    this.draft.edit(steps, gesture);
  }

  select(target: Target | null): void {
    [this.selected, this.attribute] = [target, null];
    this.#cursorMoved = false;
    if (target === null) return;
    const tool = this.tool;
    this.ask(target.question);
    // An edge is drawn by pointing at objects.
    if (tool.name === "edge") this.ask(this.question);
    else this.useTool("select");
  }

  /** An object was pointed at in a list: a tool that joins takes it, all else selects it. */
  point(target: Target): void {
    if (!this.tool.takesObjects) {
      this.select(target);
      return;
    }
    if (this.shown.isLocked(target)) {
      this.refused = "locked";
      return;
    }
    this.step({ type: "object", target, shift: false, alt: false }, this.#field());
  }

  get selectedObject(): LabelObject | null {
    const target = this.selected;
    if (target === null || !Array.isArray(this.label[target.question])) return null;
    return objectsOf(this.label, target.question).find(({ id }) => id === target.id) ?? null;
  }

  /** The rules of what is selected, where it is a shape on a picture. */
  get selectedShape(): ObjectRules | null {
    const rules = this.selected === null ? null : (this.#askedOf(this.selected.question)?.objects ?? null);
    return rules?.image == null ? null : rules;
  }

  /** Whether what is selected may be changed: it is there, in sight, and not locked. */
  get canChange(): boolean {
    const { selected, shown } = this;
    return selected !== null && !shown.isLocked(selected) && shown.isVisible(selected, selected);
  }

  /** The question before or after this one that is drawn on the same picture; null where there is none. */
  besideOnPicture(by: 1 | -1): string | null {
    const field = this.active?.objects?.image == null ? null : this.active.objects.field;
    const names = [...this.schema.asked].flatMap(([name, { objects }]) =>
      objects?.image != null && objects.field === field ? [name] : [],
    );
    return names[names.indexOf(this.question) + by] ?? null;
  }

  selectNext(by: 1 | -1): void {
    const objects = objectsOf(this.label, this.question);
    const at = objects.findIndex(({ id }) => id === this.selected?.id);
    const next = objects[(at + by + objects.length) % objects.length];
    if (next !== undefined) this.select({ question: this.question, id: next.id });
  }

  moveCursor(direction: 1 | -1, extend: boolean): void {
    const text = this.texts.get(this.#field());
    if (text === undefined) return;
    this.putCursor(moveCursor(this.cursor, direction, extend, text, this.#words));
  }

  /** From here on a class marks the cursor's words. */
  putCursor(cursor: WordCursor | null): void {
    [this.cursor, this.#cursorMoved, this.selected] = [cursor, cursor !== null, null];
    this.useTool(this.active?.objects?.tools[0] ?? "select");
  }

  get cursorRange(): TextRange | null {
    return this.cursor === null || !this.#cursorMoved ? null : rangeOfCursor(this.cursor);
  }

  /** Hands an event to the tool at work. */
  step(event: ToolEvent, field: string): void {
    if (event.type !== "move") this.refused = null;
    const outcome = this.tool.step(event, this.contextOf(field));
    this.tool = outcome.state;
    this.#apply(outcome.effects, field);
  }

  contextOf(field: string): ToolContext {
    const surface = this.surfaces.get(field);
    return {
      label: this.label,
      asked: this.schema.asked,
      question: this.question,
      className: this.classOf(this.question),
      // What must not change is not in a tool's hand.
      selected: this.canChange ? this.selected : null,
      view: surface?.view ?? NO_VIEW,
      image: surface?.image ?? null,
      text: this.texts.get(field) ?? null,
      words: this.#words,
      near: (box) => (surface?.near(box) ?? []).filter((target) => !this.shown.isLocked(target)),
      brushRadius: this.brushRadius,
      outlines: (box) => surface?.outlines(box) ?? [],
      newId: this.newId,
    };
  }

  /** Where copies of objects would lie. */
  get place(): Place {
    const { schema, facts, surfaces } = this;
    return { asked: schema.asked, facts, sizeOf: (field) => surfaces.get(field)?.image ?? null };
  }

  /** The choices that keys stand for at the question that is asked. */
  get options(): readonly Option[] {
    const panel = this.active?.panel;
    return panel !== undefined && "options" in panel ? panel.options : [];
  }

  #apply(effects: ReturnType<ActiveTool["step"]>["effects"], field = this.#field()): void {
    for (const effect of effects) {
      if (effect.type === "edit") this.edit(effect.steps, effect.gesture);
      else if (effect.type === "select") this.selected = effect.target;
      else if (effect.type === "brush") this.brushRadius = effect.radius;
      else if (effect.type === "refuse") this.refused = effect.why;
      else this.surfaces.get(field)?.setView(effect.view);
    }
  }

  #askedOf(question: string): Asked | null {
    return this.schema.asked.get(question) ?? null;
  }

  #field(): string {
    return this.active?.objects?.field ?? "";
  }
}

function startOf(name: string): ActiveTool {
  const tool = TOOLS.get(name);
  if (tool === undefined) throw new RangeError(`there is no tool ${name}`);
  return tool;
}
