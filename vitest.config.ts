import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

const slow = "**/*.slow.test.ts";
const exclude = [...configDefaults.exclude, "**/dist/**", "artifacts/**", "cache/**"];

export default defineConfig({
  test: {
    pool: "forks",
    globalSetup: "test/support/require-build.ts",
    projects: [
      {
        extends: true,
        test: {
          name: "fast",
          include: ["{test,protocol,relayer,recorder,dapp,bench,demo}/**/*.test.ts"],
          exclude: [...exclude, slow],
          // A test may start several relayers, each of which compiles itself: a busy machine takes its time.
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: Math.max(2, availableParallelism() - 1),
        },
      },
      {
        extends: true,
        test: {
          name: "slow",
          include: [`{test,protocol,relayer,recorder,dapp,bench,demo}/${slow}`],
          exclude,
          testTimeout: 600_000,
          hookTimeout: 120_000,
          // Each of these starts chains, relayers and browsers: side by side they would measure each other.
          fileParallelism: false,
        },
      },
    ],
  },
});
