import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { translateConfig } from "../../../src/core/formats/keras/configGraph.ts";
import { layer } from "../../support/kerasModels.ts";
import { numbers, type Tensor } from "../../support/kerasReference.ts";
import { buildModel } from "../../support/kerasRunning.ts";

const CLASSES = [
  "Conv2D DepthwiseConv2D SeparableConv2D Conv2DTranspose Deconvolution2D Dense MaxPooling2D",
  "AveragePooling2D GlobalMaxPooling2D UpSampling2D ZeroPadding2D Cropping2D Flatten Reshape",
  "Permute Resizing BatchNormalization LayerNormalization GroupNormalization Rescaling PReLU",
  "Normalization ThresholdedReLU Activation Softmax ReLU LeakyReLU Dropout Merge Add Subtract",
  "Concatenate TFOpLambda TensorFlowOpLayer Mean Clip SpectralNormalization Lambda constructor",
]
  .join(" ")
  .split(" ");

const SETTINGS = [
  "kernel_size strides padding dilation_rate groups filters use_bias activation data_format axis",
  "output_padding output_shape pool_size size interpolation height width cropping target_shape",
  "dims epsilon scale offset center mean variance alpha theta max_value threshold mode function",
  "keepdims layer node_def constants nb_row dim_ordering",
]
  .join(" ")
  .split(" ");

const VALUES = fc.oneof(
  fc.constantFrom<unknown>("same", "valid", "relu", "softmax", "channels_first", "math.add", "th"),
  fc.constantFrom<unknown>(
    0,
    1,
    2,
    3,
    -1,
    -2,
    0.5,
    1e9,
    true,
    false,
    null,
    [2, 2],
    [
      [1, 1],
      [0, 2],
    ],
  ),
  fc.constantFrom<unknown>(
    [1],
    [-1, 2],
    [3, 1, 2],
    { class_name: "ReLU", config: {} },
    { op: "Mul" },
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

const settings = fc.dictionary(fc.constantFrom(...SETTINGS), VALUES, { maxKeys: 6 });

const stored = fc.dictionary(
  fc.constantFrom("kernel", "bias", "gamma", "beta", "alpha", "mean", "variance", "0", "1", "it_W"),
  fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }).map((shape) => numbers(shape)),
);

const entry = fc.record({
  className: fc.constantFrom(...CLASSES),
  config: settings,
  weights: stored,
  inputs: fc.array(fc.nat({ max: 3 }), { minLength: 0, maxLength: 3 }),
  keywords: settings,
});

describe("configurations and weights of any kind", () => {
  test("are written in ONNX or refused in words", async () => {
    let written = 0;
    const models = fc.array(entry, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(models, fc.boolean(), async (entries, isTheano) => {
        const name = (at: number) => (at === 0 ? "image" : `layer_${at}`);
        const weights: Record<string, Readonly<Record<string, Tensor>>> = {};
        const layers = [layer("InputLayer", "image", { batch_input_shape: [null, 6, 6, 2] })];
        for (const [at, one] of entries.entries()) {
          const from = one.inputs.map((back) => name(Math.max(0, at - back)));
          const made = layer(one.className, name(at + 1), one.config, ...from);
          const calls = from.map((input) => [input, 0, 0, one.keywords]);
          layers.push({ ...made, inbound_nodes: calls.length === 0 ? [] : [calls] });
          weights[name(at + 1)] = one.weights;
        }
        const config = {
          class_name: "Functional",
          config: { layers, output_layers: [[name(entries.length), 0, 0]] },
        };
        if (translateConfig(config) === null) return;
        try {
          const { executable } = await buildModel(config, weights, { isTheano });
          expect(executable.model.length).toBeGreaterThan(0);
          written += 1;
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ConvAtlasError);
        }
      }),
      { numRuns: 600 },
    );
    expect(written).toBeGreaterThan(30);
  });
});
