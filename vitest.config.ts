import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,integration,contract,e2e,crash}/**/*.test.ts"],
    exclude: ["test/**/*.slow.test.ts"],
    // Two cores: one worker each. The compiled daemon some tests start needs room of its own.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 30_000,
    reporters: ["default", "./test/closing-line-reporter.ts"],
  },
});
