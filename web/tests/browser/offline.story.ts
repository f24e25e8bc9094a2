/** That no edit is lost: without a network, over reloads, and when tabs die. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningAssay, openPage, post, read, startAssay, startBrowser } from "./assay";

let assay: RunningAssay;
let browser: Browser;
let page: Page;
let context: BrowserContext;

beforeAll(async () => {
  [assay, browser] = await Promise.all([startAssay(), startBrowser()]);
  ({ page } = await openPage(browser));
  context = page.context();
  await page.goto(assay.link);
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
});

afterAll(async () => {
  await browser.close();
  await assay.stop();
});

async function makeTask(name: string, question: object, text: string): Promise<string> {
  const ontology = { fields: { text: "text" }, questions: [{ name: "q", field: "text", ...question }] };
  const { answer } = await post(page, "/v1/projects", { name, ontology });
  const project = String(answer["id"]);
  await post(page, `/v1/projects/${project}/items`, [{ external_id: "t", fields: { text } }]);
  return project;
}

interface Held {
  readonly leases: readonly { readonly lease: string }[];
}
interface ServerDraft {
  readonly label: { readonly q: unknown };
  readonly revision: number;
}

/** What the server has of the project's one task. */
async function draftOf(project: string): Promise<ServerDraft> {
  const { leases } = await read<Held>(page, `/v1/projects/${project}/leases`);
  return read<ServerDraft>(page, `/v1/leases/${String(leases[0]?.lease)}/draft`);
}

test("pages that nobody opened before open without a network, by link and by address", async () => {
  await context.setOffline(true);
  await page.getByRole("link", { name: /· admin/ }).click();
  await page.getByRole("heading", { name: "Your account" }).waitFor();
  await page.goto(`${assay.url}/keys`);
  await page.getByRole("heading", { name: "Keys", exact: true }).waitFor();
  await context.setOffline(false);
});

const WORDS = 200;

test("200 edits without a network, half of them before a reload: the server has them all, once", async () => {
  const text = Array.from({ length: WORDS }, (_, place) => `word${place}`).join(" ");
  const project = await makeTask("Names", { kind: "span", classes: ["name"] }, text);
  await page.goto(`${assay.url}/projects/${project}/label`);
  await page.getByText("word0 word1").waitFor();
  await context.setOffline(true);
  const mark = async (from: number, to: number): Promise<void> => {
    for (let place = 0; place < to; place += 1) {
      await page.keyboard.press("ArrowRight");
      if (place >= from) await page.keyboard.press("1");
    }
    await page.locator(`[role=status][data-stored="${to}"]`).waitFor();
  };
  await mark(0, WORDS / 2);
  await page.getByText("Offline: stored in this browser").waitFor();
  await page.reload();
  await page.locator(`[role=status][data-made="${WORDS / 2}"]`).waitFor();
  await page.getByText("Offline: stored in this browser").waitFor();
  await mark(WORDS / 2, WORDS);
  await context.setOffline(false);
  await page.getByText("saved", { exact: true }).waitFor();
  const { label, revision } = await draftOf(project);
  const spans = label.q as { readonly id: string; readonly start: number }[];
  expect(revision).toBe(WORDS);
  expect(new Set(spans.map(({ id }) => id)).size).toBe(WORDS);
  const starts = Array.from({ length: WORDS }, (_, place) => text.indexOf(`word${place}`));
  expect(spans.map(({ start }) => start)).toEqual(starts);
});

/** Mulberry32: numbers in [0, 1) that are the same at each run. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const KILLS = 50;

/** Ends a tab without a word to its page: its process dies, or it is closed under it. */
async function kill(tab: Page, hard: boolean): Promise<void> {
  if (hard) {
    const devtools = await context.newCDPSession(tab);
    const crashed = tab.waitForEvent("crash");
    // The dying page gives no answer.
    devtools.send("Page.crash").catch(() => undefined);
    await crashed;
  }
  await tab.close({ runBeforeUnload: false });
}

test("50 tabs killed in the middle of the work: no operation that was stored is lost", async () => {
  const project = await makeTask("Kills", { kind: "choice", classes: ["good", "bad"] }, "Fine.");
  await page.goto(assay.url);
  const random = numbersFrom(20_261_125);
  const address = `${assay.url}/projects/${project}/label`;
  const count = async (tab: Page, what: "made" | "stored"): Promise<number> =>
    Number(await tab.locator("[role=status][data-made]").getAttribute(`data-${what}`));
  let [stored, pressed] = [0, 0];
  for (let round = 0; round < KILLS; round += 1) {
    // The first takes the task; without a network none could be had.
    await context.setOffline(random() < 0.4 && round > 0);
    const tab = await context.newPage();
    await tab.goto(address);
    await tab.locator("[role=status][data-made]").waitFor({ state: "attached" });
    const made = await count(tab, "made");
    expect(made, `kill ${round}: stored before it, there after it`).toBeGreaterThanOrEqual(stored);
    expect(made, `kill ${round}: nothing twice`).toBeLessThanOrEqual(pressed);
    pressed = made;
    const edits = Math.floor(random() * 9);
    for (let edit = 0; edit < edits; edit += 1) await tab.keyboard.press(String((pressed++ % 2) + 1));
    stored = await count(tab, "stored");
    await kill(tab, random() < 0.5);
  }
  await context.setOffline(false);
  await page.goto(address);
  await page.locator("[role=status][data-saved=true]").waitFor();
  const made = await count(page, "made");
  expect(made).toBeGreaterThanOrEqual(stored);
  const { label, revision } = await draftOf(project);
  expect(revision).toBe(made);
  expect(label.q).toBe(made % 2 === 1 ? "good" : "bad");
});
