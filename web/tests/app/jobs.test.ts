import { expect, test } from "vitest";
import { type Job, failureOfJob, isRunning, reportOf } from "../../src/app/project/jobs";

const job = (more: Partial<Job>): Job => ({
  id: "j",
  job: "j",
  kind: "import",
  project: "p",
  state: "running",
  done: 0,
  total: null,
  result: null,
  error: null,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  ...more,
});

test("a job that waits or runs is looked at again, and one that ended is not", () => {
  expect(
    (["queued", "running", "done", "failed"] as const).map((state) => isRunning(job({ state }))),
  ).toEqual([true, true, false, false]);
});

test("what became of an import is told with its lines, and of others nothing", () => {
  const errors = [{ line: 3, pointer: "/fields", detail: "the field 'text' is missing" }];
  expect(reportOf(job({ result: { import: "i", accepted: 2, existing: 1, rejected: 1, errors } }))).toEqual({
    accepted: 2,
    existing: 1,
    rejected: 1,
    errors,
  });
  expect(reportOf(job({}))).toBeNull();
  expect(reportOf(job({ kind: "probe", result: { probed: 3 } }))).toBeNull();
});

test("a failure is told in the engine's words", () => {
  expect(failureOfJob(job({ error: { code: "archive.limit", detail: "too many entries" } }))).toBe(
    "too many entries",
  );
  expect(failureOfJob(job({ error: { odd: true } }))).toBe('{"odd":true}');
  expect(failureOfJob(job({}))).toBeNull();
});
