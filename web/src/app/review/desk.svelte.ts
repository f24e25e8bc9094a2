/** Reviews one after another: what is least sure first, each under a lease of its own. */
import { IndexedJournals } from "../../client/journal_store";
import { ProblemError } from "../../client/problem";
import { newIdentifier } from "../../client/surroundings";
import { Draft } from "../../document/draft";
import type { Json, Label } from "../../document/label";
import type { TextOffsets } from "../../geometry/text_range";
import { type Schema, readSchema } from "../../labels/schema";
import type { Place } from "../comment/about";
import { type Failure, type Schemas, api, failureOf } from "../engine";
import { router } from "../router.svelte";
import { session } from "../session.svelte";
import { s } from "../strings";
import { Editor } from "../task/editor.svelte";
import { type ItemField, factsOf, openFields, textsOf } from "../task/fields";
import { Ontologies } from "../task/ontologies.svelte";

export type Verdict = "accept" | "fix" | "reject";
type Lease = Schemas["ReviewLease"];
type Comment = Schemas["Comment"];

/** A label that a verdict may be about. */
export interface Candidate {
  /** Whose answer it is, where reviews are not blind. */
  readonly who: string | null;
  readonly label: Label;
  readonly target: { readonly annotation: string } | { readonly resolution_version: number };
}

export interface Case {
  readonly lease: Lease;
  readonly fields: readonly ItemField[];
  /** The current best first, then each answer. */
  readonly candidates: readonly Candidate[];
  readonly texts: ReadonlyMap<string, TextOffsets>;
}

function candidatesOf({ resolution, annotations }: Lease): readonly Candidate[] {
  const best = {
    who: null,
    label: resolution.label as Label,
    target: { resolution_version: resolution.version },
  };
  return [
    best,
    ...annotations.map((one) => ({
      who: "labeler_name" in one ? one.labeler_name : null,
      label: one.label as Label,
      target: { annotation: one.annotation },
    })),
  ];
}

export class ReviewDesk {
  readonly #project: string;
  /** The one task to review; without one, what is least sure, one after another. */
  readonly #task: string | null;
  readonly #store: IndexedJournals;
  readonly #ontologies: Ontologies;
  #abort = new AbortController();
  /** As the lease asks, whatever the project asks by now. */
  schema: Schema | null = $state.raw(null);
  title = $state("");
  current: Case | null = $state.raw(null);
  shown = $state(0);
  editor: Editor | null = $state.raw(null);
  fixing = $state(false);
  busy = $state(false);
  exhausted = $state(false);
  failure: Failure | null = $state.raw(null);
  notice: string | null = $state(null);
  comments: readonly Comment[] = $state.raw([]);
  readonly candidate = $derived(this.current?.candidates[this.shown] ?? null);

  constructor(project: string, task: string | null, labeler: string) {
    [this.#project, this.#task] = [project, task];
    this.#ontologies = new Ontologies(project);
    // Beside the label journals: a fix that is begun survives a reload too.
    this.#store = new IndexedJournals(`review-${labeler}`);
  }

  /** What is least sure, or a task by name. */
  async next(task = this.#task): Promise<void> {
    this.#abort.abort();
    this.#abort = new AbortController();
    [this.current, this.editor, this.exhausted, this.failure] = [null, null, false, null];
    await this.#guarded(async () => {
      const path = { project: this.#project };
      if (this.title === "") await this.#meet();
      const named = task === null ? {} : { task };
      const body = { count: 1, stage: "review", ...named } as const;
      const answer = await api.send("post", "/v1/projects/{project}/leases", { path, body });
      const [lease] = answer.leases as readonly Lease[];
      if (lease === undefined) this.exhausted = true;
      else await this.#open(lease);
    });
  }

  async #meet(): Promise<void> {
    const found = await api.send("get", "/v1/projects/{project}", { path: { project: this.#project } });
    this.title = found.name;
    this.#ontologies.learn(found);
  }

  async #open(lease: Lease): Promise<void> {
    const schema = readSchema(await this.#ontologies.read(lease.ontology_version));
    this.schema = schema;
    const shown = { project: this.#project, item: lease.item.id };
    const fields = openFields(schema.ontology.fields, lease.item.fields, shown, this.#abort.signal);
    this.current = { lease, fields, texts: textsOf(fields), candidates: candidatesOf(lease) };
    this.comments = [];
    void this.#guarded(() => this.#readComments(lease));
    const kept = await this.#store.load(lease.task);
    this.show(0);
    if (kept !== null && kept.entries.length > 0)
      this.#edit(new Draft(kept, this.#store, newIdentifier), true);
  }

  /** Looks at the current best (0) or at an answer (1 …). */
  show(index: number): void {
    const candidate = this.current?.candidates[index];
    if (candidate === undefined) return;
    this.shown = index;
    this.#edit(this.#draftOf(candidate.label), false);
  }

  /** Begins a fix of what is shown. */
  fix(): void {
    const { editor } = this;
    if (this.current === null || editor === null) return;
    this.fixing = true;
    editor.locked = false;
    editor.useTool(editor.active?.objects?.tools[0] ?? "select");
  }

  /** Tells whoever gave the answer that is shown, or all who answered where the current best is. */
  async comment(text: string, place: Place): Promise<void> {
    const { current, candidate } = this;
    if (current === null || candidate === null) return;
    await this.#guarded(async () => {
      const { target } = candidate;
      const about = "annotation" in target ? { annotation: target.annotation } : {};
      const path = { task: current.lease.task };
      const body = { text, ...about, ...place };
      const said = await api.send("post", "/v1/tasks/{task}/comments", { path, body });
      this.comments = [...this.comments, said];
      this.notice = s.comment.sent;
    });
  }

  async #readComments({ task }: Lease): Promise<void> {
    const path = { project: this.#project };
    const query = { task, limit: "1000" };
    const { items } = await api.send("get", "/v1/projects/{project}/comments", { path, query });
    // Whoever may review reads comments with their authors.
    if (this.current?.lease.task === task) this.comments = items as readonly Comment[];
  }

  stopFixing(): void {
    const { current } = this;
    if (current === null) return;
    void this.#store.remove(current.lease.task);
    this.show(this.shown);
  }

  async decide(verdict: Verdict, reason: string): Promise<void> {
    const { current, candidate, editor } = this;
    if (current === null || candidate === null || this.busy) return;
    await this.#guarded(async () => {
      const { lease, fence, task } = current.lease;
      const label = verdict === "fix" && editor !== null ? { label: { ...editor.label } } : {};
      const body = { fence, target: candidate.target, verdict, reason, ...label };
      await editor?.draft.flush();
      try {
        await api.send("post", "/v1/leases/{lease}/submit", { path: { lease }, body });
        this.notice = null;
      } catch (error) {
        const code = error instanceof ProblemError ? error.problem.code : null;
        if (code === "review.stale") return this.#lookAgain(current);
        if (code !== "lease.lost") throw error;
        this.notice = s.review.lost; // the fix stays in the journal: it opens again with its task
        return this.next();
      }
      await this.#store.remove(task);
      if (this.#task === null) await this.next();
      else router.go(`/projects/${this.#project}/looks`);
    });
  }

  /**
   * The same task as it is now, under the same lease; a fix that was begun goes on. Where other questions are asked
   * by now, the lease is given back and another taken, which is judged by them.
   */
  async #lookAgain(seen: Case): Promise<void> {
    await this.#ontologies.look();
    if (this.#ontologies.isOlder({ version: seen.lease.ontology_version })) {
      await this.#giveBack(seen);
      this.notice = s.review.staleQuestions;
      return this.next(seen.lease.task);
    }
    const path = { project: this.#project, task: seen.lease.task };
    const { resolution, annotations } = await api.send("get", "/v1/projects/{project}/tasks/{task}", {
      path,
    });
    const lease = { ...seen.lease, resolution, annotations };
    this.current = { ...seen, lease, candidates: candidatesOf(lease) };
    this.notice = s.review.stale;
    if (this.fixing) this.shown = 0;
    else this.show(0);
  }

  /** Gives the task back, so that another reviewer need not wait for the lease to end. */
  leave(): void {
    this.#abort.abort();
    if (this.current !== null) void this.#giveBack(this.current);
  }

  async #giveBack({ lease: { lease } }: Case): Promise<void> {
    const request = { path: { lease }, body: { reason: "returned" }, attempts: 1 } as const;
    try {
      await api.send("post", "/v1/leases/{lease}/release", request);
    } catch (error) {
      failureOf(error); // the lease ends by itself
    }
  }

  #draftOf(label: Label): Draft {
    const { lease, fence, task } = (this.current as Case).lease;
    const leased = null as Json;
    const head = {
      task,
      lease,
      fence,
      start: label,
      revision: 0,
      acknowledged: 0,
      submission: null,
      leased,
    };
    return new Draft({ head, entries: [] }, this.#store, newIdentifier);
  }

  #edit(draft: Draft, fixing: boolean): void {
    const { current, schema } = this;
    if (current === null || schema === null) return;
    const facts = factsOf(current.fields);
    for (const { name, type, image } of current.fields)
      void image?.then((source) => {
        if (source.state !== "ready") return;
        const { width, height } = source.bitmap;
        facts.set(name, { type, width, height });
      });
    this.editor = new Editor(draft, schema, facts, newIdentifier);
    this.editor.locked = !fixing;
    if (!fixing) this.editor.useTool("select");
    this.fixing = fixing;
  }

  async #guarded(run: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await run();
    } catch (error) {
      if (error instanceof ProblemError && error.signedOut) session.ended();
      else this.failure = failureOf(error);
    } finally {
      this.busy = false;
    }
  }
}
