import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { browserForTests, expectCleanVisit, loadSample } from "../support/openPage.ts";
import {
  type PageState,
  STATES_WITH_MODEL,
  STATES_WITHOUT_MODEL,
  STRANGE_VIEW,
} from "../support/pageStates.ts";
import {
  expectSound,
  PHONE,
  type Size,
  SMALL_PHONE,
  WIDE,
  walkThrough,
} from "../support/soundStates.ts";

const open = browserForTests();

async function visit(
  size: Size,
  colorScheme: "light" | "dark",
  withAxe: (state: PageState) => boolean,
): Promise<void> {
  const waiting = await open({ ...size, colorScheme, fragment: STRANGE_VIEW });
  await waiting.page.getByTestId("waiting-input").waitFor({ state: "attached" });
  await expectSound(waiting.page, "a view that waits", true);
  await waiting.close();
  const opened = await open({ ...size, colorScheme });
  const { page } = opened;
  for (const state of STATES_WITHOUT_MODEL) {
    await state.reach(page);
    await expectSound(page, state.name, withAxe(state));
    await state.leave?.(page);
  }
  await loadSample(page);
  await walkThrough(page, STATES_WITH_MODEL, withAxe);
  expectCleanVisit(opened);
  await opened.close();
}

describe("accessibility", () => {
  it("finds no axe violation, small target, lost focus or sideways scrolling in any state", async () => {
    const all = () => true;
    // Two at a time: as many as the smallest machine has cores.
    await Promise.all([visit(WIDE, "light", all), visit(PHONE, "dark", all)]);
  });

  it("nor in the other themes, nor on the smallest phone", async () => {
    // What themes change is colour; pictures and panels of their own have colours of their own.
    const own = ["atlas", "kernel pointed", "layer, three", "filters per", "report", "comparison"];
    const isOwn = ({ name }: PageState) => own.some((start) => name.startsWith(start));
    await Promise.all([visit(WIDE, "dark", isOwn), visit(PHONE, "light", isOwn)]);
    await visit(SMALL_PHONE, "light", () => false);
  });

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
