/** The app's one client, and how pages word what went wrong. */
import { Api } from "../client/api";
import { ProblemError, UnreachableError } from "../client/problem";
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
  if (error instanceof UnreachableError) return { message: s.failure.offline, remedy: null, request: null };
  if (!(error instanceof ProblemError)) throw error;
  const { detail, title, request_id: request } = error.problem;
  return { message: detail, remedy: title, request };
}

/** The address that the engine serves a stored file at; null for what it does not serve. */
export function assetAddress(value: unknown): string | null {
  const url = typeof value === "object" && value !== null && "url" in value ? value.url : value;
  if (typeof url !== "string") return null;
  const [, sha256] = /^asset:sha256:([0-9a-f]{64})$/.exec(url) ?? [];
  return sha256 === undefined ? null : `/v1/assets/${sha256}`;
}
