/** A text of a million characters in figures: opened, scrolled, marked, searched. Run by hand (`npm run bench`). */
import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { startBrowser } from "../tests/browser/assay";
import { figuresOf, told } from "./numbers";
import { type Work, counted, frame, openBuilt } from "./page";
import { Table } from "./table";

const STEPS = 60;
const STEP_PX = 1_500;

let browser: Browser;
const table = new Table("what", "thread a frame", "script of it", "longest piece", "bar");

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(async () => {
  table.print(browser);
  await browser.close();
});

/** Only in a page. */
declare const bench: {
  open(): number;
  longest(): number;
  same(): number;
  markSame(): void;
  word(): void;
  fault(): boolean;
  marks(): number;
};

/** Does something so many times, a frame each. */
async function row(
  page: Page,
  cdp: CDPSession,
  what: string,
  times: number,
  move: (step: number) => Promise<void>,
): Promise<void> {
  await page.evaluate(() => bench.longest());
  const works: Work[] = [];
  for (let step = 0; step < times; step += 1) works.push(await frame(page, cdp, () => move(step)));
  const longest = await page.evaluate(() => bench.longest());
  table.say(
    what,
    told(figuresOf(works.map(({ all }) => all))),
    told(figuresOf(works.map(({ script }) => script))),
    longest === 0 ? "under 50 ms" : `${longest.toFixed(0)} ms`,
    "100 ms",
  );
}

test("a million characters", async () => {
  const page = await openBuilt(browser, "text_page");
  const cdp = await counted(page);
  await row(page, cdp, "open the task", 1, async () => {
    await page.evaluate(() => bench.open());
  });
  await page.mouse.move(400, 400);
  await row(page, cdp, "scroll by 1,500 px", STEPS, () => page.mouse.wheel(0, STEP_PX));
  await page.mouse.move(300, 300);
  await page.mouse.down();
  await row(page, cdp, "drag over the text", STEPS, (step) =>
    page.mouse.move(300 + step * 6, 300 + step * 2),
  );
  await row(page, cdp, "let go: one mark more", 1, () => page.mouse.up());
  await row(page, cdp, "go a word on by key", STEPS, () =>
    page.evaluate(() => {
      bench.word();
    }),
  );
  await row(page, cdp, "find the same words", 1, async () => {
    await page.evaluate(() => bench.same());
  });
  await row(page, cdp, "mark them all", 1, () =>
    page.evaluate(() => {
      bench.markSame();
    }),
  );
  await row(page, cdp, "check the label", 1, async () => {
    await page.evaluate(() => bench.fault());
  });
  table.say("marks in the end", String(await page.evaluate(() => bench.marks())), "", "", "");
  await page.close();
});
