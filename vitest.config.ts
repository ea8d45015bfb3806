import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

const slow = "**/*.slow.test.ts";
const alone = "**/*.alone.slow.test.ts";
const exclude = [...configDefaults.exclude, "**/dist/**", "artifacts/**", "cache/**"];

export default defineConfig({
  test: {
    pool: "forks",
    globalSetup: "test/support/require-build.ts",
    // What a page or a process comes to in the end is waited for as long as a busy machine needs.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "fast",
          include: ["{test,protocol,relayer,recorder,dapp,bench,demo}/**/*.test.ts"],
          exclude: [...exclude, slow],
          // A test may start several relayers, each of which compiles itself: a busy machine takes its time.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: Math.max(2, availableParallelism() - 1),
        },
      },
      {
        extends: true,
        test: {
          name: "slow",
          include: [`{test,protocol,relayer,recorder,dapp,bench,demo}/${slow}`],
          exclude: [...exclude, alone],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          // Each of these starts chains and relayers, and waits for them most of the time.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: [`{test,protocol,relayer,recorder,dapp,bench,demo}/${alone}`],
          exclude,
          testTimeout: 600_000,
          hookTimeout: 120_000,
          // These measure time: beside others they would measure those.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
