/** How right labels are, as a manager sees it: plots with their tables, a blind audit, and the certificate of it. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningAssay, openPage, picture, post, read, startAssay, startBrowser } from "./assay";

const ITEMS = 24;
const TONE = {
  fields: { text: "text" },
  questions: [{ name: "tone", kind: "choice", field: "text", classes: ["good", "bad"], required: true }],
};

let assay: RunningAssay;
let browser: Browser;
let page: Page;
let faults: string[];
let project: string;

beforeAll(async () => {
  [assay, browser] = await Promise.all([startAssay(), startBrowser()]);
  ({ page, faults } = await openPage(browser));
  await page.goto(assay.link);
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
  project = await labelled();
});

afterAll(async () => {
  await browser.close();
  await assay.stop();
});

/** A project whose items two labelers answered; on every sixth they differ. */
async function labelled(): Promise<string> {
  const quality = { min_labels: 2, max_labels: 2 };
  const made = await post(page, "/v1/projects", { name: "Tone", ontology: TONE, quality });
  const id = String(made.answer["id"]);
  const items = Array.from({ length: ITEMS }, (_, n) => ({
    external_id: `t${n}`,
    fields: { text: `The <b>${n}</b>th review` },
  }));
  await post(page, `/v1/projects/${id}/items`, items);
  const votes = items.flatMap(({ external_id }, n) =>
    ["ann", "bob"].map((labeler) => ({
      external_id,
      labeler,
      label: { tone: labeler === "bob" && n % 6 === 0 ? "bad" : "good" },
    })),
  );
  const sent = await page.evaluate(
    async ([path, lines]) => {
      const headers = { "content-type": "application/x-ndjson" };
      return (await fetch(path, { method: "POST", headers, body: lines })).status;
    },
    [`/v1/projects/${id}/annotations`, votes.map((vote) => JSON.stringify(vote)).join("\n")] as const,
  );
  expect(sent).toBe(200);
  await post(page, `/v1/projects/${id}/snapshots`, { name: "June" });
  return id;
}

async function openQuality(): Promise<void> {
  await page.goto(`${assay.url}/projects/${project}`);
  await page.getByRole("button", { name: "Quality" }).click();
  await page.getByRole("heading", { name: "Certificate" }).waitFor();
}

test("nothing is claimed before somebody looked, and a budget says what it buys", async () => {
  await openQuality();
  await page.getByText("Nobody has audited these 24 labels yet").waitFor();
  await page.getByText(/The next €100 buy 1,000 labels: /).waitFor();
  await page.getByLabel("Price of a label").fill("0.5");
  await page.getByText(/The next €100 buy 200 labels: /).waitFor();
  await page.getByLabel("Budget").fill("");
  await expect.poll(() => page.getByText(/The next €/).count()).toBe(0);
  for (const numbers of await page.getByText("In numbers").all()) await numbers.click();
  await page.getByRole("columnheader", { name: "Expected accuracy" }).waitFor();
  await picture("quality", page);
});

test("a contested item is opened where it stands", async () => {
  await openQuality();
  await page.getByRole("button", { name: "Look" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/The <b>\d+<\/b>th review/).waitFor();
  await dialog.getByRole("cell", { name: "ann" }).waitFor();
  await dialog.getByRole("cell", { name: "bad" }).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("an audit by keyboard makes a bound", async () => {
  await openQuality();
  await page.getByLabel("Items to look at").fill("10");
  await page.getByRole("button", { name: "Have them audited" }).click();
  await page.getByRole("link", { name: "Audit" }).click();
  await page.getByText("Audit: answer as you see it.").waitFor();
  for (let done = 0; done < 10; done += 1) {
    const name = await page.locator("h1 .quiet").innerText();
    await page.keyboard.press("1");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("h1 .quiet").allInnerTexts()).not.toEqual([name]);
  }
  const [snapshot] = (await read<{ items: { id: string }[] }>(page, `/v1/projects/${project}/snapshots`))
    .items;
  const address = `/v1/snapshots/${snapshot?.id ?? ""}/certificate`;
  await expect.poll(async () => (await read<{ state: string }>(page, address)).state).toBe("complete");
  expect(await read(page, address)).toMatchObject({ audited: 10, waiting: 0, auditors: 1 });

  await openQuality();
  await page.getByText(/At least \d+\.\d% of these 24 labels are right/).waitFor();
  await page.getByRole("img", { name: "What was certain after so many audits" }).waitFor();
  await picture("certificate", page);
  const [certificate] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "The certificate as a page" }).click(),
  ]);
  await certificate
    .getByRole("heading", { name: /At least \d+\.\d% of these 24 labels are right/ })
    .waitFor();
  await picture("certificate_page", certificate);
  expect(faults).toEqual([]);
});
