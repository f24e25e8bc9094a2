/** What a manager does with a project: its settings and its members. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningAssay, openPage, picture, startAssay, startBrowser } from "./assay";

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

/** A new project of the first template. Answers its id. */
async function create(name: string): Promise<string> {
  await page.goto(`${assay.url}/projects/new`);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create project" }).click();
  await page.getByRole("heading", { name }).waitFor();
  return /projects\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? "";
}

async function read(path: string, key?: string): Promise<Record<string, unknown>> {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const from = key === undefined ? page.request : (await browser.newContext()).request;
  return (await (await from.get(`${assay.url}${path}`, { headers })).json()) as Record<string, unknown>;
}

test("settings are changed, and who is no member sees nothing", async () => {
  const project = await create("Tone");
  const made = await page.request.post(`${assay.url}/v1/labelers`, {
    data: { name: "Ann <b>", kind: "person" },
    headers: { origin: assay.url },
  });
  const { api_key: key } = (await made.json()) as { api_key: string };
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("Name").fill("Tone of reviews");
  await page.getByLabel("Who may label").selectOption("members");
  await page.getByLabel("At least").fill("2");
  await page.getByLabel("At most").fill("5");
  await page.getByLabel("Enough when this sure").fill("99.5");
  await page.getByLabel("Checked items mixed in").fill("29");
  await page.getByLabel("Time for an answer").fill("600");
  await page.getByLabel("Reviewers do not see whose").uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.", { exact: true }).waitFor();
  await page.getByRole("heading", { name: "Tone of reviews" }).waitFor();
  expect(await read(`/v1/projects/${project}`)).toMatchObject({
    name: "Tone of reviews",
    access: "members",
    quality: { min_labels: 2, max_labels: 5, target_accuracy: 0.995, gold_rate: 0.29 },
    lease_seconds: 600,
    blind_review: false,
  });

  const seen = async (): Promise<unknown> => (await read("/v1/projects", key))["items"];
  await page.getByText("Nobody yet").waitFor();
  expect(await seen()).toEqual([]);
  await page.getByRole("combobox", { name: "Who", exact: true }).selectOption("Ann <b>");
  await page.getByRole("button", { name: "Let in" }).click();
  await page.getByRole("button", { name: "Take out Ann <b>" }).waitFor();
  expect(await seen()).toHaveLength(1);
  await picture("settings", page);
  await page.getByRole("button", { name: "Take out Ann <b>" }).click();
  await page.getByText("Nobody yet").waitFor();
  expect(await seen()).toEqual([]);

  await page.getByLabel("Enough when this sure").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.", { exact: true }).waitFor();
  await expect
    .poll(async () => (await read(`/v1/projects/${project}`))["quality"])
    .toMatchObject({ target_accuracy: null });
  expect(faults).toEqual([]);
});
