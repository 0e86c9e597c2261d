import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { checkAgainstReference, type ResultsFile } from "../support/checkAgainstReference.ts";
import {
  browserForTests,
  chooseFile,
  download,
  expectCleanVisit,
  loadSample,
  waitForState,
  waitUntilShown,
} from "../support/openPage.ts";
import { reference } from "../support/reference.ts";

const open = browserForTests();
const fixtures = join(import.meta.dirname, "../fixtures");
const [unetReference, resunetReference] = reference.models;

async function commandResults(model: string): Promise<ResultsFile> {
  const root = join(import.meta.dirname, "../..");
  const command = [join(root, "dist/cli/convatlas.js"), "analyze", join(root, model)];
  const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 1 << 28 });
  return JSON.parse(stdout);
}

async function exportedResults(
  page: Parameters<typeof download>[0],
): Promise<ResultsFile & { readonly selection?: unknown }> {
  const { bytes } = await download(page, "export-json");
  return JSON.parse(bytes.toString("utf8"));
}

describe("results exported from the page", () => {
  it("equal the independent answers for the sample", async () => {
    const opened = await open();
    await loadSample(opened.page);
    const results = await exportedResults(opened.page);
    checkAgainstReference(results, unetReference);
    expect(results.model).toMatchObject({ name: "brain-unet.onnx", parameters: 46_530 });
    expect(results.layers.map(({ role }) => role)).toEqual([
      ...new Array(8).fill("encoder"),
      ...new Array(2).fill("bottleneck"),
      ...new Array(8).fill("decoder"),
    ]);
    expect(results.timings).toMatchObject({ engine: "cpu" });

    // And those of the command line, but for what is selected and how long it took.
    const { selection: _selection, timings: _pageTimings, ...ofPage } = results;
    const { timings: _timings, ...ofCommand } = await commandResults(
      "public/samples/brain-unet.onnx",
    );
    expect(ofPage).toEqual(ofCommand);

    const csv = (await download(opened.page, "export-csv")).bytes.toString("utf8");
    const kernels = results.layers.reduce((sum, layer) => sum + layer.kernelCount, 0);
    expect(csv.trimEnd().split("\r\n")).toHaveLength(kernels + 1);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("equal the independent answers for a chosen file, after the sample", async () => {
    const opened = await open({ fragment: "#sample=brain-unet" });
    await waitForState(opened.page, "done");
    const bytes = readFileSync(join(fixtures, "brain-resunet.onnx"));
    await chooseFile(opened.page, "brain-resunet.onnx", bytes);
    await waitUntilShown(opened.page, "brain-resunet.onnx");
    checkAgainstReference(await exportedResults(opened.page), resunetReference);
    expectCleanVisit(opened);
    await opened.close();
  });

  it("are those of the same network as Keras HDF5, read by WebAssembly under the strict policy", async () => {
    const opened = await open();
    const bytes = readFileSync(join(import.meta.dirname, "../../public/samples/brain-unet.h5"));
    await chooseFile(opened.page, "brain-unet.h5", bytes);
    await waitForState(opened.page, "done");
    const results = await exportedResults(opened.page);
    const expected = unetReference.layers.flatMap(({ labels }) => labels);
    const margins = unetReference.layers.flatMap(({ margins: all }) => all);
    const labels = results.layers.flatMap(({ kernels }) =>
      (kernels ?? []).map(({ label }) => label),
    );
    expect(labels).toHaveLength(expected.length);
    expect(labels.filter((label, k) => label !== expected[k] && margins[k] > 1e-5)).toEqual([]);
    expect(results.layers.map(({ grid }) => grid)).toEqual(
      unetReference.layers.map(({ grid }) => grid),
    );
    expectCleanVisit(opened);
    await opened.close();
  });
});
