/** Choice and text tasks on a tablet: by finger alone, upright and lying, in both colours. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningAssay, openPage, picture, post, read, startAssay, startBrowser } from "./assay";

let assay: RunningAssay;
let browser: Browser;
let page: Page;
let faults: string[];

/** What a finger can hit (WCAG 2.2, 2.5.8). */
const LEAST_PX = 24;

beforeAll(async () => {
  [assay, browser] = await Promise.all([startAssay(), startBrowser()]);
  ({ page, faults } = await openPage(browser, { tablet: true }));
  await page.goto(assay.link);
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
});

afterAll(async () => {
  await browser.close();
  await assay.stop();
});

const ONTOLOGY = {
  fields: { text: "text" },
  questions: [
    { name: "tone", kind: "choice", field: "text", classes: ["good", "bad"], required: true },
    { name: "names", kind: "span", field: "text", classes: ["person", "place"] },
  ],
};
const TEXT = "Ann Marie met Ben in the town of Ulm, and they went home.";

const misfits: string[] = [];

/** Nothing hangs over the side, and whatever can be tapped is large enough or stands in a line of text. */
async function fits(where: string): Promise<void> {
  const found = await page.evaluate((least) => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const small = [...document.querySelectorAll("button, a, input, select, summary, [role=button]")].flatMap(
      (element) => {
        const { width, height } = element.getBoundingClientRect();
        const shown = width > 0 && height > 0 && !element.closest(".skip, p, .text");
        if (!shown || (width >= least && height >= least)) return [];
        return [`${element.outerHTML.slice(0, 90)}: ${Math.round(width)} × ${Math.round(height)}`];
      },
    );
    return { beyond: scrollWidth - clientWidth, small };
  }, LEAST_PX);
  if (found.beyond > 0) misfits.push(`${where}: ${found.beyond} px beyond the side`);
  misfits.push(...found.small.map((told) => `${where}: ${told}`));
}

/** Where a word of the text is on the screen. */
async function tapWord(word: string): Promise<void> {
  const place = await page.evaluate((wanted) => {
    const walker = document.createTreeWalker(
      document.querySelector("[role=document]") as Node,
      NodeFilter.SHOW_TEXT,
    );
    while (walker.nextNode() !== null) {
      const at = walker.currentNode.textContent?.indexOf(wanted) ?? -1;
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + wanted.length);
      const { left, top, width, height } = range.getBoundingClientRect();
      return [left + width / 2, top + height / 2] as const;
    }
    return null;
  }, word);
  if (place === null) throw new Error(`the text has no ${word}`);
  await page.touchscreen.tap(...place);
}

const tap = (target: Locator): Promise<void> => target.tap();
const button = (name: string | RegExp): Locator => page.getByRole("button", { name });

test("a text is classed, its names are marked and one of them taken back, by finger alone", async () => {
  const { answer } = await post(page, "/v1/projects", { name: "By finger", ontology: ONTOLOGY });
  const project = String(answer["id"]);
  const items = ["one", "two"].map((external_id) => ({ external_id, fields: { text: TEXT } }));
  await post(page, `/v1/projects/${project}/items`, items);
  for (const path of [
    "/projects",
    `/projects/${project}`,
    "/keys",
    "/account",
    `/projects/${project}/comments`,
  ])
    for (const size of [
      { width: 768, height: 1024 },
      { width: 1024, height: 768 },
    ]) {
      await page.setViewportSize(size);
      await page.goto(`${assay.url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await fits(`${path} at ${size.width}`);
    }

  await page.goto(`${assay.url}/projects/${project}/label`);
  await page.getByText(TEXT).waitFor();
  await tap(button("good"));
  await tapWord("Ann");
  await tapWord("Marie");
  await tap(button("person").first());
  await button(/^Ann Marie/).waitFor();
  await tapWord("Ben");
  await tap(button("person").first());
  await button(/^Ben/).waitFor();
  await tapWord("Ulm");
  await tap(button("place").first());
  await tapWord("home");
  await tapWord("home");
  await button(/^Ulm/).waitFor();
  await fits("label, lying");
  await picture("tablet-lying", page);
  await page.setViewportSize({ width: 768, height: 1024 });
  await fits("label, upright");
  await picture("tablet-upright", page);
  // A tap on a mark takes hold of it.
  await tapWord("Ben");
  await page.getByRole("button", { name: /^Ben/, pressed: true }).waitFor();
  await tap(
    button("Delete: Ben")
      .or(button(/^Delete.*Ben/))
      .first(),
  );
  await button(/^Ben/).waitFor({ state: "detached" });
  await page.getByText("saved", { exact: true }).waitFor();
  await tap(button(/Submit and next/));
  await page.getByText("two").first().waitFor();
  await tap(button("Skip"));
  await fits("skip");
  await tap(button(/I am not sure/));
  await page.getByText("All done for now").waitFor();

  const path = `/v1/projects/${project}/resolutions?state=resolved`;
  interface Found {
    readonly items: readonly {
      readonly label: Record<string, { start: number; end: number; class: string }[]>;
    }[];
  }
  const marked = async (): Promise<unknown> =>
    (await read<Found>(page, path)).items.map(({ label }) => [
      label["tone"],
      label["names"]?.map(({ start, end, class: name }) => `${TEXT.slice(start, end)} ${name}`).sort(),
    ]);
  await expect.poll(marked, { timeout: 20_000 }).toEqual([["good", ["Ann Marie person", "Ulm place"]]]);
  expect(misfits).toEqual([]);
  expect(faults).toEqual([]);
});
