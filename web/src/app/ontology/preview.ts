/** What a labeler would see of an ontology: a label that is stored nowhere, about an item that is shown. */
import { newIdentifier } from "../../client/surroundings";
import { Draft } from "../../document/draft";
import type { JournalStore } from "../../document/journal";
import type { Schema } from "../../labels/schema";
import { Editor } from "../task/editor.svelte";
import { type ItemField, factsOf } from "../task/fields";

/** Keeps nothing. */
const NOWHERE: JournalStore = {
  load: () => Promise.resolve(null),
  tasks: () => Promise.resolve([]),
  write: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

export function previewOf(schema: Schema, fields: readonly ItemField[]): Editor {
  const nothing = {
    lease: "",
    fence: 0,
    start: {},
    revision: 0,
    acknowledged: 0,
    submission: null,
    leased: null,
  };
  const draft = new Draft({ head: { task: "preview", ...nothing }, entries: [] }, NOWHERE, newIdentifier);
  return new Editor(draft, schema, factsOf(fields), newIdentifier);
}
