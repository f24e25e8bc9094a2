import { defineConfig } from "vitest/config";

/** Stories in a real browser against a real engine: `npm run browser`. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/browser/*.story.ts"],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // One engine and one browser at a time: each takes more than a core.
    fileParallelism: false,
  },
});
