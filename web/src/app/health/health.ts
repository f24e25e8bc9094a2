/** What the server tells of itself, as rows to show. */
import type { Answer } from "../../client/api";
import type { paths } from "../../client/schema";

export type Health = Answer<paths["/v1/system/health"]["get"]>;
export type Durability = Answer<paths["/v1/system/durability"]["get"]>;

export type QueueName =
  "leases" | "merges" | "jobs" | "deliveries" | "dead" | "audit" | "feed" | "waiting" | "refused";

/** How much of one thing waits, and for how long its oldest does; null where nothing does, or nobody knows. */
export interface Queue {
  readonly name: QueueName;
  readonly many: number | null;
  readonly seconds: number | null;
}

/** By the names of `/metrics`: how many, and for how long. */
const MEASURES: readonly (readonly [QueueName, string | null, string | null])[] = [
  ["leases", "leases_live", "leases_overdue_seconds"],
  ["merges", "merges_waiting", "merges_oldest_seconds"],
  ["jobs", "jobs_waiting", "jobs_oldest_seconds"],
  ["deliveries", "deliveries_waiting", "deliveries_overdue_seconds"],
  ["dead", "deliveries_dead", null],
  ["audit", "audit_unsealed", "audit_unsealed_seconds"],
  ["feed", null, "feed_oldest_unsettled_seconds"],
];

export function queuesOf(health: Pick<Health, "queues" | "requests_waiting" | "requests_refused">): Queue[] {
  const measured = (name: string | null): number | null =>
    name === null ? null : (health.queues[name] ?? null);
  return [
    ...MEASURES.map(([name, many, seconds]) => {
      const age = measured(seconds);
      return { name, many: measured(many), seconds: age === 0 ? null : age };
    }),
    { name: "waiting", many: health.requests_waiting, seconds: null },
    { name: "refused", many: health.requests_refused, seconds: null },
  ];
}
