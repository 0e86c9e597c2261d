import { describe, expect, test } from "vitest";
import { conv, functional, image, layer } from "../../support/kerasModels.ts";
import { sizeAfter, translated } from "../../support/kerasReading.ts";

/** Map size that a single layer makes of a 20 x 20 image. */
function sizeOf(className: string, config: Record<string, unknown>) {
  const tested = layer(className, "tested", config, "image");
  return sizeAfter(functional([image("image", 20), tested], "tested"), "tested");
}

describe("map sizes", () => {
  // Expected sizes: keras.utils.conv_utils (conv_output_length, deconv_output_length).
  const transposed = { filters: 2, kernel_size: [3, 3], strides: [2, 2] };
  test.each([
    ["Conv2D", { kernel_size: [3, 3], padding: "valid" }, 18],
    ["Conv2D", { kernel_size: [3, 3], padding: "same", strides: [3, 3] }, 7],
    ["Conv2D", { kernel_size: [3, 3], padding: "valid", dilation_rate: [2, 2] }, 16],
    ["DepthwiseConv2D", { kernel_size: [5, 5], padding: "valid" }, 16],
    ["SeparableConv2D", { kernel_size: 3, padding: "valid", filters: 4 }, 18],
    ["Conv2DTranspose", { ...transposed, padding: "same" }, 40],
    ["Conv2DTranspose", { ...transposed, padding: "valid" }, 41],
    ["Conv2DTranspose", { ...transposed, kernel_size: [2, 2], padding: "same" }, 40],
    [
      "Conv2DTranspose",
      { ...transposed, kernel_size: [2, 2], strides: [3, 3], padding: "valid" },
      60,
    ],
    ["Conv2DTranspose", { ...transposed, padding: "same", output_padding: [0, 0] }, 39],
    ["Conv2DTranspose", { ...transposed, padding: "same", output_padding: 1 }, 40],
    ["Conv2DTranspose", { ...transposed, padding: "valid", output_padding: [1, 1] }, 42],
    ["MaxPooling2D", { pool_size: [3, 3], strides: null, padding: "valid" }, 6],
    ["AveragePooling2D", { pool_size: [3, 3], strides: [2, 2], padding: "same" }, 10],
    ["GlobalAveragePooling2D", {}, 1],
    ["UpSampling2D", { size: [3, 3] }, 60],
    ["UpSampling2D", { size: 2 }, 40],
    [
      "ZeroPadding2D",
      {
        padding: [
          [1, 2],
          [1, 2],
        ],
      },
      23,
    ],
    [
      "Cropping2D",
      {
        cropping: [
          [1, 2],
          [2, 1],
        ],
      },
      17,
    ],
    ["Cropping2D", { cropping: 4 }, 12],
    ["Resizing", { height: 33, width: 33 }, 33],
    ["BatchNormalization", { axis: [3] }, 20],
    ["SpatialDropout2D", { rate: 0.5 }, 20],
    ["Activation", { activation: "relu" }, 20],
    ["Lambda", { arguments: { i: 0, parts: 2 }, output_shape: [20, 20, 1] }, 20],
    ["Lambda", { output_shape: [40, 40, 3] }, 40],
    ["TFOpLambda", { function: "math.add" }, 20],
    ["TensorFlowOpLayer", { node_def: { op: "AddV2" } }, 20],
  ] as const)("%s %j makes %i", (className, config, side) => {
    expect(sizeOf(className, config)).toEqual([side, side]);
  });

  test.each([
    ["Flatten", {}],
    ["Lambda", {}],
    ["SomethingOfMyOwn", {}],
    ["Reshape", { target_shape: [-1, 3] }],
    ["ZeroPadding2D", { padding: "odd" }],
  ] as const)("%s %j: not known", (className, config) => {
    expect(sizeOf(className, config)).toBeNull();
  });

  test("height and width are not confused", () => {
    expect(sizeOf("Conv2D", { kernel_size: [5, 3], padding: "valid", strides: [1, 2] })).toEqual([
      16, 9,
    ]);
    expect(sizeOf("UpSampling2D", { size: [1, 2] })).toEqual([20, 40]);
    expect(sizeOf("ZeroPadding2D", { padding: [1, 2] })).toEqual([22, 24]);
    expect(sizeOf("Permute", { dims: [2, 1, 3] })).toEqual([20, 20]);
  });

  test("channels first", () => {
    const first = { data_format: "channels_first" };
    const config = functional(
      [
        layer("InputLayer", "image", { batch_input_shape: [null, 3, 40, 60] }),
        conv("c", "image", { ...first, padding: "valid" }),
        layer("Reshape", "r", { target_shape: [4, 5, 6] }, "c"),
      ],
      "r",
    );
    expect(translated(config).graph.layout).toBe("channelsFirst");
    expect(sizeAfter(config, "c")).toEqual([38, 58]);
    expect(sizeAfter(config, "r")).toEqual([5, 6]);
  });

  test("an open input size is left to the settings", () => {
    const config = functional([image("image", null), conv("c", "image")], "c");
    expect(sizeAfter(config, "c", 96)).toEqual([96, 96]);
  });
});
