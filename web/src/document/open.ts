import { Draft } from "./draft";
import type { Journal, JournalHead, JournalStore } from "./journal";
import type { Json } from "./label";
import type { DraftServer } from "./server";

/** A claimed task, as far as its draft is concerned. */
export interface Claim {
  readonly task: string;
  readonly lease: string;
  readonly fence: number;
  /** What the page needs to show the task again without a network. */
  readonly leased: Json;
}

/**
 * The draft of a claimed task: what this browser holds, else what the server holds, else an empty one.
 *
 * A draft belongs to its task and outlives its lease, so a new lease takes the old one's place. Without a
 * network the draft opens all the same; if the server then turns out to hold another, the courier meets a
 * conflict and asks.
 */
export async function openDraft(
  claim: Claim,
  store: JournalStore,
  server: DraftServer,
  newId: () => string,
): Promise<Draft> {
  const [journal, found] = await Promise.all([store.load(claim.task), server.findDraft(claim.lease)]);
  const there = found.outcome === "found" ? found : { label: {}, revision: 0 };
  const fresh: JournalHead = {
    ...claim,
    start: there.label,
    revision: there.revision,
    acknowledged: 0,
    submission: null,
  };
  const surpassed =
    journal !== null &&
    isDelivered(journal) &&
    found.outcome === "found" &&
    found.revision !== journal.head.revision;
  if (journal === null || surpassed) return new Draft({ head: fresh, entries: [] }, store, newId);
  const { lease, fence, leased } = claim;
  return new Draft({ ...journal, head: { ...journal.head, lease, fence, leased } }, store, newId);
}

/** Whether the server has all that this browser holds. */
function isDelivered({ head, entries }: Journal): boolean {
  return head.acknowledged === entries.length && head.submission === null;
}

/** Tasks that this browser holds, read without a server. */
export interface Held {
  /** Begun or decided on, whatever became of their leases. */
  readonly begun: readonly Journal[];
  /** Fetched ahead, and not begun. */
  readonly untouched: readonly Journal[];
}

/** What this browser holds of any project, oldest first. */
export async function readHeld(store: JournalStore): Promise<Held> {
  const journals: Journal[] = [];
  for (const task of await store.tasks()) {
    const journal = await store.load(task);
    if (journal !== null) journals.push(journal);
  }
  const isBegun = ({ head, entries }: Journal): boolean => entries.length > 0 || head.submission !== null;
  return {
    begun: journals.filter(isBegun),
    untouched: journals.filter((journal) => !isBegun(journal)),
  };
}
