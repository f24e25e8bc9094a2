import type { components } from "./schema";

/** RFC 9457, as the engine writes it. */
export type Problem = components["schemas"]["Problem"];
export type ProblemCode = Problem["code"];

/** The engine refused. `problem.title` says what to do, `problem.pointer` what is wrong. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  /** How long the engine asks to wait; null where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(problem: Problem, retryAfterMs: number | null) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  get signedOut(): boolean {
    return this.problem.status === 401;
  }

  /** Whether the same request may succeed later. */
  get passing(): boolean {
    return (
      [429, 502, 503, 504].includes(this.problem.status) || this.problem.code === "idempotency.in_flight"
    );
  }
}

/** No answer came: the network, or the engine, is away. */
export class UnreachableError extends Error {
  override readonly name: string = "UnreachableError";
}

/** The request was taken, and no answer came in time. */
export class SilentError extends UnreachableError {
  override readonly name = "SilentError";
  /** Whether it was to change something, which may have happened all the same. */
  readonly changes: boolean;

  constructor(changes: boolean) {
    super("the server did not answer in time");
    this.changes = changes;
  }
}

/** The problem of a response that is not a success; a proxy's page becomes one too. */
export async function readProblem(response: Response): Promise<ProblemError> {
  const after = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfterMs = Number.isFinite(after) ? after * 1000 : null;
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("application/problem+json"))
    return new ProblemError((await response.json()) as Problem, retryAfterMs);
  const problem: Problem = {
    type: "about:blank",
    title: "Try again; if it stays, tell whoever runs this server.",
    status: response.status,
    code: response.status >= 500 ? "server.error" : "client.protocol",
    detail: `the server answered ${response.status} without saying why`,
    request_id: response.headers.get("x-request-id") ?? "",
  };
  return new ProblemError(problem, retryAfterMs);
}
