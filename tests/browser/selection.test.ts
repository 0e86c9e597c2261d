import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { sessionOfFragment } from "../../src/ui/state/address.ts";
import type { Selection } from "../../src/ui/state/choices.ts";
import { violations } from "../support/axe.ts";
import {
  browserForTests,
  expectCleanVisit,
  inBothThemes,
  loadSample,
} from "../support/openPage.ts";

const open = browserForTests();

/** Plots are drawn some milliseconds after what they show has changed. */
const POLL = { timeout: 15_000, interval: 50 };

async function openLayerView(page: Page, name = "decoder.0.conv1"): Promise<void> {
  await page.locator(`[data-layer="${name}"]`).first().click();
  await page.getByRole("tab", { name: "Layer", exact: true }).click();
  await page.locator(".layer-plot .scatterlayer .point").first().waitFor();
}

/** Points of the plot in grey and in full colour. */
function points(page: Page): Promise<{ grey: number; coloured: number }> {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll<SVGElement>(".layer-plot .scatterlayer .point")];
    const grey = all.filter((one) => getComputedStyle(one).fill === "rgb(190, 194, 200)").length;
    return { grey, coloured: all.length - grey };
  });
}

/** What is selected, as the address says it. */
async function selection(page: Page): Promise<Selection> {
  const session = sessionOfFragment(await page.evaluate(() => location.hash));
  if (session === null) throw new Error("the address names no view");
  return session.choices.selection;
}

async function plotBox(page: Page) {
  const box = await page.locator(".layer-plot .nsewdrag").first().boundingBox();
  if (box === null) throw new Error("the plot is not on the page");
  return box;
}

async function drag(page: Page, corners: readonly (readonly [number, number])[]): Promise<void> {
  const box = await plotBox(page);
  const [first, ...rest] = corners.map(
    ([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const,
  );
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const corner of rest) await page.mouse.move(...corner, { steps: 12 });
  await page.mouse.up();
}

const MIDDLE = [
  [0.3, 0.3],
  [0.6, 0.25],
  [0.7, 0.6],
  [0.4, 0.7],
  [0.31, 0.31],
] as const;

describe("one selection everywhere", () => {
  test("a lasso greys the rest of the layer, all of the others, and is undone", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await openLayerView(page);
    expect((await points(page)).grey).toBe(0);
    await page.locator('[data-title="Lasso Select"]').click();
    await drag(page, MIDDLE);
    await expect.poll(() => points(page).then(({ grey }) => grey > 0), POLL).toBe(true);
    // The mode stays: another lasso needs no other click.
    const all = await points(page);
    await drag(page, [
      [0.1, 0.1],
      [0.9, 0.1],
      [0.9, 0.9],
      [0.1, 0.9],
    ]);
    await expect
      .poll(() => points(page).then((now) => now.coloured), POLL)
      .toBeGreaterThan(all.coloured);
    const { grey, coloured } = await points(page);
    expect(
      await page
        .locator("aside")
        .allTextContents()
        .then((all) => all.join(" ")),
    ).toContain(`${coloured} of ${grey + coloured} kernels`);
    // Its outline is drawn, and none of Plotly's own is left.
    expect(
      await page.locator(".layer-plot .shapelayer path[style*='stroke-dasharray: 9px']").count(),
    ).toBe(1);
    expect(await page.locator(".layer-plot .select-outline").count()).toBe(0);

    await page.getByRole("tab", { name: "Atlas", exact: true }).click();
    const cells = page.locator("[data-layer-index]");
    const selectedText = `${coloured} of ${grey + coloured} selected`;
    await expect.poll(() => cells.filter({ hasText: selectedText }).count(), POLL).toBe(1);
    await expect.poll(() => cells.filter({ hasText: " 0 of " }).count(), POLL).toBe(17);
    await page.getByRole("tab", { name: "Filters per layer" }).click();
    await expect.poll(() => cells.filter({ hasText: selectedText }).count(), POLL).toBe(1);
    expect(await page.locator("[data-selected]").count()).toBeGreaterThan(0);

    // Back to the tab, and back before the selection.
    for (let step = 0; step < 4; step++) await page.keyboard.press("u");
    await expect.poll(() => points(page).then((now) => now.grey), POLL).toBe(0);
    expectCleanVisit(opened);
    await opened.close();
  });

  test("a box selects, and so do its numbers; the mode stays, and other axes have no outline", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await openLayerView(page);
    await page.locator('[data-title="Box Select"]').click();
    await drag(page, [
      [0.3, 0.3],
      [0.6, 0.7],
    ]);
    await expect.poll(() => points(page).then(({ grey }) => grey > 0), POLL).toBe(true);
    const byBox = await points(page);
    const outline = page.locator(".layer-plot .shapelayer path[style*='stroke-dasharray: 9px']");
    const corners = async () => {
      const { group } = await selection(page);
      return group?.kind === "region" ? group.polygon.map(String) : [];
    };
    await expect.poll(corners, POLL).toHaveLength(8);
    const numbers = await corners();
    // Away from the points; where a tooltip comes late all the same, the first Escape is for it.
    await page.mouse.move(5, 5);
    const greyAfterEscape = async () => {
      await page.keyboard.press("Escape");
      return (await points(page)).grey;
    };
    await expect.poll(greyAfterEscape, POLL).toBe(0);

    await page.getByText("Select by numbers").click();
    await page.getByLabel("PC1 from").fill(numbers[0]);
    await page.getByLabel("PC1 to").fill(numbers[2]);
    await page.getByLabel("PC2 from").fill(numbers[1]);
    await page.getByLabel("PC2 to").fill(numbers[5]);
    await page.getByRole("button", { name: "Select", exact: true }).first().click();
    await expect.poll(() => points(page), POLL).toEqual(byBox);
    // Drawn by Plotly, some frames after the points.
    await expect.poll(() => outline.count(), POLL).toBe(1);

    await page.getByLabel("Up", { exact: true }).selectOption("PC3");
    await expect
      .poll(() => page.locator(".layer-plot .ytitle").textContent(), POLL)
      .toContain("PC3");
    await expect.poll(() => points(page), POLL).toEqual(byBox);
    await expect.poll(() => outline.count(), POLL).toBe(0);
    expectCleanVisit(opened);
    await opened.close();
  });

  test("a class of the key, and a part of a bar, select their kernels", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await openLayerView(page);
    const entry = page.getByRole("button", { name: /^Cluster 2: \d+ kernels$/ });
    const count = Number(/: (\d+)/.exec((await entry.textContent()) ?? "")?.[1]);
    await entry.click();
    await expect.poll(() => points(page).then((now) => now.coloured), POLL).toBe(count);
    expect(await entry.getAttribute("aria-pressed")).toBe("true");
    await entry.click();
    await expect.poll(() => points(page).then((now) => now.grey), POLL).toBe(0);

    await page.getByRole("tab", { name: "Filters per layer" }).click();
    const row = page.locator("[data-layer-index]").filter({ hasText: "decoder.0.conv1" });
    const part = row.locator('[data-label="edge"]');
    const edges = Number(/(\d+) kernel/.exec((await part.getAttribute("aria-label")) ?? "")?.[1]);
    await part.click();
    await expect.poll(() => part.getAttribute("aria-pressed"), POLL).toBe("true");
    await expect
      .poll(() => row.textContent(), POLL)
      .toMatch(new RegExp(`[^\\d]${edges} of \\d+ selected`));
    // The same by keyboard: along the row to the next part.
    await part.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect.poll(() => part.getAttribute("aria-pressed"), POLL).toBe("false");
    const all = page.getByRole("button", { name: /every layer that are named Edge/ });
    await all.press("Enter");
    await expect.poll(() => all.getAttribute("aria-pressed"), POLL).toBe("true");
    expect(
      await page.locator("[data-layer-index]").filter({ hasText: " 0 of " }).count(),
    ).toBeLessThan(9);
    expectCleanVisit(opened);
    await opened.close();
  });

  test("by keyboard: the most typical, its neighbours, and several of them", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await openLayerView(page);
    const plot = page.locator(".layer-plot");
    await plot.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    await expect.poll(() => points(page).then((now) => now.coloured), POLL).toBe(1);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Space");
    await expect.poll(() => points(page).then((now) => now.coloured), POLL).toBe(2);
    expect(
      await page
        .locator("[aria-live]")
        .allTextContents()
        .then((all) => all.join(" ")),
    ).toContain("Picked, 2 kernels in all.");
    await page.keyboard.press("Control+Enter");
    await expect.poll(() => points(page).then((now) => now.coloured), POLL).toBe(1);
    await page.keyboard.press("Enter");
    await expect.poll(() => selection(page).then(({ kernel }) => kernel), POLL).not.toBeNull();
    expectCleanVisit(opened);
    await opened.close();
  });

  test("Shift and a click pick kernels one by one", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await openLayerView(page);
    const { x: left, y: top, width, height } = await plotBox(page);
    const centres = await page.evaluate(() =>
      [...document.querySelectorAll(".layer-plot .scatterlayer .point")]
        .map((point) => point.getBoundingClientRect())
        .map((box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 }))
        .sort((a, b) => a.x - b.x),
    );
    const inside = centres.filter(
      ({ x, y }) => x > left + 9 && x < left + width - 9 && y > top + 9 && y < top + height - 9,
    );
    // The outermost ones have no neighbours that could be hit instead.
    for (const { x, y } of [inside[0], inside[inside.length - 1]]) {
      await page.mouse.move(x, y);
      // Plotly looks for the point under the pointer at most every 50 ms.
      await page.waitForTimeout(200);
      await page.keyboard.down("Shift");
      await page.mouse.click(x, y);
      await page.keyboard.up("Shift");
    }
    await expect.poll(() => points(page).then((now) => now.coloured), POLL).toBe(2);
    expectCleanVisit(opened);
    await opened.close();
  });

  test("three components turn by drag, key and button, and a click selects", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await openLayerView(page);
    await page.getByText("3-D", { exact: true }).click();
    const figure = page.locator(".space-figure");
    await figure.waitFor();
    const path = () => figure.locator("path").last().getAttribute("d");
    const axes = () => figure.locator(".space-axis").first().getAttribute("d");
    const first = await axes();
    const box = await page.locator(".space-plot").boundingBox();
    if (box === null) throw new Error("the plot is not on the page");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 90, y + 30, { steps: 8 });
    await page.mouse.up();
    await expect.poll(axes, POLL).not.toBe(first);
    await page.getByRole("button", { name: "Reset" }).click();
    await expect.poll(axes, POLL).toBe(first);
    await page.locator(".layer-plot").focus();
    await page.keyboard.press("Alt+ArrowLeft");
    await expect.poll(axes, POLL).not.toBe(first);
    await page.getByRole("button", { name: "Turn to the right" }).click();
    await expect.poll(axes, POLL).toBe(first);
    expect(await path()).not.toBeNull();

    // A point that stands alone is found under the pointer.
    await page.getByRole("button", { name: "Show every kernel" }).click();
    await page.locator(".layer-plot").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await expect.poll(() => selection(page).then(({ kernel }) => kernel), POLL).not.toBeNull();
    const ring = await page.locator(".plot-overlay circle").first().boundingBox();
    if (ring === null) throw new Error("no ring around the selected kernel");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.mouse.click(ring.x + ring.width / 2, ring.y + ring.height / 2);
    await expect.poll(() => selection(page).then(({ kernel }) => kernel), POLL).not.toBeNull();
    expectCleanVisit(opened);
    await opened.close();
  });

  for (const width of [1440, 390]) {
    test(`no axe violation and no sideways scrolling with a selection, light and dark, ${width} px`, async () => {
      const opened = await open({ width, height: 844 });
      const { page } = opened;
      const expectClean = () =>
        inBothThemes(page, async (theme) => {
          expect(await violations(page), theme).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        });
      await loadSample(page);
      await openLayerView(page);
      await page.getByRole("button", { name: /^Cluster 2: \d+ kernels$/ }).click();
      await page.getByText("Select by numbers").click();
      await expectClean();
      await page.locator(".segments").getByText("Norm", { exact: true }).click();
      await page.getByText("3-D", { exact: true }).click();
      await page.locator(".space-figure").waitFor();
      await expectClean();
      await page.getByRole("tab", { name: "Atlas", exact: true }).click();
      await page.locator("[data-layer-index]").first().waitFor();
      await expectClean();
      await page.getByRole("tab", { name: "Filters per layer" }).click();
      await page.getByRole("button", { name: /every layer that are named Edge/ }).click();
      await expectClean();
      expectCleanVisit(opened);
      await opened.close();
    });
  }
});
