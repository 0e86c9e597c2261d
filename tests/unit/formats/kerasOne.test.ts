import { describe, expect, test } from "vitest";
import { inferSizes } from "../../../src/core/network/sizes.ts";
import type { WrittenGroup } from "../../support/hdf5Writer.ts";
import {
  counted,
  functional,
  layer,
  type WeightsByLayer,
  weightsGroup,
  wholeModel,
} from "../../support/kerasModels.ts";
import { readContent, sizeAfter, slice, translated } from "../../support/kerasReading.ts";

type Ordering = "th" | "tf";

const channelsFirst = (ordering: Ordering) => ordering === "th";

function input(ordering: Ordering, channels = 5, side = 20): Record<string, unknown> {
  const shape = channelsFirst(ordering)
    ? [null, channels, side, side]
    : [null, side, side, channels];
  return layer("InputLayer", "image", { batch_input_shape: shape });
}

/** A layer of Keras 1 on an image of five channels. */
function single(className: string, config: Record<string, unknown>, ordering: Ordering) {
  const stated = { nb_row: 3, nb_col: 2, dim_ordering: ordering, border_mode: "same", ...config };
  return functional([input(ordering), layer(className, "tested", stated, "image")], "tested");
}

const VERSION = { keras_version: { text: "1.2.2" } };
const THEANO = { ...VERSION, backend: { text: "theano" } };
const TENSORFLOW = { ...VERSION, backend: { text: "tensorflow" } };

const weights = (tensors: WeightsByLayer[string]): WeightsByLayer => ({
  image: {},
  tested: tensors,
});

describe("whole models of Keras 1", () => {
  // keras/engine/saving.py, preprocess_weights_for_loading: where entry (o, i, row, column) stands.
  const at = (...steps: readonly number[]) =>
    [0, 1, 2].flatMap((row) =>
      [0, 1].map((column) => row * steps[0] + column * steps[1] + steps[2]),
    );
  test.each([
    ["Convolution2D", "th", [4, 5, 3, 2], at(2, 1, (3 * 5 + 1) * 6)],
    ["Convolution2D", "tf", [3, 2, 5, 4], at(40, 20, 1 * 4 + 3)],
    ["AtrousConvolution2D", "tf", [3, 2, 5, 4], at(40, 20, 1 * 4 + 3)],
    ["Deconvolution2D", "th", [4, 5, 3, 2], at(2, 1, (3 * 5 + 1) * 6)],
    ["Deconvolution2D", "tf", [3, 2, 5, 4], at(40, 20, 1 * 4 + 3)],
  ] as const)("%s in the order of %s", async (className, ordering, shape, expected) => {
    const config = single(className, { nb_filter: 4, subsample: [2, 1] }, ordering);
    const content = wholeModel(config, weights({ tested_W: counted(...shape) }), TENSORFLOW);
    const network = await readContent(content);
    expect(network.warnings).toEqual([]);
    const [tested] = network.layers;
    expect(tested).toMatchObject({
      operator: className === "Deconvolution2D" ? "ConvTranspose2d" : "Conv2d",
      kernelSize: [3, 2],
      inChannels: 5,
      outChannels: 4,
      stride: [2, 1],
    });
    expect(slice(tested, 3, 1)).toEqual(expected);
  });

  test.each([
    ["th", [2, 5, 3, 2], at(2, 1, (1 * 5 + 3) * 6)],
    ["tf", [3, 2, 5, 2], at(20, 10, 3 * 2 + 1)],
  ] as const)("SeparableConvolution2D in the order of %s", async (ordering, shape, expected) => {
    const config = single(
      "SeparableConvolution2D",
      { nb_filter: 4, depth_multiplier: 2 },
      ordering,
    );
    const pointwise = ordering === "th" ? counted(4, 10, 1, 1) : counted(1, 1, 10, 4);
    const network = await readContent(
      wholeModel(
        config,
        weights({
          tested_depthwise_kernel: counted(...shape),
          tested_pointwise_kernel: pointwise,
        }),
        TENSORFLOW,
      ),
    );
    const [tested] = network.layers;
    expect(tested).toMatchObject({ groups: 5, inChannels: 5, outChannels: 10 });
    // Output 7 is made by the second kernel of input channel 3.
    expect(slice(tested, 7, 0)).toEqual(expected);
    expect(network.skipped).toEqual([{ name: "tested/pointwise_kernel", reason: "1x1 kernel" }]);
  });

  test("Theano's kernels are turned by 180 degrees", async () => {
    const config = single("Convolution2D", { nb_filter: 1 }, "th");
    const tensor = weights({ tested_W: counted(1, 5, 3, 2) });
    const network = await readContent(wholeModel(config, tensor, THEANO));
    expect(slice(network.layers[0], 0, 1)).toEqual([11, 10, 9, 8, 7, 6]);
    expect(network.warnings).toEqual([]);
  });

  test("an unknown backend: as stored, with a warning; TensorFlow is told by its numbers", async () => {
    const config = single("Convolution2D", { nb_filter: 1 }, "th");
    const content = (name: string): WrittenGroup => {
      const { attributes, ...rest } = wholeModel(config, weights({ [name]: counted(1, 5, 3, 2) }));
      const { backend: _, ...others } = attributes ?? {};
      return { ...rest, attributes: { ...others, ...VERSION } };
    };
    const unknown = await readContent(content("tested_W"));
    expect(slice(unknown.layers[0], 0, 1)).toEqual([6, 7, 8, 9, 10, 11]);
    expect(unknown.warnings).toEqual([expect.stringMatching(/whether Keras ran on Theano/)]);
    expect((await readContent(content("tested_W:0"))).warnings).toEqual([]);
  });
});

describe("Keras 1's words", () => {
  const sizeOf = (className: string, config: Record<string, unknown>, ordering: Ordering = "tf") =>
    sizeAfter(single(className, config, ordering), "tested");
  test.each<[string, Record<string, unknown>, Ordering, readonly [number, number]]>([
    ["Convolution2D", { border_mode: "valid" }, "tf", [18, 19]],
    ["Convolution2D", { border_mode: "valid" }, "th", [18, 19]],
    ["Convolution2D", { border_mode: "same", subsample: [2, 5] }, "th", [10, 4]],
    ["AtrousConvolution2D", { border_mode: "valid", atrous_rate: [2, 3] }, "tf", [16, 17]],
    ["Deconvolution2D", { subsample: [2, 2], output_shape: [null, 41, 43, 4] }, "tf", [41, 43]],
    ["Deconvolution2D", { subsample: [2, 2], output_shape: [null, 4, 41, 43] }, "th", [41, 43]],
    ["MaxPooling2D", { pool_size: [2, 2], strides: [2, 2] }, "th", [10, 10]],
    ["ZeroPadding2D", { padding: [1, 2], border_mode: undefined }, "tf", [22, 24]],
    ["ZeroPadding2D", { padding: [1, 2, 3, 4] }, "tf", [23, 27]],
    [
      "ZeroPadding2D",
      { padding: { top_pad: 1, bottom_pad: 2, left_pad: 3, right_pad: 4 } },
      "th",
      [23, 27],
    ],
    ["UpSampling2D", { size: [2, 3] }, "th", [40, 60]],
  ])("%s %j in the order of %s makes %j", (className, config, ordering, size) => {
    expect(sizeOf(className, config, ordering)).toEqual(size);
  });

  test("Merge joins channels or adds", () => {
    const branch = (name: string, filters: number) =>
      layer(
        "Convolution2D",
        name,
        { nb_filter: filters, nb_row: 3, nb_col: 3, dim_ordering: "th", border_mode: "same" },
        "image",
      );
    const merged = (mode: string) =>
      functional(
        [
          input("th"),
          branch("a", 2),
          branch("b", 2),
          layer("Merge", "m", { mode, concat_axis: 1 }, "a", "b"),
        ],
        "m",
      );
    expect(translated(merged("concat")).graph.nodes[3].operation).toEqual({
      kind: "concatenate",
      axis: 1,
    });
    expect(translated(merged("sum")).graph.nodes[3].operation.kind).toBe("elementwise");
    expect(translated(merged("sum")).graph.layout).toBe("channelsFirst");
  });

  test("a Sequential model that starts with the Merge of two others", async () => {
    const convolution = (name: string, more = {}) => ({
      class_name: "Convolution2D",
      config: {
        name,
        nb_filter: 2,
        nb_row: 3,
        nb_col: 3,
        dim_ordering: "tf",
        border_mode: "same",
        ...more,
      },
    });
    const branch = (name: string) => ({
      class_name: "Sequential",
      config: [convolution(name, { batch_input_shape: [null, 12, 12, 1] })],
    });
    const config = {
      class_name: "Sequential",
      config: [
        {
          class_name: "Merge",
          config: {
            name: "m",
            mode: "concat",
            concat_axis: -1,
            layers: [branch("a"), branch("b")],
          },
        },
        convolution("c"),
      ],
    };
    const network = await readContent(
      wholeModel(
        config,
        {
          a: { "a_W:0": counted(3, 3, 1, 2) },
          b: { "b_W:0": counted(3, 3, 1, 2) },
          c: { "c_W:0": counted(3, 3, 4, 2) },
        },
        VERSION,
      ),
    );
    expect(network.layers.map(({ name, inChannels }) => [name, inChannels])).toEqual([
      ["a", 1],
      ["b", 1],
      ["c", 4],
    ]);
    const graph = network.graph ?? { layout: "channelsLast" as const, nodes: [] };
    const { received } = inferSizes(graph, 99);
    expect(network.layers.map(({ graphNode }) => received[graphNode ?? -1])).toEqual([
      [12, 12],
      [12, 12],
      [12, 12],
    ]);
  });

  test("Merges within Merges without end", () => {
    let merge: Record<string, unknown> = { class_name: "Dropout", config: { name: "d" } };
    for (let depth = 0; depth < 5000; depth += 1) {
      merge = { class_name: "Merge", config: { name: "m", layers: [merge] } };
    }
    const config = { class_name: "Sequential", config: [merge] };
    expect(() => translated(config)).toThrow(/nests more than 16/);
  });
});

describe("weights of Keras 1 alone", () => {
  test.each<[Ordering, readonly number[], readonly number[], readonly number[]]>([
    ["th", [16, 1, 3, 3], [3, 16, 3, 3], [7, 3, 2, 2]],
    ["tf", [3, 3, 1, 16], [3, 3, 16, 3], [2, 2, 3, 7]],
  ])("the order of %s is told by the shapes", async (_, first, second, third) => {
    const group = weightsGroup({
      convolution2d_1: { convolution2d_1_W: counted(...first), convolution2d_1_b: counted(16) },
      maxpooling2d_1: {},
      convolution2d_2: { convolution2d_2_W: counted(...second), convolution2d_2_b: counted(3) },
      deconvolution2d_1: {
        deconvolution2d_1_W: counted(...third),
        deconvolution2d_1_b: counted(7),
      },
    });
    const network = await readContent(group);
    expect(
      network.layers.map(({ name, operator, inChannels, outChannels }) => [
        name,
        operator,
        inChannels,
        outChannels,
      ]),
    ).toEqual([
      ["convolution2d_1", "Conv2d", 1, 16],
      ["convolution2d_2", "Conv2d", 16, 3],
      ["deconvolution2d_1", "ConvTranspose2d", 3, 7],
    ]);
    expect(network.warnings).toEqual([expect.stringMatching(/Theano/)]);
  });

  test("numbered layers and weights, from before Keras 1.0", async () => {
    const numbered = (...shapes: readonly (readonly number[])[]): WrittenGroup => ({
      datasets: Object.fromEntries(shapes.map((shape, at) => [`param_${at}`, counted(...shape)])),
    });
    const network = await readContent({
      attributes: { nb_layers: new Float64Array([12]) },
      groups: {
        layer_0: {},
        layer_1: numbered([4, 1, 3, 3], [4]),
        layer_10: numbered([6, 5, 3, 3], [6]),
        layer_2: numbered([5, 4, 3, 3], [5]),
        layer_11: numbered([100, 10], [10]),
      },
    });
    expect(network.layers.map(({ name, inChannels }) => [name, inChannels])).toEqual([
      ["layer_1", 1],
      ["layer_2", 4],
      ["layer_10", 5],
    ]);
    expect(slice(network.layers[0], 2, 0)).toEqual([18, 19, 20, 21, 22, 23, 24, 25, 26]);
    expect(network.warnings).toEqual([expect.stringMatching(/Theano/)]);
  });
});
