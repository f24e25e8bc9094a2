/** The keyboard of the whole app: which page is in front, which key means what, which dialog of keys is open. */
import { router } from "../router.svelte";
import { commands as told } from "../strings/commands";
import { chordOf, isKeptByBrowsers, toldChord } from "./chord";
import { type Command, type Context, isAvailable } from "./command";
import { type Choices, Keymap, readChoices } from "./keymap";
import { COMMANDS } from "./table";

type Offer = Omit<Context, "shell">;

const NOWHERE: Offer = { mode: "page", editor: null, label: null, review: null };

class Keyboard {
  #choices: Choices = $state.raw({});
  #stored = "";
  #page: (() => Offer | null) | null = $state.raw(null);
  dialog: "palette" | "keys" | null = $state(null);
  readonly keymap = $derived(new Keymap(COMMANDS, this.#choices));

  /** Reads what a labeler chose in this browser. Their keys are kept here: a keyboard belongs to a place. */
  use(labeler: string): void {
    this.#stored = `assay-keys-${labeler}`;
    this.#read();
  }

  /** Another page of this browser has stored something. */
  heard({ key }: StorageEvent): void {
    if (key === this.#stored) this.#read();
  }

  /** A page lends what its commands act on, until it is left. */
  offer(page: () => Offer | null): () => void {
    this.#page = page;
    return () => {
      if (this.#page === page) this.#page = null;
    };
  }

  get context(): Context {
    const shell = {
      open: (dialog: "palette" | "keys") => (this.dialog = dialog),
      go: (path: string) => {
        router.go(path);
      },
    };
    return { ...(this.#page?.() ?? NOWHERE), shell };
  }

  /** What can be asked for now. */
  get available(): readonly Command[] {
    const { context } = this;
    return COMMANDS.filter((one) => isAvailable(one, context));
  }

  /** A command's first key as people read it; null where it has none. */
  keyOf(id: Command["id"]): string | null {
    const [first] = this.keymap.keysOf(id);
    return first === undefined ? null : toldChord(first);
  }

  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]") !== null)
      return;
    const chord = chordOf(event);
    if (chord === null) return;
    const found = this.keymap.find(chord, this.context);
    if (found === null || !isForPage(event, found, chord)) return;
    event.preventDefault();
    if (!event.repeat || !found.once) found.run(this.context);
  }

  get hasChoices(): boolean {
    return Object.keys(this.#choices).length > 0;
  }

  isChosen(id: Command["id"]): boolean {
    return Object.hasOwn(this.#choices, id);
  }

  /** Gives a command other keys in place of those it has; answers why not, in words, or null when it is done. */
  choose(id: Command["id"], chord: string): string | null {
    if (isKeptByBrowsers(chord)) return told.kept(toldChord(chord));
    const clash = this.keymap.clash(id, chord);
    if (clash !== null) return told.taken(toldChord(chord), clash.title);
    this.#store({ ...this.#choices, [id]: [chord] });
    return null;
  }

  /** Gives a command its own keys back; answers why not, in words, or null when it is done. */
  reset({ id, keys }: Command): string | null {
    const rest = Object.fromEntries(Object.entries(this.#choices).filter(([name]) => name !== id));
    for (const chord of keys) {
      const clash = this.keymap.clash(id, chord);
      if (clash !== null) return told.taken(toldChord(chord), clash.title);
    }
    this.#store(rest);
    return null;
  }

  resetAll(): void {
    this.#store({});
  }

  #read(): void {
    this.#choices = readChoices(localStorage.getItem(this.#stored), COMMANDS);
  }

  #store(choices: Choices): void {
    localStorage.setItem(this.#stored, JSON.stringify(choices));
    this.#choices = choices;
  }
}

/** Whether a key belongs to the page: not to a field that is written in, nor to a button that is focused. */
function isForPage(event: KeyboardEvent, { whileTyping }: Command, chord: string): boolean {
  const target = event.target as Element;
  if (target.closest("input, textarea, select, [contenteditable]") !== null)
    return whileTyping && chord.startsWith("Ctrl+");
  // Tab leads on from whatever has the focus.
  if (chord === "Tab" || chord === "Shift+Tab") return target === document.body;
  const acts = chord === "Enter" || chord === "Space";
  return !acts || target.closest("button, a, summary") === null;
}

export const keyboard = new Keyboard();
