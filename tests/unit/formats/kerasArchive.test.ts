import { describe, expect, test } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { kerasArchiveFormat } from "../../../src/core/formats/kerasArchive.ts";
import { inferSizes } from "../../../src/core/network/sizes.ts";
import { type WrittenStates, writeArchive, writeState } from "../../support/kerasArchives.ts";
import { conv, counted, functional, image, layer } from "../../support/kerasModels.ts";
import { slice } from "../../support/kerasReading.ts";
import { type Files, readFiles } from "../../support/readModel.ts";
import { writeZip } from "../../support/zipWriter.ts";

/** A small U: its layers' names tell nothing of their groups, as after several models. */
const UNET = functional(
  [
    image("image", 16),
    conv("conv2d_9", "image"),
    layer("BatchNormalization", "batch_normalization_4", {}, "conv2d_9"),
    layer("MaxPooling2D", "max_pooling2d_2", { pool_size: [2, 2] }, "batch_normalization_4"),
    conv("conv2d_10", "max_pooling2d_2", { filters: 3 }),
    layer(
      "Conv2DTranspose",
      "conv2d_transpose_5",
      { filters: 4, kernel_size: [2, 2], strides: [2, 2], padding: "same" },
      "conv2d_10",
    ),
    layer("Concatenate", "joined", { axis: -1 }, "conv2d_transpose_5", "batch_normalization_4"),
    conv("conv2d_2", "joined", { filters: 1 }),
  ],
  "conv2d_2",
);

const UNET_STATES: WrittenStates = {
  "layers/conv2d_2": [counted(3, 3, 6, 1), counted(1)],
  "layers/conv2d": [counted(3, 3, 1, 2), counted(2)],
  "layers/batch_normalization": [counted(2), counted(2), counted(2), counted(2)],
  "layers/conv2d_1": [counted(3, 3, 2, 3), counted(3)],
  "layers/conv2d_transpose": [counted(2, 2, 4, 3), counted(4)],
  optimizer: [counted(1), counted(3, 3, 1, 2), counted(3, 3, 1, 2)],
};

const shown = ({ layers }: Awaited<ReturnType<typeof readFiles>>) =>
  layers.map(({ name, operator, inChannels, outChannels }) => [
    name,
    operator,
    inChannels,
    outChannels,
  ]);

const read = (files: Files) => readFiles(files);

/** The weights of layers that a configuration lists one after the other. */
async function readChain(
  layers: readonly (readonly [className: string, name: string, config?: object])[],
  states: WrittenStates,
) {
  const listed = [
    image("image", 8),
    ...layers.map(([className, name, config], at) =>
      layer(
        className,
        name,
        { kernel_size: [3, 3], padding: "same", ...config },
        at === 0 ? "image" : layers[at - 1][1],
      ),
    ),
  ];
  const last = layers.at(-1)?.[1] ?? "image";
  return read({ "m.keras": await writeArchive(functional(listed, last), states) });
}

describe(".keras archives", () => {
  test.each([false, true])("a U-Net, deflated: %s", async (deflated) => {
    const bytes = await writeArchive(UNET, UNET_STATES, { deflated });
    expect(await kerasArchiveFormat.matches(memorySource("any.name", bytes))).toBe(true);
    const network = await read({ "unet.keras": bytes });
    expect(network).toMatchObject({ format: "keras", producer: "Keras 3.8.0", warnings: [] });
    expect(shown(network)).toEqual([
      ["conv2d_9", "Conv2d", 1, 2],
      ["conv2d_10", "Conv2d", 2, 3],
      ["conv2d_transpose_5", "ConvTranspose2d", 3, 4],
      ["conv2d_2", "Conv2d", 6, 1],
    ]);
    // Kernels, biases and the four arrays of the normalisation, none of the optimizer's.
    expect(network.parameters).toBe(18 + 2 + 8 + 54 + 3 + 48 + 4 + 54 + 1);
    const { received } = inferSizes(network.graph ?? { layout: "channelsLast", nodes: [] }, 99);
    const maps = network.layers.map(({ graphNode }) => received[graphNode ?? -1]?.[0]);
    expect(maps).toEqual([16, 8, 8, 16]);
    expect(slice(network.layers[1], 2, 1)).toEqual(
      Array.from({ length: 9 }, (_, at) => at * 6 + 1 * 3 + 2),
    );
  });

  test("a name noted on a group wins over the group's number", async () => {
    const network = await readChain(
      [
        ["Conv2D", "first"],
        ["Conv2D", "second"],
      ],
      {
        "layers/conv2d": { arrays: [counted(3, 3, 5, 2)], name: "second" },
        "layers/conv2d_1": { arrays: [counted(3, 3, 1, 5)], name: "first" },
      },
    );
    expect(shown(network)).toEqual([
      ["first", "Conv2d", 1, 5],
      ["second", "Conv2d", 5, 2],
    ]);
  });

  test("numbers with gaps, as TensorFlow 2.12 counts: the order is that of the layers", async () => {
    const network = await readChain(
      [
        ["Conv2D", "a"],
        ["Conv2D", "b"],
        ["Conv2D", "c"],
      ],
      {
        "_layer_checkpoint_dependencies/conv2d_4": [counted(3, 3, 3, 4)],
        "_layer_checkpoint_dependencies/conv2d": [counted(3, 3, 1, 2)],
        "_layer_checkpoint_dependencies/conv2d_2": [counted(3, 3, 2, 3)],
      },
    );
    expect(network.layers.map(({ inChannels }) => inChannels)).toEqual([1, 2, 3]);
  });

  test("models within models, each with a layer of the same name", async () => {
    const inner = (name: string, from: string, className = "Functional") => ({
      ...functional([image("image", 8), conv("conv", "image"), conv("next", "conv")], "next"),
      class_name: className,
      name,
      inbound_nodes: [[[from, 0, 0, {}]]],
    });
    const sequential = {
      class_name: "Sequential",
      name: "tail",
      config: {
        name: "tail",
        layers: [
          { class_name: "Conv2D", config: { name: "conv", kernel_size: [3, 3], filters: 7 } },
        ],
      },
      inbound_nodes: [[["two", 0, 0, {}]]],
    };
    const config = functional(
      [image("image", 8), inner("one", "image"), inner("two", "one"), sequential],
      "tail",
    );
    const network = await read({
      "m.keras": await writeArchive(config, {
        "layers/functional/layers/conv2d": [counted(3, 3, 1, 2)],
        "layers/functional/layers/conv2d_1": [counted(3, 3, 2, 2)],
        "layers/functional_1/layers/conv2d": [counted(3, 3, 2, 2)],
        "layers/functional_1/layers/conv2d_1": [counted(3, 3, 2, 2)],
        "layers/sequential/layers/conv2d": [counted(3, 3, 2, 7)],
      }),
    });
    expect(shown(network)).toEqual([
      ["one/conv", "Conv2d", 1, 2],
      ["one/next", "Conv2d", 2, 2],
      ["two/conv", "Conv2d", 2, 2],
      ["two/next", "Conv2d", 2, 2],
      ["tail/conv", "Conv2d", 2, 7],
    ]);
  });

  test("depthwise and separable layers, a wrapper, and a layer of the author's own", async () => {
    const network = await readChain(
      [
        ["DepthwiseConv2D", "dw"],
        ["SeparableConv2D", "sep", { filters: 6 }],
        ["TimeDistributed", "each", { layer: { class_name: "Conv2D", config: {} } }],
        ["Mine>Block", "block"],
      ],
      {
        "layers/depthwise_conv2d": [counted(3, 3, 4, 1), counted(4)],
        "layers/separable_conv2d": [counted(3, 3, 4, 1), counted(1, 1, 4, 6), counted(6)],
        "layers/time_distributed/layer": [counted(3, 3, 6, 2), counted(2)],
        "layers/block/up": [counted(2, 2, 5, 2), counted(5)],
        "layers/block/convs/conv2d": [counted(3, 3, 5, 3), counted(3)],
        "layers/block/filter": [counted(3, 3, 3, 1), counted(3)],
      },
    );
    expect(shown(network)).toEqual([
      ["dw", "Conv2d", 4, 4],
      ["sep", "Conv2d", 4, 4],
      ["each", "Conv2d", 6, 2],
      ["conv2d", "Conv2d", 5, 3],
      ["filter", "Conv2d", 3, 3],
      ["up", "ConvTranspose2d", 2, 5],
    ]);
    expect(network.skipped).toEqual([{ name: "sep/pointwise_kernel", reason: "1x1 kernel" }]);
  });

  test("groups whose names are whole paths with backslashes, as TensorFlow wrote on Windows", async () => {
    const network = await readChain([["Conv2D", "c"]], {
      "layers\\conv2d": [counted(3, 3, 1, 2), counted(2)],
      "metrics\\mean": [counted(3, 3, 1, 1)],
      "layers\\conv2d\\kernel_quantizer": [],
    });
    expect(shown(network)).toEqual([["c", "Conv2d", 1, 2]]);
    expect(network.parameters).toBe(20);
  });

  test("half-precision numbers as Keras marks them, and whole numbers", async () => {
    const half = { shape: [2, 2, 1, 1], values: [0.5, -3, 1.5, 0], type: "bfloat16" } as const;
    const network = await readChain([["Conv2D", "c", { kernel_size: [2, 2] }]], {
      "layers/conv2d": [half],
    });
    expect(slice(network.layers[0], 0, 0)).toEqual([0.5, -3, 1.5, 0]);
    const quantized = await readChain([["Conv2D", "c"]], {
      "layers/conv2d": [{ ...counted(3, 3, 1, 2), type: "<i1" }, counted(2)],
    });
    expect(quantized.skipped).toEqual([
      { name: "c", reason: "quantized weights of a kind not read yet" },
    ]);
  });

  test("a configuration that cannot be read, or of no model: weights by their groups", async () => {
    for (const config of ["{'no': 'JSON'}", { class_name: "Mine>Net", config: { width: 3 } }]) {
      const network = await read({
        "m.keras": await writeArchive(config, {
          "encoder/conv_a": [counted(3, 3, 1, 2), counted(2)],
          "up_block/conv2d_transpose": [counted(3, 3, 4, 2), counted(4)],
        }),
      });
      expect(network.graph).toBeNull();
      expect(shown(network)).toEqual([
        ["encoder/conv_a", "Conv2d", 1, 2],
        ["up_block/conv2d_transpose", "ConvTranspose2d", 2, 4],
      ]);
    }
  });
});

describe("weights of Keras 3 alone", () => {
  const states: WrittenStates = {
    "layers/conv2d": [counted(3, 3, 1, 2), counted(2)],
    "layers/conv2d_10": [counted(3, 3, 6, 1), counted(1)],
    "layers/conv2d_2": [counted(3, 3, 2, 3), counted(3)],
    "layers/conv_lstm2d/cell": [counted(3, 3, 1, 8), counted(3, 3, 2, 8), counted(8)],
    "layers/dense_block/conv2d": { arrays: [counted(3, 3, 2, 4), counted(4)], name: "inner" },
    "layers/separable_conv2d": [counted(3, 3, 4, 1), counted(1, 1, 4, 6), counted(6)],
  };

  test("layers by the names of their groups, in natural order", async () => {
    const network = await read({ "m.weights.h5": await writeState(states) });
    expect(network).toMatchObject({ format: "keras-hdf5", graph: null, producer: null });
    expect(shown(network)).toEqual([
      ["conv_lstm2d/cell", "Conv2d", 1, 8],
      ["conv_lstm2d/cell/recurrent_kernel", "Conv2d", 2, 8],
      ["conv2d", "Conv2d", 1, 2],
      ["conv2d_2", "Conv2d", 2, 3],
      ["conv2d_10", "Conv2d", 6, 1],
      ["dense_block/inner", "Conv2d", 2, 4],
      ["separable_conv2d", "Conv2d", 4, 4],
    ]);
    expect(network.skipped.map(({ reason }) => reason)).toEqual(["1x1 kernel"]);
  });

  test("with the configuration beside them", async () => {
    const network = await read({
      "unet/model.weights.h5": await writeState(UNET_STATES),
      "unet/config.json": new TextEncoder().encode(JSON.stringify(UNET)),
    });
    expect(network.graph).not.toBeNull();
    expect(network.warnings).toEqual([]);
    expect(network.layers.map(({ name }) => name)).toEqual([
      "conv2d_9",
      "conv2d_10",
      "conv2d_transpose_5",
      "conv2d_2",
    ]);
  });
});

describe("weights in shards", () => {
  const index = (shards: Readonly<Record<string, string>>) =>
    new TextEncoder().encode(JSON.stringify({ metadata: { total_size: 1 }, weight_map: shards }));
  const shards = {
    "/layers/conv2d/vars": "model_00000.weights.h5",
    "/layers/conv2d_1/vars": "model_00001.weights.h5",
    "/layers/conv2d_transpose/vars": "model_00001.weights.h5",
    "/layers/conv2d_2/vars": "model_00000.weights.h5",
  };
  const files = async () => ({
    "model_00001.weights.h5": await writeState({
      "layers/conv2d_1": [counted(3, 3, 2, 3)],
      "layers/conv2d_transpose": [counted(2, 2, 4, 3)],
    }),
    "model_00000.weights.h5": await writeState({
      "layers/conv2d": [counted(3, 3, 1, 2)],
      "layers/conv2d_2": [counted(3, 3, 6, 1)],
    }),
  });
  const inputs = [1, 2, 3, 6];

  test("dropped with their index and the configuration", async () => {
    const network = await read({
      ...(await files()),
      "model.weights.json": index(shards),
      "config.json": new TextEncoder().encode(JSON.stringify(UNET)),
    });
    expect(network.format).toBe("keras");
    expect(network.layers.map(({ inChannels }) => inChannels)).toEqual(inputs);
    expect(network.graph).not.toBeNull();
  });

  test("within an archive", async () => {
    const members = { ...(await files()), "model.weights.json": index(shards) };
    const network = await read({ "m.keras": await writeArchive(UNET, null, { members }) });
    expect(network.layers.map(({ inChannels }) => inChannels)).toEqual(inputs);
  });

  test("one of them missing, or far too many", async () => {
    const { "model_00000.weights.h5": one } = await files();
    const part = { "model_00000.weights.h5": one, "model.weights.json": index(shards) };
    await expect(read(part)).rejects.toMatchObject({
      code: "missing-companion-file",
      missingFiles: ["model_00001.weights.h5"],
    });
    const many = Array.from({ length: 300 }, (_, at) => [`/g${at}/vars`, `m_${at}.weights.h5`]);
    await expect(
      read({ "model.weights.json": index(Object.fromEntries(many)) }),
    ).rejects.toMatchObject({ code: "too-large" });
  });
});

describe("archives that cannot be used", () => {
  const states: WrittenStates = { "layers/conv2d": [counted(3, 3, 1, 2)] };
  const text = (content: string) => new TextEncoder().encode(content);

  test.each<[string, () => Promise<Uint8Array>, string, RegExp]>([
    ["no weights", () => writeArchive(UNET, null), "no-weights", /none of its weights/],
    ["weights of nothing", () => writeArchive(UNET, {}), "no-weights", /none of its weights/],
    [
      "weights as a NumPy archive",
      () => writeArchive(UNET, null, { members: { "model.weights.npz": text("PK") } }),
      "unsupported",
      /open model\.weights\.npz/,
    ],
    [
      "weights cut short",
      async () => {
        const cut = (await writeState(states)).subarray(0, 1500);
        return writeArchive(UNET, null, { members: { "model.weights.h5": cut } });
      },
      "truncated",
      /^model\.weights\.h5 in m\.keras is cut short: it holds 1500 bytes/,
    ],
    [
      "something else under the weights' name",
      () => writeArchive(UNET, null, { members: { "model.weights.h5": text("hello") } }),
      "malformed",
      /is not an HDF5 file/,
    ],
    [
      "an encrypted archive",
      async () =>
        writeZip({ "config.json": text("{}"), "metadata.json": text("{}") }, { flags: 1 }),
      "encrypted",
      /encrypted/,
    ],
    [
      "layers nested without end",
      () => writeArchive(UNET, { [new Array(200).fill("layers").join("/")]: [counted(1)] }),
      "too-large",
      /nests them deeper/,
    ],
    [
      "a path of thousands of backslashes",
      () => writeArchive(UNET, { [new Array(5000).fill("a").join("\\")]: [counted(1)] }),
      "too-large",
      /nests them deeper/,
    ],
  ])("%s", async (_, make, code, sentence) => {
    await expect(read({ "m.keras": await make() })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(sentence),
    });
  });

  test("groups within themselves are read once, in no time", async () => {
    const again = Array.from({ length: 100 }, (_, at) => `/layers/again_${at}`);
    const links = {
      ...Object.fromEntries(again.map((path) => [path, { kind: "hard", to: "/layers" }])),
      "/layers/conv2d/up": { kind: "soft", to: "/" },
      "/layers/elsewhere": { kind: "external", file: "/dev/stdin", to: "/" },
    } as const;
    const bytes = await writeState(states, { links });
    const startedAt = performance.now();
    const network = await read({ "m.weights.h5": bytes });
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(shown(network)).toEqual([["conv2d", "Conv2d", 1, 2]]);
  });
});
