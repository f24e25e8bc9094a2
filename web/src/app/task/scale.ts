/** The values of a scale, lowest first. */
export const levels = (min: number, max: number, step: number): readonly number[] =>
  Array.from({ length: Math.round((max - min) / step) + 1 }, (_, index) => min + index * step);
