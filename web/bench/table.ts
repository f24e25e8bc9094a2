/** Figures as a table of Markdown, with where they were taken. */
import { execFileSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import type { Browser } from "playwright-core";

export class Table {
  readonly #rows: string[] = [];

  constructor(...titles: readonly string[]) {
    this.say(...titles);
    this.say(...titles.map(() => "---"));
  }

  say(...cells: readonly string[]): void {
    this.#rows.push(`| ${cells.join(" | ")} |`);
  }

  print(browser: Browser): void {
    const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
    const load = loadavg().map((one) => one.toFixed(1));
    const where = `commit ${commit}, ${cpus().length} cores, load ${load.join(" ")}, Chromium ${browser.version()}, Node ${process.version}`;
    process.stdout.write(`\n${where}\n\n${this.#rows.join("\n")}\n`);
  }
}
