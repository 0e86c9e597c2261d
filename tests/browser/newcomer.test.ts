import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { violations } from "../support/axe.ts";
import { type Interaction, LONGEST_ANSWER_MS, watchInteractions } from "../support/interactions.ts";
import {
  browserForTests,
  download,
  dropFile,
  expectCleanVisit,
  groupSummary,
  type OpenedPage,
  waitForState,
} from "../support/openPage.ts";
import { quickest } from "../support/slowness.ts";

const open = browserForTests();

/** More and nobody finds it. */
const MOST_INTERACTIONS = 19;

/** The order that puts the decoder layer with most edge detectors, compared with chance, first. */
const EDGE = "lift of edge";

/** What is on screen, in the words and numbers that a person would compare. */
async function viewOf(page: Page): Promise<unknown> {
  return {
    tab: await page.getByRole("tab", { selected: true }).innerText(),
    layer: await page.locator("#layer-title").innerText(),
    clusters: await page.getByTestId("cluster-card").allInnerTexts(),
    selected: await page
      .getByTestId("select-cluster")
      .evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-pressed"))),
    group: await groupSummary(page).innerText(),
    address: new URL(page.url()).hash,
  };
}

/** The address follows what is on screen after a moment. */
async function settledView(page: Page): Promise<unknown> {
  let before = "";
  await expect
    .poll(
      async () => {
        const now = JSON.stringify(await viewOf(page));
        const isSame = now === before;
        before = now;
        return isSame;
      },
      { interval: 600 },
    )
    .toBe(true);
  return viewOf(page);
}

interface Walk {
  readonly interactions: number;
  readonly picture: { readonly name: string; readonly bytes: Buffer };
  /** What was on screen when the picture was taken. */
  readonly view: unknown;
  readonly longest: readonly Interaction[];
}

/** From the landing page to a picture of the cluster of the decoder layer with most edges. */
async function walk({ page }: OpenedPage): Promise<Walk> {
  let interactions = 0;
  const act = async (what: () => Promise<unknown>) => {
    interactions += 1;
    await what();
  };
  await act(() => page.getByTestId("load-sample").click());
  await waitForState(page, "done");
  const longestInteractions = await watchInteractions(page);
  await act(() => page.getByRole("button", { name: "Filter", exact: true }).click());
  await act(() => page.getByRole("button", { name: "Decoder", exact: true }).click());
  await act(() => page.getByLabel("Order of the layers").selectOption(EDGE));
  const first = page.getByTestId("layer-card").filter({ visible: true }).first();
  await expect.poll(() => first.innerText()).toMatch(/Edge detection ×\d/);
  await act(() => first.click());
  await page.locator(".js-plotly-plot .point").first().waitFor({ state: "attached" });
  await act(() => page.getByTestId("select-cluster").first().click());
  const said = await page.getByTestId("cluster-card").first().innerText();
  expect(said).toMatch(/\d+ of \d+ kernels/);
  expect(said).toMatch(/noise/);
  const view = await settledView(page);
  interactions += 1;
  const picture = await download(page, "export-figure");
  expect(picture.name).toMatch(/\.png$/);
  return { interactions, picture, view, longest: await longestInteractions() };
}

describe("a newcomer", () => {
  it("gets from the sample to a picture, and from the picture back to the same view", async () => {
    const opened = await open();
    const { interactions, picture, view } = await walk(opened);
    const fresh = await open();
    await dropFile(fresh.page, picture.name, picture.bytes);
    await waitForState(fresh.page, "done");
    await fresh.page.locator(".js-plotly-plot .point").first().waitFor({ state: "attached" });
    await expect.poll(() => settledView(fresh.page), { timeout: 20_000 }).toEqual(view);
    expect(interactions + 1).toBeLessThanOrEqual(MOST_INTERACTIONS);
    for (const one of [opened, fresh]) {
      expectCleanVisit(one);
      await one.close();
    }
  });

  it("never waits longer than a moment for what they did to be seen", async () => {
    const walks: (readonly Interaction[])[] = [];
    const longest = await quickest(LONGEST_ANSWER_MS, async () => {
      const opened = await open();
      const { longest } = await walk(opened);
      await opened.close();
      expect(longest.length).toBeGreaterThan(0);
      walks.push(longest);
      return longest[0].duration;
    });
    expect(longest, JSON.stringify(walks)).toBeLessThan(LONGEST_ANSWER_MS);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`walks the same path by keyboard alone, without an axe violation, ${colorScheme}`, async () => {
      const opened = await open({ colorScheme });
      const { page } = opened;
      const keys = page.keyboard;
      await tabTo(opened, "testid=load-sample");
      await keys.press("Enter");
      await waitForState(page, "done");
      await tabTo(opened, "text=Filter");
      await keys.press("Enter");
      await tabTo(opened, "text=Decoder");
      await keys.press("Enter");
      expect(await violations(page)).toEqual([]);
      await tabTo(opened, "label=Order of the layers", "Shift+Tab");
      await keys.type("By lift: Edge");
      await tabTo(opened, "testid=layer-card");
      expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(
        /Edge detection ×\d/,
      );
      await keys.press("Enter");
      await page.locator(".js-plotly-plot .point").first().waitFor({ state: "attached" });
      expect(await violations(page)).toEqual([]);
      await tabTo(opened, "testid=select-cluster");
      await keys.press("Enter");
      await groupSummary(page).waitFor();
      expect(await violations(page)).toEqual([]);
      const before = await settledView(page);
      const [file] = await Promise.all([page.waitForEvent("download"), keys.press("e")]);

      const fresh = await open({ colorScheme });
      await fresh.page.bringToFront();
      await tabTo(fresh, "text=Open a model");
      const opening = fresh.page.waitForEvent("filechooser");
      // The driver begins to listen for dialogs only now, and takes a moment.
      await fresh.page.waitForTimeout(300);
      await fresh.page.keyboard.press("Enter");
      const chooser = await opening;
      await chooser.setFiles(await file.path());
      await waitForState(fresh.page, "done");
      await expect.poll(() => settledView(fresh.page), { timeout: 20_000 }).toEqual(before);
      for (const one of [opened, fresh]) {
        expectCleanVisit(one);
        await one.close();
      }
    });
  }
});

/** Presses Tab until the focus is on what is meant: "testid=...", "label=..." or "text=...". */
async function tabTo(
  { page }: OpenedPage,
  wanted: string,
  key: "Tab" | "Shift+Tab" = "Tab",
): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press(key);
    const names = await page.evaluate(() => {
      const element = document.activeElement;
      return [
        `testid=${element?.getAttribute("data-testid")}`,
        `label=${element?.getAttribute("aria-label")}`,
        `text=${element?.textContent?.trim()}`,
      ];
    });
    if (names.includes(wanted)) return;
  }
  throw new Error(`${key} never reached ${wanted}.`);
}
