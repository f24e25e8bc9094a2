/** Control characters: they have no look of their own, yet labels count them. */

/** C0 but for tab and line ends, DEL, and C1. Bidirectional marks are no control characters: they do their work. */
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const PICTURES_FROM = 0x2400;
const PICTURE_OF_DELETE = "\u2421";
/** C1 has no pictures in Unicode. */
const REPLACEMENT = "\ufffd";

/** How many control characters a text holds, and the first few different ones, as `U+001B`. */
export interface Unseen {
  readonly count: number;
  readonly codes: readonly string[];
}

const MOST_CODES = 5;

export function unseenIn(text: string): Unseen {
  const found = text.match(UNSEEN) ?? [];
  const codes = [...new Set(found)].slice(0, MOST_CODES).map((character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return `U+${code.padStart(4, "0")}`;
  });
  return { count: found.length, codes };
}

/** The text with a picture for each control character: as long as before, so that every offset stays. */
export function shownText(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(PICTURES_FROM + code);
    return code === 0x7f ? PICTURE_OF_DELETE : REPLACEMENT;
  });
}
