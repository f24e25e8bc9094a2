/** The tasks of one project that this page holds: the one at hand, the next two, and those on their way. */
import { draftServer } from "../../client/draft_server";
import { IndexedJournals } from "../../client/journal_store";
import { BrowserNeighbours } from "../../client/neighbours";
import { ProblemError } from "../../client/problem";
import { browserSurroundings, newIdentifier } from "../../client/surroundings";
import { Draft } from "../../document/draft";
import { openDraft, readHeld } from "../../document/open";
import { askForTurn, takeTurn } from "../../document/turn";
import { type Failure, type Project, type Schemas, api, failureOf } from "../engine";
import { session } from "../session.svelte";
import { s } from "../strings";
import { type Copied, shapesOf } from "./clipboard";
import { type Held, Job, type JobParts, type Leased, type Stage, leasedOf } from "./job.svelte";
import { Ontologies } from "./ontologies.svelte";

/** The one at hand and the next two. */
export const AHEAD = 3;
const RETRY_MS = 5_000;

export type SkipReason = "skip" | "unsure" | "broken";
export interface Notice {
  readonly text: string;
  /** The answer that it is about, when it can be opened again. */
  readonly job: Job | null;
}

export class Queue {
  readonly #projectId: string;
  readonly #stage: Stage;
  readonly #turn: string;
  readonly #neighbours = new BrowserNeighbours();
  readonly #store: IndexedJournals;
  readonly ontologies: Ontologies;
  readonly #parts: JobParts;
  readonly #ended = new AbortController();
  #project: Project | null = null;
  #filling = false;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #beat: ReturnType<typeof setInterval> | null = null;

  state = $state<"starting" | "working" | "elsewhere">("starting");
  jobs: readonly Job[] = $state.raw([]);
  outbox: readonly Job[] = $state.raw([]);
  notices: readonly Notice[] = $state.raw([]);
  /** Whether the server said that there is no more. */
  exhausted = $state(false);
  /** The shapes of the answer that was given last, to be offered on the next item. */
  before: { readonly name: string; readonly shapes: readonly Copied[] } | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  title = $state("");
  readonly current = $derived(this.jobs[0] ?? null);

  constructor(project: string, labeler: string, stage: Stage) {
    this.#projectId = project;
    this.#stage = stage;
    this.ontologies = new Ontologies(project);
    this.#turn = `label-${labeler}`;
    this.#store = new IndexedJournals(labeler);
    this.#parts = {
      store: this.#store,
      server: draftServer(api),
      around: browserSurroundings,
      newId: newIdentifier,
    };
  }

  /** Works until the page is left. Another tab may take over, and give back by being closed. */
  async run(): Promise<void> {
    const { signal } = this.#ended;
    const left = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => {
        resolve();
      });
    });
    while (!signal.aborted) {
      const waiting = setTimeout(() => (this.state = "elsewhere"), 400);
      try {
        await takeTurn(this.#neighbours, this.#turn, signal, async (wanted) => {
          clearTimeout(waiting);
          await this.#open();
          await Promise.race([wanted, left]);
          await this.#close(!signal.aborted);
        });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  leave(): void {
    this.#ended.abort();
  }

  takeOver(): void {
    askForTurn(this.#neighbours, this.#turn);
  }

  /** Sends what waits, and asks for work again: the network is back, or the person signed in. */
  wake(): void {
    for (const job of [...this.jobs, ...this.outbox]) void job.courier.wake();
    void this.fill();
  }

  /** The next task is there before the server has answered for this one. */
  submit(): void {
    const job = this.current;
    if (job?.editor.fault !== null) return;
    const shapes = shapesOf(job.draft.label, job.editor.schema.asked);
    this.before = shapes.length === 0 ? null : { name: job.name, shapes };
    this.jobs = this.jobs.slice(1);
    this.outbox = [...this.outbox, job];
    void job.draft.submit({ label: job.draft.label, key: newIdentifier() });
    void this.fill();
  }

  async skip(reason: SkipReason): Promise<void> {
    const job = this.current;
    if (job === null) return;
    this.failure = null;
    try {
      await api.send("post", "/v1/leases/{lease}/release", {
        path: { lease: job.head.lease },
        body: { reason },
      });
    } catch (error) {
      if (!(error instanceof ProblemError && error.problem.code === "lease.lost")) {
        this.#fail(error);
        return;
      }
    }
    this.jobs = this.jobs.filter((one) => one !== job);
    await job.close();
    await job.draft.forget();
    void this.fill();
  }

  reopen(notice: Notice): void {
    this.notices = this.notices.filter((one) => one !== notice);
    const { job } = notice;
    if (job === null) return;
    this.outbox = this.outbox.filter((one) => one !== job);
    this.jobs = [job, ...this.jobs];
  }

  async fill(): Promise<void> {
    if (this.#filling || this.state !== "working") return;
    this.#filling = true;
    try {
      if (this.#project === null) await this.#connect();
      const count = AHEAD - this.jobs.length;
      if (count > 0) await this.#claim(count);
      this.failure = null;
    } catch (error) {
      this.#fail(error);
      this.#retry ??= setTimeout(() => {
        this.#retry = null;
        void this.fill();
      }, RETRY_MS);
    } finally {
      this.#filling = false;
    }
  }

  async #claim(count: number): Promise<void> {
    const [path, body] = [{ project: this.#projectId }, { count, stage: this.#stage }];
    const { leases } = await api.send("post", "/v1/projects/{project}/leases", { path, body });
    this.exhausted = leases.length < count;
    for (const lease of leases as readonly Schemas["Lease"][]) await this.#add(lease);
  }

  async #open(): Promise<void> {
    [this.jobs, this.outbox, this.exhausted, this.#project] = [[], [], false, null];
    this.state = "working";
    await this.fill();
    // Without a server, with what this browser holds; `fill` asks for it again.
    if (this.#project === null) await this.#placeStored();
  }

  /** Learns from the server which tasks are held; what this browser holds goes on from where it was. */
  async #connect(): Promise<void> {
    const path = { project: this.#projectId };
    // Once: who waits here for a server that is away sees nothing of what this browser holds.
    const project = await api.send("get", "/v1/projects/{project}", { path, attempts: 1 });
    const held = await api.send("get", "/v1/projects/{project}/leases", { path });
    this.#project = project;
    this.ontologies.learn(project);
    this.title = project.name;
    const leases = held.items.filter(({ stage }) => stage === this.#stage);
    for (const lease of leases) await this.#add(lease);
    await this.#placeStored();
    await this.#dropLost(leases.map(({ lease }) => lease));
    this.#beat ??= setInterval(() => void this.#heartbeat(), project.lease_seconds * 333);
  }

  async #close(displaced: boolean): Promise<void> {
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (this.#beat !== null) clearInterval(this.#beat);
    [this.#retry, this.#beat] = [null, null];
    if (displaced) this.state = "elsewhere";
    const untouched = displaced ? [] : this.jobs.filter((job) => job.untouched);
    await Promise.all([...this.jobs, ...this.outbox].map((job) => job.close()));
    // What was fetched ahead and not begun goes back to the others.
    await Promise.allSettled(
      untouched.map(({ head: { lease } }) =>
        api.send("post", "/v1/leases/{lease}/release", {
          path: { lease },
          body: { reason: "returned" },
          attempts: 1,
        }),
      ),
    );
    await Promise.all(untouched.map((job) => job.draft.forget()));
    [this.jobs, this.outbox] = [[], []];
  }

  async #add(held: Held): Promise<void> {
    const { task, lease, fence } = held;
    const open = [...this.jobs, ...this.outbox].find((job) => job.head.task === task);
    if (open !== undefined) {
      await open.draft.renew(lease, fence);
      return;
    }
    // As the server will check the label, whatever the project asks by now.
    const ontology = await this.ontologies.read(held.ontology_version);
    const leased = leasedOf({ project: this.#projectId, stage: this.#stage }, ontology, held);
    const { store, server, newId } = this.#parts;
    const draft = await openDraft({ task, lease, fence, leased }, store, server, newId);
    void draft.keep();
    this.#place(new Job(draft, this.#parts));
  }

  /** What an earlier page left here: this project's tasks, and answers of any project that are on their way. */
  async #placeStored(): Promise<void> {
    const { begun, untouched } = await readHeld(this.#store);
    for (const journal of [...begun, ...untouched]) {
      const { task, submission, leased } = journal.head;
      if ([...this.jobs, ...this.outbox].some((job) => job.head.task === task)) continue;
      const of = leased as unknown as Leased;
      const ours = of.project === this.#projectId && (of.stage ?? "label") === this.#stage;
      if (ours || submission !== null)
        this.#place(new Job(new Draft(journal, this.#store, newIdentifier), this.#parts));
    }
  }

  /** What was begun may still be submitted after its time; what was not goes to others. */
  async #dropLost(live: readonly string[]): Promise<void> {
    for (const job of this.jobs) job.leaseLost = !live.includes(job.head.lease);
    const gone = this.jobs.filter((job) => job.leaseLost && job.untouched);
    this.jobs = this.jobs.filter((job) => !gone.includes(job));
    for (const job of gone) {
      await job.close();
      await job.draft.forget();
    }
  }

  #place(job: Job): void {
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
      if (this.jobs.length === 0) void this.fill();
    }
  }

  #tell(text: string, job: Job | null): void {
    this.notices = [...this.notices.filter((one) => job === null || one.job !== job), { text, job }];
  }

  async #heartbeat(): Promise<void> {
    void this.ontologies.look();
    for (const job of this.jobs) {
      try {
        const path = { lease: job.head.lease };
        await api.send("post", "/v1/leases/{lease}/heartbeat", { path, attempts: 1 });
      } catch (error) {
        if (!(error instanceof ProblemError)) return; // offline: the drafts' own state says so
        if (error.signedOut) session.ended();
        if (error.problem.code === "lease.lost") job.leaseLost = true;
      }
    }
  }

  #fail(error: unknown): void {
    if (error instanceof ProblemError && error.signedOut) session.ended();
    else this.failure = failureOf(error);
  }
}
