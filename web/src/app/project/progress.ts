export interface Progress {
  readonly done: number;
  readonly all: number;
}

/** How far a project is, by its tasks' states. */
export function progressOf(states: Readonly<Record<string, number>>): Progress {
  const all = Object.values(states).reduce((sum, n) => sum + n, 0);
  return { done: states["resolved"] ?? 0, all };
}
