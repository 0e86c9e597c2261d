import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { violations } from "../support/axe.ts";
import { LONGEST_ANSWER_MS, watchInteractions } from "../support/interactions.ts";
import { largeUnetBytes } from "../support/largeUnet.ts";
import {
  ANALYSIS_TIMEOUT_MS,
  browserForTests,
  download,
  dropFile,
  expectCleanVisit,
  inBothThemes,
  loadSample,
  type OpenedPage,
  waitForState,
} from "../support/openPage.ts";

const open = browserForTests();
const RESUNET = "brain-resunet.onnx";
const fixture = join(import.meta.dirname, "../fixtures", RESUNET);
const resunet = readFileSync(fixture);
const sha256 = createHash("sha256").update(resunet).digest("hex");

function comparisonIs(page: Page, state: string): Promise<void> {
  return page
    .locator(`[data-testid="comparison-status"][data-state="${state}"]`)
    .waitFor({ state: "attached", timeout: ANALYSIS_TIMEOUT_MS });
}

async function addFile(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  await page.getByTestId("compare-input").setInputFiles({
    name,
    mimeType: "application/octet-stream",
    buffer: Buffer.from(bytes),
  });
}

function openCompare(page: Page): Promise<void> {
  return page.getByRole("tab", { name: "Compare", exact: true }).click();
}

/** The sample beside a second model. */
async function openCompared(): Promise<OpenedPage> {
  const opened = await open();
  await loadSample(opened.page);
  await openCompare(opened.page);
  await addFile(opened.page, RESUNET, resunet);
  await comparisonIs(opened.page, "done");
  return opened;
}

function pairTitle(page: Page): Promise<string> {
  return page.locator("#compare-pair-title").innerText();
}

/** Layers in the order of the table. */
function layersInTable(page: Page): Promise<string[]> {
  return page.locator('[data-testid="comparison-row"] th button').allInnerTexts();
}

/** All that the view of a comparison says, figures included. */
async function seen(page: Page): Promise<string> {
  const view = page.locator("section.compare");
  return (await view.evaluate((element) => element.textContent ?? "")).replace(/\s+/g, " ");
}

/** A U-Net of random weights. */
function unetBytes(width: number): Buffer {
  return Buffer.concat([...largeUnetBytes({ width, side: 64, seed: 3 })]);
}

describe("a second model", () => {
  it("is compared, sorted and opened by keyboard, and gives way to one that is dropped", async () => {
    const opened = await openCompared();
    const { page } = opened;
    expect(await page.getByTestId("comparison-headline").innerText()).toMatch(/^Most changed: /);

    const inNetwork = await layersInTable(page);
    const kernels = page.getByRole("button", { name: "Kernels", exact: true });
    await kernels.click();
    const counts = (
      await page.locator('[data-testid="comparison-row"] td:nth-child(3)').allInnerTexts()
    )
      .map((text) => text.split("/").map((part) => Number(part.replaceAll(/\D/g, ""))))
      .map(([a, b = a]) => a + b);
    expect(counts.length).toBeGreaterThan(5);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    const head = page.locator("th").filter({ has: kernels });
    expect(await head.getAttribute("aria-sort")).toBe("descending");
    await kernels.click();
    await kernels.click();
    expect(await layersInTable(page)).toEqual(inNetwork);

    const longestInteractions = await watchInteractions(page);
    const rows = page.locator('[data-testid="comparison-row"] th button');
    const waits: number[] = [];
    for (const at of [0, 4, 7]) {
      await rows.nth(at).focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => pairTitle(page)).toContain(`Kernels of ${inNetwork[at]} in both`);
      // Who opens a pair reads on there.
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("compare-pair-title");
      const [longest] = await longestInteractions();
      waits.push(longest?.duration ?? 0);
    }
    // A busy machine can spoil one of them, a slow page spoils all.
    expect(waits.toSorted((a, b) => a - b)[1]).toBeLessThanOrEqual(LONGEST_ANSWER_MS);

    const bar = page.locator("section.compare .figure-host [role=button]").nth(2);
    await bar.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => pairTitle(page)).toContain(`Kernels of ${inNetwork[2]} in both`);

    await dropFile(page, "dropped.onnx", unetBytes(2), "section.compare h2");
    await page.locator("section.compare").getByText("B: dropped.onnx").waitFor();
    await comparisonIs(page, "done");
    // What is dropped there is compared, not opened.
    expect(await page.locator("header").first().innerText()).toContain("brain-unet.onnx");
    expectCleanVisit(opened);
    await opened.close();
  });

  it("can be given up while it is read, and one that is none leaves the older comparison", async () => {
    const opened = await openCompared();
    const { page } = opened;
    const before = await seen(page);

    await addFile(page, "large.onnx", unetBytes(24));
    await page.getByTestId("cancel-comparison").click();
    await comparisonIs(page, "done");
    expect(await seen(page)).toBe(before);

    await addFile(page, "notes.onnx", Buffer.from("no model at all"));
    const alert = page.locator("section.compare [role=alert]");
    await alert.waitFor();
    expect(await alert.innerText()).toContain("The comparison below is the one from before.");
    expect(await page.locator("section.compare").innerText()).toContain(`B: ${RESUNET}`);
    await alert.getByRole("button", { name: "Dismiss" }).click();
    expect(await seen(page)).toBe(before);

    await page.getByRole("button", { name: "Stop comparing" }).click();
    await comparisonIs(page, "idle");
    await expect.poll(() => page.url()).not.toContain("compared");
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("a view of two models", () => {
  it("comes back from its picture, once the second model is added", async () => {
    const opened = await openCompared();
    await opened.page.locator('[data-testid="comparison-row"] th button').nth(3).click();
    const title = await pairTitle(opened.page);
    const before = await seen(opened.page);
    const picture = await download(opened.page, "export-figure");
    expectCleanVisit(opened);
    await opened.close();

    const fresh = await open();
    const { page } = fresh;
    await dropFile(page, picture.name, picture.bytes);
    await waitForState(page, "done");
    const view = page.locator("section.compare");
    await view
      .getByText(
        `This view compared with ${RESUNET} (fingerprint ${sha256.slice(0, 8)}…). Add that file to see it again.`,
      )
      .waitFor();
    // The wish outlives a reload.
    await expect.poll(() => page.url()).toContain("view=");
    await page.reload();
    await view.getByText("This view compared with").waitFor({ timeout: ANALYSIS_TIMEOUT_MS });
    await waitForState(page, "done");

    await addFile(page, RESUNET, resunet);
    await comparisonIs(page, "done");
    expect(await pairTitle(page)).toBe(title);
    expect(await seen(page)).toBe(before);
    expectCleanVisit(fresh);
    await fresh.close();
  });

  it("says so where another file is added, and compares it", async () => {
    const compared = { name: "lost.onnx", sha256: "ab".repeat(32), sample: null };
    const view = Buffer.from(JSON.stringify({ view: "compare", compared })).toString("base64url");
    const opened = await open({ fragment: `#sample=brain-unet&view=${view}` });
    const { page } = opened;
    await waitForState(page, "done");
    await addFile(page, RESUNET, resunet);
    await comparisonIs(page, "done");
    const said = await page.locator("section.compare").innerText();
    expect(said).toContain("The link or picture compared with lost.onnx (fingerprint abababab…).");
    expect(said).toContain(`B: ${RESUNET}`);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("comes back by itself where its models are samples or kept", async () => {
    const opened = await open();
    const { page } = opened;
    await page.getByTestId("keep-models").check();
    await loadSample(page);
    await openCompare(page);
    await addFile(page, RESUNET, resunet);
    await comparisonIs(page, "done");
    await expect.poll(() => page.url()).toContain("view=");
    await page.reload();
    await comparisonIs(page, "done");
    expect(await page.locator("section.compare").innerText()).toContain(`B: ${RESUNET}`);

    // The other way round: a file of one's own on screen, the sample as the second model.
    await page.getByRole("button", { name: "Stop comparing" }).click();
    await page.getByTestId("model-input").setInputFiles(fixture);
    await page.locator("header").getByText(RESUNET).first().waitFor();
    await page.getByRole("button", { name: "Add the sample U-Net" }).click();
    await comparisonIs(page, "done");
    await expect.poll(() => page.url()).toContain(`#model=${sha256}`);
    await page.reload();
    await comparisonIs(page, "done");
    expect(await page.locator("section.compare").innerText()).toContain("B: brain-unet.onnx");
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("the view that compares", () => {
  it("has no axe violation and no sideways scrolling, wide and narrow, light and dark", async () => {
    const opened = await openCompared();
    const { page } = opened;
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await inBothThemes(page, async (theme) => {
        expect(await violations(page), `${width} px, ${theme}`).toEqual([]);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow).toBe(0);
      });
    }
    expectCleanVisit(opened);
    await opened.close();
  });
});
