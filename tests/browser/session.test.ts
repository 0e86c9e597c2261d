import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  browserForTests,
  chooseFile,
  download,
  expectCleanVisit,
  groupSummary,
  loadSample,
  waitForState,
} from "../support/openPage.ts";

const open = browserForTests();
const resunet = readFileSync(join(import.meta.dirname, "../fixtures/brain-resunet.onnx"));

/** What is on screen, in words that a person would compare. */
async function viewOf(page: Page): Promise<unknown> {
  return {
    tab: await page.getByRole("tab", { selected: true }).innerText(),
    selected: await page.locator('[data-testid="layer-card"][aria-current="true"]').count(),
    group: await groupSummary(page).allInnerTexts(),
    threshold: await page.getByTestId("threshold-slider").inputValue(),
    marks: await page.locator('input[name="colour-by"]:checked').getAttribute("value"),
  };
}

/** The address follows what is on screen after a moment. */
async function settledAddress(page: Page): Promise<string> {
  await page.waitForTimeout(700);
  return new URL(page.url()).hash;
}

/** A view that differs from the first one in everything. */
async function choose(page: Page): Promise<void> {
  await page.locator('[data-testid="layer-card"]').nth(4).click();
  await page.locator('input[name="colour-by"][value="label"]').check({ force: true });
  await page.getByTestId("select-cluster").first().click();
  await groupSummary(page).waitFor();
  await page.getByTestId("threshold-slider").fill("7");
  // A slider that rests for a moment is let go of.
  await page.waitForTimeout(700);
  await waitForState(page, "done");
}

test("a reload, and the link in another browser, show the same view", async () => {
  const opened = await open();
  const { page } = opened;
  await loadSample(page);
  await choose(page);
  const before = await viewOf(page);
  const address = await settledAddress(page);
  await page.reload();
  await waitForState(page, "done");
  await expect.poll(() => viewOf(page), { timeout: 15_000 }).toEqual(before);
  const other = await open({ fragment: address });
  await waitForState(other.page, "done");
  await expect.poll(() => viewOf(other.page), { timeout: 15_000 }).toEqual(before);
  for (const one of [opened, other]) {
    expectCleanVisit(one);
    await one.close();
  }
});

test("everything that was chosen can be undone and redone, settings too", async () => {
  const opened = await open();
  const { page } = opened;
  await loadSample(page);
  const first = await viewOf(page);
  await choose(page);
  const chosen = await viewOf(page);
  const undo = page.getByTestId("undo");
  for (let steps = 0; steps < 10; steps++) {
    if ((await undo.getAttribute("aria-disabled")) === "true") break;
    await undo.click();
    await waitForState(page, "done");
  }
  await expect.poll(() => viewOf(page)).toEqual(first);
  for (let steps = 0; steps < 10; steps++) {
    await page.keyboard.press("U");
    await waitForState(page, "done");
  }
  await expect.poll(() => viewOf(page), { timeout: 15_000 }).toEqual(chosen);
  expectCleanVisit(opened);
  await opened.close();
});

test("a picture of one's own model asks for that file, and knows it from another", async () => {
  const opened = await open();
  await chooseFile(opened.page, "own.onnx", resunet);
  await waitForState(opened.page, "done");
  await choose(opened.page);
  const before = await viewOf(opened.page);
  const address = await settledAddress(opened.page);
  expect(address).toMatch(/^#model=[0-9a-f]{64}&name=own\.onnx&view=/);
  const picture = await download(opened.page, "export-figure");

  const fresh = await open();
  await chooseFile(fresh.page, picture.name, picture.bytes);
  await fresh.page.getByText("own.onnx").first().waitFor();
  await chooseFile(fresh.page, "renamed.onnx", resunet);
  await waitForState(fresh.page, "done");
  await expect.poll(() => viewOf(fresh.page), { timeout: 15_000 }).toEqual(before);

  const other = await open({ fragment: address });
  await other.page.getByText("own.onnx").first().waitFor();
  const another = readFileSync(join(import.meta.dirname, "../../public/samples/brain-unet.onnx"));
  await chooseFile(other.page, "another.onnx", another);
  await waitForState(other.page, "done");
  // The settings are those of the link, the selection is not, and the right file is still asked for.
  await other.page.getByText("belongs to another model").waitFor();
  expect(await other.page.getByTestId("group-summary").count()).toBe(0);
  for (const one of [opened, fresh, other]) {
    expectCleanVisit(one);
    await one.close();
  }
});

test("a picture from elsewhere is refused in words, and nothing is lost", async () => {
  const opened = await open();
  const { page } = opened;
  const plain = readFileSync(join(import.meta.dirname, "../../public/preview.png"));
  await chooseFile(page, "holiday.png", plain);
  await expect
    .poll(() => page.getByRole("alert").first().innerText())
    .toMatch(/holiday\.png is a picture, not a model, and carries no view/);
  await page.getByTestId("load-sample").waitFor();
  await opened.close();
});
