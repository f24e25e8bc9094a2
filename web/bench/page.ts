/** A page made of one of the scripts beside this one, and what its thread works. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Browser, CDPSession, Page } from "playwright-core";
import { build } from "vite";

export const WEB = join(import.meta.dirname, "..");

/** Only in a page. */
declare const bench: { isReady(): boolean };

export async function openBuilt(browser: Browser, name: string): Promise<Page> {
  const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
  try {
    await build({
      configFile: false,
      root: WEB,
      logLevel: "error",
      plugins: [svelte()],
      build: {
        outDir: folder,
        target: "es2023",
        rolldownOptions: {
          input: join(WEB, "bench", `${name}.ts`),
          output: { format: "iife", entryFileNames: "page.js", assetFileNames: "page[extname]" },
        },
      },
    });
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.setContent("<!doctype html><html lang=en><title>Bench</title><body></body></html>");
    if (readdirSync(folder).includes("page.css")) await page.addStyleTag({ path: join(folder, "page.css") });
    await page.addScriptTag({ path: join(folder, "page.js") });
    await page.waitForFunction(() => bench.isReady());
    return page;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Work {
  /** Milliseconds of the page's thread, as the processor counted them. */
  readonly script: number;
  readonly all: number;
}

/** Begins to count a page's work. */
export async function counted(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  return cdp;
}

async function workOf(cdp: CDPSession): Promise<Work> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const read = (name: string): number => (metrics.find((one) => one.name === name)?.value ?? NaN) * 1000;
  return { script: read("ScriptDuration"), all: read("TaskDuration") };
}

/** What a frame takes in which `move` does something. */
export async function frame(page: Page, cdp: CDPSession, move: () => Promise<void>): Promise<Work> {
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
