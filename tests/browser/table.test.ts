import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violations } from "../support/axe.ts";
import { checked } from "../support/exportedNumbers.ts";
import { writeLargeUnet } from "../support/largeUnet.ts";
import { LONGEST_TASK_MS, watchLongTasks } from "../support/longTasks.ts";
import {
  browserForTests,
  download,
  expectCleanVisit,
  loadSample,
  waitForState,
} from "../support/openPage.ts";
import { quickest } from "../support/slowness.ts";

const open = browserForTests();

interface ExportedKernel {
  readonly out: number;
  readonly in: number;
  readonly distance: number;
  readonly margin: number;
  readonly valueDistance: number;
  readonly pca: readonly number[];
}

interface ExportedLayer {
  readonly name: string;
  readonly kernelCount: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly baseline: { readonly gaussian: Readonly<Record<string, number>> };
  readonly kernels: readonly ExportedKernel[];
}

async function exported(page: Page): Promise<{ readonly layers: readonly ExportedLayer[] }> {
  const { bytes } = await download(page, "export-json");
  return JSON.parse(bytes.toString()) as { layers: readonly ExportedLayer[] };
}

/** Every number in the middle of the page, in a part that names its place in the export, is there. */
async function expectExported(page: Page, results: unknown): Promise<void> {
  const { claims, strangers } = await checked(page, results, (path) => path.startsWith("layers."));
  expect(claims).toBeGreaterThan(5);
  expect(strangers).toEqual([]);
}

function grid(page: Page): Locator {
  return page.getByRole("grid");
}

function rows(page: Page): Locator {
  return grid(page).locator("tbody tr");
}

/** The text of one column of the rows in sight. */
function column(page: Page, id: string): Promise<string[]> {
  return rows(page).locator(`td[data-column="${id}"]`).allInnerTexts();
}

/** "tie, 0.32 %" as 0.32, "1,024" as 1024. */
function numberOf(text: string): number {
  const [number] =
    /-?\d[\d.]*(e-?\d+)?/.exec(text.replace("\u2212", "-").replaceAll(",", "")) ?? [];
  return Number(number ?? Number.NaN);
}

async function openTable(page: Page): Promise<void> {
  await page.locator(".view-panel").focus();
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await rows(page).first().waitFor();
}

/** Presses a column's head and waits until the rows say so. */
async function sortBy(page: Page, title: string, direction: "rising" | "falling"): Promise<void> {
  await page.getByRole("button", { name: title, exact: true }).click();
  await page.getByText(`sorted by ${title}, ${direction}.`).waitFor();
}

describe("the table of kernels", () => {
  it("is sorted, walked, chosen from, filtered and saved by keyboard", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await openTable(page);
    expect(await grid(page).getAttribute("aria-rowcount")).toBe("5137");

    await sortBy(page, "Distance", "rising");
    const head = page.getByRole("columnheader", { name: "Distance", exact: true });
    expect(await head.getAttribute("aria-sort")).toBe("ascending");
    await sortBy(page, "Distance", "falling");
    await expect
      .poll(async () => (await column(page, "distance")).map(numberOf))
      .toEqual((await column(page, "distance")).map(numberOf).toSorted((a, b) => b - a));
    expect(numberOf((await column(page, "distance"))[0])).toBeGreaterThan(10);

    await grid(page).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /^Kernel, input \d+ to output \d+$/ }).waitFor();
    expect(await rows(page).first().innerText()).toContain("shown");

    await page.getByRole("searchbox", { name: "Filter" }).fill("encoder.0.conv2 distance < 3 %");
    await expect.poll(() => page.locator(".table-foot").innerText()).toMatch(/^[1-9]\d{0,2} rows/);
    expect(new Set(await column(page, "layer"))).toEqual(new Set(["encoder.0.conv2"]));
    expect(Math.max(...(await column(page, "distance")).map(numberOf))).toBeLessThanOrEqual(3);

    await grid(page).focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    expect(await grid(page).locator('tr[aria-selected="true"]').count()).toBe(2);
    await page.getByRole("searchbox", { name: "Filter" }).fill("");
    await page.getByRole("combobox", { name: "Kernels" }).selectOption("group");
    await page.getByText(/^2 rows/).waitFor();
    expect(await violations(page)).toEqual([]);

    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save these rows as CSV" }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(Buffer.from(chunk));
    const saved = Buffer.concat(chunks).toString().trim().split("\r\n");
    const all = (await download(page, "export-csv")).bytes.toString().trim().split("\r\n");
    expect(file.suggestedFilename()).toBe("brain-unet-kernels.csv");
    expect(saved).toHaveLength(3);
    expect(saved[0]).toBe(all[0]);
    expect(all).toEqual(expect.arrayContaining(saved));
    expectCleanVisit(opened);
    await opened.close();
  });

  it("says what the exported results say", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await openTable(page);
    const results = await exported(page);
    const { layers } = results;
    await sortBy(page, "PC1", "rising");
    await expect.poll(async () => (await column(page, "distance")).join("")).not.toContain("…");
    await expectExported(page, results);
    const paths = await rows(page).evaluateAll((all) => all.map((row) => row.dataset.result ?? ""));
    expect(paths.length).toBeGreaterThan(8);
    const [ins, outs, distances, margins, values, firsts] = await Promise.all(
      ["in", "out", "distance", "margin", "valueDistance", "pc1"].map((id) => column(page, id)),
    );
    for (const [at, path] of paths.entries()) {
      const [, layer, , kernel] = path.split(".");
      const record = layers[Number(layer)].kernels[Number(kernel)];
      expect([ins[at], outs[at]]).toEqual([String(record.in), String(record.out)]);
      expect(numberOf(distances[at])).toBeCloseTo(100 * record.distance, 2);
      expect(numberOf(margins[at])).toBeCloseTo(100 * record.margin, 2);
      expect(numberOf(values[at])).toBe(Number(record.valueDistance.toPrecision(3)));
      expect(numberOf(firsts[at])).toBe(Number(record.pca[0].toPrecision(3)));
    }

    await page.getByRole("tabpanel").getByText("Layers", { exact: true }).click();
    await page.getByRole("grid", { name: "Layers of the network" }).waitFor();
    const [names, kernels, shares, noise] = await Promise.all(
      ["layer", "kernels", "share:edge", "noise:edge"].map((id) => column(page, id)),
    );
    expect(names.length).toBeGreaterThan(8);
    await expectExported(page, results);
    for (const [at, name] of names.entries()) {
      const { kernelCount, counts, baseline } = layers[at];
      expect(name).toBe(layers[at].name);
      expect(numberOf(kernels[at])).toBe(kernelCount);
      expect(numberOf(shares[at])).toBeCloseTo((100 * counts.edge) / kernelCount, 1);
      expect(numberOf(noise[at])).toBeCloseTo(100 * baseline.gaussian.edge, 1);
    }
    expectCleanVisit(opened);
    await opened.close();
  });

  it("fits a phone in the dark, with the columns that one chooses", async () => {
    const opened = await open({ width: 390, height: 844, colorScheme: "dark" });
    const { page } = opened;
    await loadSample(page);
    await openTable(page);
    const titles = () => grid(page).getByRole("columnheader").allInnerTexts();
    expect(await titles()).toEqual(["Layer", "In", "Out", "Kernel", "Acts like", "Distance"]);
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Weights" }).check();
    await page.getByRole("checkbox", { name: "Distance", exact: true }).uncheck();
    expect(await titles()).toEqual([
      ...["Layer", "In", "Out", "Kernel"],
      ...["w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8"],
      "Acts like",
    ]);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(beyond).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("the search box", () => {
  it("finds kernels by their channels and groups by their name", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await page.locator(".view-panel").focus();
    await page.keyboard.press("/");
    await page.keyboard.type("encoder.0.conv2 3 5");
    const box = page.getByRole("combobox", { name: "Search layers" });
    expect(await box.getAttribute("aria-expanded")).toBe("true");
    expect(
      await page
        .getByRole("listbox", { name: "Kernels and groups found" })
        .getByRole("option")
        .allInnerTexts(),
    ).toEqual(["Kernel in 3, out 5 of encoder.0.conv2"]);
    expect(await page.locator(".layer-count").innerText()).toBe("1 of 18 layers shown");
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Kernel, input 3 to output 5" }).waitFor();
    expect(await box.inputValue()).toBe("");

    await box.fill("edge");
    expect(await page.locator(".layer-count").innerText()).toBe("18 layers");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await openTable(page);
    await page.getByRole("combobox", { name: "Kernels" }).selectOption("group");
    const { layers } = await exported(page);
    const edges = layers.find(({ name }) => name === "encoder.0.conv2")?.counts.edge;
    await page.getByText(`${edges} rows`).waitFor();
    expect(new Set(await column(page, "label"))).toEqual(new Set(["Edge detection"]));
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("the grid of kernels", () => {
  it("is walked by keyboard, selects kernels and channels, and greys the rest", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await page.locator('[data-testid="layer-card"][data-layer="encoder.0.conv2"]').click();
    const kernels = page.getByRole("application", { name: /^All kernels of encoder.0.conv2/ });
    await kernels.focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"]) {
      await page.keyboard.press(key);
    }
    await page
      .getByText(/^In 3, out 1\. /)
      .first()
      .waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Kernel, input 3 to output 1" }).waitFor();
    await expectExported(page, await exported(page));

    await page.getByText(/^Shaded: 90 % of 256 kernels/).waitFor();
    await kernels.focus();
    await page.keyboard.press("o");
    await page.getByRole("heading", { name: "Spectra of the selected kernels" }).waitFor();
    await page.getByText(/^Shaded: 90 % of 16 kernels/).waitFor();

    // A number at the edge of the grid: all kernels of input 0.
    await kernels.locator("canvas").click({ position: { x: 48, y: 8 } });
    const view = () =>
      atob(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("view") ?? "");
    await expect.poll(view).toContain('"side":"in","channel":0');
    expect(await violations(page)).toEqual([]);
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("a table of 240,000 kernels", () => {
  const folder = mkdtempSync(join(tmpdir(), "convatlas-"));
  const unet = join(folder, "unet.onnx");
  beforeAll(() => {
    writeLargeUnet(unet, { width: 16, side: 128, seed: 1 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function longestTask(): Promise<number> {
    const opened = await open();
    const { page } = opened;
    await page.getByTestId("model-input").setInputFiles(unet);
    await waitForState(page, "done");
    await openTable(page);
    const longestSoFar = await watchLongTasks(page);
    await sortBy(page, "Norm", "rising");
    await grid(page).focus();
    await page.keyboard.press("End");
    const count = await grid(page).getAttribute("aria-rowcount");
    await expect.poll(() => rows(page).last().getAttribute("aria-rowindex")).toBe(count);
    const norms = (await column(page, "norm")).map(numberOf);
    expect(norms).toEqual(norms.toSorted((a, b) => a - b));
    const longest = await longestSoFar();
    expectCleanVisit(opened);
    await opened.close();
    return longest;
  }

  it("is sorted and scrolled to its end without stopping the page", async () => {
    expect(await quickest(LONGEST_TASK_MS, longestTask)).toBeLessThan(LONGEST_TASK_MS);
  });
});
