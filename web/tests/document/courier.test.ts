import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Courier, GATHER_MS } from "../../src/document/courier";
import { Draft } from "../../src/document/draft";
import type { Step } from "../../src/document/label";
import { steps } from "./arbitrary";
import { HEAD, ManualClock, MemoryServer, MemoryStore, type Weather, counter, settled } from "./memory";

const topic = (value: string): Step[] => [{ question: "topic", value }];

function open() {
  const [store, server, clock] = [new MemoryStore(), new MemoryServer(), new ManualClock()];
  const newId = counter();
  const draft = new Draft({ head: HEAD, entries: [] }, store, newId);
  return { store, server, clock, newId, draft, courier: new Courier(draft, server, clock) };
}

describe("operations", () => {
  test("gather, and are on the server within two seconds", async () => {
    const { server, clock, draft, courier } = open();
    draft.edit(topic("a"));
    draft.edit(topic("b"));
    await settled();
    expect(server.known).toHaveLength(0);
    await clock.pass(GATHER_MS);
    expect(server.label).toEqual({ topic: "b" });
    expect(draft.state.acknowledged).toBe(2);
    expect(courier.state).toEqual({ state: "idle" });
  });

  test("twenty do not wait", async () => {
    const { server, draft } = open();
    for (let index = 0; index < 20; index += 1) draft.edit(topic(String(index)));
    await settled();
    await settled();
    expect(server.known).toHaveLength(20);
  });

  test("arrive in order and once, whatever the network and crashes do", () => {
    const weather = fc.constantFrom<Weather>("fine", "request_lost", "answer_lost");
    const action = fc.oneof(
      { weight: 4, arbitrary: fc.record({ type: fc.constant("edit" as const), steps, weather }) },
      { weight: 1, arbitrary: fc.constant({ type: "undo" as const }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant("wait" as const), weather }) },
      { weight: 1, arbitrary: fc.constant({ type: "crash" as const }) },
    );
    return fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
        const page = open();
        let { draft, courier } = page;
        let now: Weather = "fine";
        page.server.weather = () => now;
        for (const act of actions) {
          if ("weather" in act) now = act.weather;
          if (act.type === "edit") draft.edit(act.steps, "gesture");
          if (act.type === "undo") draft.undo();
          if (act.type === "wait") await page.clock.pass(GATHER_MS);
          if (act.type === "crash") {
            // The worst of crashes: between any two awaits, with everything stored so far on disk.
            await draft.flush();
            courier.stop();
            const journal = (await page.store.load("task")) ?? { head: HEAD, entries: [] };
            draft = new Draft(journal, page.store, page.newId);
            courier = new Courier(draft, page.server, page.clock);
          }
        }
        now = "fine";
        await draft.flush();
        await courier.wake();
        await courier.wake();
        expect(courier.state).toEqual({ state: "idle" });
        expect(page.server.label).toEqual(draft.label);
        expect(new Set(page.server.known).size).toBe(page.server.known.length);
        expect(draft.state.acknowledged).toBe(draft.state.made);
      }),
      { numRuns: 200 },
    );
  });

  test("wait out a dead network and go on by themselves", async () => {
    const { server, clock, draft, courier } = open();
    server.weather = () => "request_lost";
    draft.edit(topic("a"));
    await clock.pass(GATHER_MS);
    expect(courier.state).toEqual({ state: "offline" });
    server.weather = () => "fine";
    await clock.pass(60_000);
    expect(server.label).toEqual({ topic: "a" });
  });

  test("wait for a person who was signed out", async () => {
    const { server, clock, draft, courier } = open();
    server.weather = () => "signed_out";
    draft.edit(topic("a"));
    await clock.pass(GATHER_MS);
    expect(courier.state).toEqual({ state: "signed_out" });
    server.weather = () => "fine";
    await courier.wake();
    expect(server.label).toEqual({ topic: "a" });
  });
});

describe("a draft that someone else changed", () => {
  const conflict = async () => {
    const page = open();
    page.server.editElsewhere({ topic: "theirs", note: "kept" });
    page.draft.edit(topic("mine"));
    await page.clock.pass(GATHER_MS);
    expect(page.courier.state).toMatchObject({ state: "conflict", label: { topic: "theirs" } });
    expect(page.draft.label).toEqual({ topic: "mine" });
    return page;
  };

  test("can take mine on top", async () => {
    const { server, draft, courier } = await conflict();
    await courier.settle("mine");
    expect(server.label).toEqual({ topic: "mine", note: "kept" });
    draft.undo();
    expect(draft.label).toEqual({ topic: "theirs", note: "kept" });
  });

  test("or stay theirs", async () => {
    const { server, draft, courier } = await conflict();
    await courier.settle("theirs");
    expect(draft.label).toEqual(server.label);
    expect(courier.state).toEqual({ state: "idle" });
  });
});

describe("a submission", () => {
  test("goes after the operations, and leaves nothing here", async () => {
    const { store, server, draft, courier } = open();
    draft.edit(topic("a"));
    await draft.submit({ label: draft.label, key: "key" });
    await settled();
    expect(server.submitted).toEqual([{ topic: "a" }]);
    expect(courier.state).toEqual({ state: "submitted", annotation: "annotation" });
    expect(await store.load("task")).toBeNull();
  });

  test("decided on offline survives the page", async () => {
    const { store, server, clock, newId, draft, courier } = open();
    server.weather = () => "request_lost";
    draft.edit(topic("a"));
    await draft.submit({ label: draft.label, key: "key" });
    await settled();
    courier.stop();
    server.weather = () => "fine";
    const journal = await store.load("task");
    if (journal === null) throw new Error("the journal is gone");
    const again = new Courier(new Draft(journal, store, newId), server, clock);
    await settled();
    expect(again.state).toMatchObject({ state: "submitted" });
    expect(server.submitted).toHaveLength(1);
  });

  test("that is refused gives the task back to its labeler", async () => {
    const { server, clock, draft, courier } = open();
    server.refusal = {
      outcome: "refused",
      code: "label.required",
      title: "",
      detail: "",
      pointer: "/label/topic",
    };
    await draft.submit({ label: draft.label, key: "key" });
    await settled();
    expect(courier.state).toMatchObject({ state: "refused", refusal: { pointer: "/label/topic" } });
    expect(draft.head.submission).toBeNull();
    draft.edit(topic("a"));
    await settled();
    await clock.pass(GATHER_MS);
    expect(server.label).toEqual({ topic: "a" });
  });

  test("whose lease was lost is told of", async () => {
    const { server, draft, courier } = open();
    server.refusal = { outcome: "lost", annotation: "kept" };
    await draft.submit({ label: draft.label, key: "key" });
    await settled();
    expect(courier.state).toEqual({ state: "lost", annotation: "kept" });
  });
});
