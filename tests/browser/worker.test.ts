import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  browserForTests,
  chooseFile,
  expectCleanVisit,
  loadSample,
  waitForState,
} from "../support/openPage.ts";

const open = browserForTests();
const resunet = readFileSync(join(import.meta.dirname, "../fixtures/brain-resunet.onnx"));

/** A main thread that is busy for longer than this feels stuck. */
const LONGEST_TASK_MS = 200;

describe("the analysis worker", () => {
  it("does the work: the page's own thread is never busy for long", async () => {
    const opened = await open();
    const { page } = opened;
    await page.evaluate(() => {
      const durations: number[] = [];
      Object.assign(globalThis, { longTasks: durations });
      new PerformanceObserver((list) => {
        durations.push(...list.getEntries().map(({ duration }) => duration));
      }).observe({ type: "longtask" });
    });
    await loadSample(page);
    const longTasks = await page.evaluate(
      () => (globalThis as unknown as { longTasks: number[] }).longTasks,
    );
    expect(opened.workers.map((worker) => worker.url())).toEqual([
      expect.stringMatching(/analysis\.worker.*\.js$/),
    ]);
    expect(Math.max(0, ...longTasks)).toBeLessThan(LONGEST_TASK_MS);
    // A worker that a fallback had made idle would never have asked for the sample.
    const fetchedByPage = await page.evaluate(() =>
      performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".onnx")),
    );
    expect(fetchedByPage).toEqual([]);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("can be cancelled in a first run: the landing page comes back and works", async () => {
    const opened = await open();
    const { page } = opened;
    await page.getByTestId("load-sample").click();
    await page.getByTestId("cancel").click();
    await waitForState(page, "cancelled");
    expect(await page.getByTestId("layer-card").count()).toBe(0);
    await loadSample(page);
    expect(await page.getByTestId("layer-card").count()).toBe(18);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("can be cancelled in a later run: the analysis on screen stays, whole", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await chooseFile(page, "brain-resunet.onnx", resunet);
    await waitForState(page, "analyzing");
    await page.getByTestId("cancel").click();
    await waitForState(page, "cancelled");
    expect(await page.getByTestId("layer-card").count()).toBe(18);
    expect(await page.locator("body").innerText()).toContain("brain-unet.onnx");
    expect(await page.getByTestId("export-json").isEnabled()).toBe(true);
    expect(await page.getByTestId("cancel").count()).toBe(0);
    expectCleanVisit(opened);
    await opened.close();
  });
});
