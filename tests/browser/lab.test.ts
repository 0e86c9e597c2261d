import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { classesModel } from "../support/classesModel.ts";
import {
  enterLab,
  lookAt,
  openSampleLab,
  refusedImages,
  showPart,
  waitForRun,
} from "../support/labPage.ts";
import {
  browserForTests,
  chooseFile,
  download,
  dropFile,
  expectCleanVisit,
  loadSample,
  waitForState,
} from "../support/openPage.ts";

const open = browserForTests();

const root = join(import.meta.dirname, "../..");
const SLICES = join(root, "public/samples/slices");
const FIXTURES = join(root, "tests/fixtures/samples");

/** What PyTorch made of the slices, at threshold 0.5. */
const EXPECTED: { readonly models: Record<string, { file: string; dice: number }[]> } = JSON.parse(
  readFileSync(join(FIXTURES, "expected.json"), "utf8"),
);

function expectedDice(file: string): number {
  const found = EXPECTED.models["brain-unet"].find((one) => one.file === `slices/${file}`);
  if (found === undefined) throw new Error(`No Dice of ${file} was written down`);
  return found.dice;
}

async function shownDice(page: Page): Promise<number> {
  return Number((await page.getByTestId("lab-dice").innerText()).replace("Dice ", ""));
}

/** Whether the large image has pixels of the overlay's colour. */
function overlayIsDrawn(page: Page): Promise<boolean> {
  return page.locator(".lab-large canvas").evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d")?.getImageData(0, 0, width, height) ?? { data: [] };
    for (let at = 0; at < data.length; at += 4) {
      // The image itself is grey.
      if (Math.abs(data[at] - data[at + 2]) > 40) return true;
    }
    return false;
  });
}

/** That nothing of the image and its controls is below the window, and how wide it is at least. */
async function expectWholeImage(page: Page, width: number): Promise<void> {
  const canvas = page.locator(".lab-large canvas");
  await expect.poll(async () => (await canvas.boundingBox())?.width).toBeGreaterThan(width);
  const status = await page.getByTestId("analysis-status").boundingBox();
  for (const part of [".lab-large", ".lab-controls"]) {
    const box = await page.locator(part).boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0), part).toBeLessThan(status?.y ?? 0);
  }
}

function dropImage(page: Page, path: string, name: string, on = "body"): Promise<void> {
  return dropFile(page, name, readFileSync(path), on);
}

async function exported(page: Page): Promise<{ text: string; lab: Record<string, unknown> }> {
  const text = (await download(page, "export-json")).bytes.toString("utf8");
  return { text, lab: JSON.parse(text).lab };
}

describe("the sample in the image lab", () => {
  it("marks the brain as PyTorch does, without a connection once it is loaded", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    // Where there is a graphics processor, what runs on it is still being loaded.
    await page.locator('[data-testid="lab-engine"][data-decided="true"]').waitFor();
    await page.context().setOffline(true);
    for (const file of ["slice-000.png", "slice-010.png", "slice-006.png"]) {
      await lookAt(page, file);
      await expect
        .poll(() => shownDice(page), { message: file })
        .toBeCloseTo(expectedDice(file), 3);
    }
    expect(await overlayIsDrawn(page)).toBe(true);
    await page.getByTestId("lab-drawn").selectOption("image");
    expect(await overlayIsDrawn(page)).toBe(false);
    await page.getByTestId("lab-drawn").selectOption("values");
    await page.getByText("0 is black, 1 white").waitFor();
    await page.context().setOffline(false);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("is marked anew where the threshold is moved, and says so in the export without a name", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    const before = await shownDice(page);
    await page.getByTestId("lab-threshold").focus();
    await page.keyboard.press("End");
    await expect.poll(() => shownDice(page)).not.toBe(before);
    const dice = await shownDice(page);
    const { lab, text } = await exported(page);
    expect(lab.run).toMatchObject({ threshold: 1 });
    expect((lab.run as { dice: number }).dice).toBeCloseTo(dice, 3);
    expect(text).not.toContain("slice-006");
    expectCleanVisit(opened);
    await opened.close();
  });

  it("is in sight as a whole, with its number, when the lab is opened", async () => {
    const opened = await open({ width: 1440, height: 900 });
    const { page } = opened;
    await openSampleLab(page);
    await expectWholeImage(page, 390);
    // Of the settings of the analysis only the filters change something here.
    expect(await page.getByTestId("edit-features").isVisible()).toBe(true);
    expect(await page.getByTestId("threshold-slider").count()).toBe(0);
    // A large screen is there to look at the image.
    await page.setViewportSize({ width: 3840, height: 2160 });
    await expectWholeImage(page, 1100);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("can be cancelled the first time, when there is no run before to be shown", async () => {
    const opened = await open();
    const { page } = opened;
    await loadSample(page);
    // The first run is over before a test could find the button.
    await page.evaluate(() => {
      const watch = new MutationObserver(() => {
        const cancel = document.querySelector<HTMLElement>('[data-testid="lab-run"] button');
        if (cancel === null) return;
        watch.disconnect();
        cancel.click();
      });
      watch.observe(document.body, { childList: true, subtree: true });
    });
    await enterLab(page);
    const run = page.getByTestId("lab-run");
    await expect.poll(() => run.getByRole("status").innerText()).toBe("Cancelled.");
    await run.getByRole("button", { name: "Run", exact: true }).click();
    await waitForRun(page);
    await page.getByTestId("lab-dice").waitFor();
    expectCleanVisit(opened);
    await opened.close();
  });

  it("is compared with any image as its mask", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    await page.getByTestId("lab-mask").selectOption({ label: "none" });
    await page.getByTestId("lab-dice").waitFor({ state: "detached" });
    await dropImage(page, join(SLICES, "slice-006-mask.png"), "by-hand.png", "[data-drop-mask]");
    await page.getByTestId("lab-dice").waitFor();
    expect(await shownDice(page)).toBeCloseTo(expectedDice("slice-006.png"), 3);
    expect(await page.getByRole("radio", { name: "slice-006.png" }).isChecked()).toBe(true);
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("images of one's own", () => {
  it("are dropped anywhere; DICOM gives what its slice gives", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    await page.getByRole("tab", { name: "Atlas", exact: true }).click();
    await dropImage(page, join(FIXTURES, "brain-slice.dcm"), "IM000001");
    await page.getByRole("radio", { name: "IM000001" }).waitFor({ state: "attached" });
    await waitForRun(page);
    expect(await page.getByRole("radio", { name: "IM000001" }).isChecked()).toBe(true);
    await page.getByText("DICOM, 256 × 256 pixels, grey").waitFor();
    await page.getByTestId("edit-preprocessing").click();
    // As the slices were prepared for training: values of 0..255, no window.
    await page.getByLabel("Black at").fill("0");
    await page.getByLabel("White at").fill("255");
    await page.keyboard.press("Enter");
    await waitForRun(page);
    await page.getByText("256 × 256 pixels, values 0 to 255 → 0 to 1", { exact: false }).waitFor();
    await page.getByTestId("lab-mask-input").setInputFiles(join(SLICES, "slice-006-mask.png"));
    await expect
      .poll(() => shownDice(page).catch(() => null))
      .toBeCloseTo(expectedDice("slice-006.png"), 3);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("are run wherever they are dropped, where models are compared too", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    await page.getByRole("tab", { name: "Compare", exact: true }).click();
    await dropImage(page, join(FIXTURES, "brain-slice.dcm"), "IM000002", "[data-drop-compares]");
    await page.getByRole("radio", { name: "IM000002" }).waitFor({ state: "attached" });
    await waitForRun(page);
    await page.getByRole("tab", { name: "Compare", exact: true }).click();
    expect(await page.getByRole("tabpanel").getByRole("alert").count()).toBe(0);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("are prepared each in its own way, or all in one", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    await page.getByTestId("edit-preprocessing").click();
    await page.getByLabel("Scaling").selectOption({ label: "0 to 255" });
    const gets = page.getByTestId("lab-gets");
    await gets.getByText("0 to 255 → 0 to 255").waitFor();
    await lookAt(page, "slice-000.png");
    await gets.getByText("0 to 255 → 0 to 1 ").waitFor();
    await lookAt(page, "slice-006.png");
    await page.getByRole("button", { name: "Use for all images" }).click();
    await lookAt(page, "slice-000.png");
    await gets.getByText("0 to 255 → 0 to 255").waitFor();
    expect(await page.getByRole("button", { name: "Use for all images" }).count()).toBe(0);
    await page.getByRole("button", { name: "As proposed" }).click();
    await gets.getByText("0 to 255 → 0 to 1 ").waitFor();
    expectCleanVisit(opened);
    await opened.close();
  });

  it("that are damaged are told, and the others stay", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    const whole = readFileSync(join(SLICES, "slice-001.png"));
    await page.getByTestId("lab-image-input").setInputFiles({
      name: "cut.png",
      mimeType: "image/png",
      buffer: whole.subarray(0, 2000),
    });
    const alert = refusedImages(page);
    await alert.getByText("cut.png").waitFor();
    expect(await page.getByRole("radio", { name: "slice-006.png" }).isChecked()).toBe(true);
    expect(await page.locator(".lab-thumbnail").count()).toBe(12);
    await alert.getByRole("button", { name: "Dismiss" }).click();
    expectCleanVisit(opened);
    await opened.close();
  });

  it("can be opened again once the same file of the network has been, in the middle of a test", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    await showPart(page, "Put to the test");
    await page.getByTestId("run-test").click();
    await dropFile(page, "brain-unet.onnx", readFileSync(join(SLICES, "../brain-unet.onnx")));
    // A file brings no images, as the sample does.
    await page.getByText("Choose an image that this network was made for").waitFor();
    await dropImage(page, join(SLICES, "slice-006.png"), "mine.png");
    await page.getByRole("radio", { name: "mine.png" }).waitFor({ state: "attached" });
    expect(await page.getByTestId("run-test").innerText()).toBe("Run it again");
    await showPart(page, "Segmentation");
    await waitForRun(page);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("are run by the network that is still being read when they are dropped", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    await dropFile(
      page,
      "other.onnx",
      readFileSync(join(root, "tests/fixtures/brain-resunet.onnx")),
    );
    const status = page.getByTestId("analysis-status");
    await expect.poll(() => status.getAttribute("data-state")).not.toBe("done");
    await dropImage(page, join(SLICES, "slice-003.png"), "mine.png");
    await waitForState(page, "done");
    await page.getByRole("radio", { name: "mine.png" }).waitFor({ state: "attached" });
    await expect.poll(() => page.locator(".lab-images").getByRole("radio").count()).toBe(1);
    await waitForRun(page);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("are asked for where the model brings none", async () => {
    const opened = await open();
    const { page } = opened;
    const model = readFileSync(join(root, "public/samples/brain-unet.onnx"));
    await chooseFile(page, "mine.onnx", model);
    await waitForState(page, "done");
    await enterLab(page);
    await page.getByText("It stays in this browser").waitFor();
    await page.getByTestId("lab-image-input").setInputFiles(join(SLICES, "slice-006.png"));
    await waitForRun(page);
    expect(await overlayIsDrawn(page)).toBe(true);
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("a network of several classes", () => {
  it("has their shares in its list, and is tested by what is marked", async () => {
    const opened = await open();
    const { page } = opened;
    const { path, file } = classesModel();
    await chooseFile(page, path, new Uint8Array(await file.arrayBuffer()));
    await waitForState(page, "done");
    await enterLab(page);
    await page.getByTestId("lab-image-input").setInputFiles(join(SLICES, "slice-006.png"));
    await waitForRun(page);
    const classes = await page.getByLabel("Class (from 0)").locator("option").allInnerTexts();
    const shares = classes.map((words) => Number(/: ([\d.]+) %/.exec(words)?.[1]));
    expect(shares).toHaveLength(3);
    // Each is rounded to a tenth of a percent.
    expect(Math.abs(shares[0] + shares[1] + shares[2] - 100)).toBeLessThan(0.2);
    await page.getByLabel("Class (from 0)").selectOption("2");
    await page.getByText(`For class 2 the network marks ${shares[2].toFixed(1)} %`).waitFor();
    await page.getByTestId("lab-drawn").selectOption("colours");
    await page.locator(".lab-key-scale").waitFor();
    await showPart(page, "Put to the test");
    await page.getByTestId("run-test").click();
    await page.getByText("channel 2 where it is the largest").first().waitFor();
    expectCleanVisit(opened);
    await opened.close();
  });
});

describe("a network that cannot run", () => {
  it("says why, and leaves all other views as they were", async () => {
    const opened = await open();
    const { page } = opened;
    const weights = readFileSync(join(FIXTURES, "brain-unet.npz"));
    await chooseFile(page, "brain-unet.npz", weights);
    await waitForState(page, "done");
    await page.getByRole("tab", { name: "Image lab" }).click();
    const alert = page.locator(".lab").getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/ONNX/);
    // The same file fails in the same way.
    expect(await alert.getByRole("button").count()).toBe(0);
    await page.getByRole("tab", { name: "Atlas", exact: true }).click();
    await page.locator("[data-layer-index]").first().waitFor();
    expectCleanVisit(opened);
    await opened.close();
  });
});
