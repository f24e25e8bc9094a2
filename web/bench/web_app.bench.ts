/**
 * The web app in figures: an active edit and a hit test among 5,000 polygons, beside the same polygons in SVG; from
 * submit to the next task; the size of what is loaded. Run by hand (`npm run bench`); writes Markdown.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Browser, CDPSession, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, test } from "vitest";
import { type RunningAssay, openPage, post, startAssay, startBrowser } from "../tests/browser/assay";
import { type Figures, figuresOf, kilobytes, told } from "./numbers";

const FRAMES = 120;
const BATCHES = 60;
const HITS_IN_BATCH = 100;
const SUBMITS = 25;
const WEB = join(import.meta.dirname, "..");

let browser: Browser;
let folder: string;
const rows: string[] = [];
const say = (...cells: readonly string[]): void => {
  rows.push(`| ${cells.join(" | ")} |`);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
  browser = await startBrowser();
  say("what", "Assay", "SVG", "bar");
  say("---", "---", "---", "---");
});

afterAll(async () => {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const load = loadavg().map((one) => one.toFixed(1));
  const where = `commit ${commit}, ${cpus().length} cores, load ${load.join(" ")}, Chromium ${browser.version()}, Node ${process.version}`;
  process.stdout.write(`\n${where}\n\n${rows.join("\n")}\n`);
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** A page made of one of the scripts beside this one. */
async function openBuilt(name: string): Promise<Page> {
  await build({
    configFile: false,
    root: WEB,
    logLevel: "error",
    plugins: [svelte()],
    build: {
      outDir: join(folder, name),
      target: "es2023",
      rolldownOptions: {
        input: join(WEB, "bench", `${name}.ts`),
        output: { format: "iife", entryFileNames: "page.js", assetFileNames: "page[extname]" },
      },
    },
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  const made = readdirSync(join(folder, name));
  await page.setContent("<!doctype html><html lang=en><title>Bench</title><body></body></html>");
  if (made.includes("page.css")) await page.addStyleTag({ path: join(folder, name, "page.css") });
  await page.addScriptTag({ path: join(folder, name, "page.js") });
  await page.waitForFunction(() => bench.isReady());
  return page;
}

interface Bench {
  isReady(): boolean;
  choose(index: number): readonly [number, number];
  hitTimes(batches: number, each: number): number[];
}

/** Only in a page. */
declare const bench: Bench;

interface Work {
  /** Milliseconds of the page's thread, as the processor counted them. */
  readonly script: number;
  readonly all: number;
}

async function workOf(cdp: CDPSession): Promise<Work> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const read = (name: string): number => (metrics.find((one) => one.name === name)?.value ?? NaN) * 1000;
  return { script: read("ScriptDuration"), all: read("TaskDuration") };
}

/** What a frame takes in which `move` moves the pointer. */
async function frame(page: Page, cdp: CDPSession, move: () => Promise<void>): Promise<Work> {
  const before = await workOf(cdp);
  await move();
  await page.evaluate(
    () =>
      new Promise<void>((done) => {
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            done();
          }),
        );
      }),
  );
  const after = await workOf(cdp);
  return { script: after.script - before.script, all: after.all - before.all };
}

interface Edit {
  readonly script: Figures;
  readonly all: Figures;
  /** The same without moving anything: what measuring itself takes. */
  readonly still: Figures;
}

/** A corner of one polygon dragged over the page, a frame a move. */
async function dragCorner(page: Page, surface: string): Promise<Edit> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
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
  const [app, svg] = [await openBuilt("app_page"), await openBuilt("svg_page")];
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
