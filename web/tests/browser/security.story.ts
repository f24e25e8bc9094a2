/** Text stays text wherever people's words are shown (A19), and the content security policy is never asked. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningAssay, openPage, post, read, startAssay, startBrowser } from "./assay";
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
