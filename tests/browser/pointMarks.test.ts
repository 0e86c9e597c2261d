import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import {
  browserForTests,
  expectCleanVisit,
  loadSample,
  type OpenedPage,
} from "../support/openPage.ts";

const open = browserForTests();

const LAYER = "decoder.0.conv1";

interface Mark {
  /** Middle, px of the window. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly fill: string;
  readonly stroke: string;
}

function drawnMarks(page: Page): Promise<readonly Mark[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll(".layer-plot .scatterlayer .point")].map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      const { fill, stroke } = getComputedStyle(one);
      return { x: x + width / 2, y: y + height / 2, width, fill, stroke };
    }),
  );
}

async function openLayer(): Promise<OpenedPage> {
  const opened = await open();
  const { page } = opened;
  await loadSample(page);
  await page.locator(`[data-layer="${LAYER}"]`).first().click();
  await page.getByRole("tab", { name: "Layer", exact: true }).click();
  return opened;
}

async function markBy(page: Page, what: string): Promise<void> {
  await page.getByRole("radio", { name: what, exact: true }).check({ force: true });
}

describe("the marks of a layer's kernels", () => {
  test("are one per kernel, filled or open by their class, and follow the theme", async () => {
    const opened = await openLayer();
    const { page } = opened;
    const kernels = await page
      .locator("#layer-title + p")
      .innerText()
      .then((text) => Number(/([\d,]+) kernels/.exec(text)?.[1].replace(",", "")));
    await expect.poll(() => drawnMarks(page).then(({ length }) => length)).toBe(kernels);

    await markBy(page, "Cluster");
    await expect
      .poll(async () => new Set((await drawnMarks(page)).map(({ fill }) => fill === "none")).size)
      .toBe(2);
    const light = await drawnMarks(page);
    for (const { fill, stroke, width } of light) {
      // Either inside or outline, never both, and never nothing.
      expect([fill, stroke].filter((paint) => paint === "none")).toHaveLength(1);
      expect(width).toBeGreaterThan(4);
    }

    await page.emulateMedia({ colorScheme: "dark" });
    await expect
      .poll(async () =>
        (await drawnMarks(page)).every(
          ({ fill, stroke }, at) => fill !== light[at].fill || stroke !== light[at].stroke,
        ),
      )
      .toBe(true);
    const dark = await drawnMarks(page);
    expect(dark.map(({ x, y }) => [x, y])).toEqual(light.map(({ x, y }) => [x, y]));
    expectCleanVisit(opened);
    await opened.close();
  });

  test("are where the pointer finds their kernels", async () => {
    const opened = await openLayer();
    const { page } = opened;
    await page.locator(".layer-plot .point").first().waitFor();
    const marks = [...(await drawnMarks(page))].sort((a, b) => a.x - b.x);
    // The outermost ones: no neighbour lies nearer to the pointer.
    for (const { x, y } of [marks[0], marks[marks.length - 1]]) {
      await page.mouse.move(x, y, { steps: 4 });
      const ring = page.locator(".layer-plot .plot-overlay circle").first();
      await expect
        .poll(async () => {
          if ((await ring.count()) === 0) return Number.POSITIVE_INFINITY;
          const box = await ring.boundingBox();
          if (box === null) return Number.POSITIVE_INFINITY;
          return Math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y);
        })
        .toBeLessThan(1);
    }
    expectCleanVisit(opened);
    await opened.close();
  });
});
