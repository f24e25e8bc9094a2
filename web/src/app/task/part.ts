/** So many rows of a list are made: thousands would cost more than all else on the page, and nobody reads them. */
export const MOST_ROWS = 200;

/** Which rows of a list to show: the part around the one that is selected (-1: none), half-open. */
export function partOf(count: number, selected: number): { readonly from: number; readonly to: number } {
  const from = Math.max(Math.min(selected - MOST_ROWS / 2, count - MOST_ROWS), 0);
  return { from, to: Math.min(from + MOST_ROWS, count) };
}
