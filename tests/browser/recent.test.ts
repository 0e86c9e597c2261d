import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { violations } from "../support/axe.ts";
import {
  browserForTests,
  chooseFile,
  expectCleanVisit,
  inBothThemes,
  loadSample,
  waitForState,
} from "../support/openPage.ts";

const open = browserForTests();
const resunet = readFileSync(join(import.meta.dirname, "../fixtures/brain-resunet.onnx"));
const sha256 = createHash("sha256").update(resunet).digest("hex");

/** The databases that this site keeps. */
const DATABASES = "indexedDB.databases().then((all) => all.length)";

describe("models opened before", () => {
  it("are kept nowhere unless a person agrees", async () => {
    const opened = await open();
    const { page } = opened;
    await chooseFile(page, "brain-resunet.onnx", resunet);
    await waitForState(page, "done");
    expect(await page.evaluate(DATABASES)).toBe(0);
    await page.reload();
    const notice = page.getByRole("region", { name: "A view that waits for its model" });
    expect(await notice.innerText()).toContain("brain-resunet.onnx");
    expectCleanVisit(opened);
    await opened.close();
  });

  it("open again after a reload, by themselves and from the list, until they are forgotten", async () => {
    const opened = await open();
    const { page } = opened;
    const consent = page.getByTestId("keep-models");
    expect(await consent.isChecked()).toBe(false);
    await consent.focus();
    await page.keyboard.press("Space");
    await expect.poll(() => consent.isChecked()).toBe(true);
    await chooseFile(page, "brain-resunet.onnx", resunet);
    await waitForState(page, "done");
    await page.getByRole("tab", { name: "Filters per layer" }).click();
    await expect.poll(() => page.url()).toContain(`#model=${sha256}`);
    await expect.poll(() => page.url()).toContain("view=");

    await page.reload();
    await waitForState(page, "done");
    expect(await page.locator("header").innerText()).toContain("brain-resunet.onnx");
    const tab = page.getByRole("tab", { name: "Filters per layer" });
    expect(await tab.getAttribute("aria-selected")).toBe("true");

    await page.goto(page.url().split("#")[0]);
    const row = page.getByRole("button", { name: "Open brain-resunet.onnx" });
    await row.focus();
    await page.keyboard.press("Enter");
    await waitForState(page, "done");
    expect(await page.locator("header").innerText()).toContain("brain-resunet.onnx");

    await page.goto(page.url().split("#")[0]);
    await page.getByRole("button", { name: "Forget brain-resunet.onnx" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => row.count()).toBe(0);
    await page.reload();
    expect(await page.getByTestId("keep-models").isChecked()).toBe(true);
    expect(await row.count()).toBe(0);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("go when the agreement ends", async () => {
    const opened = await open();
    const { page } = opened;
    await page.getByTestId("keep-models").check();
    await chooseFile(page, "brain-resunet.onnx", resunet);
    await waitForState(page, "done");
    await page.goto(page.url().split("#")[0]);
    await page.getByRole("button", { name: "Open brain-resunet.onnx" }).waitFor();
    await page.getByTestId("keep-models").click();
    await expect
      .poll(() => page.getByRole("button", { name: "Open brain-resunet.onnx" }).count())
      .toBe(0);
    await page.goto(`${page.url().split("#")[0]}#model=${sha256}&name=brain-resunet.onnx`);
    await page.reload();
    await page.getByRole("region", { name: "A view that waits for its model" }).waitFor();
    expectCleanVisit(opened);
    await opened.close();
  });

  it("a browser without room keeps nothing and shows the model all the same", async () => {
    const opened = await open();
    const { page } = opened;
    await page.addInitScript(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await page.reload();
    await page.getByTestId("keep-models").check();
    await chooseFile(page, "brain-resunet.onnx", resunet);
    await waitForState(page, "done");
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.goto(page.url().split("#")[0]);
    await expect
      .poll(() => page.locator(".recent").innerText())
      .toContain("brain-resunet.onnx was not kept");
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("a view that waits for its model", () => {
  const fragment = `#model=${sha256}&name=brain-resunet.onnx&view=${Buffer.from(
    JSON.stringify({ view: "labels", settings: { threshold: 0.2 } }),
  ).toString("base64url")}`;

  it("asks for the file, and shows the view when it comes under any name", async () => {
    const opened = await open({ fragment });
    const { page } = opened;
    const notice = page.getByRole("region", { name: "A view that waits for its model" });
    expect(await notice.innerText()).toContain("brain-resunet.onnx");
    await page.getByTestId("waiting-input").setInputFiles({
      name: "renamed.onnx",
      mimeType: "application/octet-stream",
      buffer: resunet,
    });
    await waitForState(page, "done");
    expect(await notice.count()).toBe(0);
    const tab = page.getByRole("tab", { name: "Filters per layer" });
    expect(await tab.getAttribute("aria-selected")).toBe("true");
    expect(await page.getByTestId("threshold-slider").inputValue()).toBe("20");
    expectCleanVisit(opened);
    await opened.close();
  });

  it("can be let go by keyboard, also while another model is on screen", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await page.evaluate((hash) => {
      location.hash = hash;
    }, fragment);
    const notice = page.getByRole("region", { name: "A view that waits for its model" });
    expect(await notice.innerText()).toContain("belongs to another model");
    await notice.getByRole("button", { name: "Forget this view" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => notice.count()).toBe(0);
    expect(await page.locator("header").innerText()).toContain("brain-unet.onnx");
    expectCleanVisit(opened);
    await opened.close();
  });

  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    it(`has no axe violation at ${size.width} px, light and dark, nor has the list`, async () => {
      const opened = await open(size);
      const { page } = opened;
      await page.getByTestId("keep-models").check();
      await chooseFile(page, "brain-resunet.onnx", resunet);
      await waitForState(page, "done");
      const other = fragment.replace(sha256, "0".repeat(64));
      await page.goto(`${page.url().split("#")[0]}${other}`);
      await page.reload();
      await page.getByRole("button", { name: "Open brain-resunet.onnx" }).waitFor();
      await page.getByRole("region", { name: "A view that waits for its model" }).waitFor();
      await inBothThemes(page, async (theme) => {
        expect(await violations(page), theme).toEqual([]);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow).toBe(0);
      });
      expectCleanVisit(opened);
      await opened.close();
    });
  }
});
