/** Sends files and items of an import, and tells how far it is. */
import { sendPart } from "../../client/transfer";
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
    await sendPart(`/v1/uploads/${upload}/parts/${number}`, part);
  }
  return api.send("post", "/v1/uploads/{upload}/complete", { path: { upload } });
}
