import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { writeLargeUnet } from "../support/largeUnet.ts";
import { LONGEST_TASK_MS, watchLongTasks } from "../support/longTasks.ts";
import {
  browserForTests,
  chooseFile,
  expectCleanVisit,
  loadSample,
  waitForState,
} from "../support/openPage.ts";
import { quickest, slowness } from "../support/slowness.ts";

const open = browserForTests();

/** What a person feels as an answer at once. */
const AT_ONCE_MS = 100;

/** A network that takes some seconds: enough to press a button in the middle. */
function slowNetwork(): Buffer {
  const path = join(mkdtempSync(join(tmpdir(), "convatlas-")), "slow.onnx");
  writeLargeUnet(path, { width: 16, side: 512, seed: 1 });
  return readFileSync(path);
}

/** Presses cancel: until the page says that it has stopped, ms of a usual machine. */
async function cancelMs(page: Page, factor: number): Promise<number> {
  const taken = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const status = document.querySelector('[data-testid="analysis-status"]');
        const button = document.querySelector<HTMLElement>('[data-testid="cancel"]');
        const startedAt = performance.now();
        const observer = new MutationObserver(() => {
          if (status?.getAttribute("data-state") === "cancelled") {
            resolve(performance.now() - startedAt);
          }
        });
        observer.observe(document.body, { subtree: true, attributes: true });
        button?.click();
      }),
  );
  return taken / factor;
}

/** Of the page's thread while workers analyse the sample, ms. */
async function longestTaskOfAVisit(): Promise<number> {
  const opened = await open();
  const { page } = opened;
  const longestTask = await watchLongTasks(page);
  await loadSample(page);
  const longest = await longestTask();
  const names = opened.workers.map((worker) => /(\w+)\.worker/.exec(worker.url())?.[1]);
  expect(names[0]).toBe("analysis");
  expect(new Set(names.slice(1))).toEqual(new Set(["measuring"]));
  // A worker that a fallback had made idle would never have asked for the sample.
  const fetchedByPage = await page.evaluate(() =>
    performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".onnx")),
  );
  expect(fetchedByPage).toEqual([]);
  expectCleanVisit(opened);
  await opened.close();
  return longest;
}

describe("the analysis worker", () => {
  it("does the work: the page's own thread is never busy for long", async () => {
    expect(await quickest(LONGEST_TASK_MS, longestTaskOfAVisit)).toBeLessThan(LONGEST_TASK_MS);
  });

  it("can be cancelled in a first run: the landing page comes back and works", async () => {
    const opened = await open();
    const { page } = opened;
    await chooseFile(page, "slow.onnx", slowNetwork());
    await page.getByTestId("cancel").click();
    await waitForState(page, "cancelled");
    expect(await page.getByTestId("layer-card").count()).toBe(0);
    await loadSample(page);
    expect(await page.getByTestId("layer-card").count()).toBe(18);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("can be cancelled in a later run: at once, and the analysis on screen stays, whole", async () => {
    const opened = await open();
    const { page } = opened;
    const factor = await slowness(page);
    await loadSample(page);
    const network = slowNetwork();
    const taken = await quickest(AT_ONCE_MS, async () => {
      await chooseFile(page, "slow.onnx", network);
      await waitForState(page, "analyzing");
      return cancelMs(page, factor);
    });
    expect(taken).toBeLessThan(AT_ONCE_MS);
    expect(await page.getByTestId("layer-card").count()).toBe(18);
    expect(await page.locator("body").innerText()).toContain("brain-unet.onnx");
    expect(await page.getByTestId("export-json").isEnabled()).toBe(true);
    expect(await page.getByTestId("cancel").count()).toBe(0);
    expectCleanVisit(opened);
    await opened.close();
  });
});
