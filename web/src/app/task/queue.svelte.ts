/** Takes this browser's turn at one project, and asks the server for work: the task at hand and the next two. */
import { draftServer } from "../../client/draft_server";
import { BrowserNeighbours } from "../../client/neighbours";
import { BRIEF_MS } from "../../client/patience";
import { ProblemError } from "../../client/problem";
import { browserSurroundings } from "../../client/surroundings";
import { askForTurn, takeTurn } from "../../document/turn";
import { type Failure, type Project, type Schemas, api, failureOf } from "../engine";
import { session } from "../session.svelte";
import { type Copied, shapesOf } from "./clipboard";
import { HeldTasks } from "./held.svelte";
import type { Stage } from "./job.svelte";
import { Ontologies } from "./ontologies.svelte";

/** The one at hand and the next two. */
export const AHEAD = 3;
const RETRY_MS = 5_000;

export type SkipReason = "skip" | "unsure" | "broken";

export class Queue {
  readonly #projectId: string;
  readonly #stage: Stage;
  readonly #turn: string;
  readonly #neighbours = new BrowserNeighbours();
  readonly ontologies: Ontologies;
  readonly held: HeldTasks;
  readonly #ended = new AbortController();
  #project: Project | null = null;
  #filling = false;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #beat: ReturnType<typeof setInterval> | null = null;

  state = $state<"starting" | "working" | "elsewhere">("starting");
  /** Whether the server said that there is no more. */
  exhausted = $state(false);
  /** The shapes of the answer that was given last, to be offered on the next item. */
  before: { readonly name: string; readonly shapes: readonly Copied[] } | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  title = $state("");

  constructor(project: string, labeler: string, stage: Stage) {
    this.#projectId = project;
    this.#stage = stage;
    this.ontologies = new Ontologies(project);
    this.#turn = `label-${labeler}`;
    const way = { server: draftServer(api), around: browserSurroundings };
    this.held = new HeldTasks({ project, labeler, stage }, this.ontologies, way, () => void this.fill());
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
    for (const job of this.held.all) void job.courier.wake();
    void this.fill();
  }

  /** The next task is there before the server has answered for this one. */
  submit(): void {
    const job = this.held.current;
    if (job?.editor.fault !== null) return;
    const shapes = shapesOf(job.draft.label, job.editor.schema.asked);
    this.before = shapes.length === 0 ? null : { name: job.name, shapes };
    this.held.send(job);
    void this.fill();
  }

  async skip(reason: SkipReason): Promise<void> {
    const job = this.held.current;
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
    await this.held.drop(job);
    void this.fill();
  }

  async fill(): Promise<void> {
    if (this.#filling || this.state !== "working") return;
    this.#filling = true;
    try {
      if (this.#project === null) await this.#connect();
      const count = AHEAD - this.held.jobs.length;
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
    for (const lease of leases as readonly Schemas["Lease"][]) await this.held.add(lease);
  }

  async #open(): Promise<void> {
    this.held.clear();
    [this.exhausted, this.#project] = [false, null];
    this.state = "working";
    await this.fill();
    // Without a server, with what this browser holds; `fill` asks for it again.
    if (this.#project === null) await this.held.placeStored();
  }

  /** Learns from the server which tasks are held; what this browser holds goes on from where it was. */
  async #connect(): Promise<void> {
    const path = { project: this.#projectId };
    // Once: who waits here for a server that is away sees nothing of what this browser holds.
    const once = { path, attempts: 1, limitMs: BRIEF_MS };
    const project = await api.send("get", "/v1/projects/{project}", once);
    const held = await api.send("get", "/v1/projects/{project}/leases", { path });
    this.#project = project;
    this.ontologies.learn(project);
    this.title = project.name;
    const leases = held.items.filter(({ stage }) => stage === this.#stage);
    for (const lease of leases) await this.held.add(lease);
    await this.held.placeStored();
    await this.held.dropLost(leases.map(({ lease }) => lease));
    this.#beat ??= setInterval(() => void this.#heartbeat(), project.lease_seconds * 333);
  }

  async #close(displaced: boolean): Promise<void> {
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (this.#beat !== null) clearInterval(this.#beat);
    [this.#retry, this.#beat] = [null, null];
    if (displaced) this.state = "elsewhere";
    const untouched = displaced ? [] : this.held.jobs.filter((job) => job.untouched);
    await Promise.all(this.held.all.map((job) => job.close()));
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
    this.held.clear();
  }

  async #heartbeat(): Promise<void> {
    void this.ontologies.look();
    for (const job of this.held.jobs) {
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
