/** Sends files and items of an import, and tells how far it is. */
import { ProblemError, UnreachableError, readProblem } from "../../client/problem";
import { browserApi } from "../../client/surroundings";
import type { Json } from "../../document/label";
import { type Schemas, api } from "../engine";
import { s } from "../strings";
import type { Line } from "./source";

/** Few enough for progress to be seen, many enough to be quick. */
export const BATCH_ITEMS = 500;

/** U+0000 as JSON writes it: the engine refuses the whole request for one. */
const HOLDS_NUL = /(?<!\\)(?:\\\\)*\\u0000/;

export interface Refusal {
  readonly line: number;
  readonly detail: string;
}

export interface Report {
  readonly accepted: number;
  readonly existing: number;
  readonly refused: readonly Refusal[];
}

/** Sends items batch by batch; good lines are kept, bad ones come back with their line and reason. */
export async function sendItems(
  project: string,
  lines: readonly Line[],
  told: (done: number) => void,
): Promise<Report> {
  const refused: Refusal[] = [];
  const good: { line: number; item: Readonly<Record<string, Json>> }[] = [];
  for (const one of lines) {
    if ("item" in one && HOLDS_NUL.test(JSON.stringify(one.item)))
      refused.push({ line: one.line, detail: s.import.nul });
    else if ("item" in one) good.push(one);
    else refused.push({ line: one.line, detail: one.problem });
  }
  let [accepted, existing] = [0, 0];
  for (let from = 0; from < good.length; from += BATCH_ITEMS) {
    const batch = good.slice(from, from + BATCH_ITEMS);
    const report = await api.send("post", "/v1/projects/{project}/items", {
      path: { project },
      query: { on_error: "skip" },
      body: batch.map(({ item }) => item) as Record<string, never>[],
    });
    accepted += report.accepted;
    existing += report.existing;
    for (const { line, detail, pointer } of report.errors) {
      const where = pointer === null || pointer === "" ? "" : ` (${pointer})`;
      refused.push({ line: batch[line - 1]?.line ?? line, detail: `${detail}${where}` });
    }
    told(from + batch.length);
  }
  return { accepted, existing, refused: refused.sort((a, b) => a.line - b.line) };
}

/** Uploads a file in parts and answers what the engine found it to be, with the URL that items name it by. */
export async function uploadFile(file: File): Promise<Schemas["StoredAsset"]> {
  const body = { size_bytes: file.size, name: file.name };
  const { upload, part_size: partSize } = await api.send("post", "/v1/uploads", { body });
  for (let number = 1; (number - 1) * partSize < file.size; number += 1) {
    const part = file.slice((number - 1) * partSize, number * partSize);
    await putPart(`/v1/uploads/${upload}/parts/${number}`, part);
  }
  return api.send("post", "/v1/uploads/{upload}/complete", { path: { upload } });
}

/** Sending a part again is harmless, so a network that stumbles is asked twice. */
async function putPart(url: string, part: Blob, attempts = 3): Promise<void> {
  const headers = { "content-type": "application/octet-stream" };
  for (let attempt = 1; ; attempt += 1) {
    let response: Response;
    try {
      response = await browserApi.fetch(url, {
        method: "PUT",
        headers,
        body: part,
        credentials: "same-origin",
      });
    } catch (error) {
      if (attempt < attempts) continue;
      throw new UnreachableError("the server did not answer", { cause: error });
    }
    if (response.ok) return;
    const problem: ProblemError = await readProblem(response);
    if (!problem.passing || attempt >= attempts) throw problem;
    await browserApi.pause(problem.retryAfterMs ?? 500 * attempt);
  }
}
