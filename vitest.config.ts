import { defineConfig } from "vitest/config";
import { assemblyScript } from "./vite.assemblyScript.ts";

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
          setupFiles: ["./tests/support/propertySeed.ts"],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "corpus",
          include: ["tests/corpus/**/*.test.ts"],
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          // In processes of its own, which take both cores.
          name: "fuzz",
          include: ["tests/fuzz/**/*.test.ts"],
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
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Alone on the machine, one after the other: they measure how long tasks take.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
