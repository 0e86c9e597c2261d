import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { MOST_POINTS } from "../../src/ui/plot/drawnKernels.ts";
import type { ResultsFile } from "../support/checkAgainstReference.ts";
import { floatTensor, model, node, value } from "../support/onnxWriter.ts";
import {
  browserForTests,
  chooseFile,
  download,
  dropFile,
  expectCleanVisit,
  loadSample,
  waitForState,
} from "../support/openPage.ts";

const open = browserForTests();
const resunet = readFileSync(join(import.meta.dirname, "../fixtures/brain-resunet.onnx"));

/** Where Plotly has drawn a point of the data, in pixels of the window. */
async function pixelOf(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  return page.evaluate(
    ([dataX, dataY]) => {
      const plot = document.querySelector<HTMLElement>(".js-plotly-plot");
      if (plot === null) throw new Error("There is no plot.");
      const box = plot.getBoundingClientRect();
      const { xaxis, yaxis } = (plot as unknown as { _fullLayout: Record<string, Axis> })
        ._fullLayout;
      interface Axis {
        readonly _offset: number;
        d2p(value: number): number;
      }
      return {
        x: box.left + xaxis._offset + xaxis.d2p(dataX),
        y: box.top + yaxis._offset + yaxis.d2p(dataY),
      };
    },
    [x, y] as const,
  );
}

async function openLayer(page: Page, name: string): Promise<void> {
  await page.locator(`[data-testid="layer-card"][data-layer="${name}"]`).click();
  await page.locator(".js-plotly-plot .cartesianlayer").first().waitFor();
}

describe("a visit", () => {
  it("goes from the sample to one kernel: hover shows it, a click keeps it", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    const results: ResultsFile = JSON.parse(
      (await download(page, "export-json")).bytes.toString("utf8"),
    );
    const [layer] = results.layers;
    const kernels = layer.kernels ?? [];
    // A kernel well inside the frame, so that its point can be pointed at.
    const at = kernels.findIndex(({ pca }) => Math.abs(pca[0]) < 0.3 && Math.abs(pca[1]) < 0.2);
    const kernel = kernels[at];
    await openLayer(page, layer.name);

    const point = await pixelOf(page, kernel.pca[0], kernel.pca[1]);
    await page.mouse.move(point.x, point.y, { steps: 4 });
    const tooltip = page.locator(".kernel-tooltip");
    await tooltip.waitFor();
    expect(await tooltip.innerText()).toContain(`out ${at}`);
    expect(await tooltip.locator("svg").count()).toBe(1);
    await page.keyboard.press("Escape");
    await expect.poll(() => tooltip.count()).toBe(0);

    await page.mouse.click(point.x, point.y);
    const inspector = page.locator(".inspector");
    await expect.poll(() => inspector.innerText()).toContain(`to output ${at}`);
    const said = await inspector.innerText();
    expect(said).toMatch(/distance/i);
    expect(said).toMatch(/spectrum/i);
    for (const { label } of results.features) expect(said).toContain(label);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("reaches kernels by keyboard", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await openLayer(page, "encoder.0.conv1");
    await page.locator(".layer-plot").focus();
    await page.keyboard.press("ArrowRight");
    await page.locator(".kernel-tooltip").waitFor();
    await page.keyboard.press("Enter");
    await expect
      .poll(() => page.locator(".inspector").innerText())
      .toMatch(/Kernel, input \d+ to output \d+/);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("takes a file that is dropped anywhere", async () => {
    const opened = await open();
    const { page } = opened;
    await dropFile(page, "dropped.onnx", resunet);
    await waitForState(page, "done");
    expect(await page.locator("header").innerText()).toContain("dropped.onnx");
    expectCleanVisit(opened);
    await opened.close();
  });

  it("draws a sample of a layer of thousands of kernels, says so, and shows all in a closer look", async () => {
    const opened = await open();
    const { page } = opened;
    await chooseFile(page, "brain-resunet.onnx", resunet);
    await waitForState(page, "done");
    await openLayer(page, "encoder.3.conv2");
    const points = page.locator(".js-plotly-plot .scatterlayer .point");
    await points.nth(MOST_POINTS - 1).waitFor({ state: "attached" });
    expect(await points.count()).toBeLessThan(MOST_POINTS + 10);
    const note = page.locator(".plot-note");
    await expect.poll(() => note.innerText()).toMatch(/^3,00\d of 4,\d{3} kernels drawn/);
    for (let step = 0; step < 2; step++) {
      await page.locator(`.modebar-btn[data-title="Zoom in"]`).click();
    }
    await expect.poll(() => note.innerText()).not.toMatch(/ drawn/);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("computes anew when a setting changes, and says what it did", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await page.getByLabel("Grid").selectOption("16");
    await waitForState(page, "analyzing");
    await waitForState(page, "done");
    const results: ResultsFile = JSON.parse(
      (await download(page, "export-json")).bytes.toString("utf8"),
    );
    expect(results.settings).toMatchObject({ grid: 16 });
    expect(new Set(results.layers.map(({ grid }) => grid.join("x")))).toEqual(new Set(["16x16"]));
    expectCleanVisit(opened);
    await opened.close();
  });

  it("asks for the image size where a network leaves it open, with 256 to begin with", async () => {
    const weights = Array.from({ length: 18 }, (_, i) => Math.sin(i * i));
    const anySize = model({
      inputs: [value("image", [1, 1, null, null])],
      nodes: [node("Conv", ["image", "first.weight"], "out")],
      initializers: [floatTensor("first.weight", [2, 1, 3, 3], weights)],
    });
    const opened = await open();
    const { page } = opened;
    await chooseFile(page, "any-size.onnx", anySize);
    await waitForState(page, "done");
    expect(await page.locator("main").innerText()).toMatch(/256/);
    const size = page.getByLabel(/input image/i).first();
    await size.fill("64");
    await size.press("Enter");
    await waitForState(page, "done");
    await expect
      .poll(async () => (await page.getByTestId("layer-card").first().innerText()).includes("64"))
      .toBe(true);
    expectCleanVisit(opened);
    await opened.close();
  });
});
