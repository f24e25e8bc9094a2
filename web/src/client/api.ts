/** The engine's REST surface, typed by its OpenAPI document. The session is a cookie that scripts cannot read. */
import { type After, Watch, patienceFor } from "./patience";
import { ProblemError, SilentError, UnreachableError, readProblem } from "./problem";
import type { paths } from "./schema";

type Method = "get" | "post" | "put" | "patch" | "delete";
type Path = keyof paths;
/** The methods that a path has. */
type MethodOf<P extends Path> = {
  [M in Method]: paths[P][M] extends { responses: unknown } ? M : never;
}[Method];

type RequestBody<O> = O extends { requestBody?: infer B } ? Exclude<B, undefined> : never;
type JsonBody<O> = [RequestBody<O>] extends [never]
  ? undefined
  : RequestBody<O> extends { content: { "application/json": infer B } }
    ? B
    : undefined;
type PathParameters<O> = O extends { parameters: { path: infer P } } ? P : undefined;
type QueryParameters<O> = O extends { parameters: { query?: infer Q } } ? Exclude<Q, undefined> : never;

/** The JSON of a success, as the document describes it. */
export type Answer<O> = O extends { responses: infer R }
  ? R extends Record<200, { content: { "application/json": infer A } }>
    ? A
    : R extends Record<201, { content: { "application/json": infer A } }>
      ? A
      : undefined
  : never;

type Given<Name extends string, Value> = [Value] extends [undefined]
  ? Readonly<Partial<Record<Name, never>>>
  : Readonly<Record<Name, Value>>;

export type RequestOf<O> = Given<"path", PathParameters<O>> &
  Given<"body", JsonBody<O>> & {
    readonly query?: QueryParameters<O>;
    readonly signal?: AbortSignal;
    /** A repeat with the same key has no further effect. POSTs without one get a new one. */
    readonly key?: string;
    /** How often to ask before giving up on an engine that is away. */
    readonly attempts?: number;
    /** How long to wait for the answer, where that is not what the path is given. */
    readonly limitMs?: number;
  };

/** What the API needs of the browser, as parameters. */
export interface ApiSurroundings {
  fetch(url: string, init: RequestInit): Promise<Response>;
  newKey(): string;
  /** Resolves after a time. */
  pause(delayMs: number): Promise<void>;
  readonly after: After;
}

export const ATTEMPTS = 3;
/** Once more, for a connection that the network has forgotten; then the person is told. */
const SILENT_ATTEMPTS = 2;
const FIRST_PAUSE_MS = 300;

export class Api {
  readonly #around: ApiSurroundings;

  constructor(around: ApiSurroundings) {
    this.#around = around;
  }

  /**
   * Sends one request. Rejects with `ProblemError` or `UnreachableError` (a `SilentError` where the engine took it
   * and did not answer in time), or the signal's reason.
   */
  async send<P extends Path, M extends MethodOf<P>>(
    method: M,
    path: P,
    request: RequestOf<paths[P][M]>,
  ): Promise<Answer<paths[P][M]>> {
    const { path: parameters, query, body, signal } = request as LooseRequest;
    const headers: Record<string, string> = { accept: "application/json" };
    if (body !== undefined) headers["content-type"] = "application/json";
    // One key for all attempts: whichever arrives first is the one that counts.
    if (method === "post") headers["idempotency-key"] = request.key ?? this.#around.newKey();
    const init: RequestInit = {
      method: method.toUpperCase(),
      headers,
      credentials: "same-origin",
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    };
    const attempts = method === "patch" ? 1 : (request.attempts ?? ATTEMPTS);
    const text = await this.#ask(
      urlOf(path, parameters, query),
      init,
      attempts,
      request.limitMs ?? patienceFor(path),
    );
    return (text === "" ? undefined : JSON.parse(text)) as Answer<paths[P][M]>;
  }

  async #ask(url: string, init: RequestInit, attempts: number, limitMs: number): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(url, init, limitMs);
      } catch (error) {
        const passing = error instanceof UnreachableError || (error instanceof ProblemError && error.passing);
        const most = error instanceof SilentError ? Math.min(attempts, SILENT_ATTEMPTS) : attempts;
        if (!passing || attempt >= most) throw error;
        const asked = error instanceof ProblemError ? error.retryAfterMs : null;
        await this.#around.pause(asked ?? FIRST_PAUSE_MS * 2 ** (attempt - 1));
        init.signal?.throwIfAborted();
      }
    }
  }

  async #once(url: string, init: RequestInit, limitMs: number): Promise<string> {
    const watch = new Watch(this.#around.after, limitMs, init.signal ?? null);
    try {
      const response = await this.#around.fetch(url, { ...init, signal: watch.signal });
      if (!response.ok) throw await readProblem(response);
      return response.status === 204 ? "" : await response.text();
    } catch (error) {
      init.signal?.throwIfAborted();
      if (error instanceof ProblemError) throw error;
      if (watch.silent) throw new SilentError(init.method !== "GET");
      throw new UnreachableError("the server did not answer", { cause: error });
    } finally {
      watch.end();
    }
  }
}

interface LooseRequest {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** The address with its parameters in their places, each escaped whole. */
export function urlOf(
  template: string,
  parameters: LooseRequest["path"],
  query: LooseRequest["query"],
): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters?.[name];
    if (value === undefined) throw new TypeError(`${template} needs ${name}`);
    return encodeURIComponent(value);
  });
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === "" ? path : `${path}?${search}`;
}
