/** What keys do while a label is edited: one table, read by the workspace and printed by its help. */
import type { Json } from "../../document/label";
import type { Option } from "../../labels/kind";
import { s } from "../strings";
import type { Editor } from "./editor.svelte";

export const DIGITS = "1234567890";
/** By how much a key makes the brush larger. */
const BRUSH_STEP = 1.25;

export interface KeyHelp {
  readonly keys: readonly string[];
  readonly told: string;
}

export const EDITOR_KEYS: readonly KeyHelp[] = [
  { keys: ["1", "…", "9", "0"], told: s.keys.digits },
  { keys: ["↑", "↓"], told: s.keys.tab },
  { keys: ["Ctrl+Z"], told: s.keys.undo },
  { keys: ["Ctrl+Shift+Z"], told: s.keys.redo },
  { keys: ["←", "→"], told: s.keys.arrows },
  { keys: ["N"], told: s.keys.next },
  { keys: ["Del"], told: s.keys.remove },
  { keys: ["E"], told: s.keys.none },
  { keys: ["B"], told: s.keys.draw },
  { keys: ["T"], told: s.keys.tool },
  { keys: ["[", "]"], told: s.keys.brush },
  { keys: ["V"], told: s.keys.select },
  { keys: ["←", "↑", "→", "↓"], told: s.keys.nudge },
  { keys: ["+", "-", "F"], told: s.keys.zoom },
  { keys: ["Esc"], told: s.keys.escape },
];

/** Whether a key belongs to the page: not to a field that is written in, nor to a button that is focused. */
export function isForPage(event: KeyboardEvent): boolean {
  const target = event.target as Element;
  if (document.querySelector("dialog[open]") !== null) return false;
  const acts = event.key === "Enter" || event.key === " ";
  if (acts && !event.ctrlKey && target.closest("button, a, summary") !== null) return false;
  return target.closest("input, textarea, select") === null || (event.ctrlKey && event.key === "Enter");
}

/** Does what the key means for the editor; false where it means nothing. */
export function pressKey(editor: Editor, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey) return pressWithControl(editor, event);
  if (event.altKey) return false;
  const digit = event.key.length === 1 ? DIGITS.indexOf(event.key) : -1;
  if (digit >= 0) return pressDigit(editor, digit);
  if (event.key.startsWith("Arrow")) return pressArrow(editor, event);
  return pressTool(editor, event);
}

function pressWithControl(editor: Editor, event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) editor.draft.undo();
  else if (key === "y" || key === "z") editor.draft.redo();
  else return false;
  return true;
}

function pressDigit(editor: Editor, digit: number): boolean {
  const { active, question, label } = editor;
  if (active === null) return false;
  const { panel } = active;
  switch (panel.control) {
    case "scale": {
      const level = panel.min + panel.step * digit;
      // On a scale such as 1 to 5 the key is the value itself.
      const meant = panel.step === 1 && Number.isInteger(panel.min) ? (digit + 1) % 10 : level;
      if (meant < panel.min || meant > panel.max) return false;
      answerAndGoOn(editor, meant);
      return true;
    }
    case "order": {
      const item = panel.items[digit];
      if (item !== undefined) editor.answer(question, ranked(label[question], item, panel.items));
      return item !== undefined;
    }
    case "text":
      return false;
    default: {
      const option = optionAt(panel.options, DIGITS[digit] ?? "");
      if (option === undefined) return false;
      choose(editor, option.value);
      return true;
    }
  }
}

/** The digits that choose the options: their own, and for the others those that are left, in turn. */
export function digitsOf(options: readonly Option[]): ReadonlyMap<Option, string> {
  const own = new Set(options.map(({ look }) => look.key));
  const left = Array.from(DIGITS).filter((digit) => !own.has(digit));
  const pairs = options.map((option) => [option, option.look.key ?? left.shift()] as const);
  return new Map(pairs.filter((pair): pair is [Option, string] => pair[1] !== undefined));
}

const optionAt = (options: readonly Option[], digit: string): Option | undefined =>
  [...digitsOf(options)].find(([, own]) => own === digit)?.[0];

/** One option by key or by button. */
export function choose(editor: Editor, value: string): void {
  const { active, question, label } = editor;
  if (active?.objects != null) editor.chooseClass(question, value);
  else if (active?.panel.control === "options" && active.panel.multiple) {
    const held = label[question];
    const chosen = Array.isArray(held) ? (held as readonly Json[]) : [];
    const rest = chosen.filter((one) => one !== value);
    editor.answer(question, rest.length === chosen.length ? [...chosen, value] : rest);
  } else answerAndGoOn(editor, value);
}

/** A whole answer leads to the next question that has none. */
export function answerAndGoOn(editor: Editor, value: Json): void {
  editor.answer(editor.question, value);
  const names = [...editor.schema.asked.keys()];
  const later = names.slice(names.indexOf(editor.question) + 1);
  const next = later.find((name) => !Object.hasOwn(editor.label, name));
  if (next !== undefined) editor.ask(next);
}

/** The items in the order they were pressed, the last one by itself; a pressed one starts over from there. */
export function ranked(held: Json | undefined, item: string, items: readonly string[]): readonly Json[] {
  const order = Array.isArray(held) ? (held as readonly (readonly string[])[]).flat() : [];
  const kept = order.length === items.length ? [] : order.filter((one) => one !== item);
  const grown = [...kept, item];
  const rest = items.filter((one) => !grown.includes(one));
  return (rest.length === 1 ? [...grown, ...rest] : grown).map((one) => [one]);
}

function pressArrow(editor: Editor, event: KeyboardEvent): boolean {
  const { active, selected } = editor;
  const [dx, dy] = ARROWS[event.key] ?? [0, 0];
  const shape = selected === null ? undefined : editor.schema.asked.get(selected.question)?.objects;
  if (shape?.image != null) {
    const by = event.shiftKey ? 10 : 1;
    editor.useTool("select");
    editor.step({ type: "nudge", dx: dx * by, dy: dy * by, shift: false, alt: false }, shape.field ?? "");
  } else if (dy !== 0) editor.askNext(dy > 0 ? 1 : -1);
  else if (active?.objects?.text != null) editor.moveCursor(dx > 0 ? 1 : -1, event.shiftKey);
  else return false;
  return true;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function pressTool(editor: Editor, event: KeyboardEvent): boolean {
  const objects = editor.active?.objects ?? null;
  const surface = editor.surfaces.get(objects?.field ?? "");
  switch (event.key) {
    case "n":
      editor.selectNext(1);
      return true;
    case "N":
      editor.selectNext(-1);
      return true;
    case "b":
      if (objects?.tools[0] !== undefined) editor.useTool(objects.tools[0]);
      return objects !== null;
    case "t":
      editor.nextTool();
      return true;
    case "e":
      editor.findNone();
      return objects !== null;
    case "v":
      editor.useTool("select");
      return true;
    case "+":
    case "=":
      surface?.zoom(1.25);
      return true;
    case "-":
      surface?.zoom(0.8);
      return true;
    case "[":
    case "]":
      editor.step(
        { type: "size", factor: event.key === "]" ? BRUSH_STEP : 1 / BRUSH_STEP, shift: false, alt: false },
        objects?.field ?? "",
      );
      return objects !== null;
    case "f":
      surface?.zoom(null);
      return true;
    case "Backspace":
      if (editor.active?.panel.control === "order") {
        editor.answer(editor.question, null);
        return true;
      }
      return toTool(editor, "Backspace");
    case "Delete":
    case "Escape":
      return toTool(editor, event.key);
    default:
      return false;
  }
}

/** A tool that is drawing takes the key itself; else it is about what is selected. */
function toTool(editor: Editor, key: "Backspace" | "Delete" | "Escape"): boolean {
  const objects = editor.active?.objects ?? null;
  if (objects === null) return false;
  if (editor.tool.state === "idle" && key !== "Escape") editor.useTool("select");
  if (editor.tool.state === "idle" && key === "Escape") editor.select(null);
  editor.cursor = null;
  editor.step({ type: "key", key, shift: false, alt: false }, objects.field ?? "");
  return true;
}

/** An Enter that a drawing tool still needs. */
export function finishDrawing(editor: Editor): boolean {
  if (editor.tool.state !== "drawing") return false;
  const field = editor.active?.objects?.field ?? "";
  editor.step({ type: "key", key: "Enter", shift: false, alt: false }, field);
  return true;
}
