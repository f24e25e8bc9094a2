/** Figures as they are written down. */

export interface Figures {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export function figuresOf(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? NaN;
  return { median: at(0.5), low: at(0.05), high: at(0.95), count: sorted.length };
}

const digits = (value: number): string => (value < 1 ? value.toFixed(3) : value.toFixed(1));

/** The median, and between which values nine tenths lie. */
export const told = ({ median, low, high }: Figures): string =>
  `${digits(median)} ms (${digits(low)} … ${digits(high)})`;

export const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
