/**
 * Text stays text wherever people's words are shown (A19), files that could run do not (A18, A21), and the content
 * security policy is never asked.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningAssay, type Sent, openPage, post, read, startAssay, startBrowser } from "./assay";
import { PAYLOADS } from "./payloads";

let assay: RunningAssay;
let browser: Browser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  [assay, browser] = await Promise.all([startAssay(), startBrowser()]);
  ({ page, faults } = await openPage(browser));
  await page.goto(assay.link);
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
});

afterAll(async () => {
  await browser.close();
  await assay.stop();
});

const nth = (index: number): string => PAYLOADS[index % PAYLOADS.length] ?? "";

/** Whether the page is made of nothing but what the app makes. */
async function clean(where: string): Promise<void> {
  const found = await page.evaluate(() => {
    const foreign = document.querySelectorAll(
      "script:not([src]), iframe, object, embed, marquee, base, math, foreignObject, [onerror], [onload], [onfocus], [href^='javascript:']",
    );
    const ran = (window as unknown as { xss?: number }).xss;
    return { foreign: [...foreign].map(({ outerHTML }) => outerHTML.slice(0, 120)), ran: ran ?? null };
  });
  expect({ where, ...found, faults }).toEqual({ where, foreign: [], ran: null, faults: [] });
}

async function visit(path: string, shows: string): Promise<void> {
  await page.goto(`${assay.url}${path}`);
  await page.getByText(shows, { exact: true }).first().waitFor();
  await clean(path);
}

test("forty payloads as names, titles, descriptions, texts, answers, comments and file names are text", async () => {
  expect(PAYLOADS).toHaveLength(40);
  const classes = PAYLOADS.map((payload, index) => ({
    name: payload,
    title: nth(index + 1),
    description: nth(index + 2),
    example: nth(index + 3),
  }));
  const ontology = {
    fields: { text: "text" },
    questions: [
      { name: "tone", kind: "choice", field: "text", title: nth(8), help: nth(0), classes },
      { name: "names", kind: "span", field: "text", title: nth(12), classes: classes.slice(0, 8) },
    ],
  };
  const { answer } = await post(page, "/v1/projects", { name: nth(9), ontology });
  const project = String(answer["id"]);
  const items = PAYLOADS.map((payload, index) => ({
    external_id: payload,
    fields: { text: nth(index + 5) },
  }));
  const sent = await post(page, `/v1/projects/${project}/items`, items);
  expect(sent.answer).toMatchObject({ accepted: 40 });
  for (const name of PAYLOADS)
    expect((await post(page, "/v1/labelers", { name, kind: "model" })).status).toBe(201);
  const votes = PAYLOADS.map((payload, index) => ({
    external_id: nth(0),
    labeler: payload,
    label: { tone: nth(index), names: [] },
  }));
  await post(page, `/v1/projects/${project}/annotations`, votes);
  const path = `/v1/projects/${project}/resolutions`;
  const first = async (): Promise<{ task: string; state: string; external_id: string } | undefined> =>
    (await read<{ items: { task: string; state: string; external_id: string }[] }>(page, path)).items.find(
      ({ external_id }) => external_id === nth(0),
    );
  await expect.poll(async () => (await first())?.state, { timeout: 30_000 }).toBe("resolved");
  const { task } = (await first()) ?? { task: "" };
  for (const text of PAYLOADS)
    expect((await post(page, `/v1/tasks/${task}/comments`, { text })).status).toBe(201);

  await visit("/projects", nth(9));
  await visit("/people", nth(3));
  await visit(`/projects/${project}`, nth(9));
  await visit(`/projects/${project}/label`, nth(8));
  await page.keyboard.press("g");
  const guide = page.getByRole("region", { name: "Guide" });
  await guide.getByText(nth(3)).first().waitFor();
  await guide.getByText(nth(22), { exact: true }).first().waitFor();
  await clean("guide");
  await visit(`/projects/${project}/comments`, nth(39));
  await visit(`/projects/${project}/review`, nth(8));
  await page.getByText(nth(39), { exact: true }).last().waitFor();
  await page.keyboard.press("c");
  await page.getByRole("table").waitFor();
  await clean("compare");

  await page.goto(`${assay.url}/projects/${project}`);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const name = "<img src=x onerror=window.xss=1>.csv";
  await page
    .getByLabel("Choose files")
    .setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(`text\n"${nth(8)}"`) });
  await page.getByText(/1 new, 0 there already, 0 refused/).waitFor();
  await clean("import");
});

const BOXES = {
  fields: { image: "image" },
  questions: [{ name: "things", kind: "box", field: "image", classes: ["thing"] }],
};
const RUN = "parent.xss=1;window.xss=1";
const SVG = 'xmlns="http://www.w3.org/2000/svg"';

/** Uploads as a program would, without a name unless one is given. */
async function upload(bytes: Buffer, name?: string): Promise<Sent> {
  const begun = await post(page, "/v1/uploads", { size_bytes: bytes.length, ...(name && { name }) });
  const path = `/v1/uploads/${String(begun.answer["upload"])}`;
  const part = await page.evaluate(
    async ([address, sent]) => {
      const body = Uint8Array.from(atob(sent), (one) => one.charCodeAt(0));
      const headers = { "content-type": "application/octet-stream" };
      return (await fetch(address, { method: "PUT", headers, body })).status;
    },
    [`${path}/parts/1`, bytes.toString("base64")] as const,
  );
  expect(part).toBe(200);
  return post(page, `${path}/complete`, {});
}

/** How the engine gives a file back. */
const served = (path: string): Promise<Record<string, string>> =>
  page.evaluate(async (address) => Object.fromEntries((await fetch(address)).headers), path);

/** Whether a file runs anything: opened as a page, in a frame, as a picture or as a style's. */
async function runs(path: string): Promise<void> {
  const context = page.context();
  const tab = await context.newPage();
  let loads = 0;
  tab.on("request", () => (loads += 1));
  // What the browser is told to save it does not show.
  const saved = tab.waitForEvent("download", { timeout: 5_000 }).then(
    (download) => download.cancel(),
    () => undefined,
  );
  await tab.goto(`${assay.url}${path}`).catch(() => undefined);
  await saved;
  expect(loads, `${path} asks for nothing else`).toBe(1);
  await tab.close();
  await page.evaluate(async (address) => {
    const picture = new Image();
    const ended = new Promise((resolve) => {
      picture.onload = picture.onerror = resolve;
    });
    picture.src = address;
    document.body.append(picture);
    await ended;
    picture.remove();
  }, path);
  await clean(path);
}

const DRAWINGS: readonly (readonly [string, string])[] = [
  ["a script", `<svg ${SVG}><script>${RUN}</script></svg>`],
  ["an onload", `<svg ${SVG} onload="${RUN}"/>`],
  [
    "a page in foreignObject",
    `<svg ${SVG}><foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="${RUN}"><iframe srcdoc="&lt;script&gt;top.xss=1&lt;/script&gt;"/></body></foreignObject></svg>`,
  ],
  [
    "an external entity",
    `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg ${SVG}><text>&x;</text></svg>`,
  ],
  ["a picture from elsewhere", `<svg ${SVG}><image href="http://127.0.0.1:9/x.png"/></svg>`],
  ["an animation", `<svg ${SVG}><animate attributeName="x" onbegin="${RUN}"/></svg>`],
  [
    "a prefix and a mark of byte order",
    `\ufeff<s:svg xmlns:s="http://www.w3.org/2000/svg" onload="${RUN}"/>`,
  ],
];

test("A18: a drawing with a program in it is kept, given back to be saved, runs nowhere, and fills no picture", async () => {
  const { answer } = await post(page, "/v1/projects", { name: "Drawings", ontology: BOXES });
  const items = `/v1/projects/${String(answer["id"])}/items`;
  for (const [what, drawing] of DRAWINGS) {
    const { status, answer: stored } = await upload(Buffer.from(drawing));
    expect({ what, status, type: stored["media_type"] }).toEqual({
      what,
      status: 200,
      type: "image/svg+xml",
    });
    const path = `/v1/assets/${String(stored["asset"])}`;
    expect(await served(path), what).toMatchObject({
      "content-type": "image/svg+xml",
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
      "content-disposition": expect.stringMatching(/^attachment/) as string,
      "cross-origin-resource-policy": "same-origin",
    });
    await runs(path);
    expect(
      await post(page, items, [{ external_id: what, fields: { image: { url: stored["url"] } } }]),
    ).toMatchObject({
      status: 422,
      answer: { errors: [{ code: "media.type_mismatch", pointer: "/fields/image/url" }] },
    });
    // Nor under the name of a picture.
    expect(await upload(Buffer.from(drawing), "drawing.png")).toMatchObject({
      status: 422,
      answer: { code: "media.type_mismatch" },
    });
  }
});

/** One grey pixel, and what is hidden behind its header. */
const gif = (more: string): Buffer => Buffer.concat([Buffer.from("GIF89a"), Buffer.from(more)]);
const PAGE = `<!doctype html><script>${RUN}</script>`;
const DISGUISED: readonly (readonly [string, Buffer])[] = [
  ["page.png", Buffer.from(PAGE)],
  ["avatar.jpg", Buffer.from(`<!-- a -->\n<html><body onload="${RUN}">`)],
  ["note.txt", Buffer.from(PAGE)],
  ["both.gif", gif(`/*${PAGE}*/`)],
  ["both.jpg", Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xfe]), Buffer.from(PAGE)])],
  ["drawing.jpg", Buffer.from(`<svg ${SVG} onload="${RUN}"/>`)],
  ["wide.png", Buffer.from(`\ufeff${PAGE}`, "utf16le")],
];

test("A21: a page under the name of a picture, or one that is both, is refused and not kept", async () => {
  for (const [name, bytes] of DISGUISED)
    expect({ name, ...(await upload(bytes, name)) }).toMatchObject({
      name,
      status: 422,
      answer: { code: "media.type_mismatch" },
    });
});

test("A21: a page that says it is one is kept, given back to be saved, runs nowhere, and fills no picture", async () => {
  const { answer } = await post(page, "/v1/projects", { name: "Pages", ontology: BOXES });
  const items = `/v1/projects/${String(answer["id"])}/items`;
  for (const bytes of [
    PAGE,
    `<?xml version="1.0"?><a xmlns="http://www.w3.org/1999/xhtml"><script>${RUN}</script></a>`,
  ]) {
    const { answer: stored } = await upload(Buffer.from(bytes));
    const path = `/v1/assets/${String(stored["asset"])}`;
    expect(await served(path)).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
      "content-disposition": expect.stringMatching(/^attachment/) as string,
    });
    await runs(path);
    expect(
      await post(page, items, [{ external_id: "p", fields: { image: { url: stored["url"] } } }]),
    ).toMatchObject({
      status: 422,
      answer: { errors: [{ code: "media.type_mismatch", pointer: "/fields/image/url" }] },
    });
  }
});

test("a key that holds a payload is shown as text, or as none", async () => {
  const { labeler } = await read<{ labeler: string }>(page, "/v1/me");
  await page.evaluate(
    ([who, payloads]) => {
      localStorage.setItem(`assay-keys-${who}`, JSON.stringify({ "task.skip": payloads, "app.keys": ["?"] }));
    },
    [labeler, PAYLOADS] as const,
  );
  await page.goto(`${assay.url}/keys`);
  await page.getByRole("heading", { name: "Keys" }).waitFor();
  await clean("keys");
});

test("the listener of every story hears what the policy refuses", async () => {
  const other = await openPage(browser);
  await other.page.goto(assay.url);
  await other.page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.xss = 1";
    document.body.append(script);
  });
  await expect.poll(() => other.faults.some((told) => told.startsWith("policy: script-src-elem"))).toBe(true);
  expect(await other.page.evaluate(() => (window as unknown as { xss?: number }).xss ?? null)).toBeNull();
});
