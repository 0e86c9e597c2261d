import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { pngSize, sessionTextOfPng } from "../../src/core/pictures/pngChunks.ts";
import { violations } from "../support/axe.ts";
import {
  browserForTests,
  download,
  expectCleanVisit,
  loadSample,
  showExports,
} from "../support/openPage.ts";

const open = browserForTests();

const DPI_300 = 11_811;
const PIXELS_PER_MM = 300 / 25.4;

async function openDialog(page: Page): Promise<void> {
  await showExports(page);
  await page.getByTestId("picture-options").click();
  await page.getByTestId("picture-dialog").waitFor();
}

/** A PNG of this width at 300 dpi that carries the session of the sample. */
function expectPicture(bytes: Buffer, widthMm: number): void {
  const size = pngSize(bytes);
  expect(size?.dotsPerMetre).toBe(DPI_300);
  expect(size?.width).toBe(Math.round(widthMm * PIXELS_PER_MM));
  expect(JSON.parse(sessionTextOfPng(bytes) ?? "null")).toMatchObject({
    model: { name: "brain-unet.onnx" },
  });
}

/** The report in a browser without network. */
async function openOffline(from: Page, path: string) {
  const browser = from.context().browser();
  if (browser === null) throw new Error("The browser is gone.");
  const context: BrowserContext = await browser.newContext({ offline: true });
  const page = await context.newPage();
  const requests: string[] = [];
  const messages: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => messages.push(message.text()));
  page.on("pageerror", (error) => messages.push(String(error)));
  await page.goto(pathToFileURL(path).href);
  return { page, context, requests, messages };
}

describe("pictures of a size on paper", () => {
  it("are PNG of 300 dpi with the session, and SVG in millimetres", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    expectPicture((await download(page, "export-figure")).bytes, 180);

    await openDialog(page);
    for (const [id, widthMm] of [
      ["one-column", 85],
      ["one-and-half-columns", 120],
      ["slide", 254],
    ] as const) {
      await page.getByTestId(`picture-size-${id}`).click();
      expectPicture((await download(page, "picture-png")).bytes, widthMm);
    }
    const outcome = page.getByTestId("picture-outcome");
    await outcome.getByText("254 \u00D7 143 mm").waitFor();

    await page.getByTestId("picture-width").fill("100");
    await expect.poll(() => page.getByTestId("picture-size-free").isChecked()).toBe(true);
    const svg = (await download(page, "picture-svg")).bytes.toString("utf8");
    expect(svg).toMatch(/^<svg [^>]*width="100mm" height="[\d.]+mm" viewBox="0 0 \d/);
    expect(svg).toContain("SHA-256");
    expect(svg).toContain("circular boundary");
    await page.keyboard.press("Escape");

    // The buttons beside it use what was used last, after a reload too.
    await page.reload();
    await page.getByTestId("export-figure").and(page.locator(":enabled")).waitFor();
    expectPicture((await download(page, "export-figure")).bytes, 100);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("can be had of every view that has one, and the others say why not", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    for (const tab of await page.getByRole("tab").all()) {
      await tab.click();
      const name = await tab.innerText();
      const button = page.getByTestId("export-figure");
      if (["Table", "Compare", "Image lab"].includes(name)) {
        await expect.poll(() => button.isDisabled()).toBe(true);
        expect(await button.getAttribute("title")).toMatch(/no picture|second model|test/);
        continue;
      }
      await button.and(page.locator(":enabled")).waitFor();
      expectPicture((await download(page, "export-figure")).bytes, 180);
    }
    expectCleanVisit(opened);
    await opened.close();
  });

  it("go to the clipboard", async () => {
    const opened = await open();
    const { page } = opened;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await loadSample(page);
    await openDialog(page);
    await page.getByTestId("picture-copy").click();
    await page.getByTestId("picture-outcome").getByText("Copied.").waitFor();
    const types = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const blob = await item?.getType("image/png");
      return { types: item?.types ?? [], size: blob?.size ?? 0 };
    });
    expect(types.types).toContain("image/png");
    expect(types.size).toBeGreaterThan(50_000);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("are chosen in a dialog without axe violations, light and dark, wide and narrow", async () => {
    for (const [width, colorScheme] of [
      [1440, "light"],
      [390, "dark"],
    ] as const) {
      const opened = await open({ width, height: 844, colorScheme });
      await loadSample(opened.page);
      await openDialog(opened.page);
      expect(await violations(opened.page)).toEqual([]);
      await opened.page.getByTestId("picture-width").fill("5");
      expect(await violations(opened.page)).toEqual([]);
      expectCleanVisit(opened);
      await opened.close();
    }
  });
});

describe("the whole model", () => {
  it("fits on a sheet of a slide's proportions", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await openDialog(page);
    const { bytes } = await download(page, "sheet-png");
    const size = pngSize(bytes);
    expect(size?.dotsPerMetre).toBe(DPI_300);
    expect((size?.height ?? 0) / (size?.width ?? 1)).toBeCloseTo(9 / 16, 3);
    const svg = (await download(page, "sheet-svg")).bytes.toString("utf8");
    for (const name of ["encoder.0.conv1", "decoder.3.conv2", "SHA-256"]) {
      expect(svg).toContain(name);
    }
    expectCleanVisit(opened);
    await opened.close();
  });

  it("is told by a report that opens without network, prints, and passes axe", async () => {
    const opened = await open();
    await loadSample(opened.page);
    await openDialog(opened.page);
    const { name, bytes } = await download(opened.page, "report-html");
    expect(name).toBe("brain-unet-report.html");
    const folder = mkdtempSync(join(tmpdir(), "convatlas-report-"));
    try {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      const { page, context, requests, messages } = await openOffline(opened.page, path);
      expect(await page.locator("h1").innerText()).toContain("brain-unet.onnx");
      expect(await page.locator("section.layer").count()).toBe(18);
      expect(await page.locator(".answer").count()).toBe(3);
      expect(await page.locator("script").count()).toBe(0);
      expect(await violations(page)).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
      const pages = pdf.match(/\/Type\s*\/Page[^s]/g) ?? [];
      // One per layer, and a few before and after them.
      expect(pages.length).toBeGreaterThanOrEqual(18 + 4);
      expect(pages.length).toBeLessThanOrEqual(18 + 9);
      expect(requests).toEqual([pathToFileURL(path).href]);
      expect(messages).toEqual([]);
      await context.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
    expectCleanVisit(opened);
    await opened.close();
  });
});
