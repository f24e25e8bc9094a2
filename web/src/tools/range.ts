/** `range`: a span by a drag or a double click, snapped to whole words; Alt takes single characters. */
import { type TextRange, snapToWords, wholeCharacters, wordAt } from "../geometry/text_range";
import {
  type Effect,
  type Modifiers,
  NOTHING,
  type Outcome,
  type TextEvent,
  type Tool,
  type ToolContext,
  draw,
  objectAt,
  replace,
  stay,
} from "./tool";

export type RangeState =
  | { readonly name: "idle" }
  | { readonly name: "selecting"; readonly anchor: number; readonly focus: number; readonly exact: boolean };

const IDLE: RangeState = { name: "idle" };

export const range: Tool<RangeState> = {
  name: "range",
  start: IDLE,
  step(state, event, context) {
    if (event.type === "key") return stay(event.key === "Escape" ? IDLE : state);
    if (event.type === "text_double") return stay(IDLE, ...markWord(event, context));
    if (event.type === "text_down") return press(event, context);
    if (state.name === "idle") return stay(state);
    if (event.type === "text_move") return stay({ ...state, focus: event.offset, exact: event.alt });
    if (event.type !== "text_up") return stay(state);
    const marked = rangeOf({ ...state, focus: event.offset, exact: event.alt }, context);
    return stay(IDLE, ...(marked === null ? [] : draw(context, { ...marked })));
  },
  preview(state, context) {
    const marked = state.name === "idle" ? null : rangeOf(state, context);
    return marked === null ? NOTHING : { paths: [], range: marked, replaces: null };
  },
};

function press(event: TextEvent, context: ToolContext): Outcome<RangeState> {
  if (event.shift) return stay(IDLE, ...extend(event, context));
  return stay({ name: "selecting", anchor: event.offset, focus: event.offset, exact: event.alt });
}

/** Shift moves the nearer end of the selected span. */
function extend(event: TextEvent, context: ToolContext): Effect[] {
  const { selected } = context;
  const object = selected === null ? undefined : objectAt(context, selected);
  const shape = selected === null ? null : (context.asked.get(selected.question)?.objects?.text ?? null);
  if (selected === null || object === undefined || shape === null) return [];
  const { start, end } = shape.range(object);
  const moved =
    Math.abs(event.offset - start) < Math.abs(event.offset - end)
      ? { start: event.offset, end }
      : { start, end: event.offset };
  const snapped = snap(moved, event, context);
  return snapped.start < snapped.end ? [replace(selected, shape.withRange(object, snapped))] : [];
}

function markWord(event: TextEvent, context: ToolContext): Effect[] {
  if (context.text === null) return [];
  const word = wordAt(context.text, event.offset, context.words);
  return context.text.slice(word).trim() === "" ? [] : draw(context, { ...word });
}

function rangeOf(state: Extract<RangeState, { name: "selecting" }>, context: ToolContext): TextRange | null {
  const { anchor, focus, exact } = state;
  // A click without a drag marks nothing: it only puts the caret somewhere.
  if (anchor === focus) return null;
  const drawn = { start: Math.min(anchor, focus), end: Math.max(anchor, focus) };
  return snap(drawn, { alt: exact, shift: false }, context);
}

function snap(drawn: TextRange, { alt }: Modifiers, { text, words }: ToolContext): TextRange {
  if (text === null) return drawn;
  return alt ? wholeCharacters(text, drawn) : snapToWords(text, drawn, words);
}
