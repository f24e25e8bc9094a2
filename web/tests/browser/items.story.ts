/** How a manager finds an item again: pages, filters that the address keeps, pictures, and what was answered. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningAssay, openPage, picture, post, startAssay, startBrowser } from "./assay";

const RACCOON = join(import.meta.dirname, "../../../assay/demo/raccoon/raccoon-4.jpg");

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

async function create(name: string, ontology: unknown): Promise<string> {
  return String((await post(page, "/v1/projects", { name, ontology })).answer["id"]);
}

test("texts are listed in pages, filtered, and opened with their answers", async () => {
  const HOSTILE = "t3 <img src=x onerror=alert(1)>";
  const project = await create("n".repeat(200), {
    fields: { text: "text" },
    questions: [{ name: "tone", kind: "choice", field: "text", classes: ["good", "bad"] }],
  });
  await page.goto(`${assay.url}/projects/${project}`);
  await page.getByRole("link", { name: "Items", exact: true }).click();
  await page.getByText("No items yet").waitFor();
  await picture("items-empty", page);
  const names = Array.from({ length: 60 }, (_, index) => (index === 3 ? HOSTILE : `t${index}`));
  await post(
    page,
    `/v1/projects/${project}/items`,
    names.map((external_id) => ({ external_id, fields: { text: `${external_id}: ${"long ".repeat(80)}` } })),
  );
  await post(page, `/v1/projects/${project}/annotations`, [
    { external_id: HOSTILE, labeler: "ann", label: { tone: "bad" } },
  ]);
  await page.reload();
  await page.getByText("Page 1 · 50 items").waitFor();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.getByText("Page 2 · 10 items").waitFor();
  await page.getByRole("button", { name: "Look at t59" }).waitFor();
  await page.getByRole("button", { name: "Page before" }).click();
  await page.getByText("Page 1 · 50 items").waitFor();

  await page.getByLabel("State").selectOption("resolved");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByText("Page 1 · 1 item").waitFor();
  await page.reload();
  await page.getByText("Page 1 · 1 item").waitFor();
  expect(new URL(page.url()).hash).toBe("#state=resolved");
  await page.getByRole("button", { name: `Look at ${HOSTILE}` }).click();
  await page.getByRole("heading", { name: "1 answer" }).waitFor();
  await page.getByText("ann,").waitFor();
  await picture("items", page);
  await page.getByLabel("Exact name").fill("nowhere");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByText("No item is like this.").waitFor();
  await page.getByRole("button", { name: "Show all" }).first().click();
  await page.getByText("Page 1 · 50 items").waitFor();

  await page.getByLabel("Answer").selectOption("bad");
  await page.getByLabel("At most so sure, in %").fill("90");
  await page.getByLabel("Text", { exact: true }).fill("LONG long");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByText("Page 1 · 1 item").waitFor();
  await page.getByRole("button", { name: "Keep this view" }).click();
  await page.getByLabel("Name of the view").fill("Doubtful <i>bad</i> ones, to be looked at on Friday");
  await page.keyboard.press("Enter");
  const kept = page.getByRole("button", { name: "Doubtful <i>bad</i> ones", pressed: true });
  await kept.waitFor();
  await picture("items-views", page);
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByText("Page 1 · 50 items").waitFor();
  await page.reload();
  await page.getByRole("button", { name: /^Doubtful/ }).click();
  await page.getByText("Page 1 · 1 item").waitFor();
  expect(new URL(page.url()).hash).toBe("#question=tone&answer=bad&max_confidence=0.9&text=LONG+long");
  await page.getByRole("button", { name: /^Forget Doubtful/ }).click();
  await page.getByText("none kept yet").waitFor();
  expect(faults).toEqual([]);
});

test("pictures are listed small", async () => {
  const project = await create("Raccoons", {
    fields: { image: "image" },
    questions: [{ name: "objects", kind: "box", field: "image", classes: ["raccoon"] }],
  });
  await page.goto(`${assay.url}/projects/${project}`);
  await page.getByRole("button", { name: "Import" }).click();
  await page.locator("input[type=file]").setInputFiles({
    name: "raccoon-4.jpg",
    mimeType: "image/jpeg",
    buffer: readFileSync(RACCOON),
  });
  await page.getByText("1 new, 0 there already, 0 refused").waitFor();
  await page.goto(`${assay.url}/projects/${project}/items`);
  const small = page.getByRole("img", { name: "Picture of raccoon-4.jpg" });
  await small.waitFor();
  await expect.poll(() => small.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBeGreaterThan(0);
  expect(await small.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBeLessThanOrEqual(96);
  await picture("items-pictures", page);
  expect(faults).toEqual([]);
});

test("a folder is dropped or chosen: its pictures keep their paths, what is none of its business is told", async () => {
  const project = await create("Folders", {
    fields: { image: "image" },
    questions: [{ name: "objects", kind: "box", field: "image", classes: ["raccoon"] }],
  });
  const folder = mkdtempSync(join(tmpdir(), "assay-folder-"));
  try {
    mkdirSync(join(folder, "set/deep"), { recursive: true });
    mkdirSync(join(folder, "set/.git"));
    for (const name of ["1.jpg", "deep/1.jpg"]) copyFileSync(RACCOON, join(folder, "set", name));
    writeFileSync(join(folder, "set/.git/config"), "[core]");
    writeFileSync(join(folder, "set/tool.bin"), Buffer.from([0, 1, 2, 255]));
    await page.goto(`${assay.url}/projects/${project}`);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    const target = page.getByText("Drop files or folders here");
    await target.waitFor();
    const { x, y } = (await target.boundingBox()) ?? { x: 0, y: 0 };
    const devtools = await page.context().newCDPSession(page);
    const data = { items: [], files: [join(folder, "set")], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await devtools.send("Input.dispatchDragEvent", { type, x: x + 5, y: y + 5, data });
    await page.getByText("2 new, 0 there already, 1 refused").waitFor();
    await page.getByText("set/tool.bin: This is neither a picture").waitFor();
    await picture("import-folder", page);
    const picked = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose a folder" }).click();
    await (await picked).setFiles(join(folder, "set"));
    await page.getByText("0 new, 2 there already, 1 refused").waitFor();
    await page.goto(`${assay.url}/projects/${project}/items`);
    await page.getByRole("button", { name: "Look at set/deep/1.jpg" }).waitFor();
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(faults).toEqual([]);
});

test("a file is imported in the background, bad lines are listed, and a reload shows it again", async () => {
  const project = await create("Files", {
    fields: { text: "text" },
    questions: [{ name: "tone", kind: "choice", field: "text", classes: ["good", "bad"] }],
  });
  await page.goto(`${assay.url}/projects/${project}`);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByLabel("Format").selectOption("jsonl");
  await page.getByLabel("leave out what is wrong").check();
  const lines = [
    { external_id: "a", fields: { text: "Fine." } },
    { external_id: "b", fields: { noise: "<script>alert(1)</script>" } },
  ];
  const picked = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a file", exact: true }).click();
  await (
    await picked
  ).setFiles({
    name: "lines.jsonl",
    mimeType: "application/x-ndjson",
    buffer: Buffer.from(lines.map((line) => JSON.stringify(line)).join("\n")),
  });
  await page.getByText("1 new, 0 there already, 1 refused").waitFor({ timeout: 60_000 });
  await page.getByRole("cell", { name: /noise/ }).first().waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByText("1 new, 0 there already, 1 refused").waitFor();
  await page.getByLabel("Or where it lies").fill("http://127.0.0.1:1/x.jsonl");
  await page.getByRole("button", { name: "Import from there" }).click();
  await page.getByRole("alert").waitFor();
  await picture("import-files", page);
  expect(faults).toEqual([]);
});
