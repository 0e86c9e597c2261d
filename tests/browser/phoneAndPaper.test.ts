import { describe, expect, it } from "vitest";
import { browserForTests, expectCleanVisit, loadSample } from "../support/openPage.ts";

const open = browserForTests();

describe("on a phone", () => {
  it("the view begins in the upper half of the screen, and exports are one press away", async () => {
    const opened = await open({ width: 390, height: 844 });
    const { page } = opened;
    await loadSample(page);
    const tabs = await page.getByRole("tablist").boundingBox();
    expect(tabs?.y).toBeLessThan(844 / 2);
    const json = page.getByTestId("export-json");
    const menu = page.getByTestId("share-menu");
    expect(await json.isVisible()).toBe(false);
    await menu.click();
    expect(await json.isVisible()).toBe(true);
    await json.focus();
    await page.keyboard.press("Escape");
    expect(await json.isVisible()).toBe(false);
    expect(await menu.evaluate((element) => element === document.activeElement)).toBe(true);
    // On the smallest phone as well, the button does not lie over what stands beside it elsewhere.
    await page.setViewportSize({ width: 320, height: 640 });
    const button = await page.getByTestId("check-layers").boundingBox();
    const leftOut = await page.locator(".layer-list .skipped").boundingBox();
    expect(leftOut?.y).toBeGreaterThan((button?.y ?? 0) + (button?.height ?? 0));
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("on paper", () => {
  it("a view is light, fits the sheet, and says which model it is of, whatever is on screen", async () => {
    const opened = await open({ width: 1920, height: 1000, colorScheme: "dark" });
    const { page } = opened;
    await loadSample(page);
    await page.locator('[data-testid="layer-card"]').first().click();
    await page.locator(".js-plotly-plot .point").first().waitFor({ state: "attached" });
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    expect(await theme()).toBe("dark");
    // As printing does: paper is laid out as soon as those who listen have returned.
    const { printed, shown } = await page.evaluate(() => {
      const look = () => ({
        width: Number(document.querySelector(".js-plotly-plot svg")?.getAttribute("width")),
        ink: document.querySelector<SVGElement>(".js-plotly-plot .xtitle")?.style.fill,
      });
      const before = look();
      window.dispatchEvent(new Event("beforeprint"));
      const between = look();
      window.dispatchEvent(new Event("afterprint"));
      return { printed: between, shown: before };
    });
    expect(shown.width).toBeGreaterThan(700);
    expect(printed.width).toBeLessThanOrEqual(700);
    expect(printed.ink).not.toBe(shown.ink);
    await page.emulateMedia({ media: "print" });
    await expect.poll(theme).toBe("light");
    expect(await page.getByRole("heading", { level: 1 }).isVisible()).toBe(true);
    for (const chrome of [".layer-list", ".status-line", ".view-tabs", ".top-bar-actions"]) {
      expect(await page.locator(chrome).isVisible(), chrome).toBe(false);
    }
    await page.emulateMedia({ media: "screen" });
    await expect.poll(theme).toBe("dark");
    await expect
      .poll(async () => (await page.locator(".js-plotly-plot").boundingBox())?.width)
      .toBeGreaterThan(700);
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("a view whose code does not come", () => {
  it("says so, leaves the others as they are, and comes when it is tried again", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await page.route(/ReportView.*\.js$/, (route) => route.abort());
    await page.getByRole("tab", { name: "Report" }).click();
    const failure = page
      .getByRole("alert")
      .filter({ hasText: "could not be loaded from this site" });
    await failure.waitFor();
    await page.getByRole("tab", { name: "Atlas", exact: true }).click();
    await page.locator("[data-layer-index]").first().waitFor();
    await page.getByRole("tab", { name: "Report" }).click();
    await failure.waitFor();
    await page.unroute(/ReportView.*\.js$/);
    await failure.getByRole("button", { name: "Try again" }).click();
    await page.getByTestId("answer-filters").waitFor();
    expect(await failure.count()).toBe(0);
    await opened.close();
  });
});
