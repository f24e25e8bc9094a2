import { describe, expect, test } from "vitest";
import { Api } from "../../src/client/api";
import { draftServer } from "../../src/client/draft_server";
import { SILENCE, ScriptedNetwork, json, refused } from "./network";

const OPERATION = { id: "o", forward: [{ question: "topic", value: "news" }], inverse: [] };

function server(...answers: (Response | string)[]) {
  const network = new ScriptedNetwork(...answers);
  return { network, server: draftServer(new Api(network)) };
}

describe("operations", () => {
  test("go out in the engine's form", async () => {
    const { network, server: engine } = server(json({ revision: 4 }));
    expect(await engine.sendOperations("l", 3, [OPERATION])).toEqual({ outcome: "accepted" });
    expect(network.sent[0]).toMatchObject({
      url: "/v1/leases/l/operations",
      method: "POST",
      body: { base: 3, operations: [OPERATION] },
    });
  });

  test.each([
    ["connection reset", { outcome: "unreachable", retryAfterMs: null }],
    [SILENCE, { outcome: "silent", retryAfterMs: null }],
    [refused(503, "server.busy", {}, { "retry-after": "2" }), { outcome: "failing", retryAfterMs: 2000 }],
    [refused(500, "server.error"), { outcome: "failing", retryAfterMs: null }],
    [refused(401, "auth.invalid"), { outcome: "signed_out" }],
    [refused(409, "draft.conflict", { revision: 9 }), { outcome: "conflict" }],
    [refused(404, "not_found"), { outcome: "refused", code: "not_found", pointer: null }],
  ])("are told apart by what can be done about them", async (answer, outcome) => {
    const { network, server: engine } = server(answer);
    expect(await engine.sendOperations("l", 0, [OPERATION])).toMatchObject(outcome);
    expect(network.sent).toHaveLength(1);
  });
});

test("a draft is found with its revision", async () => {
  const { server: engine } = server(json({ label: { topic: "news" }, revision: 2 }));
  expect(await engine.findDraft("l")).toEqual({ outcome: "found", label: { topic: "news" }, revision: 2 });
});

describe("a submission", () => {
  test("is sent under its own key", async () => {
    const { network, server: engine } = server(json({ annotation: "a", task_state: "submitted" }));
    expect(await engine.submit("l", 7, { topic: "news" }, "mine")).toEqual({
      outcome: "accepted",
      annotation: "a",
    });
    expect(network.sent[0]).toMatchObject({
      headers: { "idempotency-key": "mine" },
      body: { fence: 7, label: { topic: "news" } },
    });
  });

  test("for a lost lease is kept, and says so", async () => {
    const { server: engine } = server(refused(409, "lease.lost", { annotation: "kept", counted: false }));
    expect(await engine.submit("l", 7, {}, "k")).toEqual({ outcome: "lost", annotation: "kept" });
  });
});
