import type { ApiSurroundings } from "../../src/client/api";

export interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** Taken, and never answered. */
export const SILENCE = "silence";

/** A network that answers what it was told to, in order; a string is a fault of the network itself, or silence. */
export class ScriptedNetwork implements ApiSurroundings {
  readonly sent: Sent[] = [];
  readonly pauses: number[] = [];
  readonly #answers: (Response | string)[];
  #keys = 0;
  /** How long each request was waited for. */
  readonly limits: number[] = [];
  #run: () => void = () => undefined;

  constructor(...answers: (Response | string)[]) {
    this.#answers = answers;
  }

  fetch(url: string, init: RequestInit): Promise<Response> {
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
    this.sent.push({
      url,
      method: init.method ?? "",
      headers: init.headers as Record<string, string>,
      body,
    });
    const answer = this.#answers.shift() ?? "nothing more was scripted";
    if (answer === SILENCE) return this.#silence(init.signal);
    return typeof answer === "string" ? Promise.reject(new TypeError(answer)) : Promise.resolve(answer);
  }

  /** The clock stands still but for a request that is not answered. */
  readonly after = (delayMs: number, run: () => void): (() => void) => {
    this.limits.push(delayMs);
    this.#run = run;
    return () => undefined;
  };

  #silence(signal: AbortSignal | null | undefined): Promise<Response> {
    return new Promise((_, reject) => {
      signal?.addEventListener("abort", () => {
        reject(signal.reason as Error);
      });
      this.#run();
    });
  }

  newKey(): string {
    this.#keys += 1;
    return `key-${this.#keys}`;
  }

  pause(delayMs: number): Promise<void> {
    this.pauses.push(delayMs);
    return Promise.resolve();
  }
}

export const json = (body: unknown, status = 200) => Response.json(body, { status });

export function refused(status: number, code: string, more: object = {}, headers: object = {}): Response {
  const problem = { type: "", title: "Do this.", status, code, detail: "why", request_id: "r", ...more };
  return new Response(JSON.stringify(problem), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}
