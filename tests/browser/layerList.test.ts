import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { violations } from "../support/axe.ts";
import { browserForTests, expectCleanVisit, loadSample } from "../support/openPage.ts";

const open = browserForTests();
const sample = readFileSync(join(import.meta.dirname, "../../public/samples/brain-unet.onnx"));

function listedNames(page: Page): Promise<(string | null)[]> {
  return page
    .getByTestId("layer-card")
    .filter({ visible: true })
    .evaluateAll((cards) => cards.map((card) => card.getAttribute("data-layer")));
}

describe("the list of layers", () => {
  it("is filtered and sorted, says how many are left, and the keys follow it", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    const count = page.locator(".layer-count");
    expect(await count.innerText()).toBe("18 layers");
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.getByRole("button", { name: "Bottleneck", exact: true }).click();
    expect(await listedNames(page)).toEqual(["bottleneck.conv1", "bottleneck.conv2"]);
    expect(await count.innerText()).toBe("2 of 18 layers shown");
    expect(await violations(page)).toEqual([]);

    await page.getByLabel("Order of the layers").selectOption("name");
    await page.getByRole("button", { name: "Bottleneck", exact: true }).click();
    const names = await listedNames(page);
    expect(names).toEqual([...names].sort());
    expect(names).toHaveLength(18);
    await page.locator("h2").first().click();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await expect
      .poll(() => page.locator('[data-layer][aria-current="true"]').getAttribute("data-layer"))
      .toBe(names[1]);

    await page.getByLabel("Search layers").fill("no such layer");
    expect(await count.innerText()).toBe("0 of 18 layers shown");
    await page.getByRole("button", { name: "Show all layers" }).click();
    expect(await listedNames(page)).toHaveLength(18);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("lists what was not analysed with a reason in plain words", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    const list = page.getByRole("navigation", { name: "Layers of the network" });
    await list.getByText("Not analysed: 1 layer").click();
    expect(await list.innerText()).toContain("mixes channels pixel by pixel");
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("the model card", () => {
  it("tells file, fingerprint and what is in it", async () => {
    const opened = await open({ width: 390, height: 844 });
    const { page } = opened;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await loadSample(page);
    const card = page.getByTestId("model-card");
    const words = await card.innerText();
    for (const part of ["brain-unet.onnx", "ONNX", "256 × 256 pixels", "5,136", "1 × 1 kernels"]) {
      expect(words).toContain(part);
    }
    expect(await card.getByRole("row", { name: "3 × 3 18 5,136" }).count()).toBe(1);
    await card.getByRole("button", { name: "Copy" }).click();
    await card.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(createHash("sha256").update(sample).digest("hex"));
    expectCleanVisit(opened);
    await opened.close();
  });
});
