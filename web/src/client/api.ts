/** The engine's REST surface, typed by its OpenAPI document. The session is a cookie that scripts cannot read. */
import { ProblemError, UnreachableError, readProblem } from "./problem";
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
  };

/** What the API needs of the browser, as parameters. */
export interface ApiSurroundings {
  fetch(url: string, init: RequestInit): Promise<Response>;
  newKey(): string;
  /** Resolves after a time. */
  pause(delayMs: number): Promise<void>;
}

export const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 300;

export class Api {
  readonly #around: ApiSurroundings;

  constructor(around: ApiSurroundings) {
    this.#around = around;
  }

  /** Sends one request. Rejects with `ProblemError` or `UnreachableError`, or the signal's reason. */
  async send<P extends Path, M extends MethodOf<P>>(
    method: M,
    path: P,
    request: RequestOf<paths[P][M]>,
  ): Promise<Answer<paths[P][M]>> {
    const { path: parameters, query, body, signal, attempts = ATTEMPTS } = request as LooseRequest;
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
    const repeatable = method !== "patch";
    const response = await this.#ask(urlOf(path, parameters, query), init, repeatable ? attempts : 1);
    const text = response.status === 204 ? "" : await response.text();
    return (text === "" ? undefined : JSON.parse(text)) as Answer<paths[P][M]>;
  }

  async #ask(url: string, init: RequestInit, attempts: number): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(url, init);
      } catch (error) {
        const passing = error instanceof UnreachableError || (error instanceof ProblemError && error.passing);
        if (!passing || attempt >= attempts) throw error;
        const asked = error instanceof ProblemError ? error.retryAfterMs : null;
        await this.#around.pause(asked ?? FIRST_PAUSE_MS * 2 ** (attempt - 1));
        init.signal?.throwIfAborted();
      }
    }
  }

  async #once(url: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await this.#around.fetch(url, init);
    } catch (error) {
      init.signal?.throwIfAborted();
      throw new UnreachableError("the server did not answer", { cause: error });
    }
    if (!response.ok) throw await readProblem(response);
    return response;
  }
}

interface LooseRequest {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly attempts?: number;
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
