import type { Draft } from "./draft";
import type { Label } from "./label";
import type { DraftServer, Refused, SubmitAnswer, Surroundings, Unanswered } from "./server";
import { Signal } from "./signal";

/** An edit waits this long for company, so that it is on the server within 2 s. */
export const GATHER_MS = 1_000;
/** So many operations do not wait. */
export const GATHER_OPERATIONS = 20;
export const BATCH_OPERATIONS = 100;
export const FIRST_RETRY_MS = 1_000;
export const LAST_RETRY_MS = 30_000;

/** What the way to the server is like; every state has a sentence on the screen. */
export type Delivery =
  /** All is on the server, or waits for company. */
  | { readonly state: "idle" | "sending" }
  /** No answer, or one that tells of the server's own trouble; it is tried again by itself. */
  | { readonly state: "offline" | "silent" | "failing" }
  /** The session ended; it goes on after `wake`. */
  | { readonly state: "signed_out" }
  /** Someone else changed the same draft; a person chooses. */
  | { readonly state: "conflict"; readonly label: Label; readonly revision: number }
  /** The server will not have it; what was made is safe here. */
  | { readonly state: "refused"; readonly refusal: Refused }
  /** Submitted, and nothing is left here. */
  | { readonly state: "submitted" | "lost"; readonly annotation: string | null };

/** Brings one draft's operations, and in the end its submission, to the server: in order, each once. */
export class Courier {
  readonly delivery = new Signal<Delivery>();
  readonly #draft: Draft;
  readonly #server: DraftServer;
  readonly #around: Surroundings;
  readonly #unsubscribe: () => void;
  #state: Delivery = { state: "idle" };
  #callOff: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #failures = 0;
  #madeWhenRefused = 0;
  #ended = false;

  constructor(draft: Draft, server: DraftServer, around: Surroundings) {
    this.#draft = draft;
    this.#server = server;
    this.#around = around;
    this.#unsubscribe = draft.saved.subscribe(() => {
      this.#consider();
    });
    this.#consider();
  }

  get state(): Delivery {
    return this.#state;
  }

  /** Tries at once: the network came back, the person signed in, or leaves the task. */
  wake(): Promise<void> {
    this.#stopTimer();
    if (this.#ended || this.#state.state === "conflict") return Promise.resolve();
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      this.#consider();
    });
    return this.#running;
  }

  /** Solves a conflict: my operations on top of the server's label, or the server's label alone. */
  async settle(keep: "mine" | "theirs"): Promise<void> {
    if (this.#state.state !== "conflict") return;
    const { label, revision } = this.#state;
    if (keep === "mine") await this.#draft.rebase(label, revision);
    else await this.#draft.reset(label, revision);
    this.#become({ state: "idle" });
    await this.wake();
  }

  /** Ends the deliveries of this page; what is not sent stays stored. */
  stop(): void {
    this.#ended = true;
    this.#unsubscribe();
    this.#stopTimer();
  }

  #consider(): void {
    const { made, acknowledged } = this.#draft.state;
    const pending = made - acknowledged;
    const { state } = this.#state;
    // What was refused is not sent again by itself, but what is made after it is.
    const ready = state === "idle" || (state === "refused" && made > this.#madeWhenRefused);
    if (!ready || this.#running !== null || this.#ended) return;
    if (pending === 0 && this.#draft.head.submission === null) return;
    if (pending >= GATHER_OPERATIONS || this.#draft.head.submission !== null) void this.wake();
    else this.#wait(GATHER_MS);
  }

  async #run(): Promise<void> {
    await this.#draft.flush();
    this.#become({ state: "sending" });
    if (!(await this.#sendOperations())) return;
    const { submission, lease, fence } = this.#draft.head;
    if (submission === null) {
      this.#become({ state: "idle" });
      return;
    }
    await this.#finish(await this.#server.submit(lease, fence, submission.label, submission.key));
  }

  /** Whether all are there. */
  async #sendOperations(): Promise<boolean> {
    let limit = BATCH_OPERATIONS;
    for (let batch = this.#draft.seal(limit); batch.length > 0; batch = this.#draft.seal(limit)) {
      const { lease, revision } = this.#draft.head;
      const answer = await this.#server.sendOperations(lease, revision, batch);
      if (answer.outcome === "accepted") {
        this.#failures = 0;
        // Not the revision of the answer: it tells of later batches too, where this one came twice.
        await this.#draft.acknowledge(batch.length, revision + batch.length);
      } else if (answer.outcome === "conflict" && limit > 1) {
        // One by one, those that arrived before are told from those that did not.
        limit = 1;
      } else if (answer.outcome === "conflict") {
        await this.#meetConflict();
        return false;
      } else {
        this.#fail(answer);
        return false;
      }
    }
    return true;
  }

  async #meetConflict(): Promise<void> {
    const found = await this.#server.findDraft(this.#draft.head.lease);
    if (found.outcome !== "found") this.#fail(found);
    else this.#become({ state: "conflict", label: found.label, revision: found.revision });
  }

  async #finish(answer: SubmitAnswer): Promise<void> {
    if (!("annotation" in answer)) {
      this.#fail(answer);
      // The label must be changed first; deciding to submit is then a new decision.
      if (answer.outcome === "refused") await this.#draft.submit(null);
      return;
    }
    await this.#draft.forget();
    this.stop();
    this.#become({
      state: answer.outcome === "accepted" ? "submitted" : "lost",
      annotation: answer.annotation,
    });
  }

  #fail(answer: Refused | Unanswered): void {
    if (answer.outcome === "refused") {
      this.#madeWhenRefused = this.#draft.state.made;
      this.#become({ state: "refused", refusal: answer });
      return;
    }
    if (answer.outcome === "signed_out") {
      this.#become({ state: "signed_out" });
      return;
    }
    const backoff = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS);
    this.#failures += 1;
    this.#become({ state: answer.outcome === "unreachable" ? "offline" : answer.outcome });
    // Half of it by chance, so that a whole floor of labelers does not come back in one second.
    this.#wait(answer.retryAfterMs ?? backoff * (0.5 + this.#around.random() / 2));
  }

  #wait(delayMs: number): void {
    this.#callOff ??= this.#around.after(delayMs, () => {
      this.#callOff = null;
      void this.wake();
    });
  }

  #stopTimer(): void {
    this.#callOff?.();
    this.#callOff = null;
  }

  #become(state: Delivery): void {
    this.#state = state;
    this.delivery.emit(state);
  }
}
