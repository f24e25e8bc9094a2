/** Imports that run in the background: begun here, and found again when the page is loaded anew. */
import { type Schemas, api } from "../engine";

export type Job = Schemas["Job"];

export interface ImportReport {
  readonly accepted: number;
  readonly existing: number;
  readonly rejected: number;
  readonly errors: readonly Refused[];
}

export interface Refused {
  readonly line?: number;
  readonly pointer?: string | null;
  readonly detail: string;
}

export const isRunning = ({ state }: Job): boolean => state === "queued" || state === "running";

/** What became of an import; null while it runs, and for other jobs. */
export function reportOf(job: Job): ImportReport | null {
  const { result } = job;
  if (typeof result !== "object" || result === null || !("accepted" in result)) return null;
  const told = result as Partial<ImportReport>;
  const { accepted = 0, existing = 0, rejected = 0, errors = [] } = told;
  return { accepted, existing, rejected, errors };
}

/** Why a job failed; null where it did not. */
export function failureOfJob({ error }: Job): string | null {
  if (typeof error !== "object" || error === null) return null;
  return "detail" in error && typeof error.detail === "string" ? error.detail : JSON.stringify(error);
}

const MOST_SHOWN = 10;

/** The newest imports of a project, the newest first. */
export async function latestImports(project: string): Promise<readonly Job[]> {
  const found: Job[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: string; cursor?: string } = {
      limit: "1000",
      ...(cursor === null ? {} : { cursor }),
    };
    const page = await api.send("get", "/v1/projects/{project}/jobs", { path: { project }, query });
    found.push(...page.items.filter(({ kind }) => kind === "import"));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found.slice(-MOST_SHOWN).toReversed();
}
