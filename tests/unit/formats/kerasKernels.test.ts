import { describe, expect, test } from "vitest";
import { conv, counted, functional, image, layer, wholeModel } from "../../support/kerasModels.ts";
import { readContent, slice } from "../../support/kerasReading.ts";

/** One layer of this class between an image of `channels` channels and the output. */
function single(className: string, config: Record<string, unknown>, channels: number) {
  return functional(
    [
      image("image", 8, channels),
      layer(className, "tested", { kernel_size: [3, 2], ...config }, "image"),
    ],
    "tested",
  );
}

describe("kernel layouts", () => {
  test("Conv2D: (kh, kw, in, out)", async () => {
    const config = single("Conv2D", { filters: 4, strides: [2, 1], dilation_rate: 3 }, 5);
    const weights = { "tested/kernel:0": counted(3, 2, 5, 4), "tested/bias:0": counted(4) };
    const network = await readContent(wholeModel(config, { image: {}, tested: weights }));
    expect(network.parameters).toBe(124);
    expect(network.layers).toHaveLength(1);
    const [tested] = network.layers;
    expect(tested).toMatchObject({
      name: "tested",
      operator: "Conv2d",
      kernelSize: [3, 2],
      inChannels: 5,
      outChannels: 4,
      groups: 1,
      stride: [2, 1],
      dilation: [3, 3],
      graphNode: 1,
    });
    const entry = (row: number, column: number) => (row * 2 + column) * 20 + 1 * 4 + 2;
    expect(slice(tested, 2, 1)).toEqual([0, 1, 2].flatMap((row) => [entry(row, 0), entry(row, 1)]));
  });

  test("Conv2D in groups: the third axis counts within a group", async () => {
    const config = single("Conv2D", { filters: 4, groups: 2 }, 6);
    const network = await readContent(
      wholeModel(config, { tested: { "tested/kernel:0": counted(3, 2, 3, 4) } }),
    );
    expect(network.layers[0]).toMatchObject({ inChannels: 6, outChannels: 4, groups: 2 });
    expect(slice(network.layers[0], 2, 1)[0]).toBe(1 * 4 + 2);
  });

  test("Conv2DTranspose: (kh, kw, out, in)", async () => {
    const config = single("Conv2DTranspose", { filters: 4 }, 5);
    const network = await readContent(
      wholeModel(config, { tested: { "tested/kernel:0": counted(3, 2, 4, 5) } }),
    );
    expect(network.layers[0]).toMatchObject({
      operator: "ConvTranspose2d",
      inChannels: 5,
      outChannels: 4,
    });
    expect(slice(network.layers[0], 3, 2)).toEqual(
      [0, 20, 40, 60, 80, 100].map((at) => at + 3 * 5 + 2),
    );
  });

  test("DepthwiseConv2D: (kh, kw, channels, multiplier), and the graph learns its channels", async () => {
    const config = single("DepthwiseConv2D", { depth_multiplier: 3 }, 5);
    const weights = { tested: { "tested/depthwise_kernel:0": counted(3, 2, 5, 3) } };
    const network = await readContent(wholeModel(config, weights));
    expect(network.layers[0]).toMatchObject({
      operator: "Conv2d",
      inChannels: 5,
      outChannels: 15,
      groups: 5,
    });
    expect(slice(network.layers[0], 2 * 3 + 1, 0)[1]).toBe(15 + 2 * 3 + 1);
    expect(network.graph?.nodes[1].operation).toMatchObject({ outChannels: 15 });
  });

  test("SeparableConv2D: a depthwise layer, and its 1x1 kernel listed", async () => {
    const config = single("SeparableConv2D", { filters: 7 }, 5);
    const weights = {
      "tested/depthwise_kernel:0": counted(3, 2, 5, 1),
      "tested/pointwise_kernel:0": counted(1, 1, 5, 7),
    };
    const network = await readContent(wholeModel(config, { tested: weights }));
    expect(network.layers[0]).toMatchObject({ name: "tested", groups: 5, outChannels: 5 });
    expect(network.skipped).toEqual([{ name: "tested/pointwise_kernel", reason: "1x1 kernel" }]);
  });

  test("ConvLSTM2D: four gates for each filter, from the image and from the last output", async () => {
    const config = single("ConvLSTM2D", { filters: 4 }, 2);
    const weights = {
      "tested/kernel:0": counted(3, 2, 2, 16),
      "tested/recurrent_kernel:0": counted(3, 2, 4, 16),
      "tested/bias:0": counted(16),
    };
    const { layers } = await readContent(wholeModel(config, { tested: weights }));
    expect(
      layers.map(({ name, inChannels, outChannels }) => [name, inChannels, outChannels]),
    ).toEqual([
      ["tested", 2, 16],
      ["tested/recurrent_kernel", 4, 16],
    ]);
    expect(slice(layers[1], 5, 3)).toEqual(
      [0, 64, 128, 192, 256, 320].map((at) => at + 3 * 16 + 5),
    );
  });

  test("LSTM and GRU hold no filters", async () => {
    const config = functional(
      [image("image", 8, 1), conv("first", "image"), layer("LSTM", "lstm", {}, "first")],
      "lstm",
    );
    const weights = {
      first: { "first/kernel:0": counted(3, 3, 1, 2) },
      lstm: { "lstm/kernel:0": counted(3, 3, 2, 8), "lstm/recurrent_kernel:0": counted(2, 8) },
    };
    const { layers, skipped } = await readContent(wholeModel(config, weights));
    expect([layers.map(({ name }) => name), skipped]).toEqual([["first"], []]);
  });

  test("Theano's kernels are turned by 180 degrees", async () => {
    const config = single("Conv2D", { filters: 1 }, 1);
    const weights = { tested: { "tested/kernel:0": counted(3, 2, 1, 1) } };
    const theano = { backend: { text: "theano" } };
    const network = await readContent(wholeModel(config, weights, theano));
    expect(slice(network.layers[0], 0, 0)).toEqual([5, 4, 3, 2, 1, 0]);
  });

  test("float16 and float64 weights", async () => {
    for (const type of ["float16", "<f8"] as const) {
      const config = single("Conv2D", { filters: 1, kernel_size: [2, 2] }, 1);
      const kernel = { shape: [2, 2, 1, 1], values: [0.25, -3, 1.5, 0], type };
      const network = await readContent(
        wholeModel(config, { tested: { "tested/kernel:0": kernel } }),
      );
      expect(slice(network.layers[0], 0, 0)).toEqual([0.25, -3, 1.5, 0]);
    }
  });

  test.each([
    ["Conv2D", { kernel_size: [1, 1] }, [1, 1, 4, 4], "1x1 kernel"],
    ["Conv2D", { kernel_size: [33, 3] }, [33, 3, 1, 4], "kernel larger than 15 x 15"],
    ["Conv1D", { kernel_size: [3] }, [3, 4, 4], "1-D convolution"],
    ["Conv3D", { kernel_size: [3, 3, 3] }, [3, 3, 3, 1, 4], "3-D convolution"],
    ["Conv2D", {}, [5, 5, 1, 4], "weights do not have the shape of a convolution"],
    ["Conv2D", {}, [3, 2, 1, 9], "weights do not have the shape of a convolution"],
    ["Conv2D", {}, [3, 2], "weights do not have the shape of a convolution"],
  ] as const)("%s %j with a kernel %j is listed: %s", async (className, config, shape, reason) => {
    const weights = { tested: { "tested/kernel:0": counted(...shape) } };
    const network = await readContent(
      wholeModel(single(className, { filters: 4, ...config }, 1), weights),
    );
    expect(network.layers).toEqual([]);
    expect(network.skipped).toEqual([{ name: "tested", reason }]);
  });

  test("whole numbers as weights, and weights that are missing", async () => {
    const config = functional([image("image", 8), conv("a", "image"), conv("b", "a")], "b");
    const kernel = { ...counted(3, 3, 1, 2), type: "<i1" as const };
    const network = await readContent(wholeModel(config, { a: { "a/kernel:0": kernel } }));
    expect(network.skipped).toEqual([
      { name: "a", reason: "quantized weights of a kind not read yet" },
      { name: "b", reason: "weights are not in the file" },
    ]);
  });
});
