import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { tfjsFormat } from "../../../src/core/formats/tfjs.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import { bareWeights } from "../../support/fixtures/tfjs.ts";
import { conv, functional, image, layer } from "../../support/kerasModels.ts";
import { slice } from "../../support/kerasReading.ts";
import { readAs, readFiles } from "../../support/readModel.ts";
import {
  counting,
  json,
  writeArtifacts,
  writeTfjs,
  writeWeightsManifest,
} from "../../support/tfjsWriter.ts";

const read = (path: string) => new Uint8Array(readFileSync(path));

const oneLayer = functional([image("image", 16), conv("first", "image")], "first");
const kernel = counting("first/kernel", 3, 3, 1, 2);

describe("the sample", () => {
  it("is the same network as in ONNX, bit for bit, with the same maps and roles", async () => {
    const folder = "tests/fixtures/samples/brain-unet-tfjs";
    const network = await readFiles({
      "group1-shard1of1.bin": read(`${folder}/group1-shard1of1.bin`),
      "model.json": read(`${folder}/model.json`),
    });
    const bytes = read("public/samples/brain-unet.onnx");
    const onnx = await readAs(onnxFormat, memorySource("brain-unet.onnx", bytes));
    const kernels = ({ layers }: typeof onnx) => layers.map((one) => [...one.kernels]);
    expect(kernels(network)).toEqual(kernels(onnx));
    expect(network.parameters).toBe(46_530);
    const places = (of: typeof onnx) =>
      resolveStructure(of, { grid: "layer", inputSize: 64 }).places;
    expect(places(network)).toEqual(places(onnx));
    expect(places(network).map(({ grid }) => grid[0])).toEqual([
      256, 256, 128, 128, 64, 64, 32, 32, 16, 16, 16, 16, 32, 32, 64, 64, 128, 128,
    ]);
    expect(network).toMatchObject({ producer: "keras v2.11.0 (export.py)", warnings: [] });
  });
});

describe("layers models", () => {
  it("takes the order of layers from the topology, not from the manifest", async () => {
    const config = functional(
      [image("image", 16), conv("z_first", "image"), conv("a_last", "z_first")],
      "a_last",
    );
    const weights = [
      counting("a_last/kernel", 3, 3, 2, 2),
      counting("a_last/bias", 2),
      counting("z_first/kernel", 3, 3, 1, 2),
    ];
    const network = await readFiles(writeTfjs({ model_config: config }, [{ weights }]));
    expect(network.layers.map(({ name }) => name)).toEqual(["z_first", "a_last"]);
    expect(slice(network.layers[1], 1, 0)).toEqual([1, 5, 9, 13, 17, 21, 25, 29, 33]);
    expect(network.parameters).toBe(36 + 2 + 18);
  });

  it("reads what TensorFlow.js itself saves: the configuration alone, no format field", async () => {
    const topology = {
      class_name: "Sequential",
      config: {
        name: "sequential_1",
        layers: [
          {
            class_name: "Conv2D",
            config: {
              name: "conv2d_Conv2D1",
              filters: 2,
              kernel_size: [3, 3],
              strides: [2, 2],
              batch_input_shape: [null, 28, 28, 1],
            },
          },
        ],
      },
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
    };
    const weights = [
      counting("conv2d_Conv2D1/kernel", 3, 3, 1, 2),
      { ...counting("training/Adam/conv2d_Conv2D1/kernel/m", 3, 3, 1, 2), group: "optimizer" },
    ] as const;
    const network = await readFiles(writeTfjs(topology, [{ weights }], {}));
    expect(network).toMatchObject({ parameters: 18, producer: "tfjs-layers 4.22.0" });
    expect(network.layers).toMatchObject([{ name: "conv2d_Conv2D1", stride: [2, 2] }]);
  });

  it("finds weights of nested models, of layers named with slashes and below the network's name", async () => {
    const inner = functional(
      [image("inner_image", 16), conv("conv", "inner_image")],
      "conv",
      "inner_image",
    );
    const config = functional(
      [
        image("image", 16),
        { ...inner, name: "backbone", inbound_nodes: [[["image", 0, 0, {}]]] },
        conv("block1/conv", "backbone"),
        conv("head", "block1/conv"),
      ],
      "head",
    );
    const weights = [
      counting("model/head/kernel", 3, 3, 2, 2),
      counting("conv/kernel", 3, 3, 1, 2),
      counting("block1/conv/kernel", 3, 3, 2, 2),
    ];
    const network = await readFiles(writeTfjs({ model_config: config }, [{ weights }]));
    expect(network.layers.map(({ name, inChannels }) => [name, inChannels])).toEqual([
      ["conv", 1],
      ["block1/conv", 2],
      ["head", 2],
    ]);
    expect(network.skipped).toEqual([]);
  });

  it("gives two nested models that share names their own weights, in turn", async () => {
    const nested = (name: string, input: string) => ({
      ...functional([image("in", 16), conv("conv", "in")], "conv", "in"),
      name,
      inbound_nodes: [[[input, 0, 0, {}]]],
    });
    const config = functional(
      [image("image", 16), nested("one", "image"), nested("two", "image")],
      "two",
    );
    const weights = [
      counting("conv/kernel", 3, 3, 1, 2),
      { ...kernel, name: "conv/kernel", values: Array.from({ length: 18 }, (_, i) => -i) },
    ];
    const network = await readFiles(writeTfjs({ model_config: config }, [{ weights }]));
    expect(network.layers.map(({ kernels }) => kernels[1])).toEqual([2, -2]);
  });

  it("reads transposed, depthwise and separable kernels, and lists 3-D ones", async () => {
    const config = functional(
      [
        image("image", 8, 2),
        layer(
          "Conv2DTranspose",
          "up",
          { kernel_size: [3, 3], filters: 3, strides: [2, 2] },
          "image",
        ),
        layer("DepthwiseConv2D", "depthwise", { kernel_size: [3, 3] }, "up"),
        layer("SeparableConv2D", "separable", { kernel_size: [3, 3], filters: 4 }, "depthwise"),
        layer("Conv3D", "volume", { kernel_size: [3, 3, 3], filters: 1 }, "separable"),
      ],
      "volume",
    );
    const weights = [
      counting("up/kernel", 3, 3, 3, 2),
      counting("depthwise/depthwise_kernel", 3, 3, 3, 1),
      counting("separable/depthwise_kernel", 3, 3, 3, 1),
      counting("separable/pointwise_kernel", 1, 1, 3, 4),
      counting("volume/kernel", 3, 3, 3, 1, 1),
    ];
    const network = await readFiles(writeTfjs({ model_config: config }, [{ weights }]));
    expect(network.layers).toMatchObject([
      { name: "up", operator: "ConvTranspose2d", inChannels: 2, outChannels: 3 },
      { name: "depthwise", groups: 3 },
      { name: "separable", groups: 3 },
    ]);
    expect(slice(network.layers[0], 2, 1)[0]).toBe(5);
    expect(network.skipped).toEqual([
      { name: "separable/pointwise_kernel", reason: "1x1 kernel" },
      { name: "volume", reason: "3-D convolution" },
    ]);
  });

  it("reads a manifest of weights alone, without a model.json", async () => {
    const files = writeWeightsManifest([{ weights: bareWeights, cuts: [200] }]);
    const network = await readFiles(files);
    expect(network).toMatchObject({ format: "tfjs", graph: null, parameters: 267 });
    expect(
      network.layers.map(({ name, inChannels, groups }) => [name, inChannels, groups]),
    ).toEqual([
      ["dense0/conv0", 2, 1],
      ["dense0/conv1/depthwise", 4, 4],
      ["dense0/conv2", 3, 1],
    ]);
    expect(slice(network.layers[1], 2, 0)).toEqual([2, 6, 10, 14, 18, 22, 26, 30, 34]);
    expect(network.skipped).toEqual([{ name: "dense0/conv1/pointwise", reason: "1x1 kernel" }]);
    expect(network.questions).toHaveLength(3);
  });

  it("reads weights by their names where a model.json has no topology", async () => {
    const { layers, graph } = await readFiles(writeTfjs(null, [{ weights: bareWeights }]));
    expect(layers).toHaveLength(3);
    expect(graph).toBeNull();
  });

  it.each<[string, unknown]>([
    ["a topology that is no model", { model_config: { class_name: "Dense", config: {} } }],
    ["a configuration that is no JSON text", { model_config: "{" }],
  ])("reads named weights where there is %s, and says so", async (_, topology) => {
    const network = await readFiles(writeTfjs(topology, [{ weights: [kernel] }]));
    expect(network.layers).toMatchObject([{ name: "first", graphNode: null }]);
    expect(network.graph).toBeNull();
    expect(network.warnings.join()).toMatch(/no configuration that can be read/);
  });

  it("reads a configuration kept as text, with the NaN that Python writes", async () => {
    const text = JSON.stringify(oneLayer).replace('"padding":"same"', '"padding":"same","x":NaN');
    const network = await readFiles(writeTfjs({ model_config: text }, [{ weights: [kernel] }]));
    expect(network.graph?.nodes).toHaveLength(2);
  });

  it("reads a model kept in one file with its weights as base64 text", async () => {
    const network = await readFiles(writeArtifacts(oneLayer, [kernel, counting("first/bias", 2)]));
    expect(slice(network.layers[0], 1, 0)).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17]);
    expect(network.parameters).toBe(20);
  });
});

describe("recognition", () => {
  it.each<[string, unknown, boolean]>([
    ["a layers model", { format: "layers-model", modelTopology: {}, weightsManifest: [] }, true],
    ["an early model without format", { modelTopology: {}, weightsManifest: [] }, true],
    ["an index of safetensors", { metadata: {}, weight_map: { a: "b" } }, false],
    ["a Keras configuration", { class_name: "Functional", config: { layers: [] } }, false],
    ["other JSON", { name: "package", version: "1.0.0" }, false],
  ])("%s", async (_, content, expected) => {
    expect(await tfjsFormat.matches(memorySource("x", json(content)))).toBe(expected);
  });
});
