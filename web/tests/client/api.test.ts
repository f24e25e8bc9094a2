import { describe, expect, test } from "vitest";
import { Api, urlOf } from "../../src/client/api";
import { ProblemError, UnreachableError } from "../../src/client/problem";
import { LONG_MS, QUICK_MS, USUAL_MS } from "../../src/client/patience";
import { SILENCE, ScriptedNetwork, json, refused } from "./network";

const LEASE = { path: { lease: "l" } };

describe("a request", () => {
  test("escapes its parameters whole, and leaves out what was not given", () => {
    expect(urlOf("/v1/leases/{lease}/draft", { lease: "../../me?x" }, undefined)).toBe(
      "/v1/leases/..%2F..%2Fme%3Fx/draft",
    );
    expect(urlOf("/v1/projects", undefined, { limit: 5, cursor: null, state: undefined })).toBe(
      "/v1/projects?limit=5",
    );
    expect(() => urlOf("/v1/leases/{lease}", {}, undefined)).toThrow(TypeError);
  });

  test("is typed by the engine's own document", async () => {
    const api = new Api(new ScriptedNetwork(json({}), json({}), json({})));
    await api.send("post", "/v1/leases/{lease}/release", { ...LEASE, body: { reason: "skip" } });
    // @ts-expect-error: a reason is a string
    await api.send("post", "/v1/leases/{lease}/release", { ...LEASE, body: { reason: 3 } });
    // @ts-expect-error: a path's parameter is missing
    await expect(api.send("get", "/v1/leases/{lease}/draft", {})).rejects.toThrow(TypeError);
  });

  test("posts under one key, whatever it takes", async () => {
    const network = new ScriptedNetwork(
      "connection reset",
      refused(503, "server.busy"),
      json({ revision: 1 }),
    );
    const answer = await new Api(network).send("post", "/v1/leases/{lease}/operations", {
      ...LEASE,
      body: { base: 0, operations: [] },
    });
    expect(answer).toEqual({ revision: 1 });
    expect(network.sent.map(({ headers }) => headers["idempotency-key"])).toEqual([
      "key-1",
      "key-1",
      "key-1",
    ]);
    expect(network.pauses).toEqual([300, 600]);
  });

  test("waits as long as the engine asks", async () => {
    const busy = refused(429, "lease.quota", {}, { "retry-after": "7" });
    const network = new ScriptedNetwork(busy, json({}));
    await new Api(network).send("get", "/v1/leases/{lease}/draft", LEASE);
    expect(network.pauses).toEqual([7000]);
  });

  test("that is refused is not repeated, and says where it is wrong", async () => {
    const network = new ScriptedNetwork(refused(422, "label.class", { pointer: "/label/topic" }));
    const sent = new Api(network).send("post", "/v1/leases/{lease}/submit", { ...LEASE, body: { fence: 1 } });
    const error = await sent.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).problem).toMatchObject({ code: "label.class", pointer: "/label/topic" });
    expect(network.sent).toHaveLength(1);
  });

  test("that is never answered says so, and one called off ends as it was", async () => {
    const dead = new Api(new ScriptedNetwork("a", "b", "c"));
    await expect(dead.send("get", "/v1/leases/{lease}/draft", LEASE)).rejects.toThrow(UnreachableError);
    const reason = new Error("skipped");
    const request = { ...LEASE, signal: AbortSignal.abort(reason) };
    await expect(dead.send("get", "/v1/leases/{lease}/draft", request)).rejects.toBe(reason);
  });

  test("that is taken and not answered is asked once more under its key, and then said to be silent", async () => {
    const network = new ScriptedNetwork(SILENCE, SILENCE, json({}));
    const sent = new Api(network).send("post", "/v1/projects/{project}/leases", {
      path: { project: "p" },
      body: { count: 1 },
    });
    await expect(sent).rejects.toMatchObject({ name: "SilentError", changes: true });
    expect(network.sent.map(({ headers }) => headers["idempotency-key"])).toEqual(["key-1", "key-1"]);
    expect(network.limits).toEqual([USUAL_MS, USUAL_MS]);
    const slept = new Api(new ScriptedNetwork(SILENCE, json({ labeler: "l" })));
    await expect(slept.send("get", "/v1/me", {})).resolves.toEqual({ labeler: "l" });
  });

  test("waits less where the page asks again by itself, and longer for what is much", async () => {
    const network = new ScriptedNetwork(json({}), json({}));
    const api = new Api(network);
    await api.send("post", "/v1/leases/{lease}/heartbeat", LEASE);
    await api.send("post", "/v1/projects/{project}/items", { path: { project: "p" }, body: [] });
    expect(network.limits).toEqual([QUICK_MS, LONG_MS]);
  });

  test("answered by a proxy's page is a problem like any other", async () => {
    const page = () => new Response("<h1>Bad gateway</h1>", { status: 502 });
    const sent = new Api(new ScriptedNetwork(page(), page(), page())).send("get", "/v1/me", {});
    await expect(sent).rejects.toMatchObject({ problem: { status: 502, code: "server.error" } });
  });

  test("that has no answer's body gives none", async () => {
    const api = new Api(new ScriptedNetwork(new Response(null, { status: 204 })));
    await expect(api.send("post", "/v1/logout", {})).resolves.toBeUndefined();
  });
});
