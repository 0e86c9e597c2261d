import { describe, expect, it } from "vitest";
import { browserForTests, expectCleanVisit, loadSample } from "../support/openPage.ts";

const open = browserForTests();

describe("what a whole layer amplifies", () => {
  it("is computed on demand, in the worker, and said in words and numbers", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await page.getByTestId("layer-card").nth(4).click();
    const panel = page.getByTestId("layer-operator");
    expect(await panel.getAttribute("data-state")).toBe("idle");
    await panel.getByRole("button", { name: "Compute" }).click();
    await page.locator('[data-testid="layer-operator"][data-state="done"]').waitFor();
    const text = await panel.innerText();
    // numpy: svd of the 16 x 16 matrices of encoder.2.conv1 on 64 x 64 has the largest value 3.32348.
    expect(text).toMatch(/Largest, circular borders\s+3\.32/);
    expect(text).toMatch(/can amplify an image by at most 3\.\d+ times/);
    expect(text).toContain("65,536");
    // Another layer starts afresh.
    await page.getByTestId("layer-card").nth(5).click();
    expect(await panel.getAttribute("data-state")).toBe("idle");
    expectCleanVisit(opened);
    await opened.close();
  });

  it("can be cancelled", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await page.getByTestId("layer-card").nth(1).click();
    const panel = page.getByTestId("layer-operator");
    await panel.getByRole("button", { name: "Compute" }).click();
    await panel.getByRole("button", { name: /^Cancel/ }).click();
    await page.locator('[data-testid="layer-operator"][data-state="idle"]').waitFor();
    expect(await panel.getByRole("button").first().innerText()).toBe("Compute");
    expectCleanVisit(opened);
    await opened.close();
  });
});
