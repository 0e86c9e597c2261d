import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { lookAt, openSampleLab, showPart, testLayer, workKernel } from "../support/labPage.ts";
import {
  browserForTests,
  chooseFile,
  expectCleanVisit,
  waitForState,
} from "../support/openPage.ts";

// The measurement waits for the collection of garbage; else it may take twenty seconds.
const open = browserForTests({
  switches: ["--enable-blink-features=ForceEagerMeasureMemory"],
});

const secondModel = readFileSync(join(import.meta.dirname, "../fixtures/brain-resunet.onnx"));

const ROUNDS = 10;

/** After two rounds all that is loaded on demand, and all buffers that are kept, are there. */
const ROUNDS_TO_WARM_UP = 2;

/** What ten rounds may leave behind in MiB: less than one run's maps (some 30 MiB) would. */
const MARGIN_MIB = 24;

const MIB = 2 ** 20;

/** Of the page and all its workers, WebAssembly's included (W3C, measure memory); MiB. */
async function memory(page: Page): Promise<number> {
  const bytes = await page.evaluate(async () => {
    const measured = performance as Performance & {
      measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }>;
    };
    return (await measured.measureUserAgentSpecificMemory()).bytes;
  });
  return bytes / MIB;
}

/** Counts object URLs that are not given back, and canvases in the page. */
async function watchLeftovers(
  page: Page,
): Promise<() => Promise<{ urls: number; canvases: number }>> {
  await page.evaluate(() => {
    const urls = new Set<string>();
    const [create, revoke] = [URL.createObjectURL, URL.revokeObjectURL];
    URL.createObjectURL = (blob) => {
      const url = create.call(URL, blob);
      urls.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      urls.delete(url);
      revoke.call(URL, url);
    };
    Object.assign(globalThis, { liveUrls: urls });
  });
  return () =>
    page.evaluate(() => ({
      urls: (globalThis as unknown as { liveUrls: Set<string> }).liveUrls.size,
      canvases: document.querySelectorAll("canvas").length,
    }));
}

/** Names of the workers that run. */
function workerNames(page: Page): readonly string[] {
  return page.workers().map((worker) => /(\w+)\.worker/.exec(worker.url())?.[1] ?? worker.url());
}

async function round(page: Page, number: number): Promise<void> {
  await showPart(page, "Segmentation");
  await lookAt(page, `slice-00${number % 10}.png`);
  await showPart(page, "A kernel at work");
  await workKernel(page, ["encoder.0.conv2", "decoder.3.conv2"][number % 2]);
  await showPart(page, "Put to the test");
  await testLayer(page, ["encoder.3.conv1", "bottleneck.conv1"][number % 2], "shown");
}

describe("the lab's memory", () => {
  it("is given back after each run, and with the network its workers end", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    const leftovers = await watchLeftovers(page);
    for (let number = 0; number < ROUNDS_TO_WARM_UP; number++) await round(page, number);
    await showPart(page, "Segmentation");
    const [before, leftBefore] = [await memory(page), await leftovers()];
    for (let number = ROUNDS_TO_WARM_UP; number < ROUNDS_TO_WARM_UP + ROUNDS; number++) {
      await round(page, number);
    }
    await showPart(page, "Segmentation");
    const after = await memory(page);
    expect(after - before).toBeLessThan(MARGIN_MIB);
    expect(await leftovers()).toEqual(leftBefore);
    expect(workerNames(page)).toContain("lab");

    await page.getByRole("tab", { name: "Atlas", exact: true }).click();
    await chooseFile(page, "brain-resunet.onnx", secondModel);
    await page.getByText("brain-resunet.onnx").first().waitFor();
    await waitForState(page, "done");
    // Those that it has started for trials end with it (HTML, "terminate a worker").
    await expect.poll(() => workerNames(page)).not.toContain("lab");
    const closed = await memory(page);
    expect(closed).toBeLessThan(before);
    expectCleanVisit(opened);
    await opened.close();
  });
});
