/** Keys as they are written: `Ctrl+Shift+Z`, `Alt+ArrowUp`, `?`. What a key types tells more than where it lies. */

/** The part of a keyboard event that names keys. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  getModifierState(name: string): boolean;
}

/** Keys that change what others mean, or are part of a character that is still being typed. */
const UNFINISHED = /^(Control|Shift|Alt|AltGraph|Meta|OS|CapsLock|NumLock|Dead|Process|Unidentified)$/;

/** The keys that are pressed; null while they are not a whole chord yet. The Mac's ⌘ counts as Ctrl. */
export function chordOf(event: KeyPress): string | null {
  if (UNFINISHED.test(event.key)) return null;
  const typed = codePointsIn(event.key) === 1;
  const letter = typed && /\p{L}/u.test(event.key);
  const key = event.key === " " ? "Space" : letter ? event.key.toUpperCase() : event.key;
  // AltGr types the characters of its own level, and is no Ctrl+Alt then.
  const level = typed && event.getModifierState("AltGraph");
  const parts = [
    (event.ctrlKey || event.metaKey) && !level ? "Ctrl" : "",
    event.altKey && !level ? "Alt" : "",
    // A sign such as “?” already says that Shift was held.
    event.shiftKey && (letter || !typed || key === "Space") ? "Shift" : "",
    key,
  ];
  return parts.filter((part) => part !== "").join("+");
}

const codePointsIn = (text: string): number => Array.from(text).length;

/** Keys that a browser keeps to itself, or that leave no way out of a page if they mean something else. */
const KEPT = new Set([
  "Ctrl+N",
  "Ctrl+T",
  "Ctrl+W",
  "Ctrl+Shift+N",
  "Ctrl+Shift+T",
  "Ctrl+Shift+W",
  "Ctrl+Tab",
  "Ctrl+Shift+Tab",
  "Alt+F4",
  "F5",
  "F11",
  "F12",
]);

export const isKeptByBrowsers = (chord: string): boolean => KEPT.has(chord);

const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Delete: "Del",
  Escape: "Esc",
  PageUp: "PgUp",
  PageDown: "PgDn",
};

/** A chord as people read it. */
export function toldChord(chord: string): string {
  const parts = chord === "+" ? ["+"] : chord.split(/\+(?=.)/);
  return parts.map((part) => SIGNS[part] ?? part).join("+");
}
