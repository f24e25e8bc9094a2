/** How an admin sees how the installation is, without any other tool; and that nobody else does. */
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
  await page.getByRole("link", { name: "Health" }).click();
  await page.getByRole("heading", { name: "Health", exact: true }).waitFor();
});

afterAll(async () => {
  await browser.close();
  await assay.stop();
});

test("an admin sees what is promised, what waits and what to do", async () => {
  await page.getByText("There is no backup: run assay backup --verify.").waitFor();
  await page.getByText("A crash of any process, of the database and of the machine.").waitFor();
  await page.getByRole("cell", { name: /^PostgreSQL 18.*Assay’s own$/ }).waitFor();
  const jobs = page.getByRole("row", { name: /^Jobs/ });
  expect((await jobs.getByRole("cell").allTextContents()).slice(1)).toEqual(["0", ""]);
  await picture("health", page);
  expect(faults).toEqual([]);
});

test("while the server does not answer, how it was stays", async () => {
  await page.context().setOffline(true);
  await page.getByText("The last look failed; this is how it was before.").waitFor();
  await page.getByText("There is no backup: run assay backup --verify.").waitFor();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("The last look failed; this is how it was before.").waitFor({ state: "detached" });
});
