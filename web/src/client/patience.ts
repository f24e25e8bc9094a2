/** How long a request may go without an answer: a server that took it and never answers looks like one that is away. */
import type { paths } from "./schema";

type Path = keyof paths;

/** What a page asks is there at once, or the person is told. */
export const USUAL_MS = 20_000;
/** What the page does by itself, again and again: a lost one costs nothing, a waiting one holds up the next. */
export const QUICK_MS = 10_000;
/** Whoever asks can do without an answer, and has asked to be kept waiting no longer. */
export const BRIEF_MS = 5_000;
/** The engine works through as much as it was sent. */
export const LONG_MS = 180_000;
/** Bytes that come or go: so long may nothing move. The whole may take hours. */
export const STILL_MS = 30_000;

const QUICK: ReadonlySet<string> = new Set<Path>([
  "/v1/leases/{lease}/heartbeat",
  "/v1/leases/{lease}/operations",
  "/v1/leases/{lease}/draft",
  "/v1/leases/{lease}/submit",
]);

const LONG: ReadonlySet<string> = new Set<Path>([
  "/v1/projects/{project}/items",
  "/v1/projects/{project}/annotations",
  "/v1/projects/{project}/snapshots",
  "/v1/projects/{project}/ontology",
  "/v1/projects/{project}/quality",
  "/v1/uploads/{upload}/complete",
]);

export function patienceFor(path: Path): number {
  if (QUICK.has(path)) return QUICK_MS;
  return LONG.has(path) ? LONG_MS : USUAL_MS;
}

/** Runs once after a time; answers the function that calls it off. */
export type After = (delayMs: number, run: () => void) => () => void;

/** Calls a request off when nothing was heard of it for so long, or when whoever asked does. */
export class Watch {
  readonly #after: After;
  readonly #limitMs: number;
  readonly #ended = new AbortController();
  readonly signal: AbortSignal;
  #callOff: () => void;

  constructor(after: After, limitMs: number, signal: AbortSignal | null = null) {
    this.#after = after;
    this.#limitMs = limitMs;
    this.signal = signal === null ? this.#ended.signal : AbortSignal.any([signal, this.#ended.signal]);
    this.#callOff = this.#begin();
  }

  /** Whether the time ran out. */
  get silent(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Something came or went: the time begins anew. */
  heard(): void {
    this.#callOff();
    this.#callOff = this.#begin();
  }

  /** The answer is there, or nobody waits for it. */
  end(): void {
    this.#callOff();
  }

  #begin(): () => void {
    return this.#after(this.#limitMs, () => {
      this.#ended.abort(new DOMException("no answer in time", "TimeoutError"));
    });
  }
}

/** The body of an answer, as long as something of it keeps coming. */
export async function bytesOf(response: Response, watch: Watch): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const type = response.headers.get("content-type") ?? "";
  if (response.body === null) return response.blob();
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts, { type });
    watch.heard();
    parts.push(value);
  }
}
