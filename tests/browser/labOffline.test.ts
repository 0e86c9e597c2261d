import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import {
  enterLab,
  lookAt,
  openSampleLab,
  showPart,
  testLayer,
  workKernel,
} from "../support/labPage.ts";
import {
  browserForTests,
  chooseFile,
  loadSample,
  type OpenedPage,
  waitForState,
} from "../support/openPage.ts";
import { type SwitchedSite, switchedSite } from "../support/switchedSite.ts";

// As on a machine without a graphics card: no WebGL, no WebGPU.
const open = browserForTests({
  switches: ["--disable-gpu", "--disable-3d-apis"],
  withoutFeatures: ["WebGPU"],
});

const secondModel = readFileSync(join(import.meta.dirname, "../fixtures/brain-resunet.onnx"));

let site: SwitchedSite;
beforeAll(async () => {
  site = await switchedSite(inject("pageAddress"));
});
afterAll(() => site.close());
beforeEach(() => {
  site.cut(false);
  site.takeAsked();
});

/** Only what the browser itself says of requests that nobody answered. */
function expectOnlyLostRequests({ foreignRequests, consoleErrors }: OpenedPage): void {
  expect(foreignRequests).toEqual([]);
  const lost = /net::ERR_|Unable to preload CSS|check the connection/;
  expect(consoleErrors.filter((text) => !lost.test(text))).toEqual([]);
}

async function cutOff(page: Page): Promise<void> {
  site.cut(true);
  const answered = await page.evaluate(() =>
    fetch("favicon.svg", { cache: "reload" }).then(
      () => true,
      () => false,
    ),
  );
  expect(answered).toBe(false);
}

function tabPanel(page: Page) {
  return page.locator(".view-panel");
}

describe("without a connection and without a graphics card", () => {
  it("all of the lab works once it has been opened with its images", async () => {
    const opened = await open({ address: site.address });
    const { page } = opened;
    const graphics = await page.evaluate(async () => ({
      webgl: document.createElement("canvas").getContext("webgl2") !== null,
      webgpu: "gpu" in navigator && (await (navigator.gpu as GPU).requestAdapter()) !== null,
    }));
    expect(graphics).toEqual({ webgl: false, webgpu: false });
    await openSampleLab(page);
    await cutOff(page);
    await lookAt(page, "slice-010.png");
    await page.getByTestId("lab-dice").waitFor();
    await page.getByTestId("lab-threshold").focus();
    await page.keyboard.press("ArrowRight");
    await showPart(page, "A kernel at work");
    await workKernel(page, "encoder.1.conv2");
    await page.getByTestId("kernel-at-work").waitFor();
    await showPart(page, "Put to the test");
    await testLayer(page, "encoder.3.conv1", "shown");
    expect(await page.getByTestId("test-result").innerText()).toContain("encoder.3.conv1");
    // So many runs are done by workers that have to be loaded first: the lab's does them instead.
    await testLayer(page, "decoder.3.conv2", "all");
    expect(await page.getByTestId("test-result").innerText()).toMatch(/12 slices, all with masks/);
    expect(await page.getByTestId("test-result").getByRole("alert").count()).toBe(0);
    expectOnlyLostRequests(opened);
    await opened.close();
  });

  it("the lab's view says what is missing, and comes once the connection is back", async () => {
    const opened = await open({ address: site.address });
    const { page } = opened;
    await loadSample(page);
    await cutOff(page);
    await page.getByRole("tab", { name: "Image lab", exact: true }).click();
    const alert = tabPanel(page).getByRole("alert");
    await alert.getByText("could not be loaded from this site; check the connection").waitFor();
    // What is there stays, and goes on working.
    await page.getByRole("tab", { name: "Atlas", exact: true }).click();
    await page.locator("[data-layer-index]").first().waitFor();
    await page.getByRole("tab", { name: "Image lab", exact: true }).click();
    site.cut(false);
    await alert.getByRole("button", { name: "Try again" }).click();
    await enterLab(page);
    await lookAt(page, "slice-000.png");
    expectOnlyLostRequests(opened);
    await opened.close();
  });

  it("a network is not blamed for what did not arrive, and runs once the connection is back", async () => {
    const opened = await open({ address: site.address });
    const { page } = opened;
    await openSampleLab(page);
    await page.getByRole("tab", { name: "Atlas", exact: true }).click();
    await chooseFile(page, "brain-resunet.onnx", secondModel);
    await page.getByText("brain-resunet.onnx").first().waitFor();
    await waitForState(page, "done");
    await cutOff(page);
    await page.getByRole("tab", { name: "Image lab", exact: true }).click();
    const alert = tabPanel(page).getByRole("alert");
    await alert.getByText("check the connection and try again").waitFor();
    const words = await tabPanel(page).innerText();
    expect(words).not.toMatch(/memory|cannot be run here/);
    site.cut(false);
    await alert.getByRole("button", { name: "Try again" }).click();
    await enterLab(page);
    expectOnlyLostRequests(opened);
    await opened.close();
  });
});

describe("what the lab asks for", () => {
  it("comes from this site alone, its workers' workers too, and is asked for when it is used", async () => {
    const opened = await open({ address: site.address });
    const { page } = opened;
    await loadSample(page);
    expect(
      site.takeAsked().filter((path) => /ort-wasm|lab\.worker|trial|LabView|slices/.test(path)),
    ).toEqual([]);
    await openLabAndTest(page);
    const asked = site.takeAsked().map((path) => /([\w.-]+?)-[\w-]{8}\.\w+$/.exec(path)?.[1]);
    expect(asked).toEqual(
      expect.arrayContaining(["lab.worker", "trial.worker", "ort-wasm-simd-threaded"]),
    );
    // Of which `openPage` has seen those of the workers' workers as well.
    expect(opened.foreignRequests).toEqual([]);
    expect(opened.consoleErrors).toEqual([]);
    await opened.close();
  });
});

async function openLabAndTest(page: Page): Promise<void> {
  await enterLab(page);
  await lookAt(page, "slice-006.png");
  await showPart(page, "Put to the test");
  await testLayer(page, "encoder.3.conv1", "all");
}
