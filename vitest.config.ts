import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { assemblyScript } from "./vite.assemblyScript.ts";

/** Unit tests that look at the clock: with a test on every core they would measure each other. */
const timedUnitTests = readdirSync(join(import.meta.dirname, "tests/unit"), {
  recursive: true,
  encoding: "utf8",
})
  .map((path) => join("tests/unit", path))
  .filter((path) => /\.test\.tsx?$/.test(path))
  .filter((path) => /performance\.now\(\)|_MS = \d/.test(contentOf(path)));

/**
 * How often a test that failed is repeated where it measures time or works a browser: a machine that
 * does something else for a moment spoils one try. The run's end names those that needed it.
 */
const RETRIES = 1;

function contentOf(path: string): string {
  return readFileSync(join(import.meta.dirname, path), "utf8");
}

export default defineConfig({
  plugins: [assemblyScript()],
  define: { __CONVATLAS_VERSION__: JSON.stringify("test") },
  test: {
    reporters: ["default", "./tests/support/summaryReporter.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["tests/unit/**/*.test.{ts,tsx}"],
          exclude: timedUnitTests,
          setupFiles: ["./tests/support/propertySeed.ts"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // By itself, Vitest keeps one core for what it does when tests are waited for.
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "corpus",
          include: ["tests/corpus/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "timed",
          include: timedUnitTests,
          setupFiles: ["./tests/support/propertySeed.ts"],
          retry: RETRIES,
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // One after the other: they measure how long something takes.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          // In processes of its own, which take both cores.
          name: "fuzz",
          include: ["tests/fuzz/**/*.test.ts"],
          retry: RETRIES,
          testTimeout: 30_000,
          // One after the other: they measure how long a file takes.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          // Against the production build: the command line and the page in Chromium.
          name: "built",
          include: ["tests/{command,browser}/**/*.test.ts"],
          globalSetup: "./tests/support/builtProject.ts",
          // Walks through all states, on a machine that others use as well; each wait in them is shorter.
          testTimeout: 300_000,
          retry: RETRIES,
          hookTimeout: 120_000,
          // A busy machine may need longer than Vitest's one second until the page shows something.
          expect: { poll: { timeout: 15_000 } },
          // Alone on the machine, one after the other: they measure how long tasks take.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
