/** What people see when what comes in is bad, or the way to the server is: what happened, what is safe, a way on. */
import { crc32, deflateSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningAssay, openPage, picture, post, put, read, startAssay, startBrowser } from "./assay";
import { Holdup } from "./holdup";

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

const BOXES = {
  fields: { image: "image" },
  questions: [{ name: "things", kind: "box", field: "image", classes: ["thing"] }],
};
const TONE = {
  fields: { text: "text" },
  questions: [{ name: "tone", kind: "choice", field: "text", classes: ["good", "bad"], required: true }],
};

async function makeProject(name: string, ontology: unknown, more = {}): Promise<string> {
  const { answer } = await post(page, "/v1/projects", { name, ontology, ...more });
  return String(answer["id"]);
}

async function sendTexts(project: string, ...texts: readonly string[]): Promise<void> {
  const items = texts.map((text, index) => ({ external_id: `t${index}`, fields: { text } }));
  expect((await post(page, `/v1/projects/${project}/items`, items)).answer["accepted"]).toBe(texts.length);
}

async function openImport(project: string): Promise<void> {
  await page.goto(`${assay.url}/projects/${project}`);
  await page.getByRole("button", { name: "Import", exact: true }).click();
}

const openTasks = (project: string): Promise<unknown> => page.goto(`${assay.url}/projects/${project}/label`);

const tones = async (project: string): Promise<unknown[]> => {
  const path = `/v1/projects/${project}/resolutions?state=resolved`;
  const { items } = await read<{ items: { label: { tone: string } }[] }>(page, path);
  return items.map(({ label }) => label.tone).sort();
};

/** A chunk of a PNG, with its check sum. */
function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Rows as the format wants them: each begins with its filter. */
const rows = (width: number, height: number): Buffer => deflateSync(Buffer.alloc((width + 1) * height, 0));

/** A grey picture of 8 bits, whose pixels may be anything. */
function png(width: number, height: number, pixels = rows(width, height)): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const file = (name: string, mimeType: string, buffer: Buffer) => ({ name, mimeType, buffer });

test("an SVG, a picture of 65,000 × 65,000, and what is no picture are refused by name, and the rest is taken", async () => {
  const project = await makeProject("Bad pictures", BOXES);
  await openImport(project);
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.xss=1"><script>window.xss=1</script></svg>`;
  await page
    .getByLabel("Choose files")
    .setInputFiles([
      file("drawing.svg", "image/svg+xml", Buffer.from(drawing)),
      file("huge.png", "image/png", png(65_000, 65_000, deflateSync(Buffer.alloc(64)))),
      file("cut.png", "image/png", png(40, 20).subarray(0, 20)),
      file("page.png", "image/png", Buffer.from("<!doctype html><script>window.xss=1</script>")),
      file("good.png", "image/png", png(40, 20)),
    ]);
  await page.getByText("1 new, 0 there already, 4 refused").waitFor();
  for (const told of [
    "2 drawing.svg: an SVG is a program and not a picture; save it as a PNG",
    "4 huge.png: an image is at most 178956970 pixels",
    "1 cut.png: the file is damaged or incomplete",
    "5 page.png: the file is text/html, not what it was called",
  ])
    await page.getByRole("row", { name: told }).waitFor();
  await picture("bad-pictures", page);
  await openTasks(project);
  await page.getByRole("img", { name: "Picture to draw on" }).waitFor();
  expect(await page.evaluate(() => (window as unknown as { xss?: number }).xss ?? null)).toBeNull();
  expect(faults).toEqual([]);
});

test("a picture whose pixels are damaged says so, and is skipped", async () => {
  const project = await makeProject("Damaged", BOXES);
  await openImport(project);
  const damaged = png(40, 20, Buffer.from("these are no pixels at all"));
  await page
    .getByLabel("Choose files")
    .setInputFiles([
      file("a-damaged.png", "image/png", damaged),
      file("b-good.png", "image/png", png(40, 20)),
    ]);
  await page.getByText("2 new, 0 there already, 0 refused").waitFor();
  await openTasks(project);
  await page.getByRole("heading", { name: /a-damaged\.png/ }).waitFor();
  await page.getByText("The file of this picture is damaged, or is no picture. Skip it as broken").waitFor();
  await picture("damaged", page);
  await page.keyboard.press("s");
  await page.getByRole("heading", { name: "Why do you skip this?" }).waitFor();
  await page.keyboard.press("3");
  await page.getByRole("heading", { name: /b-good\.png/ }).waitFor();
  await page.getByText("is damaged").waitFor({ state: "detached" });
  await page.keyboard.press("Enter");
  await page.getByText("All done for now").waitFor();
});

test("a text of control characters is shown, marked to the character, and U+0000 is one refused line", async () => {
  const ontology = {
    fields: { text: "text" },
    questions: [{ name: "names", kind: "span", field: "text", classes: ["name"] }],
  };
  const project = await makeProject("Controls", ontology);
  await openImport(project);
  const text = "\u0001\u0002Ann\u001b[31m\u007f\u0085";
  const lines = [text, "nothing\u0000here", "Plain."].map((one, index) =>
    JSON.stringify({ external_id: `t${index}`, fields: { text: one } }),
  );
  await page
    .getByLabel("Choose files")
    .setInputFiles(file("controls.jsonl", "application/x-ndjson", Buffer.from(lines.join("\n"))));
  await page.getByText("2 new, 0 there already, 1 refused").waitFor();
  await page.getByRole("row", { name: "2 This line holds U+0000, which no text may hold" }).waitFor();
  await openTasks(project);
  await page
    .getByText("This text holds 5 control characters (U+0001, U+0002, U+001B, U+007F, U+0085)")
    .waitFor();
  await page.getByText("␁␂Ann␛[31m␡\ufffd").waitFor();
  // Control characters are words of their own.
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "1"]) await page.keyboard.press(key);
  await page.getByRole("button", { name: /Ann/ }).first().waitFor();
  await picture("controls", page);
  await page.keyboard.press("Enter");
  await page.getByText("Plain.").waitFor();
  await page.getByText("control characters").waitFor({ state: "detached" });
  await page.keyboard.press("Enter");
  await page.getByText("All done for now").waitFor();
  const path = `/v1/projects/${project}/resolutions?state=resolved`;
  interface Found {
    readonly items: readonly { readonly label: { names?: { start: number; end: number }[] } }[];
  }
  const spans = async (): Promise<unknown> =>
    (await read<Found>(page, path)).items.flatMap(({ label }) =>
      (label.names ?? []).map(({ start, end }) => text.slice(start, end)),
    );
  await expect.poll(spans, { timeout: 20_000 }).toEqual(["Ann"]);
});

test("who has a task open hears that its questions were changed, and what becomes of the answer", async () => {
  // A short lease asks often how things are.
  const project = await makeProject("Changed", TONE, { lease_seconds: 15 });
  await sendTexts(project, "One.");
  await openTasks(project);
  await page.getByText("One.").waitFor();
  await page.keyboard.press("2");
  const [asked] = TONE.questions;
  const newer = { ...TONE, questions: [{ ...asked, classes: ["good", "mixed"] }] };
  await put(page, `/v1/projects/${project}/ontology`, newer);
  await page.getByText("The questions were changed after you got this item").waitFor();
  await page.getByRole("button", { name: "bad", pressed: true }).waitFor();
  await picture("changed", page);
  await page.keyboard.press("Enter");
  await page.getByText("All done for now").waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
});

test("a draft that was changed elsewhere is chosen from, and what is kept is submitted", async () => {
  const project = await makeProject("Conflict", TONE);
  await sendTexts(project, "One.");
  await openTasks(project);
  await page.getByText("One.").waitFor();
  const { items } = await read<{ items: { lease: string }[] }>(page, `/v1/projects/${project}/leases`);
  const step = { question: "tone", value: "good" };
  const operation = { id: crypto.randomUUID(), forward: [step], inverse: [{ ...step, value: null }] };
  const body = { base: 0, operations: [operation] };
  const sent = await post(page, `/v1/leases/${items[0]?.lease ?? ""}/operations`, body);
  expect(sent.status).toBe(200);
  await page.keyboard.press("2");
  await page.getByText("Both are kept until you choose").waitFor();
  await page.getByRole("button", { name: "bad", pressed: true }).waitFor();
  await picture("conflict", page);
  await page.getByRole("button", { name: "Keep mine" }).click();
  await page.getByText("saved", { exact: true }).waitFor();
  await page.getByRole("button", { name: "bad", pressed: true }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("All done for now").waitFor();
  await expect.poll(() => tones(project), { timeout: 20_000 }).toEqual(["bad"]);
});

test("a server in trouble is told from a network that is away; what was made is kept and sent", async () => {
  const project = await makeProject("Trouble", TONE);
  await sendTexts(project, "One.");
  await openTasks(project);
  await page.getByText("One.").waitFor();
  // What a proxy answers when what is behind it has fallen.
  const fallen = "**/v1/{leases,projects}/**";
  await page.route(fallen, (route) =>
    route.fulfill({ status: 500, contentType: "text/html", body: "<h1>500</h1>" }),
  );
  await page.keyboard.press("2");
  await page.getByText("The server is in trouble: stored in this browser, sent by itself later").waitFor();
  await picture("trouble", page);
  await page.keyboard.press("Enter");
  await page.getByText("1 answer on the way").waitFor();
  await page.getByText("the server answered 500 without saying why").waitFor();
  await page.getByText("All you answered is stored in this browser or on the server").waitFor();
  await picture("trouble-empty", page);
  await page.reload();
  await page.getByText("1 answer on the way").waitFor();
  await page.unroute(fallen);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("All done for now").waitFor();
  await expect.poll(() => tones(project), { timeout: 20_000 }).toEqual(["bad"]);
});

test("a server that takes everything and answers nothing is told, what was made is kept and sent, and a reload works", async () => {
  const project = await makeProject("Silent", TONE);
  await sendTexts(project, "One.");
  const holdup = new Holdup(assay.url);
  await holdup.start();
  const far = await page.context().newPage();
  // The cookie is this host's, whatever the port.
  await far.goto(`${holdup.url}/projects/${project}/label`);
  await far.getByText("One.").waitFor();
  await far.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await far.reload();
  await far.getByText("One.").waitFor();
  holdup.hold();
  await far.keyboard.press("2");
  await far.getByText("stored here", { exact: true }).waitFor();
  await far.getByText("The server does not answer: stored in this browser, sent by itself later").waitFor();
  await picture("silent", far);
  await far.reload();
  await far.getByRole("button", { name: "bad", pressed: true }).waitFor({ timeout: 60_000 });
  await far.getByText("The server took the request and did not answer in time").waitFor({ timeout: 60_000 });
  await picture("silent-reload", far);
  holdup.release();
  await far.getByRole("button", { name: "Try again" }).click();
  await far.getByText("saved", { exact: true }).waitFor({ timeout: 60_000 });
  // Whatever was said of the way to the server is gone, and the button with it: keys are the page's again.
  await expect.poll(() => far.getByRole("alert").count(), { timeout: 30_000 }).toBe(0);
  await far.keyboard.press("Enter");
  await far.getByText("All done for now").waitFor();
  await expect.poll(() => tones(project), { timeout: 20_000 }).toEqual(["bad"]);
  await far.close();
  await holdup.stop();
});

test("on a slow network the answer is stored at once, and a picture that does not come is fetched again", async () => {
  const project = await makeProject("Slow", BOXES);
  await openImport(project);
  await page.getByLabel("Choose files").setInputFiles(file("slow.png", "image/png", png(40, 20)));
  await page.getByText("1 new, 0 there already, 0 refused").waitFor();
  let [deliver, tell] = [(): void => undefined, (): void => undefined];
  const held = new Promise<void>((resolve) => (deliver = resolve));
  const sent = new Promise<void>((resolve) => (tell = resolve));
  // Also what the service worker asks for.
  await page.context().route("**/v1/assets/*", async (route) => {
    await held;
    await route.fulfill({ status: 504, body: "" });
  });
  await openTasks(project);
  await page.getByText("Fetching the picture…").waitFor();
  await picture("slow-picture", page);
  deliver();
  await page.getByText("This picture cannot be fetched at the moment").waitFor();
  await picture("no-picture", page);
  await page.context().unroute("**/v1/assets/*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("cannot be fetched").waitFor({ state: "detached" });
  await expect.poll(() => page.evaluate(() => document.querySelectorAll("canvas").length)).toBe(3);
  // The box is held on its way for as long as it takes to look.
  await page.route("**/operations", async (route) => {
    await sent;
    await route.continue();
  });
  await page.keyboard.press("1");
  const area = await page.getByRole("img", { name: "Picture to draw on" }).boundingBox();
  const [x, y] = [(area?.x ?? 0) + (area?.width ?? 0) / 2, (area?.y ?? 0) + (area?.height ?? 0) / 2];
  await page.mouse.move(x - 60, y - 40);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 40, { steps: 4 });
  await page.mouse.up();
  await page.getByText("stored here", { exact: true }).waitFor();
  tell();
  await page.getByText("saved", { exact: true }).waitFor();
  await page.unroute("**/operations");
  await page.keyboard.press("Enter");
  await page.getByText("All done for now").waitFor();
  expect(faults).toEqual([]);
});
