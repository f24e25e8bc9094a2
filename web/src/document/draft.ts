import { EMPTY_HISTORY, type History, type Role, recordRole } from "./history";
import type { Entry, Journal, JournalHead, JournalStore, Submission } from "./journal";
import { type Label, type Step, applySteps } from "./label";
import { type Operation, makeOperation, squash, takeBack } from "./operation";
import { Signal } from "./signal";

/** What is where, for the screen to say. */
export interface Saved {
  /** Operations made. */
  readonly made: number;
  /** Of these, how many would survive the loss of this page. */
  readonly stored: number;
  /** Of these, how many the server has. */
  readonly acknowledged: number;
  /** Why nothing can be stored here (a full or forbidden disk); null while all is well. */
  readonly fault: string | null;
}

/** A task's label while it is edited: the document, its log, undo and redo, and the log's way to disk. */
export class Draft {
  /** Tells of every change of the label. */
  readonly changed = new Signal<Label>();
  readonly saved = new Signal<Saved>();

  readonly #store: JournalStore;
  readonly #newId: () => string;
  #head: JournalHead;
  #entries: Entry[];
  #label: Label;
  #history: History;
  /** Entries before this one have left the page (or may have) and never change again. */
  #sealed: number;
  /** Continuous edits of one gesture are squashed; null after any other. */
  #gesture: string | null = null;
  #stored: number;
  /** The first entry whose newest form is not stored yet; Infinity where only the head is, or nothing. */
  #dirty = Infinity;
  #waiting = false;
  /** A head that was just made, or has a new lease, is stored with the first edit. */
  #headDirty = true;
  #writing: Promise<void> | null = null;
  #fault: string | null = null;

  constructor(journal: Journal, store: JournalStore, newId: () => string) {
    this.#store = store;
    this.#newId = newId;
    this.#head = journal.head;
    this.#entries = [...journal.entries];
    this.#sealed = this.#stored = journal.entries.length;
    this.#label = journal.head.start;
    this.#history = EMPTY_HISTORY;
    for (const { operation, role } of journal.entries) {
      this.#label = applySteps(this.#label, operation.forward);
      this.#history = recordRole(this.#history, role, operation);
    }
  }

  get label(): Label {
    return this.#label;
  }

  get head(): JournalHead {
    return this.#head;
  }

  get state(): Saved {
    return {
      made: this.#entries.length,
      stored: this.#stored,
      acknowledged: this.#head.acknowledged,
      fault: this.#fault,
    };
  }

  get canUndo(): boolean {
    return this.#history.done.length > 0;
  }

  get canRedo(): boolean {
    return this.#history.undone.length > 0;
  }

  /** Makes an edit. Edits in a row with the same gesture (one drag, one word typed) are one to undo. */
  edit(steps: readonly Step[], gesture: string | null = null): Operation {
    const made = makeOperation(this.#newId(), this.#label, steps);
    const before = this.#entries.at(-1);
    const joins = gesture !== null && gesture === this.#gesture && this.#entries.length > this.#sealed;
    if (joins && before?.role === "edit") {
      const whole = squash(before.operation.id, before.operation, made);
      this.#history = { done: [...this.#history.done.slice(0, -1), whole], undone: [] };
      this.#entries[this.#entries.length - 1] = { operation: whole, role: "edit" };
      this.#take(made, this.#entries.length - 1);
      return whole;
    }
    this.#append(made, "edit");
    this.#gesture = gesture;
    return made;
  }

  /** Takes the last edit back; answers what was done, or null when there is nothing to undo. */
  undo(): Operation | null {
    const last = this.#history.done.at(-1);
    return last === undefined ? null : this.#append(takeBack(this.#newId(), last), "undo");
  }

  redo(): Operation | null {
    const last = this.#history.undone.at(-1);
    return last === undefined ? null : this.#append({ ...last, id: this.#newId() }, "redo");
  }

  /** The operations that the server does not have; from now on they stay as they are. */
  seal(limit: number): readonly Operation[] {
    const from = this.#head.acknowledged;
    // What the server has, a reloaded page must know of; on a broken disk the server is all there is.
    const end = this.#fault === null ? this.#stored : this.#entries.length;
    const batch = this.#entries.slice(from, Math.min(from + limit, end));
    this.#sealed = Math.max(this.#sealed, from + batch.length);
    return batch.map((entry) => entry.operation);
  }

  /** The server has the next `count` operations, and its draft is at `revision`. */
  acknowledge(count: number, revision: number): Promise<void> {
    this.#changeHead({ acknowledged: this.#head.acknowledged + count, revision });
    return this.#persist(this.#entries.length);
  }

  /** Puts the operations that the server lacks on top of a draft that someone else has changed meanwhile. */
  rebase(label: Label, revision: number): Promise<void> {
    const pending = this.#entries.slice(this.#head.acknowledged);
    this.#changeHead({ start: label, revision, acknowledged: 0, submission: null });
    [this.#entries, this.#history, this.#label] = [[], EMPTY_HISTORY, label];
    for (const { operation } of pending) {
      const again = makeOperation(operation.id, this.#label, operation.forward);
      this.#label = applySteps(this.#label, again.forward);
      this.#entries.push({ operation: again, role: "edit" });
      this.#history = recordRole(this.#history, "edit", again);
    }
    this.#sealed = this.#entries.length;
    this.#gesture = null;
    this.changed.emit(this.#label);
    return this.#persist(0);
  }

  /** Takes another's draft as it is, in place of the operations that the server lacks. */
  reset(label: Label, revision: number): Promise<void> {
    this.#entries.splice(this.#head.acknowledged);
    return this.rebase(label, revision);
  }

  /** Stores the task itself, so that this browser can show it again without the server. */
  keep(): Promise<void> {
    return this.#persist(this.#entries.length);
  }

  /** The same task under a new lease. */
  renew(lease: string, fence: number): Promise<void> {
    this.#changeHead({ lease, fence });
    return this.#persist(this.#entries.length);
  }

  /** Leaves nothing of the task behind: the server has it all. */
  async forget(): Promise<void> {
    await this.flush();
    await this.#store.remove(this.#head.task);
  }

  /** Decides to submit the label as it is, or takes the decision back. */
  submit(submission: Submission | null): Promise<void> {
    this.#changeHead({ submission });
    return this.#persist(this.#entries.length);
  }

  /** Waits until everything made so far is stored. */
  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  #append(operation: Operation, role: Role): Operation {
    this.#history = recordRole(this.#history, role, operation);
    this.#entries.push({ operation, role });
    this.#gesture = null;
    this.#take(operation, this.#entries.length - 1);
    return operation;
  }

  #take(operation: Operation, from: number): void {
    this.#label = applySteps(this.#label, operation.forward);
    this.#stored = Math.min(this.#stored, from);
    void this.#persist(from);
    this.changed.emit(this.#label);
  }

  #changeHead(changes: Partial<JournalHead>): void {
    this.#head = { ...this.#head, ...changes };
    this.#headDirty = true;
  }

  /** Stores the entries from `from` on, and the head if it changed. One write runs at a time; what comes meanwhile is the next. */
  #persist(from: number): Promise<void> {
    this.#dirty = Math.min(this.#dirty, from);
    this.#waiting = true;
    this.saved.emit(this.state);
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#takeWaiting()) {
      const made = this.#entries.length;
      const from = Math.min(this.#dirty, made);
      const head = this.#headDirty ? this.#head : null;
      this.#dirty = Infinity;
      this.#headDirty = false;
      try {
        await this.#store.write({ task: this.#head.task, head, from, entries: this.#entries.slice(from) });
        this.#fault = null;
        // An entry that was squashed during the write is dirty again, and so not stored.
        this.#stored = Math.min(made, this.#dirty);
      } catch (error) {
        // Not lost yet: it is in memory and on its way to the server. The screen says so.
        this.#fault = error instanceof Error ? error.message : String(error);
        this.#dirty = Math.min(this.#dirty, from);
        this.#headDirty ||= head !== null;
      }
      this.saved.emit(this.state);
    }
  }

  #takeWaiting(): boolean {
    const waiting = this.#waiting;
    this.#waiting = false;
    return waiting;
  }
}
