import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  chooseImages,
  enterLab,
  openSampleLab,
  refusedImages,
  showPart,
  waitForRun,
} from "../support/labPage.ts";
import {
  bytesField,
  floatTensor,
  graph,
  int64Tensor,
  intField,
  model,
  node,
  value,
} from "../support/onnxWriter.ts";
import {
  browserForTests,
  chooseFile,
  expectCleanVisit,
  type OpenedPage,
  waitForState,
} from "../support/openPage.ts";
import { dicomBytes, joined } from "../unit/images/dicomWriter.ts";
import { chunk, pngBytes } from "../unit/images/pngWriter.ts";

const open = browserForTests();

const root = join(import.meta.dirname, "../..");
const FIXTURES = join(root, "tests/fixtures/samples");
const SAMPLE = join(root, "public/samples/brain-unet.onnx");

function fixture(name: string): Buffer {
  return readFileSync(join(FIXTURES, name));
}

/** Opens a file of one's own, and then its lab. */
async function openOwn(name: string, bytes: Uint8Array): Promise<OpenedPage> {
  const opened = await open();
  const { page } = opened;
  await chooseFile(page, name, bytes);
  await page.getByText(name).first().waitFor();
  await waitForState(page, "done");
  await page.getByRole("tab", { name: "Image lab", exact: true }).click();
  return opened;
}

/** What the lab says of a network that it cannot run. */
async function refusedNetwork(page: Page): Promise<string> {
  const alert = page.locator(".lab").getByRole("alert");
  await alert.waitFor();
  return (await alert.locator(".error-sentence").innerText()).trim();
}

async function expectAtlasWorks(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Atlas", exact: true }).click();
  await page.locator("[data-layer-index]").first().waitFor();
}

/** `TensorProto.DataType` */
const INT64 = 7;
const BOOL = 9;

/** A ValueInfoProto of one number of a type. */
function typed(name: string, type: number): Uint8Array {
  const shape = bytesField(2, new Uint8Array(0));
  return joined(
    bytesField(1, name),
    bytesField(2, bytesField(1, joined(intField(1, type), shape))),
  );
}

/** A network of one convolution with another operator behind it, or around it. */
function networkWith(last: Uint8Array, constants: readonly Uint8Array[] = []): Uint8Array {
  const weights = Array.from({ length: 2 * 9 }, (_, at) => ((at * 7) % 5) - 2);
  return model({
    nodes: [
      node("Conv", ["image", "weights"], "map", { attributes: { pads: [1, 1, 1, 1] } }),
      last,
    ],
    initializers: [floatTensor("weights", [2, 1, 3, 3], weights), ...constants],
    inputs: [value("image", [1, 1, 64, 64])],
    outputs: [value("out", [1, 2, 64, 64])],
  });
}

describe("a network that is unusual, or none that can run", () => {
  it.each(["brain-unet.safetensors", "brain-unet.npz", "brain-unet-legacy.pth"])(
    "of weights alone says why: %s",
    async (name) => {
      const opened = await openOwn(name, fixture(name));
      const sentence = await refusedNetwork(opened.page);
      expect(sentence).toContain(`${name} holds weights alone`);
      expect(sentence).toMatch(/to run it.*ONNX/);
      await expectAtlasWorks(opened.page);
      expectCleanVisit(opened);
      await opened.close();
    },
  );

  it("with an operator that nobody knows names it, and the lab works with the next network", async () => {
    const strange = node("Shimmer", ["map"], "out");
    const opened = await openOwn("strange.onnx", networkWith(strange));
    const { page } = opened;
    const sentence = await refusedNetwork(page);
    expect(sentence).toMatch(/does not know the operator Shimmer/);
    await chooseFile(page, "mine.onnx", readFileSync(SAMPLE));
    await page.getByText("mine.onnx").first().waitFor();
    await waitForState(page, "done");
    await enterLab(page);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("with a loop in it runs: ONNX Runtime knows loops", async () => {
    const body = graph({
      nodes: [node("Identity", ["on"], "still"), node("Relu", ["before"], "after")],
      inputs: [typed("turn", INT64), typed("on", BOOL), value("before", [1, 2, 64, 64])],
      outputs: [typed("still", BOOL), value("after", [1, 2, 64, 64])],
    });
    const loop = node("Loop", ["turns", "", "map"], "out", {
      attributes: { body: { graph: body } },
    });
    const opened = await openOwn("loop.onnx", networkWith(loop, [int64Tensor("turns", [3])]));
    const { page } = opened;
    await enterLab(page);
    const samples = readFileSync(join(root, "public/samples/slices/slice-006.png"));
    await chooseImages(page, [{ name: "slice.png", bytes: samples }]);
    await waitForRun(page);
    await page
      .getByText(/the network marks|Marked/i)
      .first()
      .waitFor();
    await expectAtlasWorks(page);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("is not opened where its file is damaged, and what runs goes on", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    await chooseFile(page, "cut.onnx", readFileSync(SAMPLE).subarray(0, 120_000));
    await waitForState(page, "error");
    const alert = page.getByRole("alert").filter({ hasText: "cut.onnx" });
    await alert.first().waitFor();
    await alert.getByRole("button", { name: "Dismiss" }).click();
    await page.getByRole("radio", { name: "slice-000.png" }).check({ force: true });
    await waitForRun(page);
    expect(await page.getByTestId("lab-dice").innerText()).toMatch(/^Dice 0\.\d+/);
    expectCleanVisit(opened);
    await opened.close();
  });
});

/** A PNG whose header promises more pixels than any picture may have. */
function hugePng(): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, 60_000);
  view.setUint32(4, 60_000);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("IDAT", Uint8Array.of(0x78, 0x9c, 3, 0, 0, 0, 0, 1)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

describe("images that cannot be shown", () => {
  it("are told one by one, in words, beside those that can", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    await chooseImages(page, [
      { name: "huge.png", bytes: hugePng() },
      { name: "twelve.dcm", bytes: fixture("dicom/twelve.jpeg12.dcm") },
      {
        name: "promises.dcm",
        bytes: dicomBytes({ pixels: [1, 2, 3, 4], columns: 65_535, rows: 65_535 }),
      },
      { name: "cut.nii.gz", bytes: fixture("brain-t1.nii.gz").subarray(0, 90_000) },
      { name: "empty.jpg", bytes: new Uint8Array(0) },
      { name: "model.onnx", bytes: readFileSync(SAMPLE) },
      { name: "good.dcm", bytes: fixture("brain-slice.dcm") },
    ]);
    await page.getByRole("radio", { name: "good.dcm" }).waitFor({ state: "attached" });
    await waitForRun(page);
    const said = await refusedImages(page).getByRole("listitem").allInnerTexts();
    expect(said).toHaveLength(6);
    const words = [
      /huge\.png.*60000 x 60000.*make it smaller/,
      /twelve\.dcm.*JPEG with 12 bits.*dcmdjpeg/,
      /promises\.dcm/,
      /cut\.nii\.gz/,
      /empty\.jpg.*empty/,
      /model\.onnx.*PNG, JPEG, WebP, DICOM or NIfTI/,
    ];
    for (const [at, one] of words.entries()) expect(said[at]).toMatch(one);
    expect(await page.getByRole("radio", { name: "slice-006.png" }).count()).toBe(1);
    await refusedImages(page).getByRole("button", { name: "Dismiss" }).click();
    expect(await refusedImages(page).count()).toBe(0);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("or three hundred at once: all are there, and the page answers", async () => {
    const opened = await open();
    const { page } = opened;
    await openSampleLab(page);
    const images = Array.from({ length: 300 }, (_, at) => ({
      name: `series-${String(at).padStart(3, "0")}.png`,
      bytes: pngBytes({ width: 256, height: 256, bitDepth: 8, colourType: 0, samples: shades(at) }),
    }));
    await chooseImages(page, images);
    await page
      .getByRole("radio", { name: "series-299.png" })
      .waitFor({ state: "attached", timeout: 60_000 });
    await waitForRun(page);
    expect(await page.locator(".lab-thumbnail").count()).toBe(312);
    expect(await refusedImages(page).count()).toBe(0);
    await page.getByRole("radio", { name: "series-299.png" }).check({ force: true });
    await waitForRun(page);
    await showPart(page, "Put to the test");
    await page
      .getByText(/312 images/)
      .first()
      .waitFor({ state: "attached" });
    expectCleanVisit(opened);
    await opened.close();
  });
});

function shades(at: number): readonly number[] {
  return Array.from({ length: 256 * 256 }, (_, pixel) => (pixel + at) % 256);
}
