/** One leased task on this page: its item, its label while it is edited, and its way to the server. */
import type { DraftServer, Surroundings } from "../../document/server";
import { Courier, type Delivery } from "../../document/courier";
import type { Draft, Saved } from "../../document/draft";
import type { JournalHead } from "../../document/journal";
import type { Json, JsonObject, Label } from "../../document/label";
import { readSchema } from "../../labels/schema";
import type { Schemas } from "../engine";
import { Editor } from "./editor.svelte";
import { type ItemField, factsOf, openFields } from "./fields";

/** What a journal keeps so that the task can be shown again without the server. */
/** What the work is for: to answer, or to answer blind what was drawn for a certificate. */
export type Stage = "label" | "audit";

export interface Leased {
  readonly project: string;
  /** Absent from what an earlier version of the page kept: then it is to label. */
  readonly stage?: Stage;
  readonly ontology: Json;
  /** Which of the project's ontologies it is; absent from what an earlier version of the page kept. */
  readonly version?: number;
  readonly item: { readonly id: string; readonly external_id: string; readonly fields: JsonObject };
  readonly offered: readonly { readonly labeler: string; readonly label: Label }[];
}

/** A lease as it is given, or as it is found again. */
export type Held = Schemas["Lease"] | Schemas["HeldLease"];

export function leasedOf(
  of: { readonly project: string; readonly stage: Stage },
  ontology: Json,
  held: Held,
): Json {
  const { id, external_id, fields } = held.item;
  const offered = "predictions" in held ? held.predictions : [];
  return {
    ...of,
    ontology,
    version: held.ontology_version,
    item: { id, external_id, fields },
    offered,
  } as unknown as Json;
}

export interface JobParts {
  readonly server: DraftServer;
  readonly around: Surroundings;
  readonly newId: () => string;
}

export class Job {
  readonly leased: Leased;
  readonly draft: Draft;
  readonly courier: Courier;
  readonly editor: Editor;
  readonly fields: readonly ItemField[];
  readonly #abort = new AbortController();
  delivery: Delivery = $state.raw({ state: "idle" });
  saved: Saved = $state.raw({ made: 0, stored: 0, acknowledged: 0, fault: null });
  /** The lease ended; the server may still take the label. */
  leaseLost = $state(false);

  constructor(draft: Draft, parts: JobParts) {
    this.leased = draft.head.leased as unknown as Leased;
    this.draft = draft;
    const schema = readSchema(this.leased.ontology);
    const { project, item } = this.leased;
    const shown = { project, item: item.id };
    this.fields = openFields(schema.ontology.fields, item.fields, shown, this.#abort.signal);
    const facts = factsOf(this.fields);
    this.editor = new Editor(this.draft, schema, facts, parts.newId);
    for (const { name, type, image } of this.fields)
      void image?.then((source) => {
        if (source.state !== "ready") return;
        const { width, height } = source.bitmap;
        facts.set(name, { type, width, height });
      });
    this.saved = this.draft.state;
    this.draft.saved.subscribe((saved) => {
      this.saved = saved;
    });
    this.courier = new Courier(this.draft, parts.server, parts.around);
    this.delivery = this.courier.state;
    this.courier.delivery.subscribe((delivery) => {
      this.delivery = delivery;
    });
  }

  get head(): JournalHead {
    return this.draft.head;
  }

  get name(): string {
    return this.leased.item.external_id;
  }

  get untouched(): boolean {
    return this.saved.made === 0 && Object.keys(this.draft.label).length === 0;
  }

  /** Ends this page's part; what is not on the server stays stored. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.draft.flush();
    this.courier.stop();
  }
}
