/**
 * Lets a page be loaded again without a network: the app's own files, and the media of the tasks at hand. What
 * people make never passes through here: it is in the page's journal (IndexedDB) and goes out from there.
 */

/** What the build wrote in front of this script: its files' names, and a mark that changes with any of them. */
export interface Built {
  readonly mark: string;
  readonly files: readonly string[];
}

declare const self: ServiceWorkerGlobalScope & { readonly BUILT: Built };

const APP = `assay-app-${self.BUILT.mark}`;
const MEDIA = "assay-media";
/** The one page that the server answers at every address of the app. */
const PAGE = "/";
const SHOWN = /^\/v1\/(?:assets\/[0-9a-f]{64}|projects\/[0-9a-f-]{36}\/items\/[0-9a-f-]{36}\/media\/[^/]+)$/;
const PAGES = /^\/(?:sign-in|welcome|account|keys|people|health|projects(?:\/.*)?)?$/;
/** More media than the tasks at hand have; the oldest make room. */
const MOST_MEDIA = 40;
const LARGEST_MEDIA_BYTES = 64 * 2 ** 20;
/** A server that takes a request and says nothing is waited for no longer where what it would say is kept here. */
const PATIENCE_MS = 6_000;

self.addEventListener("install", (event) => {
  const kept = caches.open(APP).then((cache) => cache.addAll([PAGE, ...self.BUILT.files]));
  event.waitUntil(kept);
});

self.addEventListener("activate", (event) => {
  event.waitUntil(begin());
});

self.addEventListener("message", (event) => {
  // Whoever signs out leaves no pictures behind for the next person at this computer.
  if (event.data === "forget") event.waitUntil(caches.delete(MEDIA));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGES.test(pathname)) event.respondWith(page(request));
  else if (pathname.startsWith("/assets/")) event.respondWith(file(request));
  else if (SHOWN.test(pathname) && !request.headers.has("range")) event.respondWith(media(event));
});

async function begin(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("assay-app-") && name !== APP);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The server's page while there is a server, so that a new version is seen at once. */
async function page(request: Request): Promise<Response> {
  const kept = await caches.match(PAGE);
  const answer = await answerOr(kept, request);
  return answer.status < 500 ? answer : (kept ?? answer);
}

/** What the server says; what is kept where it is away, or says nothing for long. */
async function answerOr(kept: Response | undefined, request: Request): Promise<Response> {
  if (kept === undefined) return fetch(request);
  const tired = new Promise<Response>((resolve) => {
    setTimeout(() => {
      resolve(kept);
    }, PATIENCE_MS);
  });
  return Promise.race([fetch(request).catch(() => kept), tired]);
}

/** A file of the app never changes under its name. */
async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

async function media(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const kept = await caches.match(request);
  const answer = await answerOr(kept, request);
  const size = Number(answer.headers.get("content-length") ?? Infinity);
  // A full disk costs the copy and nothing else.
  if (answer !== kept && answer.ok && size <= LARGEST_MEDIA_BYTES)
    event.waitUntil(keep(request, answer.clone()).catch(() => undefined));
  return answer;
}

async function keep(request: Request, answer: Response): Promise<void> {
  const cache = await caches.open(MEDIA);
  await cache.put(request, answer);
  const held = await cache.keys();
  await Promise.all(held.slice(0, Math.max(held.length - MOST_MEDIA, 0)).map((old) => cache.delete(old)));
}
