import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { NO_COMPANIONS } from "../../../src/core/files/fileSet.ts";
import type { ReadStep } from "../../../src/core/formats/format.ts";
import { kerasHdf5Format } from "../../../src/core/formats/kerasHdf5.ts";
import { inferSizes } from "../../../src/core/network/sizes.ts";
import type { WrittenGroup } from "../../support/hdf5Writer.ts";
import {
  conv,
  counted,
  functional,
  image,
  layer,
  weightsGroup,
  wholeModel,
} from "../../support/kerasModels.ts";
import { readBytes, readContent, sampleBytes, slice } from "../../support/kerasReading.ts";

const printed = vi.fn();
beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation(printed);
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  expect(printed).not.toHaveBeenCalled();
});

describe("the sample", () => {
  test("is recognised, and read in the order of execution", async () => {
    expect(await kerasHdf5Format.matches(memorySource("any.name", sampleBytes))).toBe(true);
    const network = await readBytes(sampleBytes);
    expect(network.parameters).toBe(46_530);
    expect(network.producer).toBe("Keras 2.11.0 (tensorflow)");
    expect(network.skipped).toEqual([{ name: "head", reason: "1x1 kernel" }]);
    expect(network.warnings).toEqual([]);
    const sizes = inferSizes(network.graph ?? { layout: "channelsLast", nodes: [] }, 64);
    const places = network.layers.map(({ name, inChannels, graphNode }) => [
      name,
      inChannels,
      sizes.received[graphNode ?? -1]?.[0],
    ]);
    expect(places).toEqual([
      ["encoder_0_conv1", 1, 256],
      ["encoder_0_conv2", 16, 256],
      ["encoder_1_conv1", 16, 128],
      ["encoder_1_conv2", 16, 128],
      ["encoder_2_conv1", 16, 64],
      ["encoder_2_conv2", 16, 64],
      ["encoder_3_conv1", 16, 32],
      ["encoder_3_conv2", 16, 32],
      ["bottleneck_conv1", 16, 16],
      ["bottleneck_conv2", 16, 16],
      ["decoder_0_conv1", 16, 16],
      ["decoder_0_conv2", 16, 16],
      ["decoder_1_conv1", 32, 32],
      ["decoder_1_conv2", 16, 32],
      ["decoder_2_conv1", 32, 64],
      ["decoder_2_conv2", 16, 64],
      ["decoder_3_conv1", 32, 128],
      ["decoder_3_conv2", 16, 128],
    ]);
    // The first kernel of the PyTorch network that the file was made from.
    const first = slice(network.layers[0], 0, 0);
    const original = [0.20771741, -0.10539138, 0.1640833, -0.4601932, -0.57397145];
    for (const [at, weight] of original.entries()) expect(first[at]).toBeCloseTo(weight, 7);
  });

  test("reports progress up to the whole file and stops when cancelled", async () => {
    const source = memorySource("x.h5", sampleBytes);
    const cancel = new AbortController();
    const seen: number[] = [];
    const onProgress = ({ doneBytes }: ReadStep) => {
      seen.push(doneBytes);
      if (seen.length === 3) cancel.abort();
    };
    const context = { source, companions: NO_COMPANIONS, onProgress };
    await expect(kerasHdf5Format.read({ ...context, signal: cancel.signal })).rejects.toMatchObject(
      {
        code: "cancelled",
      },
    );
    expect(seen).toHaveLength(3);
    seen.push(0);
    await kerasHdf5Format.read({ ...context, signal: new AbortController().signal });
    expect(seen.at(-1)).toBe(sampleBytes.length);
  });
});

describe("models", () => {
  test("a nested model called twice: its layers once, the optimizer's copies not at all", async () => {
    const inner = functional([image("image", 8), conv("c1", "image"), conv("c2", "c1")], "c2");
    const nested = {
      ...inner,
      class_name: "Model",
      name: "net",
      inbound_nodes: [[["image", 0, 0, {}]], [["image", 0, 0, {}]]],
    };
    const config = functional(
      [
        image("image", 8),
        nested,
        layer("Concatenate", "join", { axis: 0 }, ["net", 1], ["net", 2]),
      ],
      "join",
    );
    const weights = { "c2/kernel:0": counted(3, 3, 2, 2), "c1/kernel:0": counted(3, 3, 1, 2) };
    const network = await readContent(wholeModel(config, { image: {}, net: weights, join: {} }));
    expect(network.layers.map(({ name, inChannels }) => [name, inChannels])).toEqual([
      ["c1", 1],
      ["c2", 2],
    ]);
    expect(network.parameters).toBe(54);
  });

  test("layers of one name in two nested models are told apart", async () => {
    const nested = (name: string, from: string, kernel: number) => ({
      ...functional([image("image", 8), conv("c", "image", { kernel_size: [kernel, 3] })], "c"),
      name,
      inbound_nodes: [[[from, 0, 0, {}]]],
    });
    const config = functional(
      [image("image", 8), nested("one", "image", 3), nested("two", "one", 5)],
      "two",
    );
    const network = await readContent(
      wholeModel(config, {
        one: { "c/kernel:0": counted(3, 3, 1, 2) },
        two: { "renamed/kernel:0": counted(5, 3, 2, 2) },
      }),
    );
    expect(network.layers.map(({ name, kernelSize }) => [name, kernelSize[0]])).toEqual([
      ["one/c", 3],
      ["two/c", 5],
    ]);
  });

  test("a layer of the author's own: its kernels are found by name", async () => {
    const config = functional(
      [image("image", 8), conv("c", "image"), layer("My>Block", "block", {}, "c")],
      "block",
    );
    const network = await readContent(
      wholeModel(config, {
        c: { "c/kernel:0": counted(3, 3, 1, 2) },
        block: {
          "conv_a/kernel:0": counted(3, 3, 2, 2),
          "up_transpose/kernel:0": counted(3, 3, 4, 2),
        },
      }),
    );
    expect(network.layers.map(({ name, operator }) => [name, operator])).toEqual([
      ["c", "Conv2d"],
      ["conv_a", "Conv2d"],
      ["up_transpose", "ConvTranspose2d"],
    ]);
  });

  test("weights and no convolution: a network without layers", async () => {
    const config = functional([image("image", 8), layer("Dense", "d", { units: 2 }, "image")], "d");
    const network = await readContent(wholeModel(config, { d: { "d/kernel:0": counted(4, 2) } }));
    expect(network).toMatchObject({ layers: [], skipped: [], parameters: 8 });
  });

  test("a configuration that is not JSON: the weights by name, with a warning", async () => {
    const network = await readContent(
      wholeModel("{'no': 'JSON'}", { conv2d: { "conv2d/kernel:0": counted(3, 3, 1, 2) } }),
    );
    expect(network.graph).toBeNull();
    expect(network.layers).toHaveLength(1);
    expect(network.warnings).toEqual([expect.stringContaining("configuration")]);
  });
});

describe("weights alone", () => {
  const weights = {
    conv2d_10: { "conv2d_10/kernel:0": counted(3, 3, 1, 4) },
    conv2d_2: { "other/kernel:0": counted(3, 3, 4, 2), "other/bias:0": counted(2) },
    conv2d_transpose_1: { "conv2d_transpose_1/kernel:0": counted(3, 3, 5, 2) },
    dw: { "dw/depthwise_kernel:0": counted(3, 3, 5, 1) },
    separable: {
      "separable/depthwise_kernel:0": counted(3, 3, 5, 1),
      "separable/pointwise_kernel:0": counted(1, 1, 5, 3),
    },
    dense: { "dense/kernel:0": counted(3, 2) },
    conv_lstm: { "conv_lstm/kernel:0": counted(3, 3, 1, 8) },
    net: { "c1/kernel:0": counted(3, 3, 1, 1), "c2/kernel:0": counted(1, 1, 1, 1) },
  };
  const version = { keras_version: { text: "2.2.2" } };

  test("layers in the file's order, operators by name and shape", async () => {
    const group = weightsGroup(weights);
    const network = await readContent({
      ...group,
      attributes: { ...group.attributes, ...version },
    });
    expect(network.graph).toBeNull();
    expect(network.producer).toBe("Keras 2.2.2");
    const shown = network.layers.map((each) => [
      each.name,
      each.operator,
      each.inChannels,
      each.outChannels,
      each.groups,
    ]);
    expect(shown).toEqual([
      ["conv2d_10", "Conv2d", 1, 4, 1],
      ["conv2d_2", "Conv2d", 4, 2, 1],
      ["conv2d_transpose_1", "ConvTranspose2d", 2, 5, 1],
      ["dw", "Conv2d", 5, 5, 5],
      ["separable", "Conv2d", 5, 5, 5],
      ["conv_lstm", "Conv2d", 1, 8, 1],
      ["c1", "Conv2d", 1, 1, 1],
    ]);
    expect(network.skipped).toEqual([
      { name: "separable/pointwise_kernel", reason: "1x1 kernel" },
      { name: "c2", reason: "1x1 kernel" },
    ]);
    expect(network.layers[0]).toMatchObject({ stride: [1, 1], dilation: [1, 1], graphNode: null });
  });

  test("lists split into chunks", async () => {
    const group = weightsGroup({ conv_b: weights.conv2d_10, conv_a: weights.conv2d_2 });
    const attributes = {
      layer_names0: { text: ["conv_b"], bytes: 6 },
      layer_names1: { text: ["conv_a"], bytes: 6 },
    };
    const network = await readContent({ ...group, attributes });
    expect(network.layers.map(({ name }) => name)).toEqual(["conv_b", "conv_a"]);
  });

  test("weights that are listed and not there are counted in a warning", async () => {
    const group = weightsGroup({ a: { "a/kernel:0": counted(3, 3, 1, 1) } });
    const attributes = { layer_names: { text: ["a", "b"] } };
    const b = { attributes: { weight_names: { text: ["b/kernel:0", "b/bias:0"] } } };
    const network = await readContent({ attributes, groups: { ...group.groups, b } });
    expect(network.layers).toHaveLength(1);
    expect(network.warnings).toEqual([expect.stringMatching(/^2 weights/)]);
  });
});

describe("files that cannot be used", () => {
  const dense = functional([image("image", 8)], "image");
  const data = { datasets: { measured: counted(3) } };
  test.each<[string, WrittenGroup, string, RegExp]>([
    [
      "a configuration alone",
      { attributes: { model_config: { text: "{}" } } },
      "no-weights",
      /none of its weights/,
    ],
    [
      "groups without weights",
      wholeModel(dense, { image: {} }),
      "no-weights",
      /none of its weights/,
    ],
    ["nothing", {}, "no-weights", /empty HDF5 file/],
    [
      "something else",
      { ...data, groups: { b: {} } },
      "unsupported",
      /no.* model_weights .*\(it holds b, measured\)/,
    ],
  ])("%s", async (_, content, code, sentence) => {
    await expect(readContent(content)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(sentence),
    });
  });

  test("cut short at any place", async () => {
    for (const share of [0.01, 0.3, 0.9, 0.999]) {
      const cut = sampleBytes.subarray(0, Math.floor(sampleBytes.length * share));
      await expect(readBytes(cut)).rejects.toMatchObject({ code: "truncated" });
    }
  });

  test("bytes changed anywhere: a network or a plain error, and the next file can be read", async () => {
    let seed = 20_240_501;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let trial = 0; trial < 60; trial += 1) {
      const bytes = Uint8Array.from(sampleBytes);
      const reach = trial % 2 === 0 ? 20_000 : bytes.length;
      for (let change = 0; change < 12; change += 1) bytes[random(reach)] = random(256);
      const outcome = await readBytes(bytes).catch((thrown: unknown) => thrown);
      expect(outcome).toMatchObject(
        outcome instanceof Error ? { name: "ConvAtlasError" } : { format: "keras-hdf5" },
      );
    }
    expect((await readBytes(sampleBytes)).layers).toHaveLength(18);
  });

  test("what is not HDF5 does not match", async () => {
    const text = new TextEncoder().encode("version https://git-lfs.github.com/spec/v1");
    expect(await kerasHdf5Format.matches(memorySource("unet.h5", text))).toBe(false);
  });
});
