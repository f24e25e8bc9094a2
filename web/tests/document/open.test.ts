import { describe, expect, test } from "vitest";
import { openDraft, readHeld } from "../../src/document/open";
import { HEAD, MemoryServer, MemoryStore, counter } from "./memory";

const CLAIM = { task: "task", lease: "lease", fence: 7, leased: { item: "img-17" } };
const EDIT = [{ question: "topic", value: "mine" }];

async function edited() {
  const [store, server] = [new MemoryStore(), new MemoryServer()];
  const draft = await openDraft(CLAIM, store, server, counter());
  draft.edit(EDIT);
  await draft.flush();
  return { store, server, draft };
}

describe("a draft opens", () => {
  test("empty for a new task, also without a network", async () => {
    const server = new MemoryServer();
    server.weather = () => "request_lost";
    expect((await openDraft(CLAIM, new MemoryStore(), server, counter())).label).toEqual({});
  });

  test("as the server holds it", async () => {
    const server = new MemoryServer();
    server.editElsewhere({ topic: "theirs" });
    const draft = await openDraft(CLAIM, new MemoryStore(), server, counter());
    expect([draft.label, draft.head.revision]).toEqual([{ topic: "theirs" }, 1]);
  });

  test("as this browser holds it, under the new lease", async () => {
    const { store, server } = await edited();
    const draft = await openDraft({ ...CLAIM, lease: "next", fence: 9 }, store, server, counter());
    expect(draft.label).toEqual({ topic: "mine" });
    expect(draft.head).toMatchObject({ lease: "next", fence: 9, task: HEAD.task });
    expect(draft.canUndo).toBe(true);
  });

  test("as another device left it, once this browser has nothing to add", async () => {
    const { store, server, draft } = await edited();
    await draft.acknowledge(1, 1);
    server.revision = 1;
    server.editElsewhere({ topic: "theirs" });
    expect((await openDraft(CLAIM, store, server, counter())).label).toEqual({ topic: "theirs" });
  });
});

describe("without a server", () => {
  test("a task that was kept is there again, not begun", async () => {
    const store = new MemoryStore();
    const draft = await openDraft(CLAIM, store, new MemoryServer(), counter());
    await draft.keep();
    const { begun, untouched } = await readHeld(store);
    expect(begun).toEqual([]);
    expect(untouched.map(({ head }) => head.leased)).toEqual([CLAIM.leased]);
  });

  test("what was begun, and what was decided on untouched, is begun", async () => {
    const { store } = await edited();
    const other = await openDraft({ ...CLAIM, task: "other" }, store, new MemoryServer(), counter());
    await other.submit({ label: {}, key: "key" });
    const { begun, untouched } = await readHeld(store);
    expect(begun.map(({ head, entries }) => [head.task, entries.length])).toEqual([
      ["task", 1],
      ["other", 0],
    ]);
    expect(untouched).toEqual([]);
  });

  test("a renewed lease is stored at once, and loses no operation", async () => {
    const { store, draft } = await edited();
    await draft.renew("next", 9);
    const journal = await store.load("task");
    expect(journal?.head).toMatchObject({ lease: "next", fence: 9 });
    expect(journal?.entries).toHaveLength(1);
    expect(draft.state).toMatchObject({ made: 1, stored: 1 });
  });
});
