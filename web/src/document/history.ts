import type { Operation } from "./operation";

/** Why an operation is in the log: an edit, or one that takes an edit back or makes it again. */
export type Role = "edit" | "undo" | "redo";

/** What can be undone and redone, newest last. The log is the truth; this is read off it. */
export interface History {
  readonly done: readonly Operation[];
  readonly undone: readonly Operation[];
}

export const EMPTY_HISTORY: History = { done: [], undone: [] };

/** The history after one more operation of the log. */
export function recordRole(history: History, role: Role, operation: Operation): History {
  const { done, undone } = history;
  if (role === "edit") return { done: [...done, operation], undone: [] };
  const [from, to] = role === "undo" ? [done, undone] : [undone, done];
  const moved = from.at(-1);
  if (moved === undefined) throw new RangeError(`the log has an ${role} with nothing before it`);
  const [rest, grown] = [from.slice(0, -1), [...to, moved]];
  return role === "undo" ? { done: rest, undone: grown } : { done: grown, undone: rest };
}
