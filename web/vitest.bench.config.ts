import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** Measured in a real browser, by hand: `npm run bench`. Nothing here passes or fails by a clock. */
export default defineConfig({
  plugins: [svelte()],
  test: {
    environment: "node",
    include: ["bench/*.bench.ts"],
    testTimeout: 900_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    reporters: ["default"],
  },
});
