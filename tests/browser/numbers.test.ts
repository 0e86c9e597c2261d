import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { checked } from "../support/exportedNumbers.ts";
import {
  browserForTests,
  download,
  expectCleanVisit,
  groupSummary,
  loadSample,
  waitForState,
} from "../support/openPage.ts";

const open = browserForTests();

const secondModel = join(import.meta.dirname, "../fixtures/brain-resunet.onnx");

/** Pictures are drawn in slices, and words follow them. */
const SETTLING_MS = 250;

/** With fewer the check would hold for want of numbers. */
const FEWEST_CLAIMS = 20;

async function exported(page: Page): Promise<unknown> {
  return JSON.parse((await download(page, "export-json")).bytes.toString("utf8"));
}

async function tab(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name, exact: true }).click();
}

async function openLayer(page: Page, name: string): Promise<void> {
  await page.locator(`[data-testid="layer-card"][data-layer="${name}"]`).click();
  await page.locator(".js-plotly-plot .point").first().waitFor({ state: "attached" });
}

async function colourBy(page: Page, value: string): Promise<void> {
  await page.locator(`input[name="colour-by"][value="${value}"]`).check({ force: true });
  await page.locator(".class-key li").first().waitFor();
}

/** Numbers that are folded away are on the page as well. */
function unfoldAll(page: Page): Promise<void> {
  return page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
}

async function selectRegion(page: Page): Promise<void> {
  for (const name of ["PC1", "PC2"]) {
    await page.getByLabel(`${name} from`).fill("-0.25");
    await page.getByLabel(`${name} to`, { exact: true }).fill("0.1");
  }
  await page.getByRole("button", { name: "Select", exact: true }).click();
  await groupSummary(page).waitFor();
}

async function computeOperator(page: Page): Promise<void> {
  const panel = page.getByTestId("layer-operator");
  await panel.getByRole("button", { name: "Compute" }).click();
  await page.locator('[data-testid="layer-operator"][data-state="done"]').waitFor();
}

async function compareClusterNumbers(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Are they real?" }).click();
  await page.locator(".cluster-numbers table").waitFor({ state: "attached" });
}

/** As while a slider is dragged: it has moved, and has not been let go. */
async function dragThreshold(page: Page): Promise<void> {
  await page.getByTestId("threshold-slider").focus();
  await page.getByTestId("threshold-slider").evaluate((slider) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(slider, "23");
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await page.getByRole("columnheader", { name: "at 23 %" }).waitFor();
}

async function applyOwnFilters(page: Page): Promise<void> {
  await page.getByTestId("edit-features").click();
  const editor = page.getByTestId("feature-editor");
  await editor.getByRole("button", { name: "Remove" }).click();
  await editor.getByRole("button", { name: "Apply" }).click();
  await page.getByText("own (5)").waitFor({ state: "attached" });
  await waitForState(page, "done");
}

interface Step {
  readonly state: string;
  readonly reach: (page: Page) => Promise<void>;
  /** The results are those of the step before: only what is shown of them differs. */
  readonly showsSameResults?: true;
  /** Something that is not applied is shown. */
  readonly hasPreview?: true;
}

/** Steps of a visit; each leads on from the one before. */
const VISIT: readonly Step[] = [
  { state: "atlas", reach: async () => {} },
  { state: "layer", reach: (page) => openLayer(page, "decoder.1.conv2") },
  ...["label", "nearest", "channel", "norm"].map(
    (value): Step => ({
      state: `marks show ${value}`,
      reach: (page) => colourBy(page, value),
      showsSameResults: true,
    }),
  ),
  {
    state: "atlas by norm",
    reach: (page) => tab(page, "Atlas"),
    showsSameResults: true,
  },
  {
    state: "three components",
    async reach(page) {
      await tab(page, "Layer");
      await page.getByText("3-D", { exact: true }).click();
      await page.getByText("Lasso and box select in 2-D").waitFor();
    },
    showsSameResults: true,
  },
  { state: "operator of a layer", reach: computeOperator },
  { state: "cluster numbers", reach: compareClusterNumbers },
  {
    state: "another layer",
    async reach(page) {
      await page.keyboard.press("Escape");
      await page.getByText("2-D", { exact: true }).click();
      await openLayer(page, "encoder.0.conv2");
    },
  },
  {
    state: "operator of the layer before",
    async reach(page) {
      await openLayer(page, "decoder.1.conv2");
      await page.locator('[data-testid="layer-operator"][data-state="done"]').waitFor();
    },
  },
  {
    state: "threshold that is not applied",
    reach: dragThreshold,
    showsSameResults: true,
    hasPreview: true,
  },
  { state: "selected region", reach: selectRegion },
  {
    state: "atlas of a region",
    reach: (page) => tab(page, "Atlas"),
    showsSameResults: true,
  },
  {
    state: "selected cluster",
    async reach(page) {
      await tab(page, "Layer");
      await page.getByTestId("select-cluster").nth(1).click();
      await groupSummary(page).waitFor();
    },
  },
  {
    state: "kernel",
    async reach(page) {
      await page.locator(".layer-plot").focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      await page.getByTestId("neighbour").first().waitFor();
    },
  },
  {
    state: "a kernel that is pointed at",
    async reach(page) {
      await page.locator(".layer-plot").focus();
      await page.keyboard.press("ArrowRight");
      await page.locator(".kernel-tooltip").waitFor();
    },
    showsSameResults: true,
  },
  {
    state: "table of kernels",
    reach: (page) => tab(page, "Table"),
    showsSameResults: true,
  },
  {
    state: "table of layers",
    reach: (page) => page.getByRole("tabpanel").getByText("Layers", { exact: true }).click(),
    showsSameResults: true,
  },
  {
    state: "label in all layers",
    async reach(page) {
      await tab(page, "Filters per layer");
      await page.getByRole("button", { name: /every layer.*Edge detection/ }).click();
      await groupSummary(page).waitFor();
    },
  },
  {
    state: "atlas of a label",
    reach: (page) => tab(page, "Atlas"),
    showsSameResults: true,
  },
  {
    state: "narrow atlas",
    reach: (page) => page.setViewportSize({ width: 390, height: 844 }),
    showsSameResults: true,
  },
  {
    state: "narrow filters per layer",
    reach: (page) => tab(page, "Filters per layer"),
    showsSameResults: true,
  },
  {
    state: "own filters",
    async reach(page) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await applyOwnFilters(page);
    },
  },
  {
    state: "report",
    async reach(page) {
      await tab(page, "Report");
      await page.getByTestId("answer-filters").waitFor();
    },
    showsSameResults: true,
  },
  {
    state: "comparison",
    async reach(page) {
      await tab(page, "Compare");
      await page.getByTestId("compare-input").setInputFiles(secondModel);
      await page.getByTestId("comparison-headline").waitFor();
    },
  },
  {
    state: "image lab",
    async reach(page) {
      await tab(page, "Image lab");
      await page.getByTestId("lab-dice").waitFor({ timeout: 60_000 });
      await page.locator('[data-testid="lab-run"][data-state="done"]').waitFor();
    },
    hasPreview: true,
  },
];

describe("every number on the page", () => {
  it("is in the exported results, in the part that it claims to be of", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    let json: unknown = null;
    for (const { state, reach, showsSameResults, hasPreview } of VISIT) {
      await reach(page);
      await unfoldAll(page);
      await page.waitForTimeout(SETTLING_MS);
      if (!showsSameResults) json = await exported(page);
      const { claims, strangers } = await checked(page, json);
      expect.soft(strangers, state).toEqual([]);
      expect(claims, state).toBeGreaterThan(FEWEST_CLAIMS);
      const previews = await page.locator("[data-preview]:visible").count();
      expect(previews > 0, `previews: ${state}`).toBe(hasPreview === true);
    }
    expectCleanVisit(opened);
    await opened.close();
  });

  it("is missed where it is not", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await page.evaluate(() => {
      const stranger = document.createElement("p");
      stranger.setAttribute("data-result", "totals");
      stranger.textContent = "123.4567 kernels";
      document.body.append(stranger);
    });
    const { strangers } = await checked(page, await exported(page));
    expect(strangers).toEqual([{ token: "123.4567", path: "totals", near: "123.4567 kernels" }]);
    await opened.close();
  });
});
