/** A real `assay up` on a folder of its own, and a real browser in front of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type Page, chromium } from "playwright-core";

const ASSAY = join(import.meta.dirname, "../../../.venv/bin/assay");
const PICTURES = join(import.meta.dirname, "../../../docs/tutorial/pictures");
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface RunningAssay {
  readonly url: string;
  /** The link that signs one browser in. */
  readonly link: string;
  stop(): Promise<void>;
}

export async function startAssay(): Promise<RunningAssay> {
  const data = mkdtempSync(join(tmpdir(), "assay-browser-"));
  const running = spawn(ASSAY, ["up", "--data", data, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const link = await signInLink(running);
  return {
    url: new URL(link).origin,
    link,
    async stop() {
      const ended = new Promise((resolve) => running.once("exit", resolve));
      running.kill("SIGTERM");
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function signInLink(running: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    running.stdout?.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      const [, link] = /Sign in once[^:]*: (\S+)\n/.exec(said) ?? [];
      if (link !== undefined) resolve(link);
    });
    running.once("exit", () => {
      reject(new Error(`assay up ended:\n${said}`));
    });
  });
}

export async function startBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM))
    throw new Error(`no ${CHROMIUM}: install Debian's chromium, or name one in CHROMIUM`);
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/** A page, and whatever it should not have had: errors, and refusals by the content security policy. */
export async function openPage(
  browser: Browser,
  options: { readonly dark?: boolean; readonly tablet?: boolean } = {},
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({
    ...(options.tablet === true
      ? { viewport: { width: 1024, height: 768 }, hasTouch: true, isMobile: true }
      : { viewport: { width: 1280, height: 720 } }),
    colorScheme: options.dark === true ? "dark" : "light",
    acceptDownloads: true,
  });
  const faults: string[] = [];
  await context.exposeFunction("violated", (told: string) => faults.push(told));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
      const { violated } = window as unknown as { violated: (told: string) => void };
      violated(`policy: ${violatedDirective} ${blockedURI} ${sample}`);
    });
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) faults.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(http:\/\/127\.0\.0\.1[:/]|blob:|data:)/.test(request.url())) faults.push(request.url());
  });
  return { page, faults };
}

export interface Sent {
  readonly status: number;
  readonly answer: Record<string, unknown>;
}

/** A request as the signed-in page would send it. */
export const post = (page: Page, path: string, body: unknown): Promise<Sent> =>
  send("POST", page, path, body);
export const put = (page: Page, path: string, body: unknown): Promise<Sent> => send("PUT", page, path, body);

async function send(verb: string, page: Page, path: string, body: unknown): Promise<Sent> {
  return page.evaluate(
    async ([method, address, sent]) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(address, { method, headers, body: sent });
      return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
    },
    [verb, path, JSON.stringify(body)] as const,
  );
}

/** What the engine holds, asked by the page's own session. */
export async function read<T>(page: Page, path: string): Promise<T> {
  return page.evaluate(
    async (address) => (await fetch(address)).json() as Promise<unknown>,
    path,
  ) as Promise<T>;
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong with the page as it is: one line for each rule and element. */
export async function barriers(page: Page): Promise<string[]> {
  // The content security policy refuses a script element; evaluated source is the test's own.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
}

/**
 * No barriers in dark and in light; and pictures where they are asked for: `PICTURES=1 npm run browser` takes
 * the tutorial's anew, `PICTURES=/a/folder` lays both of each there, to be looked at.
 */
export async function picture(name: string, page: Page): Promise<void> {
  const asked = process.env["PICTURES"];
  const inTutorial = asked === "1";
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    const found = await barriers(page);
    if (found.length > 0) throw new Error(`${name} (${colorScheme}): ${found.join("; ")}`);
    if (asked === undefined || (inTutorial && colorScheme === "dark")) continue;
    const file = colorScheme === "dark" ? `${name}-dark.png` : `${name}.png`;
    await page.screenshot({ path: join(inTutorial ? PICTURES : asked, file), fullPage: !inTutorial });
  }
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}
