/** The tasks that this page holds: the one at hand and those ahead, the answers on their way, and what is told. */
import { IndexedJournals } from "../../client/journal_store";
import { newIdentifier } from "../../client/surroundings";
import { Draft } from "../../document/draft";
import { openDraft, readHeld } from "../../document/open";
import type { DraftServer, Surroundings } from "../../document/server";
import { session } from "../session.svelte";
import { s } from "../strings";
import { type Held as HeldLease, Job, type Leased, type Stage, leasedOf } from "./job.svelte";
import type { Ontologies } from "./ontologies.svelte";

export interface Notice {
  readonly text: string;
  /** The answer that it is about, when it can be opened again. */
  readonly job: Job | null;
}

/** Whose tasks these are. */
export interface Work {
  readonly project: string;
  readonly labeler: string;
  readonly stage: Stage;
}

export class HeldTasks {
  readonly #work: Work;
  readonly #ontologies: Ontologies;
  readonly #store: IndexedJournals;
  readonly #way: { readonly server: DraftServer; readonly around: Surroundings };
  /** The last task went out, and whoever labels needs more. */
  readonly #emptied: () => void;

  jobs: readonly Job[] = $state.raw([]);
  outbox: readonly Job[] = $state.raw([]);
  notices: readonly Notice[] = $state.raw([]);
  readonly current = $derived(this.jobs[0] ?? null);

  constructor(
    work: Work,
    ontologies: Ontologies,
    way: { readonly server: DraftServer; readonly around: Surroundings },
    emptied: () => void,
  ) {
    this.#work = work;
    this.#ontologies = ontologies;
    this.#store = new IndexedJournals(work.labeler);
    this.#way = way;
    this.#emptied = emptied;
  }

  get all(): readonly Job[] {
    return [...this.jobs, ...this.outbox];
  }

  /** Opens a task whose lease the server gave, or renews the lease of one that is open. */
  async add(held: HeldLease): Promise<void> {
    const { task, lease, fence } = held;
    const open = this.all.find((job) => job.head.task === task);
    if (open !== undefined) {
      await open.draft.renew(lease, fence);
      return;
    }
    // As the server will check the label, whatever the project asks by now.
    const ontology = await this.#ontologies.read(held.ontology_version);
    const { project, stage } = this.#work;
    const leased = leasedOf({ project, stage }, ontology, held);
    const draft = await openDraft(
      { task, lease, fence, leased },
      this.#store,
      this.#way.server,
      newIdentifier,
    );
    void draft.keep();
    this.#place(draft);
  }

  /** What an earlier page left here: this project's tasks, and answers of any project that are on their way. */
  async placeStored(): Promise<void> {
    const { begun, untouched } = await readHeld(this.#store);
    for (const journal of [...begun, ...untouched]) {
      const { task, submission, leased } = journal.head;
      if (this.all.some((job) => job.head.task === task)) continue;
      const of = leased as unknown as Leased;
      const ours = of.project === this.#work.project && (of.stage ?? "label") === this.#work.stage;
      if (ours || submission !== null) this.#place(new Draft(journal, this.#store, newIdentifier));
    }
  }

  /** What was begun may still be submitted after its time; what was not goes to others. */
  async dropLost(live: readonly string[]): Promise<void> {
    for (const job of this.jobs) job.leaseLost = !live.includes(job.head.lease);
    for (const job of this.jobs.filter(({ leaseLost, untouched }) => leaseLost && untouched))
      await this.drop(job);
  }

  /** Lets go of a task, and of what is stored of it. */
  async drop(job: Job): Promise<void> {
    this.jobs = this.jobs.filter((one) => one !== job);
    await job.close();
    await job.draft.forget();
  }

  /** The task at hand is answered; the next one stands in its place before the server has it. */
  send(job: Job): void {
    this.jobs = this.jobs.filter((one) => one !== job);
    this.outbox = [...this.outbox, job];
    void job.draft.submit({ label: job.draft.label, key: newIdentifier() });
  }

  reopen(notice: Notice): void {
    this.notices = this.notices.filter((one) => one !== notice);
    const { job } = notice;
    if (job === null) return;
    this.outbox = this.outbox.filter((one) => one !== job);
    this.jobs = [job, ...this.jobs];
  }

  /** Begins with empty hands. */
  clear(): void {
    [this.jobs, this.outbox] = [[], []];
  }

  #place(draft: Draft): void {
    const job = new Job(draft, { ...this.#way, newId: newIdentifier });
    if (job.head.submission === null) this.jobs = [...this.jobs, job];
    else this.outbox = [...this.outbox, job];
    job.courier.delivery.subscribe(({ state }) => {
      if (state === "signed_out") session.ended();
      else if (this.outbox.includes(job)) this.#settle(job);
    });
  }

  #settle(job: Job): void {
    const { delivery } = job;
    if (delivery.state === "refused") this.#tell(s.saved.reopen(job.name, delivery.refusal.detail), job);
    else if (delivery.state === "conflict") this.#tell(s.saved.reopen(job.name, s.saved.conflict), job);
    else if (delivery.state === "submitted" || delivery.state === "lost") {
      this.outbox = this.outbox.filter((one) => one !== job);
      if (delivery.state === "lost") this.#tell(s.saved.lost(job.name), null);
      void job.close();
      if (this.jobs.length === 0) this.#emptied();
    }
  }

  #tell(text: string, job: Job | null): void {
    this.notices = [...this.notices.filter((one) => job === null || one.job !== job), { text, job }];
  }
}
