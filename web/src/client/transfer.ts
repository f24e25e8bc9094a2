/** Files to and from the engine: they may take as long as they move. */
import { STILL_MS, Watch, bytesOf } from "./patience";
import { ProblemError, SilentError, UnreachableError, readProblem } from "./problem";
import { browserApi, browserSurroundings } from "./surroundings";

const ATTEMPTS = 3;

/** A file as the engine sends it. Rejects with `ProblemError` or `UnreachableError`, or the signal's reason. */
export async function download(
  url: string,
  signal: AbortSignal | null = null,
): Promise<{ readonly blob: Blob; readonly headers: Headers }> {
  const watch = new Watch(browserSurroundings.after, STILL_MS, signal);
  try {
    const response = await fetch(url, { credentials: "same-origin", signal: watch.signal });
    if (!response.ok) throw await readProblem(response);
    return { blob: await bytesOf(response, watch), headers: response.headers };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ProblemError) throw error;
    throw watch.silent
      ? new SilentError(false)
      : new UnreachableError("the server did not answer", { cause: error });
  } finally {
    watch.end();
  }
}

/** Sends a part of a file. Sending it again is harmless, so a network that stumbles is asked again. */
export async function sendPart(url: string, part: Blob): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await sendOnce(url, part);
      return;
    } catch (error) {
      const passing = error instanceof UnreachableError || (error instanceof ProblemError && error.passing);
      if (!passing || attempt >= ATTEMPTS) throw error;
      const asked = error instanceof ProblemError ? error.retryAfterMs : null;
      await browserApi.pause(asked ?? 500 * attempt);
    }
  }
}

/** By XMLHttpRequest, for `fetch` does not tell how far it is. */
async function sendOnce(url: string, part: Blob): Promise<void> {
  const request = new XMLHttpRequest();
  const watch = new Watch(browserSurroundings.after, STILL_MS);
  request.open("PUT", url);
  request.setRequestHeader("content-type", "application/octet-stream");
  request.responseType = "blob";
  request.upload.addEventListener("progress", () => {
    watch.heard();
  });
  watch.signal.addEventListener("abort", () => {
    request.abort();
  });
  const ended = new Promise((resolve) => {
    request.addEventListener("loadend", resolve);
  });
  request.send(part);
  await ended;
  watch.end();
  if (watch.silent) throw new SilentError(true);
  if (request.status === 0) throw new UnreachableError("the server did not answer");
  if (request.status >= 400) throw await readProblem(responseOf(request));
}

function responseOf(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const name of ["content-type", "retry-after", "x-request-id"]) {
    const value = request.getResponseHeader(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(request.response as Blob, { status: request.status, headers });
}
