import type { Label } from "./label";
import type { Operation } from "./operation";

/** An answer that ends nothing: ask again later. */
export type Unanswered =
  /**
   * `silent`: it was taken, and no answer came in time; `failing`: the answer was that it cannot at the moment, or of
   * a fault of its own.
   */
  | { readonly outcome: "unreachable" | "silent" | "failing"; readonly retryAfterMs: number | null }
  | { readonly outcome: "signed_out" };

/** A refusal that repeating would not mend, as the server words it. */
export interface Refused {
  readonly outcome: "refused";
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly pointer: string | null;
}

/** `conflict`: someone else changed the draft, which is now at another revision. */
export type OperationsAnswer =
  { readonly outcome: "accepted" } | { readonly outcome: "conflict" } | Refused | Unanswered;

export type DraftAnswer =
  { readonly outcome: "found"; readonly label: Label; readonly revision: number } | Refused | Unanswered;

/** `lost`: the lease ended and others have filled its slot; the label is kept, but counts for nothing. */
export type SubmitAnswer =
  { readonly outcome: "accepted" | "lost"; readonly annotation: string | null } | Refused | Unanswered;

/** The engine as a draft needs it. Sending the same again has no further effect. */
export interface DraftServer {
  sendOperations(lease: string, base: number, operations: readonly Operation[]): Promise<OperationsAnswer>;
  findDraft(lease: string): Promise<DraftAnswer>;
  submit(lease: string, fence: number, label: Label, key: string): Promise<SubmitAnswer>;
}

/** The clock and the dice, as parameters. */
export interface Surroundings {
  /** Runs once after a time; answers the function that calls it off. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  /** Evenly distributed in 0 to 1. */
  random(): number;
}
