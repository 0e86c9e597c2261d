import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { POSTER_FEATURES } from "../../src/core/features/clinicalKernels.ts";
import type { KernelAtWork } from "../../src/worker/lab/protocol.ts";
import { violations } from "../support/axe.ts";
import { checked } from "../support/exportedNumbers.ts";
import { AskedLab, PUBLIC_SAMPLES, picked, unitPreprocessing } from "../support/labOf.ts";
import { type PartOfLab, showPart } from "../support/labPage.ts";
import {
  browserForTests,
  download,
  expectCleanVisit,
  loadSample,
  type OpenedPage,
} from "../support/openPage.ts";

const open = browserForTests();

/** ONNX Runtime adds up in another order on other threads. */
const TOLERANCE = 0.0051;

async function openLab(part: PartOfLab): Promise<OpenedPage> {
  const opened = await open();
  const { page } = opened;
  await loadSample(page);
  await page.getByRole("tab", { name: "Image lab", exact: true }).click();
  await showPart(page, part);
  return opened;
}

/** No number without a source in the export, nothing that a screen reader stumbles over. */
async function expectSound(page: Page, results: unknown): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  const { strangers, claims } = await checked(page, results);
  expect(strangers).toEqual([]);
  expect(claims).toBeGreaterThan(10);
  expect(await violations(page)).toEqual([]);
}

/** A channel of the kernel that is shown; the inspector has fields of the same names. */
function kernelField(page: Page, name: "In" | "Out"): Locator {
  return page.getByTestId("lab-part-kernel").getByLabel(name, { exact: true });
}

/** File name of the slice that is looked at: the one told below the strip of all of them. */
async function shownSlice(page: Page): Promise<string> {
  const text = await page.locator(".view-panel").innerText();
  const name = text.match(/slice-\d+\.png/g)?.at(-1);
  if (name === undefined) throw new Error("No slice is shown.");
  return name;
}

/** The same kernel on the same slice, by the service alone. */
async function kernelOf(slice: string, layer: string, kernel: number): Promise<KernelAtWork> {
  const lab = new AskedLab();
  const model = await lab.open([picked(join(PUBLIC_SAMPLES, "brain-unet.onnx"))]);
  const [image] = await lab.look([join(PUBLIC_SAMPLES, "slices", slice)]);
  return lab.call("kernel", {
    slice: { image, plane: "frame", index: 0 },
    preprocessing: unitPreprocessing(model.input),
    ...{ layer, kernel, features: POSTER_FEATURES },
  });
}

/** Correlations as they stand on the page, nearest filter first. */
async function shownCorrelations(page: Page): Promise<readonly number[]> {
  const texts = await page.locator(".atwork-features .atwork-correlation").allInnerTexts();
  return texts.map((text) =>
    Number((/correlation\s+([\u2212\d.]+)/.exec(text)?.[1] ?? "").replace("\u2212", "-")),
  );
}

describe("a kernel at work", () => {
  it("shows the filters nearest to it, as alike as the service finds them", async () => {
    const opened = await openLab("A kernel at work");
    const { page } = opened;
    await page.getByTestId("kernel-at-work").waitFor();
    await page.locator(".atwork-kernel-fields select").selectOption("encoder.1.conv1");
    await kernelField(page, "In").fill("5");
    await kernelField(page, "Out").fill("2");
    const wanted = await kernelOf(await shownSlice(page), "encoder.1.conv1", 2 * 16 + 5);
    const numbers = wanted.features.map(({ correlation }) => correlation ?? Number.NaN);
    const isClose = (found: readonly number[]) =>
      found.length === numbers.length &&
      found.every((one, at) => Math.abs(one - numbers[at]) <= TOLERANCE);
    await expect.poll(async () => isClose(await shownCorrelations(page))).toBe(true);
    const names = await page.locator(".atwork-feature-name").allInnerTexts();
    for (const [at, { feature }] of wanted.features.entries()) {
      const label = POSTER_FEATURES.find(({ id }) => id === feature)?.label ?? "";
      expect(names[at].trim().startsWith(label)).toBe(true);
    }
    const results = JSON.parse((await download(page, "export-json")).bytes.toString("utf8"));
    expect(results.lab.kernel).toMatchObject({ layer: "encoder.1.conv1", kernel: 37 });
    expect(
      isClose(results.lab.kernel.features.map((one: { correlation: number }) => one.correlation)),
    ).toBe(true);
    await expectSound(page, results);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("stands in sight as a row of pictures, and is chosen by keys without losing the focus", async () => {
    const opened = await openLab("A kernel at work");
    const { page } = opened;
    await page.getByTestId("kernel-at-work").waitFor();
    const row = await page.locator(".atwork-sentence").boundingBox();
    const status = await page.getByTestId("analysis-status").boundingBox();
    expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThan(status?.y ?? 0);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    // All kernels are one stop: from the last field in, and on to the picture.
    await kernelField(page, "Out").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect.poll(() => kernelField(page, "Out").inputValue()).toBe("3");
    await page.getByTestId("kernel-at-work").waitFor();
    expect(await focused()).toBe("Kernel from input 0 to output 3");
    await page.keyboard.press("Tab");
    expect(await focused()).toMatch(/^The stencil on the picture/);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("works out a pixel by keys, and the sum is that of its products", async () => {
    const opened = await openLab("A kernel at work");
    const { page } = opened;
    await page.getByTestId("kernel-at-work").waitFor();
    const stage = page.getByRole("application", { name: /stencil on the picture/ });
    await stage.focus();
    for (const key of ["ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"]) {
      await page.keyboard.press(key);
    }
    const numbersIn = async (at: number) =>
      (await page.locator(".atwork-equation li").nth(at).locator("svg text").allTextContents()).map(
        (text) => Number(text.replace("\u2212", "-")),
      );
    const [pixels, stencil, [sum]] = [await numbersIn(1), await numbersIn(2), await numbersIn(4)];
    expect([pixels.length, stencil.length]).toEqual([9, 9]);
    const added = pixels.reduce((all, pixel, at) => all + pixel * stencil[at], 0);
    // Two digits of each are printed.
    expect(Math.abs(added - sum)).toBeLessThan(0.05 * Math.max(1, Math.abs(sum)) + 0.05);
    const said = page.locator(".atwork-demo [aria-live]");
    expect(await said.innerText()).toMatch(/^Row \d+, column \d+: the nine products add up to/);
    // Every map of the layer, and the one that the kernel leads to is marked.
    const maps = page.locator(".atwork-maps button");
    await maps.first().waitFor();
    expect(await maps.count()).toBe(16);
    await maps.nth(7).click();
    await expect.poll(() => maps.nth(7).getAttribute("aria-pressed")).toBe("true");
    expect(await kernelField(page, "Out").inputValue()).toBe("7");
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("the test of kernels", () => {
  it("runs on one layer, draws it, and gives it away as CSV, picture and JSON", async () => {
    const opened = await openLab("Put to the test");
    const { page } = opened;
    await page.getByText("Choose what is tested").click();
    await page.getByLabel("The layer to be tested").selectOption("encoder.3.conv1");
    await page.getByTestId("run-test").click();
    await page.getByTestId("export-test-csv").waitFor();
    const result = page.getByTestId("test-result");
    const figure = result.locator("svg [role=button]");
    expect(await figure.count()).toBe(1);
    // As an independent script found them: 0.973 as it is, 0.913 with the filters that fit best.
    expect(await figure.getAttribute("aria-label")).toMatch(/falls to 0\.913.* 0\.973/);
    const csv = (await download(page, "export-test-csv")).bytes.toString("utf8");
    expect(csv.trimEnd().split("\r\n")).toHaveLength(10);
    expect(csv).toMatch(/\nlayer,encoder\.3\.conv1,best-fit|encoder\.3\.conv1,best-fit/);
    const svg = (await download(page, "export-figure-svg")).bytes.toString("utf8");
    expect(svg).toContain("encoder.3.conv1");
    expect(svg).toContain("not for clinical use");
    const results = JSON.parse((await download(page, "export-json")).bytes.toString("utf8"));
    expect(results.lab.substitution.trials).toHaveLength(9);
    expect(results.lab.substitution.own).toBeCloseTo(0.973, 2);
    await expectSound(page, results);
    await page.getByLabel("with what the network itself marks").check();
    expect(await figure.getAttribute("aria-label")).toContain("the network's own output");
    await expectSound(page, results);
    // It stays when another view is looked at.
    await page.getByRole("tab", { name: "Atlas", exact: true }).click();
    await page.getByRole("tab", { name: "Image lab", exact: true }).click();
    await page.getByTestId("test-result").waitFor();
    expectCleanVisit(opened);
    await opened.close();
  });

  it("can be cancelled, and what it has found stays", async () => {
    const opened = await openLab("Put to the test");
    const { page } = opened;
    await page.getByTestId("run-test").click();
    const progress = page.getByText(/[1-9]\d* of 171 replacements tried/);
    await progress.waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByText(/Stopped after \d+ of 171 replacements; what was found stays/).waitFor();
    expect(await page.getByTestId("run-test").innerText()).toBe("Run it again");
    expect(await page.getByTestId("export-test-csv").isEnabled()).toBe(true);
    // And another one can be run at once.
    await page.getByText("Choose what is tested").click();
    await page.getByLabel("The layer to be tested").selectOption("decoder.3.conv2");
    await page.getByLabel("only the slice that is looked at").check();
    await page.getByTestId("run-test").click();
    await expect
      .poll(() => page.getByTestId("test-result").innerText(), { timeout: 60_000 })
      .toMatch(/1 slice, all with masks/);
    await page.getByTestId("export-test-csv").waitFor();
    expectCleanVisit(opened);
    await opened.close();
  });

  it("goes on, can be cancelled and can be read when all images have been removed", async () => {
    const opened = await openLab("Put to the test");
    const { page } = opened;
    await page.getByTestId("run-test").click();
    const remove = page.getByRole("button", { name: "Remove", exact: true });
    await page.getByText(/[1-9]\d* of 171 replacements tried/).waitFor({ timeout: 60_000 });
    for (let left = 12; left > 0; left--) await remove.click();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByText(/Stopped after \d+ of 171 replacements; what was found stays/).waitFor();
    expect(await page.getByTestId("export-test-csv").isEnabled()).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
    expectCleanVisit(opened);
    await opened.close();
  });
});
