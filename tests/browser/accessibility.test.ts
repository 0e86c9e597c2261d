import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { violations } from "../support/axe.ts";
import { browserForTests, expectCleanVisit, loadSample } from "../support/openPage.ts";

const open = browserForTests();
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;

describe("accessibility", () => {
  for (const size of SIZES) {
    for (const colorScheme of ["light", "dark"] as const) {
      it(`has no axe violation and no sideways scrolling at ${size.width} px, ${colorScheme}`, async () => {
        const opened = await open({ ...size, colorScheme });
        const { page } = opened;
        expect(await violations(page)).toEqual([]);
        await loadSample(page);
        for (const tab of await page.getByRole("tab").all()) {
          await tab.click();
          expect(await violations(page)).toEqual([]);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(overflow).toBe(0);
        }
        expectCleanVisit(opened);
        await opened.close();
      });
    }
  }

  it("lets a person do the main job by keyboard alone", async () => {
    const opened = await open();
    const { page } = opened;
    await tabTo(page, "load-sample");
    await page.keyboard.press("Enter");
    await page
      .locator('[data-testid="analysis-status"][data-state="done"]')
      .waitFor({ state: "attached", timeout: 90_000 });
    await tabTo(page, "layer-card");
    const name = await page.evaluate(() => document.activeElement?.getAttribute("data-layer"));
    expect(name).toBe("encoder.0.conv1");
    await page.keyboard.press("Enter");
    await page.locator(".js-plotly-plot .scatterlayer").first().waitFor();
    expect(await page.locator("body").innerText()).toContain("encoder.0.conv1");
    expectCleanVisit(opened);
    await opened.close();
  });
});

/** Presses Tab until the focus is on an element with this test id. */
async function tabTo(page: Page, testId: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("data-testid"));
    if (focused === testId) return;
  }
  throw new Error(`Tab never reached ${testId}.`);
}
