import { join } from "node:path";
import * as ort from "onnxruntime-web/wasm";
import { describe, expect, it } from "vitest";
import { modelAt } from "../../src/cli/diskFiles.ts";
import { editModel } from "../../src/core/execution/editModel.ts";
import { EXECUTABLE_FORMATS } from "../../src/core/execution/registry.ts";
import { storedFromSlices } from "../../src/core/network/kernelTensor.ts";
import { inferSizes } from "../../src/core/network/sizes.ts";
import { corpus } from "../support/corpus.ts";
import { layerOf, type ReadExecutable } from "../support/executables.ts";

/** Height and width of images where the file leaves them open. */
const SIDE = 64;

/** TensorFlow graphs and TensorFlow Lite files, with the number of their layers. */
const MODELS = [
  ["autoencoder-savedmodel", 6],
  ["breast-lesion-tfjs-graph", 3],
  ["emotion-tfjs-graph", 7],
  ["facemesh-fp16-tfjs-graph", 28],
  ["selfie-fp16-tflite", 13],
  ["sign-language-frozen-pb", 3],
  ["tiny-resnet-int8-tflite", 7],
  ["tiny-resnet-tflite", 7],
  ["unet-savedmodel", 22],
  ["unet-tflite", 14],
] as const;

async function readModel(name: string): Promise<ReadExecutable> {
  const { source, companions, format } = await modelAt(join(corpus ?? "", name));
  const { signal } = new AbortController();
  const context = { source, companions, onProgress: () => undefined, signal };
  const network = await format.read(context);
  return { network, executable: await EXECUTABLE_FORMATS[format.id].build(context, network) };
}

/** Values between 0 and `most`. */
async function run(
  model: Uint8Array<ArrayBuffer>,
  feeds: Readonly<Record<string, ort.Tensor>> = {},
  most = 1,
) {
  const session = await ort.InferenceSession.create(model, {
    // Above this level ONNX Runtime loses maps that it adds to others while it makes them.
    graphOptimizationLevel: "extended",
  });
  const image = session.inputMetadata.find(({ name }) => !(name in feeds));
  if (!image?.isTensor) throw new Error("no image");
  const shape = image.shape.map((length, axis) => {
    if (typeof length === "number") return length;
    return axis === 0 ? 1 : SIDE;
  });
  const count = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from(
    { length: count },
    (_, at) => most * (0.5 + 0.5 * Math.sin(at / 11)),
  );
  const results = await session.run({
    ...feeds,
    [image.name]: new ort.Tensor("float32", values, shape),
  });
  const own = session.outputNames;
  await session.release();
  return { results, own };
}

function largestDifference(one: ort.Tensor, other: ort.Tensor): number {
  const [a, b] = [one.data as Float32Array, other.data as Float32Array];
  expect(other.dims).toEqual(one.dims);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
}

describe.skipIf(corpus === null)("real TensorFlow networks as ONNX", () => {
  it.each(MODELS)(
    "%s runs, as do its %i layers with their weights fed",
    { timeout: 180_000 },
    async (name, count) => {
      const { network, executable } = await readModel(name);
      const { convolutions } = executable;
      expect(network.layers).toHaveLength(count);
      expect(convolutions.map(({ layer }) => layer)).toEqual(
        network.layers.map((layer) => layer.name),
      );
      const plain = await run(executable.model);
      for (const output of plain.own) {
        const values = plain.results[output].data as Float32Array;
        expect(values.every(Number.isFinite)).toBe(true);
        if (values.length > 1) expect(values.some((value) => value !== values[0])).toBe(true);
      }
      const replaceable = convolutions.flatMap(({ layer, weights }) =>
        typeof weights === "string" ? [] : [{ layer, weights }],
      );
      expect(replaceable).toHaveLength(count);
      const { model, weightInputs } = editModel(executable.model, {
        expose: convolutions.map(({ output }) => output),
        replace: replaceable.map(({ weights }) => weights),
      });
      const feeds = replaceable.map(({ layer, weights }, at) => {
        const own = layerOf(network, layer);
        const stored = Float32Array.from(storedFromSlices(own.kernels, own, weights.layout));
        return [weightInputs[at], new ort.Tensor("float32", stored, weights.dimensions)] as const;
      });
      const fed = await run(model, Object.fromEntries(feeds));
      for (const output of plain.own) {
        expect(largestDifference(plain.results[output], fed.results[output])).toBeLessThan(1e-3);
      }
      const sizes = inferSizes(
        network.graph ?? { layout: "channelsLast", nodes: [] },
        SIDE,
      ).outputs;
      for (const { layer, output } of convolutions) {
        const { outChannels, graphNode } = layerOf(network, layer);
        const shape = [outChannels, ...(sizes[graphNode ?? -1] ?? [])];
        expect([layer, ...fed.results[output].dims.slice(1)]).toEqual([layer, ...shape]);
      }
    },
  );

  it("a ResNet in Keras, in TensorFlow Lite and in 8 bits says the same", async () => {
    const [keras, lite, bytes] = await Promise.all(
      ["tiny-resnet-h5", "tiny-resnet-tflite", "tiny-resnet-int8-tflite"].map(readModel),
    );
    const results = [];
    for (const { executable } of [keras, lite, bytes]) {
      const { results: made, own } = await run(executable.model, {}, 255);
      results.push(made[own[0]]);
    }
    expect(largestDifference(results[0], results[1])).toBeLessThan(1e-5);
    // Weights of 8 bits are other weights; maps are not rounded here.
    expect(largestDifference(results[1], results[2])).toBeLessThan(0.2);
    expect(bytes.executable.remarks).toEqual([
      expect.stringContaining("maps are not rounded"),
      "Its images hold values from 0 to 255.",
    ]);
  });

  // By TensorFlow.js 4.22.0 on the same image (CPU backend).
  it.each([
    ["breast-lesion-tfjs-graph", "Identity", [0.0203023329, 0.979697645]],
    [
      "emotion-tfjs-graph",
      "Identity",
      [
        9.86695341e-7, 1.55370827e-8, 1.15408802e-5, 0.991124272, 9.17215366e-5, 6.19466164e-6,
        0.00876525789,
      ],
    ],
    [
      "facemesh-fp16-tfjs-graph",
      "Identity_2",
      [96.2269592, 123.801216, -7.39585781, 99.8112183, 110.982994, -22.3654919],
    ],
  ] as const)("%s makes what TensorFlow.js makes of an image", async (name, output, wanted) => {
    const { executable } = await readModel(name);
    const { results } = await run(executable.model);
    const found = (results[output].data as Float32Array).slice(0, wanted.length);
    for (const [at, value] of wanted.entries()) {
      expect(Math.abs(found[at] - value)).toBeLessThan(1e-6 * Math.max(10, Math.abs(value)));
    }
  });
});
