import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { fragmentOf } from "../../src/ui/state/address.ts";
import { FIRST_CHOICES } from "../../src/ui/state/choices.ts";
import { violations } from "../support/axe.ts";
import { checked } from "../support/exportedNumbers.ts";
import {
  browserForTests,
  expectCleanVisit,
  groupSummary,
  loadSample,
  waitForState,
} from "../support/openPage.ts";

const open = browserForTests();

const LAYER = "decoder.3.conv1";

async function openLayer(page: Page): Promise<void> {
  await page.locator(`[data-layer="${LAYER}"]`).first().click();
  await page.locator(".js-plotly-plot .point").first().waitFor({ state: "attached" });
}

function heading(page: Page): Promise<string> {
  return page.locator("aside.inspector h2").first().innerText();
}

/** Every number that the inspector prints stands in the exported results. */
async function expectExported(page: Page): Promise<void> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByTestId("export-json").click(),
  ]);
  const results: unknown = JSON.parse(await readFile(await download.path(), "utf8"));
  const { claims, strangers } = await checked(page, results, (path) =>
    /^(layers\.\d+(\.(clusters|kernels)\.\d+)?|selection)$/.test(path),
  );
  expect(claims).toBeGreaterThan(5);
  expect(strangers).toEqual([]);
}

test("a cluster's card says what it is, selects it everywhere, and lets go of it again", async () => {
  const opened = await open();
  const { page } = opened;
  await loadSample(page);
  await openLayer(page);
  const card = page.getByTestId("cluster-card").nth(1);
  expect(await card.innerText()).toMatch(
    /\d+ of 512 kernels\. On average they look like .* explained\); .* noise gives/s,
  );
  const button = card.getByTestId("select-cluster");
  await button.focus();
  await page.keyboard.press("Enter");
  await groupSummary(page).waitFor();
  expect(await heading(page)).toBe("Cluster 2");
  // Who works by keyboard goes on from where they were.
  expect(await button.getAttribute("aria-pressed")).toBe("true");
  expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  await expect.poll(() => page.getByTestId("group-summary").count()).toBe(0);
  expect(await button.getAttribute("aria-pressed")).toBe("false");
  expectCleanVisit(opened);
  await opened.close();
});

test("a kernel leads to its neighbours, its channels and its cluster", async () => {
  const selection = { layer: LAYER, kernel: 40, group: null };
  const choices = { ...FIRST_CHOICES, view: "layer" as const, selection };
  const model = { name: "", sha256: "", sample: "brain-unet" };
  const opened = await open({ fragment: fragmentOf({ model, choices, compared: null }) });
  const { page } = opened;
  await waitForState(page, "done");
  await page.getByTestId("neighbour").first().waitFor();
  expect(await heading(page)).toMatch(/^Kernel, input \d+ to output \d+$/);
  expect(await page.locator(".fit-pictures").innerText()).toMatch(
    /explains \d+(\.\d)? % of this kernel/,
  );
  const near = page.getByTestId("neighbour").first();
  const [, input, output] = (await near.innerText()).match(/in (\d+), out (\d+)/) ?? [];
  await near.click();
  await expect.poll(() => heading(page)).toBe(`Kernel, input ${input} to output ${output}`);
  expect(await violations(page)).toEqual([]);
  await expectExported(page);
  await page.getByRole("button", { name: `All of input ${input}` }).click();
  await expect.poll(() => heading(page)).toBe(`Kernels that read input ${input}`);
  expect(await groupSummary(page).innerText()).toMatch(/\d+ of \d+ kernels/);
  expectCleanVisit(opened);
  await opened.close();
});

test("a label selects its kernels in the whole model, and says in which layers they are", async () => {
  const opened = await open({ colorScheme: "dark" });
  const { page } = opened;
  await loadSample(page);
  await page.getByRole("button", { name: "Edge detection: select these kernels" }).click();
  const summary = groupSummary(page);
  await summary.waitFor();
  const text = await summary.innerText();
  expect(text).toContain("Kernels that act like Edge detection");
  expect(text).toMatch(/\d+ of 5,136 kernels/);
  expect(await summary.getByRole("button").count()).toBeGreaterThan(5);
  expect(await violations(page)).toEqual([]);
  expectCleanVisit(opened);
  await opened.close();
});

test("every number of the inspector is in the exported results", async () => {
  const opened = await open();
  const { page } = opened;
  await loadSample(page);
  await openLayer(page);
  await page.getByTestId("select-cluster").first().click();
  await groupSummary(page).waitFor();
  await expectExported(page);
  await opened.close();
});
