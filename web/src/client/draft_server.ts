import type { Json, Label } from "../document/label";
import type {
  DraftAnswer,
  DraftServer,
  OperationsAnswer,
  SubmitAnswer,
  Unanswered,
  Refused,
} from "../document/server";
import type { Api } from "./api";
import { ProblemError, SilentError, UnreachableError } from "./problem";

/** The engine as a draft needs it. Each request is sent once: the courier asks again by its own rules. */
export function draftServer(api: Api): DraftServer {
  return {
    sendOperations: (lease, base, operations) =>
      answered<OperationsAnswer>(
        async () => {
          const body = {
            base,
            operations: operations.map(({ id, forward, inverse }) => ({
              id,
              forward: forward.map((step) => ({ ...step })),
              inverse: inverse.map((step) => ({ ...step })),
            })),
          };
          await api.send("post", "/v1/leases/{lease}/operations", { path: { lease }, body, attempts: 1 });
          return { outcome: "accepted" };
        },
        ({ problem }) => (problem.code === "draft.conflict" ? { outcome: "conflict" } : null),
      ),
    findDraft: (lease) =>
      answered<DraftAnswer>(async () => {
        const found = await api.send("get", "/v1/leases/{lease}/draft", { path: { lease }, attempts: 1 });
        const { label, revision } = found as { label: Label; revision: number };
        return { outcome: "found", label, revision };
      }),
    submit: (lease, fence, label, key) =>
      answered<SubmitAnswer>(
        async () => {
          const body = { fence, label: { ...label } };
          const sent = await api.send("post", "/v1/leases/{lease}/submit", {
            path: { lease },
            body,
            key,
            attempts: 1,
          });
          return { outcome: "accepted", annotation: annotationOf(sent) };
        },
        // The document is kept for a reviewer, though others have filled the slot.
        ({ problem }) =>
          problem.code === "lease.lost" ? { outcome: "lost", annotation: annotationOf(problem) } : null,
      ),
  };
}

async function answered<T>(
  ask: () => Promise<T>,
  special: (error: ProblemError) => T | null = () => null,
): Promise<T | Refused | Unanswered> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SilentError) return { outcome: "silent", retryAfterMs: null };
    if (error instanceof UnreachableError) return { outcome: "unreachable", retryAfterMs: null };
    if (!(error instanceof ProblemError)) throw error;
    const meant = special(error);
    if (meant !== null) return meant;
    if (error.signedOut) return { outcome: "signed_out" };
    if (error.passing || error.problem.status >= 500)
      return { outcome: "failing", retryAfterMs: error.retryAfterMs };
    const { code, title, detail, pointer } = error.problem;
    return { outcome: "refused", code, title, detail, pointer: pointer ?? null };
  }
}

function annotationOf(sent: unknown): string | null {
  const { annotation = null } = sent as { annotation?: Json };
  return typeof annotation === "string" ? annotation : null;
}
