import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeLargeUnet } from "../support/largeUnet.ts";
import { LONGEST_TASK_MS, watchLongTasks } from "../support/longTasks.ts";
import { browserForTests, expectCleanVisit, waitForState } from "../support/openPage.ts";

const open = browserForTests();

/** On disk, since bytes that a test hands over are unpacked by the page's own thread. */
const folder = mkdtempSync(join(tmpdir(), "convatlas-"));
const unet = join(folder, "unet.onnx");

// 240,000 kernels in 22 layers, of which the largest has 65,536.
beforeAll(() => {
  writeLargeUnet(unet, { width: 16, side: 128, seed: 1 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const MOST_VISITS = 4;

interface LongestTasks {
  readonly whileComingIn: number;
  readonly whileOpening: number;
}

/** The longest tasks while results come in, and while the largest layer opens, ms. */
async function tasksOfAVisit(): Promise<LongestTasks> {
  const opened = await open();
  const { page } = opened;
  const longestTask = await watchLongTasks(page);
  await page.getByTestId("model-input").setInputFiles(unet);
  await waitForState(page, "done");
  const whileComingIn = await longestTask();
  await page.locator("svg").getByText("2,000 of 65,536").first().waitFor();

  await page.locator('[data-testid="layer-card"][data-layer="bottleneck.conv2"]').click();
  await expect
    .poll(() => page.locator(".plot-note").innerText())
    .toMatch(/^3,00\d of 6\d,\d{3} kernels drawn, an even sample/);
  await page.locator(".js-plotly-plot .scatterlayer .point").nth(2_999).waitFor();
  const whileOpening = await longestTask();
  expectCleanVisit(opened);
  await opened.close();
  return { whileComingIn, whileOpening };
}

describe("a large model", () => {
  it("never stops the page: not while results come in, not when a large layer opens", async () => {
    // Again, for machines that did something else meanwhile: a slow page is slow each time.
    let best = await tasksOfAVisit();
    const isQuick = () => Math.max(best.whileComingIn, best.whileOpening) < LONGEST_TASK_MS;
    for (let visit = 1; visit < MOST_VISITS && !isQuick(); visit++) {
      const { whileComingIn, whileOpening } = await tasksOfAVisit();
      best = {
        whileComingIn: Math.min(best.whileComingIn, whileComingIn),
        whileOpening: Math.min(best.whileOpening, whileOpening),
      };
    }
    expect(best.whileComingIn).toBeLessThan(LONGEST_TASK_MS);
    expect(best.whileOpening).toBeLessThan(LONGEST_TASK_MS);
  });
});
