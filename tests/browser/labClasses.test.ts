import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { violations } from "../support/axe.ts";
import { classesModel } from "../support/classesModel.ts";
import { checked } from "../support/exportedNumbers.ts";
import { chooseImages, waitForRun } from "../support/labPage.ts";
import {
  browserForTests,
  chooseFile,
  download,
  expectCleanVisit,
  type OpenedPage,
  waitForState,
} from "../support/openPage.ts";
import { pngBytes } from "../unit/images/pngWriter.ts";

const open = browserForTests();

const SLICE = readFileSync(join(import.meta.dirname, "../../public/samples/slices/slice-006.png"));

const SIDE = 256;

function stripeSamples(values: readonly number[]): number[] {
  return Array.from({ length: SIDE * SIDE }, (_, pixel) => {
    return values[Math.floor(((pixel % SIDE) * values.length) / SIDE)];
  });
}

/** Three stripes, one per class, with the greys that stand for them. */
function stripes(greys: readonly number[]): Uint8Array {
  const samples = stripeSamples(greys);
  return pngBytes({ width: SIDE, height: SIDE, bitDepth: 8, colourType: 0, samples });
}

/** Stripes in colours that mean nothing: their numbers do. */
function paletteStripes(numbers: readonly number[]): Uint8Array {
  const colours = Array.from({ length: 256 }, (_, number) => [(20 * number) % 256, 100, 200]);
  const samples = stripeSamples(numbers);
  const palette = [0, 0, 0, ...colours.slice(1).flat()];
  return pngBytes({ width: SIDE, height: SIDE, bitDepth: 8, colourType: 3, samples, palette });
}

/** Opens a network of three classes with an image and its mask. */
async function openClasses(isNamed: boolean, mask: Uint8Array): Promise<OpenedPage> {
  const opened = await open();
  const { page } = opened;
  const { file } = classesModel("classes.onnx", isNamed);
  await chooseFile(page, file.name, new Uint8Array(await file.arrayBuffer()));
  await waitForState(page, "done");
  await page.getByRole("tab", { name: "Image lab", exact: true }).click();
  await chooseImages(page, [
    { name: "head.png", bytes: SLICE },
    { name: "head-mask.png", bytes: mask },
  ]);
  await waitForRun(page);
  await page.getByTestId("lab-dice").waitFor();
  return opened;
}

interface ExportedClasses {
  readonly dice: number;
  readonly meanDice: number;
  readonly threshold: number | null;
  readonly classes: readonly { readonly number: number; readonly dice: number }[];
}

/** `lab.run` of the export, where every number of the part is found as it is printed. */
async function exportedRun(page: Page): Promise<ExportedClasses> {
  const json = JSON.parse((await download(page, "export-json")).bytes.toString("utf8"));
  const { claims, strangers } = await checked(page, json, (path) => path === "lab.run");
  expect(strangers).toEqual([]);
  expect(claims).toBeGreaterThan(6);
  return json.lab.run;
}

async function pressed(page: Page): Promise<readonly string[]> {
  return page.locator('.lab-class[aria-pressed="true"]').allInnerTexts();
}

/** Colours of the picture, without the greys. */
async function coloursDrawn(page: Page): Promise<number> {
  return page.locator(".lab-large canvas").evaluate((canvas: HTMLCanvasElement) => {
    const context = canvas.getContext("2d");
    const data = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    const hues = new Set<string>();
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > 40) {
        hues.add([red > green, green > blue, blue > red].join());
      }
    }
    return hues.size;
  });
}

describe("a network of several classes", () => {
  it("shows them all at once, and each with its agreement with a mask of labels", async () => {
    const opened = await openClasses(false, stripes([0, 100, 200]));
    const { page } = opened;
    expect(await page.getByTestId("lab-drawn").inputValue()).toBe("classes");
    expect(await coloursDrawn(page)).toBeGreaterThan(1);
    expect(await pressed(page)).toEqual(["class 1"]);
    const run = await exportedRun(page);
    expect(run.classes.map(({ number }) => number)).toEqual([0, 1, 2]);
    expect(run.dice).toBeCloseTo(run.classes[1].dice, 6);
    expect(run.meanDice).toBeCloseTo((run.classes[1].dice + run.classes[2].dice) / 2, 5);
    expect(await violations(page)).toEqual([]);

    await page.getByRole("button", { name: "class 2" }).click();
    expect(await pressed(page)).toEqual(["class 2"]);
    const other = await exportedRun(page);
    expect(other.dice).toBeCloseTo(run.classes[2].dice, 6);
    expect(await page.getByTestId("lab-dice").innerText()).toContain("Dice of class 2:");
    await page.getByTestId("lab-drawn").selectOption("marked");
    expect(await coloursDrawn(page)).toBeGreaterThan(0);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("is compared with what a person says to be the right answer", async () => {
    const opened = await openClasses(false, stripes([0, 100, 200]));
    const { page } = opened;
    const label = page.getByTestId("lab-mask-label");
    expect(await label.inputValue()).toBe("100");
    const proposed = await exportedRun(page);
    await label.selectOption("200");
    const changed = await exportedRun(page);
    expect(changed.dice).not.toBeCloseTo(proposed.dice, 3);
    expect(changed.classes[1].dice).toBeCloseTo(changed.dice, 6);
    expect(changed.classes[2].dice).toBeCloseTo(proposed.classes[2].dice, 6);
    await label.selectOption("all");
    const all = await exportedRun(page);
    expect(all.classes[1].dice).toBeNull();
    expect(all.dice).toBeGreaterThan(0);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("is compared by the numbers of a palette, without those that nobody decided", async () => {
    const opened = await openClasses(false, paletteStripes([0, 1, 255, 2]));
    const { page } = opened;
    const label = page.getByTestId("lab-mask-label");
    expect(await label.inputValue()).toBe("1");
    expect(await label.locator("option:checked").innerText()).toBe("number 1 (#1464c8)");
    const notes = page.locator(".lab-note");
    expect((await notes.allInnerTexts()).map((note) => note.slice(0, 21))).toEqual([
      "The labels of this ma",
      "Label 255 is left out",
    ]);
    const run = await exportedRun(page);
    expect(run.classes.map(({ number }) => number)).toEqual([0, 1, 2]);
    // A person may say that it is a class after all.
    await label.selectOption("255");
    expect(await notes.count()).toBe(1);
    expect((await exportedRun(page)).classes[2].dice).toBeCloseTo(run.classes[2].dice, 6);
    expect(await violations(page)).toEqual([]);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("may name them by numbers, of which one is looked at", async () => {
    const opened = await openClasses(true, stripes([0, 1, 2]));
    const { page } = opened;
    // All but class 0, until one is chosen.
    expect((await exportedRun(page)).threshold).toBe(0.5);
    expect(await pressed(page)).toEqual([]);
    await page.getByRole("button", { name: "class 2" }).click();
    const run = await exportedRun(page);
    expect(run.threshold).toBeNull();
    expect(run.dice).toBeCloseTo(run.classes[2].dice, 6);
    expect(await page.getByTestId("lab-mask-label").inputValue()).toBe("2");
    expectCleanVisit(opened);
    await opened.close();
  });
});
