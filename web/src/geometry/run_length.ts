/**
 * COCO's text of run lengths: each but the first three as the difference to the last but one, in groups of five
 * bits, the least first, as characters from `0` on. The same as `assay/geometry/mask.py`.
 */

const FIRST_CHARACTER = 48;
const MAX_GROUPS = 7;
const MAX_COUNT = 2 ** 31 - 1;

/** Run lengths, background first; null for what is no such text, or not the only one for its lengths. */
export function countsFromText(text: string): number[] | null {
  const counts: number[] = [];
  let [value, groups, before] = [0, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at) - FIRST_CHARACTER;
    if (code < 0 || code >= 64 || groups === MAX_GROUPS) return null;
    // Not shifted: 35 bits do not fit.
    value += (code & 31) * 32 ** groups;
    groups += 1;
    if ((code & 32) !== 0) {
      before = code;
      continue;
    }
    // The sign bit of the group before already says what this one says.
    if (groups > 1 && (code & 31) === ((before & 16) === 0 ? 0 : 31)) return null;
    if ((code & 16) !== 0) value -= 32 ** groups;
    const count = counts.length > 2 ? value + (counts[counts.length - 2] ?? 0) : value;
    if (count < 0 || count > MAX_COUNT) return null;
    counts.push(count);
    [value, groups] = [0, 0];
  }
  return groups === 0 && counts.length > 0 ? counts : null;
}

/** The only text of run lengths. */
export function textFromCounts(counts: readonly number[]): string {
  const codes: number[] = [];
  for (const [index, count] of counts.entries()) {
    let rest = index > 2 ? count - (counts[index - 2] ?? 0) : count;
    for (;;) {
      const group = ((rest % 32) + 32) % 32;
      rest = (rest - group) / 32;
      const isLast = rest === ((group & 16) === 0 ? 0 : -1);
      codes.push(group + (isLast ? 0 : 32));
      if (isLast) break;
    }
  }
  return codes.map((code) => String.fromCharCode(code + FIRST_CHARACTER)).join("");
}
