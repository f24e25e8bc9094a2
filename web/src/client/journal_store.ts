import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Entry, JournalHead, JournalStore } from "../document/journal";

interface Schema extends DBSchema {
  heads: { key: string; value: JournalHead };
  /** By task and place in its log. */
  entries: { key: [task: string, place: number]; value: Entry };
}

const VERSION = 1;

/** Journals in IndexedDB, written with `strict` durability: a power cut loses nothing that was reported stored. */
export class IndexedJournals implements JournalStore {
  readonly #name: string;
  #opened: Promise<IDBPDatabase<Schema>> | null = null;

  /** One database for each person, so that two who share a computer do not meet each other's work. */
  constructor(labeler: string) {
    this.#name = `assay-${labeler}`;
  }

  async load(task: string) {
    const transaction = (await this.#open()).transaction(["heads", "entries"], "readonly");
    const [head, entries] = await Promise.all([
      transaction.objectStore("heads").get(task),
      transaction.objectStore("entries").getAll(entriesOf(task, 0)),
      transaction.done,
    ]);
    return head === undefined ? null : { head, entries };
  }

  async tasks() {
    const heads = await (await this.#open()).getAll("heads");
    // Lease ids tell the time.
    return heads.sort((a, b) => (a.lease < b.lease ? -1 : 1)).map((head) => head.task);
  }

  async write({ task, head, from, entries }: Parameters<JournalStore["write"]>[0]) {
    const transaction = (await this.#open()).transaction(["heads", "entries"], "readwrite", {
      durability: "strict",
    });
    const held = transaction.objectStore("entries");
    await Promise.all([
      head === null ? null : transaction.objectStore("heads").put(head),
      held.delete(entriesOf(task, from)),
      ...entries.map((entry, index) => held.put(entry, [task, from + index])),
      transaction.done,
    ]);
  }

  async remove(task: string) {
    const transaction = (await this.#open()).transaction(["heads", "entries"], "readwrite", {
      durability: "strict",
    });
    await Promise.all([
      transaction.objectStore("heads").delete(task),
      transaction.objectStore("entries").delete(entriesOf(task, 0)),
      transaction.done,
    ]);
  }

  /** Opened at first use; after a failure, or when the browser closed it, opened again at the next. */
  #open(): Promise<IDBPDatabase<Schema>> {
    const forget = (): void => {
      this.#opened = null;
    };
    this.#opened ??= openDB<Schema>(this.#name, VERSION, {
      upgrade(database) {
        database.createObjectStore("heads", { keyPath: "task" });
        database.createObjectStore("entries");
      },
      blocking: (_current, _blocked, event) => {
        // A newer page of ours wants to upgrade: it may, and this one opens again afterwards.
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    }).catch((error: unknown) => {
      forget();
      throw error;
    });
    return this.#opened;
  }
}

const entriesOf = (task: string, from: number): IDBKeyRange =>
  IDBKeyRange.bound([task, from], [task, Number.MAX_SAFE_INTEGER]);
