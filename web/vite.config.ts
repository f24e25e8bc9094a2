import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the engine. */
const ENGINE = process.env["ASSAY_URL"] ?? "http://127.0.0.1:8080";

/** Its address has no hash: browsers ask there for the next version. */
const WORKER = "service_worker.js";

/** Writes in front of the service worker what the build made, so that it changes whenever any file does. */
const builtFiles: Plugin = {
  name: "built-files",
  enforce: "post",
  generateBundle(_, bundle) {
    const worker = bundle[WORKER];
    if (worker?.type !== "chunk") return;
    const mark = createHash("sha256");
    const files: string[] = [];
    for (const [name, made] of Object.entries(bundle)) {
      if (name === WORKER) continue;
      mark.update(made.type === "chunk" ? made.code : made.source);
      if (name.startsWith("assets/")) files.push(`/${name}`);
    }
    const built = JSON.stringify({ mark: mark.digest("hex").slice(0, 16), files: files.sort() });
    worker.code = `self.BUILT=${built};\n${worker.code}`;
  },
};

/** What a person waits for before the first page, packed. A page beyond it loads on demand (`OnDemand.svelte`). */
const FIRST_LOAD_MOST_BYTES = 125_000;

/** Refuses a build whose first page waits for too much. */
const firstLoad: Plugin = {
  name: "first-load",
  enforce: "post",
  generateBundle(_, bundle) {
    const packed = new Map<string, number>();
    const add = (file: string): void => {
      const made = bundle[file];
      if (made === undefined || packed.has(file)) return;
      packed.set(file, gzipSync(made.type === "chunk" ? made.code : made.source).length);
      if (made.type === "chunk") made.imports.forEach(add);
      if (made.type === "chunk") made.viteMetadata?.importedCss.forEach(add);
    };
    Object.values(bundle).forEach((made) => {
      if (made.type === "chunk" && made.isEntry && made.fileName !== WORKER) add(made.fileName);
    });
    const bytes = [...packed.values()].reduce((sum, one) => sum + one, 0);
    this.info(`the first page waits for ${(bytes / 1000).toFixed(1)} kB of scripts and styles`);
    if (bytes > FIRST_LOAD_MOST_BYTES) this.error(`that is over ${FIRST_LOAD_MOST_BYTES / 1000} kB`);
  },
};

export default defineConfig({
  plugins: [svelte(), builtFiles, firstLoad],
  build: {
    // The wheel carries the built app as an artifact of the Python package.
    outDir: "../assay/static",
    emptyOutDir: true,
    target: "es2023",
    // The content security policy knows no data: fonts or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", service_worker: "src/worker/service_worker.ts" },
      output: {
        entryFileNames: ({ name }) => (name === "service_worker" ? WORKER : "assets/[name]-[hash].js"),
      },
    },
  },
  server: {
    proxy: Object.fromEntries(["/v1", "/openapi.json"].map((path) => [path, ENGINE])),
  },
  test: {
    // A property test counts cases, not seconds: a busy machine may take its time.
    testTimeout: 60_000,
    environment: "node",
    include: ["tests/**/*.test.ts"],
  },
});
