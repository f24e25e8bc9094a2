/** What the palette offers, and which of it the typed words mean. */
import { KEYED, choiceAt, chooseAt } from "../task/answers";
import type { Command, Context } from "./command";

export interface Entry {
  readonly id: string;
  readonly title: string;
  /** The command whose key stands beside it; null for what has no key of its own. */
  readonly command: Command["id"] | null;
  run(): void;
}

/** The commands that can be asked for, with what they would do now; then the choices that have no keys. */
export function entriesOf(available: readonly Command[], context: Context): readonly Entry[] {
  const commands = available
    .filter(({ id }) => id !== "app.palette")
    .map((one): Entry => {
      const detail = one.detail(context);
      const title = detail === null || detail === "" ? one.title : `${one.title}: ${detail}`;
      return { id: one.id, title, command: one.id, run: () => one.run(context) };
    });
  return [...commands, ...choicesWithoutKeys(context)];
}

function choicesWithoutKeys({ editor }: Context): Entry[] {
  if (editor === null) return [];
  const made: Entry[] = [];
  for (let place = KEYED; ; place += 1) {
    const title = choiceAt(editor, place);
    if (title === null) return made;
    made.push({ id: `choice ${place}`, title, command: null, run: () => chooseAt(editor, place) });
  }
}

/** The most that are listed: more are found by typing on. */
export const MOST_FOUND = 100;

/** The entries in which every typed word begins a word, those that begin with the first one before the others. */
export function matching(entries: readonly Entry[], typed: string): readonly Entry[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const found = entries.filter(({ title }) => {
    const parts = partsOf(title);
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  });
  const [first = ""] = words;
  const leads = ({ title }: Entry): boolean => title.toLowerCase().startsWith(first);
  return [...found.filter(leads), ...found.filter((entry) => !leads(entry))].slice(0, MOST_FOUND);
}

const partsOf = (title: string): readonly string[] => title.toLowerCase().split(/[^\p{L}\p{N}\p{M}]+/u);
