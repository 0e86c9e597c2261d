import { describe, expect, it } from "vitest";
import {
  entryAt,
  made,
  noise,
  type Pair,
  type SlowPadding,
  slowBilinear,
  slowConvolution,
  slowEntries,
  slowNearest,
  slowPool,
} from "../../support/slowMaps.ts";
import {
  afterConvolution,
  attribute,
  expectClose,
  floats,
  MAPS,
  mixed,
  node,
  realAttribute,
  runGraph,
  whole,
} from "../../support/tensorflowRuns.ts";

function pooling(size: Pair, stride: Pair, padding: SlowPadding) {
  return {
    ksize: attribute.ints([1, ...size, 1]),
    strides: attribute.ints([1, ...stride, 1]),
    padding: attribute.text(String(padding)),
    data_format: attribute.text("NHWC"),
  };
}

const WINDOWS: readonly (readonly [Pair, Pair, "SAME" | "VALID"])[] = [
  [[2, 2], [2, 2], "SAME"],
  [[2, 2], [2, 2], "VALID"],
  [[3, 2], [1, 1], "SAME"],
  [[3, 3], [2, 3], "SAME"],
  [[3, 3], [2, 1], "VALID"],
];

describe("pools", () => {
  it.each(WINDOWS)("of %j in steps of %j, %s", async (size, stride, padding) => {
    for (const [op, kind] of [
      ["MaxPool", "max"],
      ["AvgPool", "mean"],
    ] as const) {
      const wanted = slowPool(MAPS, size, kind, { stride, padding });
      const nodes = [node("result", op, ["maps"], pooling(size, stride, padding))];
      await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
    }
  });

  it("may leave places out between their windows", async () => {
    const even = noise([1, 8, 6, 3], 6);
    const [size, stride] = [
      [1, 1],
      [2, 4],
    ] as const;
    const wanted = slowPool(mixed(even), size, "max", { stride, padding: "SAME" });
    const nodes = [node("result", "MaxPool", ["maps"], pooling(size, stride, "SAME"))];
    await afterConvolution(nodes, "result", (found) => expectClose(found, wanted), even);
    const wider = pooling([1, 2], [2, 2], "SAME");
    const run = afterConvolution([node("result", "MaxPool", ["maps"], wider)], "result", () => {});
    await expect(run).rejects.toThrow(/open size in steps that leave places out/);
  });

  it("take their window as inputs in the second version", async () => {
    const nodes = [
      whole("window", [1, 2, 3, 1]),
      whole("steps", [1, 2, 1, 1]),
      node("result", "MaxPoolV2", ["maps", "window", "steps"], {
        padding: attribute.text("VALID"),
      }),
    ];
    const wanted = slowPool(MAPS, [2, 3], "max", { stride: [2, 1], padding: "VALID" });
    await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
  });
});

const CORNERS = [
  { alignCorners: false, halfPixelCenters: false },
  { alignCorners: true, halfPixelCenters: false },
  { alignCorners: false, halfPixelCenters: true },
];
const SIZES: readonly Pair[] = [
  [14, 10],
  [28, 15],
  [4, 3],
  [7, 11],
  [1, 1],
];

describe("resampling", () => {
  it.each(CORNERS)("to the nearest pixel, %j", async (corners) => {
    for (const size of SIZES) {
      const nodes = [
        whole("size", size),
        node("result", "ResizeNearestNeighbor", ["maps", "size"], cornersOf(corners)),
      ];
      const wanted = slowNearest(MAPS, size, corners);
      await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
    }
  });

  it.each(CORNERS)("between pixels, %j", async (corners) => {
    for (const size of SIZES) {
      const nodes = [
        whole("size", size),
        node("result", "ResizeBilinear", ["maps", "size"], cornersOf(corners)),
      ];
      const wanted = slowBilinear(MAPS, size, corners);
      await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
    }
  });

  it("to a size computed from that of the map, as Keras doubles one", async () => {
    const nodes = [
      node("shape", "Shape", ["maps"]),
      whole("one", [1]),
      whole("three", [3]),
      node("sides", "StridedSlice", ["shape", "one", "three", "one"]),
      whole("two", [2, 2]),
      node("twice", "Mul", ["sides", "two"]),
      node("result", "ResizeNearestNeighbor", ["maps", "twice"], {
        half_pixel_centers: attribute.bool(true),
      }),
    ];
    const wanted = slowNearest(MAPS, [14, 10], { halfPixelCenters: true });
    await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
  });
});

function cornersOf(corners: { alignCorners: boolean; halfPixelCenters: boolean }) {
  return {
    align_corners: attribute.bool(corners.alignCorners),
    half_pixel_centers: attribute.bool(corners.halfPixelCenters),
  };
}

describe("blocks", () => {
  it("of channels become places, and places channels", async () => {
    const blocks = { block_size: attribute.int(2), data_format: attribute.text("NHWC") };
    const [, height, width] = MAPS.shape;
    const wide = made([1, 2 * height, 2 * width, 1], ([n, y, x]) =>
      entryAt(MAPS, [n, Math.floor(y / 2), Math.floor(x / 2), (y % 2) * 2 + (x % 2)]),
    );
    const nodes = [node("result", "DepthToSpace", ["maps"], blocks)];
    await afterConvolution(nodes, "result", (found) => expectClose(found, wide));
    const back = [...nodes, node("back", "SpaceToDepth", ["result"], blocks)];
    await afterConvolution(back, "back", (found) => expectClose(found, MAPS));
  });
});

describe("dilation by taking a map apart", () => {
  const image = noise([1, 9, 8, 2]);
  const kernels = noise([3, 3, 2, 3], 4);
  const valid = { strides: attribute.ints([1, 1, 1, 1]), padding: attribute.text("VALID") };

  async function dilated(paddings: readonly number[], crops: readonly number[]) {
    return runGraph(
      [
        whole("block", [2, 2]),
        whole("paddings", paddings, [2, 2]),
        whole("crops", crops, [2, 2]),
        node("apart", "SpaceToBatchND", ["image", "block", "paddings"]),
        floats("layer/kernel", kernels),
        node("conv", "Conv2D", ["apart", "layer/kernel"], valid),
        floats("bias", noise([3], 5)),
        node("biased", "BiasAdd", ["conv", "bias"]),
        node("relu", "Relu", ["biased"]),
        node("result", "BatchToSpaceND", ["relu", "block", "crops"]),
      ],
      image,
    );
  }

  it.each([
    // 9 + 2 + 3 and 8 + 2 + 2 are divisible by two; one row that was added is cropped again.
    ["the size kept", [2, 3, 2, 2], [0, 1, 0, 0], [2, 2, 2, 2]],
    ["nothing added but what the block needs", [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]],
  ] as const)("with %s", async (_, paddings, crops, padding) => {
    const { results, executable } = await dilated(paddings, crops);
    const plain = slowConvolution(image, kernels, { dilation: [2, 2], padding });
    const wanted = slowEntries([plain, noise([3], 5)], (a, b) => Math.max(0, a + b));
    expectClose(results.result, wanted);
    expect(executable.convolutions).toMatchObject([{ layer: "layer" }]);
    expect(executable.convolutions[0].activated).not.toBeNull();
  });

  it("refuses what is no convolution in between", async () => {
    const run = runGraph(
      [
        floats("layer/kernel", kernels),
        node("conv", "Conv2D", ["image", "layer/kernel"], valid),
        whole("block", [2, 2]),
        whole("paddings", [0, 1, 0, 0], [2, 2]),
        node("apart", "SpaceToBatchND", ["conv", "block", "paddings"]),
        node("result", "Relu", ["apart"]),
      ],
      image,
    );
    await expect(run).rejects.toMatchObject({ code: "cannot-run" });
  });
});

const CHANNELS = 4;

describe("batch normalisation", () => {
  const [scale, offset, mean] = [noise([CHANNELS], 3), noise([CHANNELS], 4), noise([CHANNELS], 5)];
  const variance = slowEntries([noise([CHANNELS], 6)], (x) => x * x + 0.1);
  const settings = [
    floats("scale", scale),
    floats("offset", offset),
    floats("mean", mean),
    floats("variance", variance),
  ];

  it.each(["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"])("%s", async (op) => {
    const inputs = ["maps", "scale", "offset", "mean", "variance"];
    const nodes = [
      ...settings,
      node("result", op, inputs, {
        epsilon: realAttribute(0.01),
        is_training: attribute.bool(false),
      }),
    ];
    const wanted = slowEntries(
      [MAPS, scale, offset, mean, variance],
      (x, s, o, m, v) => ((x - m) / Math.sqrt(v + 0.01)) * s + o,
    );
    await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
  });

  it("written out as TensorFlow 1 writes it", async () => {
    const nodes = [
      ...settings,
      floats("epsilon", { shape: [], values: Float32Array.of(0.01) }),
      node("raised", "AddV2", ["variance", "epsilon"]),
      node("root", "Rsqrt", ["raised"]),
      node("factor", "Mul", ["root", "scale"]),
      node("scaled", "Mul", ["maps", "factor"]),
      node("moved", "Mul", ["mean", "factor"]),
      node("rest", "Sub", ["offset", "moved"]),
      node("result", "AddV2", ["scaled", "rest"]),
    ];
    const wanted = slowEntries(
      [MAPS, scale, offset, mean, variance],
      (x, s, o, m, v) => ((x - m) / Math.sqrt(v + 0.01)) * s + o,
    );
    await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
  });

  it("by the maps themselves where no statistics are stored", async () => {
    const nodes = [
      ...settings.slice(0, 2),
      floats("none", { shape: [0], values: new Float32Array(0) }),
      node("result", "FusedBatchNormV3", ["maps", "scale", "offset", "none", "none"], {
        epsilon: realAttribute(0.01),
        is_training: attribute.bool(true),
      }),
    ];
    const [, height, width] = MAPS.shape;
    const own = (c: number) => {
      const entries = MAPS.values.filter((_, at) => at % CHANNELS === c);
      const average = entries.reduce((sum, x) => sum + x, 0) / (height * width);
      const spread = entries.reduce((sum, x) => sum + (x - average) ** 2, 0) / (height * width);
      return { average, spread };
    };
    const statistics = Array.from({ length: CHANNELS }, (_, c) => own(c));
    const wanted = made(MAPS.shape, (index) => {
      const { average, spread } = statistics[index[3]];
      const standard = (entryAt(MAPS, index) - average) / Math.sqrt(spread + 0.01);
      return standard * entryAt(scale, [index[3]]) + entryAt(offset, [index[3]]);
    });
    await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
  });
});
