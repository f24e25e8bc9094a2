import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the engine. */
const ENGINE = process.env["ASSAY_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [svelte()],
  build: {
    // The wheel carries the built app as an artifact of the Python package.
    outDir: "../assay/static",
    emptyOutDir: true,
    target: "es2023",
    // The content security policy knows no data: fonts or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(["/v1", "/openapi.json"].map((path) => [path, ENGINE])),
  },
  test: {
    environment: "node",
    include: ["tests/**/*.test.ts"],
  },
});
