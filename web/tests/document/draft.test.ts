import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Draft } from "../../src/document/draft";
import type { Step } from "../../src/document/label";
import { steps } from "./arbitrary";
import { HEAD, MemoryStore, counter } from "./memory";

const fresh = (store = new MemoryStore()) => new Draft({ head: HEAD, entries: [] }, store, counter());
const topic = (value: string): Step[] => [{ question: "topic", value }];

describe("undo and redo", () => {
  test("give back every document on the way, and forward again", () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 12 }), (edits) => {
        const draft = fresh();
        const labels = [draft.label, ...edits.map((edit) => (draft.edit(edit), draft.label))];
        for (const label of labels.slice(0, -1).reverse()) {
          draft.undo();
          expect(draft.label).toEqual(label);
        }
        expect(draft.undo()).toBeNull();
        for (const label of labels.slice(1)) {
          draft.redo();
          expect(draft.label).toEqual(label);
        }
        expect(draft.redo()).toBeNull();
      }),
    );
  });

  test("an edit after an undo starts a new branch", () => {
    const draft = fresh();
    draft.edit(topic("a"));
    draft.undo();
    draft.edit(topic("b"));
    expect(draft.canRedo).toBe(false);
    draft.undo();
    expect(draft.label).toEqual({});
  });

  test("edits of one gesture are one, of two gestures two", () => {
    const draft = fresh();
    for (const text of ["h", "he", "hey"]) draft.edit(topic(text), "typing 1");
    draft.edit(topic("hey you"), "typing 2");
    draft.undo();
    expect(draft.label).toEqual({ topic: "hey" });
    draft.undo();
    expect(draft.label).toEqual({});
    expect(draft.canUndo).toBe(false);
  });

  test("what was sent is never squashed into", async () => {
    const draft = fresh();
    draft.edit(topic("h"), "typing");
    await draft.flush();
    const [sent] = draft.seal(10);
    draft.edit(topic("he"), "typing");
    expect(draft.seal(10)).toEqual([sent]);
    expect(draft.state.made).toBe(2);
  });
});

describe("a reloaded page", () => {
  test("has the label, and can undo all that the lost page could", () => {
    const action = fc.oneof(
      steps.map((edit) => (draft: Draft) => void draft.edit(edit)),
      steps.map((edit) => (draft: Draft) => void draft.edit(edit, "gesture")),
      fc.constant((draft: Draft) => void draft.undo()),
      fc.constant((draft: Draft) => void draft.redo()),
    );
    return fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 15 }), async (actions) => {
        const store = new MemoryStore();
        const draft = fresh(store);
        for (const act of actions) act(draft);
        await draft.flush();
        const journal = (await store.load("task")) ?? { head: HEAD, entries: [] };
        const again = new Draft(journal, store, counter());
        expect(again.label).toEqual(draft.label);
        while (draft.undo() !== null) again.undo();
        expect(again.label).toEqual(draft.label);
        expect(again.canUndo).toBe(false);
      }),
    );
  });
});

describe("storing", () => {
  test("says how much is stored, and why it is not", async () => {
    const store = new MemoryStore();
    const draft = fresh(store);
    draft.edit(topic("a"));
    expect(draft.state).toMatchObject({ made: 1, stored: 0 });
    await draft.flush();
    expect(draft.state).toMatchObject({ made: 1, stored: 1, fault: null });
    store.full = true;
    draft.edit(topic("b"));
    await draft.flush();
    expect(draft.state).toMatchObject({ made: 2, stored: 1, fault: "the disk is full" });
    store.full = false;
    draft.edit(topic("c"));
    await draft.flush();
    expect(draft.state).toMatchObject({ made: 3, stored: 3, fault: null });
    expect((await store.load("task"))?.entries).toHaveLength(3);
  });

  test("an edit pays for itself, not for the document it was made on", async () => {
    const store = new MemoryStore();
    const heads: boolean[] = [];
    const write = store.write.bind(store);
    store.write = (made) => {
      heads.push(made.head !== null);
      return write(made);
    };
    const draft = fresh(store);
    for (const value of ["a", "b", "c"]) {
      draft.edit(topic(value));
      await draft.flush();
    }
    await draft.acknowledge(3, 3);
    expect(heads).toEqual([true, false, false, true]);
  });

  test("on a full disk the server still gets everything", async () => {
    const store = new MemoryStore();
    const draft = fresh(store);
    store.full = true;
    draft.edit(topic("a"));
    await draft.flush();
    expect(draft.seal(10)).toHaveLength(1);
  });
});
