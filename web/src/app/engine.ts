/** The app's one client, and how pages word what went wrong. */
import { Api } from "../client/api";
import { ProblemError, SilentError, UnreachableError } from "../client/problem";
import type { components } from "../client/schema";
import { browserApi } from "../client/surroundings";
import { s } from "./strings";

export type Schemas = components["schemas"];
export type Project = Schemas["Project"];
export type Quality = Schemas["ProjectQuality"];

export const api = new Api(browserApi);

/** A failure as a person reads it. */
export interface Failure {
  readonly message: string;
  readonly remedy: string | null;
  readonly request: string | null;
}

/** Words an error of a request. Errors that are ours go on to the page's last resort. */
export function failureOf(error: unknown): Failure {
  if (error instanceof SilentError)
    return {
      message: s.failure.silent,
      remedy: error.changes ? s.failure.mayHaveHappened : null,
      request: null,
    };
  if (error instanceof UnreachableError) return { message: s.failure.offline, remedy: null, request: null };
  if (!(error instanceof ProblemError)) throw error;
  const { detail, title, request_id: request } = error.problem;
  // A proxy gives none.
  return { message: detail, remedy: title, request: request === "" ? null : request };
}

/** An item whose files are shown. */
export interface ShownItem {
  readonly project: string;
  readonly item: string;
}

/**
 * The address that the engine serves a field's file at: an uploaded file by its hash, which never changes, any
 * other by its item. Null for what is no file.
 */
export function mediaAddress(value: unknown, field: string, { project, item }: ShownItem): string | null {
  const url = typeof value === "object" && value !== null && "url" in value ? value.url : null;
  if (typeof url !== "string") return null;
  const [, sha256] = /^asset:sha256:([0-9a-f]{64})$/.exec(url) ?? [];
  if (sha256 !== undefined) return `/v1/assets/${sha256}`;
  return `/v1/projects/${project}/items/${item}/media/${encodeURIComponent(field)}`;
}

/** The address of a small picture: made by the engine of an uploaded file, else the picture itself. */
export function thumbnailAddress(
  value: unknown,
  field: string,
  shown: ShownItem,
  sidePx: number,
): string | null {
  const address = mediaAddress(value, field, shown);
  return address?.startsWith("/v1/assets/") === true ? `${address}/thumbnail?size=${sidePx}` : address;
}
