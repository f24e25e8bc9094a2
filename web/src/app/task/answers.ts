/** What a key or a button of a choice does to the label, whatever asks for it. */
import type { Json } from "../../document/label";
import type { Option, Panel } from "../../labels/kind";
import type { Editor } from "./editor.svelte";

/** The keys that classes may claim, in the order of the places they stand for. */
const DIGITS = "1234567890";

/** So many choices have keys of their own. */
export const KEYED = DIGITS.length;

/** The places of the options: those that they claim, and for the others what is left, in turn; then past all keys. */
export function placesOf(options: readonly Option[]): ReadonlyMap<Option, number> {
  const claimed = new Set(
    options.flatMap(({ look }) => (look.key === null ? [] : [DIGITS.indexOf(look.key)])),
  );
  let next = -1;
  const free = (): number => {
    do next += 1;
    while (claimed.has(next));
    return next;
  };
  return new Map(
    options.map((option) => [option, option.look.key === null ? free() : DIGITS.indexOf(option.look.key)]),
  );
}

const optionAt = (options: readonly Option[], place: number): Option | undefined =>
  [...placesOf(options)].find(([, own]) => own === place)?.[0];

/** What the choice of a place is called; null where there is none. */
export function choiceAt({ active }: Pick<Editor, "active">, place: number): string | null {
  if (active === null) return null;
  const { panel } = active;
  switch (panel.control) {
    case "scale": {
      const level = levelAt(panel, place);
      return level === null ? null : String(level);
    }
    case "order":
      return panel.items[place] ?? null;
    case "text":
      return null;
    default:
      return optionAt(panel.options, place)?.title ?? null;
  }
}

/** The value of a place in a choice or on a scale; null where there is none. */
export function valueAt(panel: Panel, place: number): Json | null {
  if (panel.control === "scale") return levelAt(panel, place);
  return panel.control === "options" ? (optionAt(panel.options, place)?.value ?? null) : null;
}

/** Takes the choice of a place; nothing where there is none. */
export function chooseAt(editor: Editor, place: number): void {
  const { active, question, label } = editor;
  if (active === null) return;
  const { panel } = active;
  switch (panel.control) {
    case "scale": {
      const level = levelAt(panel, place);
      if (level !== null) answerAndGoOn(editor, level);
      return;
    }
    case "order": {
      const item = panel.items[place];
      if (item !== undefined) editor.answer(question, ranked(label[question], item, panel.items));
      return;
    }
    case "text":
      return;
    default: {
      const option = optionAt(panel.options, place);
      if (option !== undefined) choose(editor, option.value);
    }
  }
}

interface Scale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** On a scale such as 1 to 5 the place is the value itself. */
function levelAt({ min, max, step }: Scale, place: number): number | null {
  const meant = step === 1 && Number.isInteger(min) ? (place + 1) % 10 : min + step * place;
  return meant < min || meant > max ? null : meant;
}

/** The place whose key stands for a level; past all keys where none does. */
export function placeOf(scale: Scale, level: number): number {
  const places = Array.from({ length: KEYED }, (_, place) => place);
  return places.find((place) => levelAt(scale, place) === level) ?? KEYED;
}

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
