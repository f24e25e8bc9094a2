import { expect, test } from "vitest";
import { queuesOf } from "../../src/app/health/health";
import { health as strings } from "../../src/app/strings/health";

const HEALTH = {
  queues: {
    leases_live: 3,
    leases_overdue_seconds: 0,
    deliveries_dead: 2,
    feed_oldest_unsettled_seconds: 61,
  },
  requests_waiting: 4,
  requests_refused: 5,
};

test("each queue says how many wait and for how long, as far as that means anything", () => {
  const rows = new Map(queuesOf(HEALTH).map((row) => [row.name, row]));
  expect(rows.get("leases")).toEqual({ name: "leases", many: 3, seconds: null });
  expect(rows.get("dead")).toEqual({ name: "dead", many: 2, seconds: null });
  expect(rows.get("feed")).toEqual({ name: "feed", many: null, seconds: 61 });
  expect(rows.get("jobs")).toEqual({ name: "jobs", many: null, seconds: null });
  expect(rows.get("waiting")?.many).toBe(4);
  expect(rows.get("refused")?.many).toBe(5);
  expect([...rows.keys()]).toEqual(Object.keys(strings.rows));
});

test("a time is told in the unit that says most", () => {
  const told = [0.2, 90, 600, 10_000, 864_000].map((seconds) => strings.seconds(seconds));
  expect(told).toEqual(["under a second", "90 s", "10 min", "3 h", "10 days"]);
});
