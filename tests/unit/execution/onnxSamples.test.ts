import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web/wasm";
import { describe, expect, it } from "vitest";
import { inferSizes } from "../../../src/core/network/sizes.ts";
import {
  exposedSession,
  layerOf,
  ownFeeds,
  readExecutable,
  startSession,
} from "../../support/executables.ts";
import { placed } from "../../support/readModel.ts";
import { distance, expectedRuns, expectSampleOutput, sliceOf } from "../../support/sampleRuns.ts";

const FILES = {
  "brain-unet.onnx": ["public/samples/brain-unet.onnx"],
  "brain-unet-f16.onnx": ["tests/fixtures/samples/brain-unet-f16.onnx"],
  "brain-unet-external.onnx": [
    "tests/fixtures/samples/brain-unet-external.onnx",
    "tests/fixtures/samples/brain-unet-external.onnx.data",
  ],
  "brain-resunet.onnx": ["tests/fixtures/brain-resunet.onnx"],
} as const;

type Sample = keyof typeof FILES;

const SAMPLES = Object.keys(FILES) as Sample[];

function readSample(sample: Sample) {
  const files = FILES[sample].map((path) => [path.split("/").at(-1) ?? path, readFileSync(path)]);
  return readExecutable(placed(Object.fromEntries(files)));
}

const runsOf = (sample: Sample) =>
  expectedRuns(sample === "brain-resunet.onnx" ? "brain-resunet" : "brain-unet");

const imageTensor = (values: Float32Array) => new ort.Tensor("float32", values, [1, 1, 256, 256]);

describe.each(SAMPLES)("%s", (sample) => {
  it("runs as it is", async () => {
    const { executable } = await readSample(sample);
    const session = await startSession(executable.model, executable.externalData);
    for (const run of runsOf(sample)) {
      const feeds = { [session.inputNames[0]]: imageTensor(sliceOf(run)) };
      const results = await session.run(feeds);
      expectSampleOutput(results[session.outputNames[0]].data as Float32Array, run);
    }
    await session.release();
  });

  it("gives the same with all maps as outputs and its own kernels from inputs", async () => {
    const read = await readSample(sample);
    const { network, executable } = read;
    expect(executable.remarks).toEqual([]);
    expect(executable.convolutions.map(({ layer }) => layer)).toEqual(
      network.layers.map(({ name }) => name),
    );
    const exposed = await exposedSession(read);
    expect(exposed.weights.size).toBe(network.layers.length);
    for (const run of runsOf(sample)) {
      const results = await exposed.session.run(ownFeeds(exposed, imageTensor(sliceOf(run))));
      expectSampleOutput(results[exposed.session.outputNames[0]].data as Float32Array, run);
      const sizes = network.graph === null ? null : inferSizes(network.graph, 256);
      for (const { layer, output, activated } of executable.convolutions) {
        const { outChannels, graphNode } = layerOf(network, layer);
        const shape = [1, outChannels, ...(sizes?.outputs[graphNode ?? -1] ?? [])];
        expect([layer, ...results[output].dims]).toEqual([layer, ...shape]);
        expect(results[activated ?? output].dims).toEqual(shape);
      }
    }
    await exposed.session.release();
  });

  it("gives something else with zeros in one layer", async () => {
    const exposed = await exposedSession(await readSample(sample));
    const [, run] = runsOf(sample);
    const feeds = ownFeeds(exposed, imageTensor(sliceOf(run)));
    for (const { input, original } of [...exposed.weights.values()].slice(0, 6)) {
      const zeros = new ort.Tensor("float32", new Float32Array(original.size), original.dims);
      const results = await exposed.session.run({ ...feeds, [input]: zeros });
      const output = results[exposed.session.outputNames[0]].data as Float32Array;
      expect(distance(output, run)).toBeGreaterThan(0.01);
    }
    await exposed.session.release();
  });
});

it("finds the activation of every layer of the U-Net", async () => {
  const { executable } = await readSample("brain-unet.onnx");
  const exposed = await exposedSession(await readSample("brain-unet.onnx"));
  const [run] = runsOf("brain-unet.onnx");
  const results = await exposed.session.run(ownFeeds(exposed, imageTensor(sliceOf(run))));
  for (const { output, activated } of executable.convolutions) {
    const before = results[output].data as Float32Array;
    const after = results[activated ?? ""].data as Float32Array;
    expect(before.every((value, at) => after[at] === Math.max(0, value))).toBe(true);
  }
  await exposed.session.release();
});
