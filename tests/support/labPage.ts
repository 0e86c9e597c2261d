import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { loadSample } from "./openPage.ts";

/** ONNX Runtime is 14 MB to be compiled, on a machine that others use as well. */
const START_TIMEOUT_MS = 60_000;

/** A test of one layer on all slices: some hundred runs. */
const TEST_TIMEOUT_MS = 60_000;

/** A part of the lab, as its tab is called. */
export type PartOfLab = "Segmentation" | "A kernel at work" | "Put to the test";

/** Opens the view and waits until the network is ready to run. */
export async function enterLab(page: Page): Promise<void> {
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await page
    .locator('[data-testid="lab-status"][data-state="ready"]')
    .waitFor({ state: "attached", timeout: START_TIMEOUT_MS });
}

export async function waitForRun(page: Page): Promise<void> {
  await page.locator('[data-testid="lab-run"][data-state="done"]').waitFor();
}

export async function openSampleLab(page: Page): Promise<void> {
  await loadSample(page);
  await enterLab(page);
  await waitForRun(page);
  // Its images come one after the other; the first of them is looked at meanwhile.
  await page.getByRole("radio", { name: "slice-006.png" }).and(page.locator(":checked")).waitFor({
    state: "attached",
  });
  await waitForRun(page);
}

export async function showPart(page: Page, part: PartOfLab): Promise<void> {
  await page.getByRole("tab", { name: part, exact: true }).click();
}

/** Opens or closes the images, which are one line on a phone; elsewhere they are always in sight. */
export async function showImages(page: Page, isOpen: boolean): Promise<void> {
  const line = page.getByTestId("lab-image-line");
  if (!(await line.isVisible())) return;
  if ((await line.getAttribute("aria-expanded")) !== String(isOpen)) await line.click();
}

/** Of the list of images, what is wrong with those that were refused. */
export function refusedImages(page: Page): Locator {
  return page.locator(".lab-images").getByRole("alert");
}

export async function lookAt(page: Page, name: string): Promise<void> {
  await page.getByRole("radio", { name }).check({ force: true });
  await waitForRun(page);
}

/** Gives the lab images as the file dialog would. */
export async function chooseImages(
  page: Page,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<void> {
  await page.getByTestId("lab-image-input").setInputFiles(
    files.map(({ name, bytes }) => ({
      name,
      mimeType: "application/octet-stream",
      buffer: Buffer.from(bytes),
    })),
  );
}

/** Shows the kernel at work that is chosen in a layer, with all maps of the layer. */
export async function workKernel(page: Page, layer: string): Promise<void> {
  await page.locator(".atwork-kernel-fields select").selectOption(layer);
  await page.locator('.atwork-at-work[data-state="shown"]').waitFor();
  await page.locator(".atwork-maps button").first().waitFor();
}

/** Runs the test of one layer, on all slices or on the one that is looked at, and waits for its end. */
export async function testLayer(page: Page, layer: string, slices: "all" | "shown"): Promise<void> {
  const choices = page.locator(".test-choices");
  if ((await choices.getAttribute("open")) === null) await choices.locator("summary").click();
  await page.getByLabel("The layer to be tested").selectOption(layer);
  const radio = slices === "all" ? /^all \d+ images, one slice of each/ : /only the slice that is/;
  await page.getByLabel(radio).check();
  const start = page.getByTestId("run-test");
  await start.click();
  await expect.poll(() => start.innerText(), { timeout: TEST_TIMEOUT_MS }).toBe("Run it again");
}
