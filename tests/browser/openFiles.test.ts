import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { violations } from "../support/axe.ts";
import {
  browserForTests,
  chooseFile,
  dropFile,
  expectCleanVisit,
  loadSample,
  waitForState,
} from "../support/openPage.ts";

const open = browserForTests();
const samples = join(import.meta.dirname, "../fixtures/samples");
const TFJS_FOLDER = join(samples, "brain-unet-tfjs");
const EXTERNAL_MODEL = join(samples, "brain-unet-external.onnx");
const EXTERNAL_WEIGHTS = join(samples, "brain-unet-external.onnx.data");

/** Path of a file, or an empty folder, and its content. */
type DroppedTree = Readonly<Record<string, readonly number[]>>;

/**
 * Drops a folder: browsers give scripts no way to make the entries of a real one, so the
 * event carries objects that answer as those do, in batches.
 */
async function dropFolder(page: Page, name: string, files: DroppedTree): Promise<void> {
  await page.evaluate(
    ([folder, contents]) => {
      const entries = Object.entries(contents).map(([path, bytes]) => ({
        name: path,
        isFile: true,
        isDirectory: false,
        file: (found: (file: File) => void) =>
          setTimeout(() => found(new File([Uint8Array.from(bytes)], path))),
      }));
      const createReader = () => {
        const rest = [...entries];
        return {
          readEntries: (found: (batch: unknown[]) => void) =>
            setTimeout(() => found(rest.splice(0, 1))),
        };
      };
      const root = { name: folder, isFile: false, isDirectory: true, createReader };
      const item = { kind: "file", webkitGetAsEntry: () => root, getAsFile: () => null };
      const event = new Event("drop", { bubbles: true, cancelable: true });
      Object.defineProperty(event, "dataTransfer", { value: { types: ["Files"], items: [item] } });
      document.body.dispatchEvent(event);
    },
    [name, files] as const,
  );
}

describe("folders", () => {
  it("are opened with a picker of their own", async () => {
    const opened = await open();
    const { page } = opened;
    await page.getByTestId("model-folder-input").setInputFiles(TFJS_FOLDER);
    await waitForState(page, "done");
    expect(await page.getByTestId("layer-card").count()).toBe(18);
    expect(await page.getByTestId("model-card").innerText()).toContain("TensorFlow.js");
    // The second picker is on the workspace too.
    expect(await page.getByTestId("model-folder-input").count()).toBe(1);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("can be dropped; what is no model in them does not matter", async () => {
    const opened = await open();
    const { page } = opened;
    await dropFolder(page, "unet", {
      "README.md": [35, 32, 85],
      "model.json": [...readFileSync(join(TFJS_FOLDER, "model.json"))],
      "group1-shard1of1.bin": [...readFileSync(join(TFJS_FOLDER, "group1-shard1of1.bin"))],
    });
    await waitForState(page, "done");
    expect(await page.getByTestId("layer-card").count()).toBe(18);
    await dropFolder(page, "nothing", {});
    await waitForState(page, "error");
    expect(await page.getByRole("alert").innerText()).toMatch(/nothing holds no files/);
    expect(await page.getByTestId("layer-card").count()).toBe(18);
    expectCleanVisit(opened);
    await opened.close();
  });

  it.each([
    ["Open a model", "model-input", false],
    ["Open a folder", "model-folder-input", true],
  ] as const)("%s is a button for the keyboard", async (name, testId, picksFolder) => {
    const opened = await open();
    const { page } = opened;
    // A browser without a screen announces no dialog for folders: the click on the input is it.
    await page.getByTestId(testId).evaluate((input) => {
      input.addEventListener("click", (event) => {
        event.preventDefault();
        input.dataset.asked = String((input as HTMLInputElement).webkitdirectory);
      });
    });
    await page.getByRole("button", { name }).focus();
    await page.keyboard.press("Enter");
    await expect
      .poll(() => page.getByTestId(testId).getAttribute("data-asked"))
      .toBe(String(picksFolder));
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("a model whose weights lie in a second file", () => {
  it("asks for it by name, and takes it", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    await page.getByTestId("model-input").setInputFiles(EXTERNAL_MODEL);
    await waitForState(page, "error");
    const alert = page.getByRole("alert");
    expect(await alert.getByRole("listitem").allInnerTexts()).toEqual([
      "brain-unet-external.onnx.data",
    ]);
    expect(await violations(page)).toEqual([]);
    expect(await page.locator("header").innerText()).toContain("brain-unet.onnx");

    await page.getByTestId("missing-files-input").setInputFiles({
      name: "other.data",
      mimeType: "application/octet-stream",
      buffer: Buffer.from([1, 2, 3]),
    });
    await expect.poll(() => alert.innerText()).toMatch(/names must be the same/);
    expect(await page.getByTestId("layer-card").count()).toBe(18);

    await page.getByTestId("missing-files-input").setInputFiles(EXTERNAL_WEIGHTS);
    await waitForState(page, "done");
    await expect.poll(() => alert.count()).toBe(0);
    expect(await page.locator("header").innerText()).toContain("brain-unet-external.onnx");
    expect(await page.getByTestId("layer-card").count()).toBe(18);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("takes it when it is dropped, but another model is another model", async () => {
    const opened = await open();
    const { page } = opened;
    await page.getByTestId("model-input").setInputFiles(EXTERNAL_MODEL);
    await waitForState(page, "error");
    await dropFile(page, "brain-unet-external.onnx.data", readFileSync(EXTERNAL_WEIGHTS));
    await waitForState(page, "done");
    expect(await page.locator("header").innerText()).toContain("brain-unet-external.onnx");

    await page.getByTestId("model-input").setInputFiles(EXTERNAL_MODEL);
    await waitForState(page, "error");
    const another = readFileSync(join(samples, "brain-unet.safetensors"));
    await dropFile(page, "another.safetensors", another);
    await waitForState(page, "done");
    expect(await page.locator("header").innerText()).toContain("another.safetensors");
    expect(await page.getByRole("alert").count()).toBe(0);
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("a refused file", () => {
  it("comes with a next step, and with details to copy", async () => {
    const opened = await open();
    const { page } = opened;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await chooseFile(page, "empty.onnx", new Uint8Array(0));
    await waitForState(page, "error");
    const alert = page.getByRole("alert");
    expect(await alert.innerText()).toMatch(/Compare the size/);
    expect(await alert.innerText()).toMatch(/sample always works/);
    await alert.getByText("Details", { exact: true }).click();
    await alert.getByRole("button", { name: "Copy details" }).click();
    await alert.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^ConvAtlas \d+\.\d+\.\d+\nempty-file: /);
    expect(copied).toContain("file: empty.onnx");
    expect(await violations(page)).toEqual([]);
    expectCleanVisit(opened);
    await opened.close();
  });
});
