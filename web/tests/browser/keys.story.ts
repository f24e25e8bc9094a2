/** Commands by name and by key, and keys that a person chose: all without a pointer. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningAssay, openPage, picture, post, startAssay, startBrowser } from "./assay";

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

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Goes to a control by Tab alone, and stays there. */
async function tabTo(control: Locator): Promise<void> {
  await control.waitFor();
  for (let step = 0; step < 200; step += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${String(control)} cannot be reached by Tab`);
}

const skipping = () => page.getByRole("heading", { name: "Why do you skip this?" });

test("a command is found by its name, given another key, and asked for by it", async () => {
  const ontology = {
    fields: { text: "text" },
    questions: [{ name: "tone", kind: "choice", field: "text", classes: ["good", "bad"], required: true }],
  };
  const { answer } = await post(page, "/v1/projects", { name: "Tone", ontology });
  const label = `${assay.url}/projects/${String(answer["id"])}/label`;
  const items = [{ external_id: "t", fields: { text: "So so." } }];
  await post(page, `/v1/projects/${String(answer["id"])}/items`, items);
  await page.goto(label);
  await page.getByText("So so.").waitFor();

  await press("Control+k");
  await page.getByRole("combobox", { name: "Find a command" }).waitFor();
  await page.keyboard.type("bad");
  await page.getByRole("option", { name: "choose the 2nd class or value: bad", selected: true }).waitFor();
  await press("Enter");
  await page.getByRole("button", { name: "bad", pressed: true }).waitFor();
  await press("Control+k");
  await page.keyboard.type("skip");
  await picture("palette", page);
  await press("Enter");
  await skipping().waitFor();
  await press("Escape", "Control+k");
  await page.keyboard.type("all keys");
  await press("Enter");
  await page.getByRole("heading", { name: "Keys", exact: true }).waitFor();

  const change = page.getByRole("button", { name: "Change the keys of: skip" });
  const row = page.getByRole("row").filter({ has: change });
  await tabTo(change);
  await press("Enter", "f");
  await page.getByText("F already means “fit the picture”. Give that command other keys first.").waitFor();
  await press("Enter", "F5");
  await page.getByText("F5 belongs to the browser").waitFor();
  await press("Enter", "y");
  await row.getByText("Y", { exact: true }).waitFor();
  await page.reload();
  await row.getByText("Y", { exact: true }).waitFor();
  await picture("all-keys", page);
  await page.emulateMedia({ media: "print" });
  expect(await page.getByRole("button").filter({ visible: true }).count()).toBe(0);
  expect(await page.getByText("move what is selected left by ten").isVisible()).toBe(true);
  await page.emulateMedia({ media: "screen" });

  await page.goto(label);
  await page.getByRole("button", { name: "bad", pressed: true }).waitFor();
  await page.getByRole("button", { name: "Skip Y" }).waitFor();
  await press("s");
  expect(await skipping().count()).toBe(0);
  await press("y");
  await skipping().waitFor();
  await press("Escape", "?");
  await tabTo(page.getByRole("button", { name: "As it was: skip" }));
  await press("Enter", "Escape", "s");
  await skipping().waitFor();
  await press("Escape", "Enter");
  await page.getByText("All done for now").waitFor();
  expect(faults).toEqual([]);
});
