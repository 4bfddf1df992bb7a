import { defineConfig, mergeConfig } from "vitest/config";
import fast from "./vitest.config.js";

const { test: _fast, ...rest } = fast as { test?: unknown };

/** The long suite: what takes minutes (`npm run test:slow`). */
export default mergeConfig(
  rest,
  defineConfig({
    test: {
      include: ["test/**/*.slow.test.ts"],
      maxWorkers: 1,
      testTimeout: 1_800_000,
      hookTimeout: 60_000,
      reporters: ["default", "./test/closing-line-reporter.ts"],
    },
  }),
);
