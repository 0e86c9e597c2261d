import { join } from "node:path";
import type { Page } from "playwright-core";
import { showImages, showPart, testLayer, workKernel } from "./labPage.ts";
import { groupSummary, showExports } from "./openPage.ts";

/** A state of the page, and how a person gets there from the one before it in its list. */
export interface PageState {
  readonly name: string;
  reach(page: Page): Promise<void>;
  /** Puts away what lies over the page, for the next state. */
  leave?(page: Page): Promise<void>;
}

const secondModel = join(import.meta.dirname, "../fixtures/brain-resunet.onnx");

/** The fragment of a view whose model the page does not have. */
export const STRANGE_VIEW = `#model=${"ab".repeat(32)}&name=lost.onnx`;

function button(page: Page, name: string | RegExp) {
  return page.getByRole("button", { name, exact: typeof name === "string" });
}

async function tab(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name, exact: true }).click();
}

async function pressEscape(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
}

/** Before a model is open. */
export const STATES_WITHOUT_MODEL: readonly PageState[] = [
  { name: "landing", reach: (page) => page.getByTestId("load-sample").waitFor() },
  {
    name: "file that is no model",
    async reach(page) {
      await page.getByTestId("model-input").setInputFiles({
        name: "notes.txt",
        mimeType: "text/plain",
        buffer: Buffer.from("no model"),
      });
      await page.getByRole("alert").getByText("Details", { exact: true }).click();
    },
    leave: (page) => button(page, "Dismiss").click(),
  },
];

/** With the sample on screen, in the order of a visit. */
export const STATES_WITH_MODEL: readonly PageState[] = [
  {
    name: "atlas",
    reach: (page) => page.locator("[data-layer-index]").first().waitFor(),
  },
  {
    name: "layer, two components",
    async reach(page) {
      await page.locator('[data-testid="layer-card"][data-layer="decoder.0.conv1"]').click();
      await page.locator(".js-plotly-plot .point").first().waitFor({ state: "attached" });
      await page.locator(".spectra-panel, .layer-grid").first().waitFor();
    },
  },
  {
    name: "cluster selected",
    async reach(page) {
      await page.getByTestId("select-cluster").first().click();
      await groupSummary(page).waitFor();
    },
  },
  {
    name: "outline by numbers",
    reach: (page) => page.getByText("Select by numbers").click(),
    leave: (page) => page.getByText("Select by numbers").click(),
  },
  {
    name: "kernel pointed at and selected",
    async reach(page) {
      await page.locator(".layer-plot").focus();
      await page.keyboard.press("Home");
      await page.keyboard.press("Enter");
      await page.keyboard.press("ArrowRight");
      await page.getByTestId("neighbour").first().waitFor();
    },
  },
  {
    name: "kernel grid at the keyboard",
    async reach(page) {
      await page.locator(".layer-grid").focus();
      await page.keyboard.press("ArrowRight");
    },
  },
  {
    name: "channel group",
    async reach(page) {
      await page.keyboard.press("i");
      await groupSummary(page).getByText("Kernels that read input").waitFor();
    },
  },
  {
    name: "layer, three components",
    async reach(page) {
      await page.getByText("3-D", { exact: true }).click();
      await page.locator(".space-figure").waitFor();
    },
  },
  {
    name: "clusters beside noise",
    reach: (page) => button(page, "Are they real?").click(),
    leave: (page) => button(page, "Are they real?").click(),
  },
  {
    name: "threshold while it moves",
    async reach(page) {
      await page.getByTestId("threshold-slider").focus();
      await page.getByRole("region", { name: "Labels at this threshold" }).waitFor();
    },
    leave: (page) => page.keyboard.press("Tab"),
  },
  {
    name: "filters per layer, a label of all layers selected",
    async reach(page) {
      await tab(page, "Filters per layer");
      await button(page, /every layer that are named Edge/).click();
      await groupSummary(page).waitFor();
    },
  },
  {
    name: "search",
    async reach(page) {
      await page.getByRole("combobox", { name: "Search layers" }).fill("edge");
      await page.getByRole("option").first().waitFor();
    },
    leave: (page) => page.getByRole("combobox", { name: "Search layers" }).fill(""),
  },
  {
    name: "filters of the list",
    reach: (page) => button(page, "Filter").click(),
    leave: (page) => button(page, "Filter").click(),
  },
  {
    name: "table of kernels",
    async reach(page) {
      await tab(page, "Table");
      await page.getByRole("grid").locator("tbody tr").first().waitFor();
      await button(page, "Columns").click();
    },
    leave: (page) => button(page, "Columns").click(),
  },
  {
    name: "table of layers",
    async reach(page) {
      await page.getByRole("tabpanel").getByText("Layers", { exact: true }).click();
      await page.getByRole("grid", { name: "Layers of the network" }).waitFor();
    },
  },
  {
    name: "report",
    async reach(page) {
      await tab(page, "Report");
      await page.getByTestId("answer-filters").waitFor();
      for (const summary of await page.locator(".report summary").all()) await summary.click();
    },
  },
  { name: "nothing to compare yet", reach: (page) => tab(page, "Compare") },
  {
    name: "comparison",
    async reach(page) {
      await page.getByTestId("compare-input").setInputFiles(secondModel);
      await page.getByTestId("comparison-headline").waitFor({ timeout: 60_000 });
    },
  },
  {
    name: "sizes of pictures",
    async reach(page) {
      await showExports(page);
      await page.getByTestId("picture-options").click();
      await page.getByTestId("picture-dialog").waitFor();
    },
    leave: pressEscape,
  },
  {
    name: "own filters",
    async reach(page) {
      await page.getByTestId("edit-features").click();
      await page.getByTestId("feature-editor").waitFor();
    },
    leave: pressEscape,
  },
  {
    name: "corrections",
    async reach(page) {
      await page.getByTestId("check-layers").click();
      await page.getByTestId("corrections").waitFor();
    },
    leave: pressEscape,
  },
  {
    name: "help",
    reach: (page) => button(page, "Help: keys and words").click(),
    leave: pressEscape,
  },
];

/** In the image lab of the sample, in the order of a visit. */
export const STATES_OF_LAB: readonly PageState[] = [
  {
    name: "image lab",
    async reach(page) {
      await tab(page, "Image lab");
      await page.locator('[data-testid="lab-run"][data-state="done"]').waitFor({ timeout: 60_000 });
      await page.getByTestId("lab-dice").waitFor();
    },
  },
  {
    name: "image lab, all its images",
    reach: (page) => showImages(page, true),
  },
  {
    name: "image lab, what the network gets is changed",
    async reach(page) {
      await page.getByTestId("edit-preprocessing").click();
      await page.getByLabel("Left and right").selectOption({ label: "swapped" });
      await button(page, "Use for all images").waitFor();
      await page.locator('[data-testid="lab-run"][data-state="done"]').waitFor();
    },
    async leave(page) {
      await button(page, "As proposed").click();
      await page.getByTestId("edit-preprocessing").click();
      await showImages(page, false);
    },
  },
  {
    name: "a file that is no image",
    async reach(page) {
      await page.getByTestId("lab-image-input").setInputFiles({
        name: "notes.txt",
        mimeType: "text/plain",
        buffer: Buffer.from("no image"),
      });
      await page.locator(".lab-images").getByRole("alert").waitFor();
    },
    leave: (page) => button(page, "Dismiss").click(),
  },
  {
    name: "a kernel at work",
    async reach(page) {
      await showPart(page, "A kernel at work");
      await page.getByTestId("kernel-at-work").waitFor();
      await workKernel(page, "encoder.1.conv1");
    },
  },
  {
    name: "what is put to the test",
    async reach(page) {
      await showPart(page, "Put to the test");
      await page.locator(".test-choices summary").click();
    },
    leave: (page) => page.locator(".test-choices summary").click(),
  },
  {
    name: "put to the test",
    async reach(page) {
      await testLayer(page, "encoder.3.conv1", "shown");
      for (const summary of await page.getByTestId("test-result").locator("summary").all()) {
        await summary.click();
      }
    },
  },
];
