import type { Json, Label } from "./label";
import type { Role } from "./history";
import type { Operation } from "./operation";

/** One entry of a task's log. */
export interface Entry {
  readonly operation: Operation;
  readonly role: Role;
}

/** A submit that was decided on; it is sent when the network allows, under the same key each time. */
export interface Submission {
  readonly label: Label;
  readonly key: string;
}

/** What is known of a task's draft beside its entries. */
export interface JournalHead {
  readonly task: string;
  readonly lease: string;
  readonly fence: number;
  /** The label that the first entry was made on. */
  readonly start: Label;
  /** The server's revision of the draft after the first `acknowledged` entries. */
  readonly revision: number;
  /** How many entries the server has. */
  readonly acknowledged: number;
  readonly submission: Submission | null;
  /** What the page needs to show the task again without a network: the leased item and its ontology. */
  readonly leased: Json;
}

export interface Journal {
  readonly head: JournalHead;
  readonly entries: readonly Entry[];
}

/** One durable change of a journal: the entries from `from` on, and the head if it changed. */
export interface JournalWrite {
  readonly task: string;
  /** Null where it is as it was: it holds whole documents, and an edit must not pay for them. */
  readonly head: JournalHead | null;
  readonly from: number;
  readonly entries: readonly Entry[];
}

/** Where journals outlive the page. Each method is one transaction: all of it or nothing. */
export interface JournalStore {
  load(task: string): Promise<Journal | null>;
  /** The tasks with a journal, oldest first. */
  tasks(): Promise<readonly string[]>;
  /** Replaces the head if there is one, and the entries from `write.from` on. Done only when it would survive a power cut. */
  write(write: JournalWrite): Promise<void>;
  remove(task: string): Promise<void>;
}
