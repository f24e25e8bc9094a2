/** What a person does with the app, from the sign-in link to the data set: by keyboard wherever one can. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type RunningAssay, barriers, openPage, read, startAssay, startBrowser } from "./assay";

const PICTURES = join(import.meta.dirname, "../../../docs/tutorial/pictures");

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

afterEach(async () => {
  await page.context().setOffline(false);
});

afterAll(async () => {
  await browser.close();
  await assay.stop();
});

/** No barriers on what is shown; and pictures for the tutorial, taken anew when asked for: `PICTURES=1 npm run browser`. */
async function picture(name: string, of: Page = page): Promise<void> {
  expect(await barriers(of)).toEqual([]);
  if (process.env["PICTURES"] !== undefined) await of.screenshot({ path: join(PICTURES, `${name}.png`) });
}

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Goes to a control by Tab alone, and stays there. */
async function tabTo(control: Locator): Promise<void> {
  await control.waitFor();
  for (let step = 0; step < 60; step += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${String(control)} cannot be reached by Tab`);
}

const button = (name: string | RegExp): Locator => page.getByRole("button", { name });
const link = (name: string): Locator => page.getByRole("link", { name, exact: true });

/** A new project from a template, its import panel open. Answers its id. */
async function create(template: RegExp, name: string, of: Page = page): Promise<string> {
  await of.goto(`${assay.url}/projects/new`);
  await of.getByRole("button", { name: template }).click();
  await of.getByLabel("Name").fill(name);
  await of.getByRole("button", { name: "Create project" }).click();
  await of.getByRole("button", { name: "Import", exact: true }).click();
  return /projects\/([0-9a-f-]{36})/.exec(of.url())?.[1] ?? "";
}

async function paste(text: string, told: RegExp): Promise<void> {
  await page.getByLabel("Or paste texts").fill(text);
  await button("Import pasted lines").click();
  await page.getByText(told).waitFor();
}

interface Resolutions {
  readonly items: readonly { readonly label: Readonly<Record<string, unknown>>; readonly state: string }[];
}

async function labels(project: string, question: string, count: number): Promise<unknown[]> {
  const path = `/v1/projects/${project}/resolutions?state=resolved`;
  await expect
    .poll(async () => (await read<Resolutions>(page, path)).items.length, { timeout: 20_000 })
    .toBe(count);
  return (await read<Resolutions>(page, path)).items.map(({ label }) => label[question]);
}

test("texts from the link to the data set, by keyboard alone", async () => {
  await tabTo(link("New project").first());
  await press("Enter");
  await page.getByLabel("Name").waitFor();
  await tabTo(page.getByLabel("Name"));
  const name = 'Hotel reviews <img src="x" onerror="alert(1)">';
  await page.keyboard.type(name);
  await press("Enter");
  await page.getByRole("heading", { name }).waitFor();
  await tabTo(button("Import"));
  await press("Enter");
  await tabTo(page.getByLabel("Or paste texts"));
  await page.keyboard.insertText(
    "The room was lovely and the staff were kind.\nIt was cold, and loud all night.\nWe stayed two nights.",
  );
  await tabTo(button("Import pasted lines"));
  await press("Enter");
  await page.getByText("3 new, 0 there already, 0 refused").waitFor();
  await tabTo(link("Label"));
  await press("Enter");
  await page.getByText("The room was lovely").waitFor();
  await press("1");
  await page.getByText("saved", { exact: true }).waitFor();
  await picture("label-text");
  await press("Enter");
  await page.getByText("It was cold").waitFor();
  await press("1", "3", "Control+z", "Control+Shift+z", "Enter");
  await page.getByText("We stayed two nights").waitFor();
  await press("Enter");
  await page.getByText("Still to answer: What is the tone of this text?").waitFor();
  await press("2", "Enter");
  await page.getByText("All done for now").waitFor();
  await tabTo(link(name));
  await press("Enter");
  await page.getByText("3 of 3 tasks resolved").waitFor();
  await picture("overview");
  await tabTo(button("Export"));
  await press("Enter");
  await tabTo(button("Freeze and download"));
  const [download] = await Promise.all([page.waitForEvent("download"), press("Enter")]);
  const lines = readFileSync(await download.path(), "utf8")
    .trim()
    .split("\n");
  expect(JSON.parse(lines.shift() ?? "")).toHaveProperty("ontology");
  const written = lines.map((line) => JSON.parse(line) as { label: { class: string } });
  expect(written.map(({ label }) => label.class)).toEqual(["positive", "negative", "neutral"]);
  expect(faults).toEqual([]);
});

test("names in texts: offline, reloaded and back, nothing is lost", async () => {
  const project = await create(/Named entities/, "News");
  await paste("Ann Smith flew from Oslo to Rome 😀 with Müller GmbH.\nNobody is named here.", /2 new/);
  await link("Label").click();
  await page.getByText("Ann Smith flew").waitFor();
  await press("ArrowRight", "Shift+ArrowRight", "1");
  await page.getByRole("button", { name: /^Ann Smith/ }).waitFor();
  await page.getByText("saved", { exact: true }).waitFor();
  await page.context().setOffline(true);
  await press("ArrowRight", "ArrowRight", "ArrowRight", "2", "ArrowRight", "ArrowRight", "2");
  await page.getByRole("button", { name: /^Rome/ }).waitFor();
  await page.getByText("Offline: stored in this browser").waitFor();
  await picture("offline");
  await page.context().setOffline(false);
  await page.reload();
  await page.getByRole("button", { name: /^Rome/ }).waitFor();
  await page.context().setOffline(true);
  await press("Enter");
  await page.getByText("Nobody is named here").waitFor();
  await press("e", "Enter");
  await page.getByText("2 answers on the way").waitFor();
  await page.context().setOffline(false);
  const found = (await labels(project, "names", 2)) as { class: string; start: number; end: number }[][];
  const plain = found.map((spans) => spans.map(({ class: name, start, end }) => [name, start, end]));
  expect(plain).toContainEqual([
    ["person", 0, 9],
    ["place", 20, 24],
    ["place", 28, 32],
  ]);
  expect(plain).toContainEqual([]);
  expect(faults).toEqual([]);
});

test("boxes on a picture, drawn, moved and stored in its pixels", async () => {
  const project = await create(/Boxes on images/, "Street");
  const drawn = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 400, height: 200 });
    const context = canvas.getContext("2d");
    context?.fillRect(0, 0, 400, 200);
    if (context) context.fillStyle = "#c96";
    context?.fillRect(100, 50, 120, 80);
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  });
  const broken = { name: "broken.png", mimeType: "image/png", buffer: Buffer.from("no picture") };
  const good = { name: "street.png", mimeType: "image/png", buffer: Buffer.from(drawn, "base64") };
  await page.getByLabel("Choose files").setInputFiles([good, broken]);
  await page.getByText(/1 new, 0 there already, 1 refused/).waitFor();
  await page.getByRole("cell", { name: /broken\.png/ }).waitFor();
  await link("Label").click();
  const surface = page.getByRole("img", { name: "Picture to draw on" });
  await surface.waitFor();
  await expect.poll(() => page.evaluate(() => document.querySelectorAll("canvas").length)).toBe(3);
  const area = await surface.boundingBox();
  if (area === null) throw new Error("the picture has no place");
  const scale = Math.min((area.width - 24) / 400, (area.height - 24) / 200);
  const at = (x: number, y: number): [number, number] => [
    area.x + area.width / 2 + (x - 200) * scale,
    area.y + area.height / 2 + (y - 100) * scale,
  ];
  await press("2");
  await page.mouse.move(...at(100, 50));
  await page.mouse.down();
  await page.mouse.move(...at(180, 100), { steps: 3 });
  await page.mouse.move(...at(220, 130));
  await page.mouse.up();
  await page.getByRole("button", { name: /^120 × 80 · 100, 50/ }).waitFor();
  await press("v", "Shift+ArrowRight", "ArrowLeft");
  await page.getByRole("button", { name: /^120 × 80 · 109, 50/ }).waitFor();
  await page.getByText("saved", { exact: true }).waitFor();
  await picture("label-image");
  await press("Enter");
  await page.getByText("All done for now").waitFor();
  const [objects] = (await labels(project, "objects", 1)) as { class: string; box: number[] }[][];
  expect(objects?.map(({ class: name, box }) => [name, ...box.map(Math.round)])).toEqual([
    ["person", 109, 50, 120, 80],
  ]);
  expect(faults).toEqual([]);
});

test("a second labeler answers, and a reviewer fixes and accepts by key", async () => {
  const project = await create(/Text classes/, "Tone");
  await paste("Quite all right.\nAwful.", /2 new/);
  const person = {
    name: "Ben <b>",
    kind: "person",
    role: "labeler",
    email: "ben@example.org",
    password: "correct horse battery",
  };
  const made = await page.evaluate(async (body) => {
    const headers = { "content-type": "application/json" };
    return (await fetch("/v1/labelers", { method: "POST", headers, body: JSON.stringify(body) })).status;
  }, person);
  expect(made).toBe(201);
  const other = await openPage(browser, { dark: true });
  await other.page.goto(`${assay.url}/projects/${project}/label`);
  await other.page.getByLabel("E-mail").fill(person.email);
  await picture("sign-in", other.page);
  await other.page.getByLabel("Password").fill("wrong");
  await other.page.keyboard.press("Enter");
  await other.page.getByRole("alert").waitFor();
  await other.page.getByLabel("Password").fill(person.password);
  await other.page.keyboard.press("Enter");
  await other.page.getByText("Quite all right").waitFor();
  await other.page.keyboard.press("1");
  await other.page.keyboard.press("Enter");
  await other.page.getByText("Awful").waitFor();
  await other.page.keyboard.press("3");
  await other.page.keyboard.press("Enter");
  await other.page.getByText("All done for now").waitFor();
  await labels(project, "class", 2);
  await page.goto(`${assay.url}/projects/${project}/review`);
  await page.getByRole("button", { name: /Answer 1/ }).waitFor();
  await picture("review");
  await fixTo("2");
  await button(/Answer 1/).waitFor();
  await press("?");
  await picture("keys");
  await press("Escape", "a");
  await page.getByText("Nothing to review").waitFor();
  expect((await labels(project, "class", 2)).filter((value) => value === "neutral")).toHaveLength(1);
  expect([...faults, ...other.faults]).toEqual([]);
});

/** Turns what is shown into another class, and waits until another item, or none, is there. */
async function fixTo(digit: string): Promise<void> {
  const item = await page.getByRole("document", { name: "Text to mark" }).innerText();
  await press("f", digit, "Enter");
  await page.getByText(item, { exact: true }).first().waitFor({ state: "detached" });
}
