import type { Journal, JournalHead, JournalStore, JournalWrite } from "../../src/document/journal";
import { type Label, applySteps } from "../../src/document/label";
import type { Operation } from "../../src/document/operation";
import type {
  DraftAnswer,
  DraftServer,
  OperationsAnswer,
  SubmitAnswer,
  Surroundings,
  Unanswered,
} from "../../src/document/server";

export const HEAD: JournalHead = {
  task: "task",
  lease: "lease",
  fence: 7,
  start: {},
  revision: 0,
  acknowledged: 0,
  submission: null,
  leased: null,
};

export function counter(): () => string {
  let made = 0;
  return () => `operation-${++made}`;
}

/** A disk: what was written stays when the page is gone. */
export class MemoryStore implements JournalStore {
  readonly journals = new Map<string, Journal>();
  full = false;

  load(task: string): Promise<Journal | null> {
    return Promise.resolve(this.journals.get(task) ?? null);
  }

  tasks(): Promise<readonly string[]> {
    return Promise.resolve([...this.journals.keys()]);
  }

  write(write: JournalWrite): Promise<void> {
    if (this.full) return Promise.reject(new Error("the disk is full"));
    const before = this.journals.get(write.task);
    const head = write.head ?? before?.head;
    if (head === undefined) return Promise.reject(new Error("the first write has no head"));
    const entries = [...(before?.entries ?? []).slice(0, write.from), ...write.entries];
    this.journals.set(write.task, { head, entries: structuredClone(entries) });
    return Promise.resolve();
  }

  remove(task: string): Promise<void> {
    this.journals.delete(task);
    return Promise.resolve();
  }
}

export type Weather = "fine" | "request_lost" | "answer_lost" | "signed_out";

/** The engine's rules for drafts (`service/lease.py: edit_draft`), behind a network with weather. */
export class MemoryServer implements DraftServer {
  label: Label = {};
  revision = 0;
  readonly known: string[] = [];
  readonly submitted: Label[] = [];
  weather: () => Weather = () => "fine";
  refusal: SubmitAnswer | null = null;

  sendOperations(_: string, base: number, operations: readonly Operation[]): Promise<OperationsAnswer> {
    return this.#through(() => {
      const fresh = operations.filter((operation) => !this.known.includes(operation.id));
      if (fresh.length === 0) return { outcome: "accepted" };
      if (base + operations.length - fresh.length !== this.revision) return { outcome: "conflict" };
      for (const operation of fresh) {
        this.label = applySteps(this.label, operation.forward);
        this.known.push(operation.id);
        this.revision += 1;
      }
      return { outcome: "accepted" };
    });
  }

  findDraft(): Promise<DraftAnswer> {
    return this.#through(() => ({ outcome: "found", label: this.label, revision: this.revision }));
  }

  submit(_: string, __: number, label: Label): Promise<SubmitAnswer> {
    return this.#through(() => {
      if (this.refusal !== null) return this.refusal;
      this.submitted.push(label);
      return { outcome: "accepted", annotation: "annotation" };
    });
  }

  /** Another device edits the same draft. */
  editElsewhere(label: Label): void {
    this.label = label;
    this.revision += 1;
  }

  async #through<T>(answer: () => T): Promise<T | Unanswered> {
    const weather = this.weather();
    await Promise.resolve();
    if (weather === "signed_out") return { outcome: "signed_out" };
    if (weather === "request_lost") return { outcome: "unreachable", retryAfterMs: null };
    const given = answer();
    return weather === "answer_lost" ? { outcome: "unreachable", retryAfterMs: null } : given;
  }
}

/** A clock that a test turns. */
export class ManualClock implements Surroundings {
  #now = 0;
  #due: { at: number; run: () => void }[] = [];

  after(delayMs: number, run: () => void): () => void {
    const entry = { at: this.#now + delayMs, run };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  }

  random(): number {
    return 0.5;
  }

  /** Lets time go by, and everything that waits for it happen. */
  async pass(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    const due = this.#due.filter((entry) => entry.at <= this.#now);
    this.#due = this.#due.filter((entry) => entry.at > this.#now);
    for (const entry of due) entry.run();
    await settled();
  }
}

/** Lets all promises that wait for nothing but each other come to rest. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
