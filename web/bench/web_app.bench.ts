/**
 * The web app in figures: an active edit and a hit test among 5,000 polygons, beside the same polygons in SVG; from
 * submit to the next task; the size of what is loaded. Run by hand (`npm run bench`); writes Markdown.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { type RunningAssay, openPage, post, startAssay, startBrowser } from "../tests/browser/assay";
import { type Figures, figuresOf, kilobytes, told } from "./numbers";
import { WEB, type Work, counted, frame, openBuilt } from "./page";
import { Table } from "./table";

const FRAMES = 120;
const BATCHES = 60;
const HITS_IN_BATCH = 100;
const SUBMITS = 25;

let browser: Browser;
const table = new Table("what", "Assay", "SVG", "bar");
const say = table.say.bind(table);

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(async () => {
  table.print(browser);
  await browser.close();
});

interface Bench {
  isReady(): boolean;
  choose(index: number): readonly [number, number];
  hitTimes(batches: number, each: number): number[];
}

/** Only in a page. */
declare const bench: Bench;

interface Edit {
  readonly script: Figures;
  readonly all: Figures;
  /** The same without moving anything: what measuring itself takes. */
  readonly still: Figures;
}

/** A corner of one polygon dragged over the page, a frame a move. */
async function dragCorner(page: Page, surface: string): Promise<Edit> {
  const cdp = await counted(page);
  const area = await page.locator(surface).first().boundingBox();
  if (area === null) throw new Error("nothing is shown");
  const [x, y] = await page.evaluate(() => bench.choose(2_000));
  const [left, top] = [area.x + x, area.y + y];
  await page.mouse.move(left, top);
  await page.mouse.down();
  const moved: Work[] = [];
  for (let at = 1; at <= FRAMES; at += 1) {
    const angle = at / 10;
    const step = (): Promise<void> =>
      page.mouse.move(left + 30 * Math.sin(angle), top + 30 * Math.cos(angle));
    moved.push(await frame(page, cdp, step));
  }
  await page.mouse.up();
  const still: Work[] = [];
  for (let at = 0; at < FRAMES / 4; at += 1) still.push(await frame(page, cdp, () => Promise.resolve()));
  return {
    script: figuresOf(moved.map(({ script }) => script)),
    all: figuresOf(moved.map(({ all }) => all)),
    still: figuresOf(still.map(({ script }) => script)),
  };
}

async function hits(page: Page): Promise<Figures> {
  const times = await page.evaluate(([batches, each]) => bench.hitTimes(batches, each), [
    BATCHES,
    HITS_IN_BATCH,
  ] as const);
  return figuresOf(times);
}

test("an active edit and a hit test among 5,000 polygons", async () => {
  const [app, svg] = [await openBuilt(browser, "app_page"), await openBuilt(browser, "svg_page")];
  const [ours, theirs] = [await dragCorner(app, ".picture"), await dragCorner(svg, "svg")];
  say("script of a frame of an active edit", told(ours.script), told(theirs.script), "≤ 8 ms");
  say("the same frame with layout and paint", told(ours.all), told(theirs.all), "");
  say("a frame in which nothing moves", told(ours.still), told(theirs.still), "");
  say("one hit test", told(await hits(app)), told(await hits(svg)), "≤ 1 ms");
  await Promise.all([app.close(), svg.close()]);
});

test("from submit to the next task", async () => {
  const assay = await startAssay();
  try {
    const times = await submitAll(assay);
    say("submit to next task, prefetched", told(figuresOf(times)), "", "≤ 100 ms");
  } finally {
    await assay.stop();
  }
});

async function submitAll(assay: RunningAssay): Promise<readonly number[]> {
  const { page } = await openPage(browser);
  await page.goto(assay.link);
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
  const ontology = {
    fields: { image: "image" },
    questions: [{ name: "things", kind: "box", field: "image", classes: ["thing"] }],
  };
  const { answer } = await post(page, "/v1/projects", { name: "Speed", ontology });
  const project = String(answer["id"]);
  await page.goto(`${assay.url}/projects/${project}`);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByLabel("Choose files").setInputFiles(await pictures(page, SUBMITS + 4));
  await page.getByText(new RegExp(`${SUBMITS + 4} new`)).waitFor();
  let fetched = 0;
  page.on("requestfinished", (request) => {
    if (request.url().includes("/v1/assets/")) fetched += 1;
  });
  await page.goto(`${assay.url}/projects/${project}/label`);
  await page.evaluate(watchSubmits);
  for (let done = 0; done < SUBMITS; done += 1) {
    // The next two, and their pictures, are there.
    while (fetched < done + 3) await page.waitForEvent("requestfinished");
    await page.keyboard.press("e");
    await page.keyboard.press("Enter");
    await page.waitForFunction((count) => (window as unknown as Watched).submits.length > count, done);
  }
  const times = await page.evaluate(() => (window as unknown as Watched).submits);
  await page.context().close();
  return times;
}

interface Watched {
  submits: number[];
}

/** In the page: how long after Enter another item is named, its picture painted, and the thread free again. */
function watchSubmits(): void {
  const submits: number[] = [];
  Object.assign(window, { submits });
  const nameOf = (): string => document.querySelector("h1")?.textContent ?? "";
  const isPainted = (): boolean => {
    const canvas = document.querySelector("canvas");
    if (canvas === null || canvas.width === 0) return false;
    const pixel = canvas.getContext("2d")?.getImageData(canvas.width / 2, canvas.height / 2, 1, 1);
    return (pixel?.data[3] ?? 0) > 0;
  };
  addEventListener(
    "keydown",
    ({ key }) => {
      if (key !== "Enter") return;
      const [begun, before] = [performance.now(), nameOf()];
      const look = (): void => {
        if (nameOf() === before || !isPainted()) requestAnimationFrame(look);
        else setTimeout(() => submits.push(performance.now() - begun));
      };
      requestAnimationFrame(look);
    },
    { capture: true },
  );
}

async function pictures(
  page: Page,
  count: number,
): Promise<{ name: string; mimeType: string; buffer: Buffer }[]> {
  const drawn = await page.evaluate((wanted) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 960 });
    const context = canvas.getContext("2d");
    return Array.from({ length: wanted }, (_, index) => {
      if (context !== null) context.fillStyle = `hsl(${index * 11} 40% 60%)`;
      context?.fillRect(0, 0, canvas.width, canvas.height);
      context?.fillText(String(index), 10, 10);
      return canvas.toDataURL("image/jpeg").split(",")[1] ?? "";
    });
  }, count);
  return drawn.map((bytes, index) => ({
    name: `picture-${index}.jpg`,
    mimeType: "image/jpeg",
    buffer: Buffer.from(bytes, "base64"),
  }));
}

test("what is loaded", () => {
  const built = join(WEB, "../assay/static/assets");
  const packed = readdirSync(built).map((name) => ({
    name,
    size: gzipSync(readFileSync(join(built, name))).length,
  }));
  const first = packed.reduce((sum, { size }) => sum + size, 0);
  say("all scripts and styles, gzip", kilobytes(first), "", "≤ 150 kB at first");
  for (const { name, size } of packed) say(`… ${name.replace(/-[\w-]{8}\./, ".")}`, kilobytes(size), "", "");
});
