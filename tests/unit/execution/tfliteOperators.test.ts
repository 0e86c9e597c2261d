import { describe, it } from "vitest";
import { type FlatFields, int8, int32, int32Vector } from "../../support/flatBufferWriter.ts";
import {
  entryAt,
  made,
  noise,
  type Pair,
  reshaped,
  slowBilinear,
  slowConvolution,
  slowDepthwise,
  slowEntries,
  slowNearest,
  slowPool,
  slowReduction,
  slowTranspose,
  slowTransposed,
} from "../../support/slowMaps.ts";
import { expectLite, LITE_MAPS, MORE } from "../../support/tfliteRuns.ts";
import { convolutionOptions } from "../../support/tfliteWriter.ts";

const float32 = (value: number) =>
  ({ kind: "scalar", bytes: new Uint8Array(Float32Array.of(value).buffer) }) as const;
const relu = (x: number) => Math.max(0, x);
const relu6 = (x: number) => Math.min(6, relu(x));
const RELU = int8(1);
const RELU6 = int8(3);

interface Moving {
  readonly stride: Pair;
  readonly dilation?: number;
  readonly padding: "SAME" | "VALID";
}

const SETTINGS: readonly Moving[] = [
  { stride: [1, 1], padding: "SAME" },
  { stride: [2, 2], padding: "SAME" },
  { stride: [2, 1], padding: "VALID" },
  { stride: [1, 1], dilation: 2, padding: "SAME" },
];

function steps({ stride, padding }: Moving): FlatFields {
  return { 0: int8(padding === "SAME" ? 0 : 1), 1: int32(stride[1]), 2: int32(stride[0]) };
}

describe("convolutions of TensorFlow Lite", () => {
  it.each(SETTINGS)("CONV_2D and DEPTHWISE_CONV_2D, %j", async (how) => {
    const { dilation = 1 } = how;
    const slow = { ...how, dilation: [dilation, dilation] as const };
    const kernels = noise([3, 2, 4, 3], 4);
    const bias = noise([3], 5);
    const plain = slowConvolution(LITE_MAPS, kernels, slow);
    await expectLite(
      slowEntries([plain, bias], (x, b) => relu6(x + b)),
      (graph, maps) => {
        const stored = [graph.floats(slowTranspose(kernels, [3, 0, 1, 2])), graph.floats(bias)];
        const options = { ...steps(how), 3: RELU6, 4: int32(dilation), 5: int32(dilation) };
        graph.run(MORE.conv2d, [maps, ...stored], { options });
      },
    );
    const own = noise([3, 3, 4, 2], 6);
    const depthwise = slowDepthwise(LITE_MAPS, own, slow);
    await expectLite(slowEntries([depthwise], relu), (graph, maps) => {
      const stored = graph.floats(reshaped(own, [1, 3, 3, 8]));
      const options = {
        ...steps(how),
        3: int32(2),
        4: RELU,
        5: int32(dilation),
        6: int32(dilation),
      };
      graph.run(MORE.depthwise, [maps, stored], { options });
    });
  });

  it("groups", async () => {
    const kernels = noise([3, 3, 2, 6], 4);
    const wanted = slowConvolution(LITE_MAPS, kernels, { padding: "SAME" });
    await expectLite(wanted, (graph, maps) => {
      const stored = graph.floats(slowTranspose(kernels, [3, 0, 1, 2]));
      graph.run(MORE.conv2d, [maps, stored], { options: convolutionOptions() });
    });
  });

  it.each([
    [[14, 10], "SAME"],
    [[13, 9], "SAME"],
    [[15, 11], "VALID"],
  ] as const)("TRANSPOSE_CONV to %j, %s", async (size, padding) => {
    const kernels = noise([3, 3, 2, 4], 4);
    const bias = noise([2], 5);
    const how = { stride: [2, 2], padding } as const;
    const plain = slowTransposed(LITE_MAPS, kernels, [size[0], size[1]], how);
    await expectLite(
      slowEntries([plain, bias], (x, b) => relu(x + b)),
      (graph, maps) => {
        const shape = graph.integers([1, ...size, 2]);
        const stored = graph.floats(slowTranspose(kernels, [2, 0, 1, 3]));
        const options = { ...steps(how), 3: RELU };
        graph.run(MORE.transposeConv, [shape, stored, maps, graph.floats(bias)], { options });
      },
    );
  });

  it("dilation by taking a map apart", async () => {
    const kernels = noise([3, 3, 4, 3], 4);
    const plain = slowConvolution(LITE_MAPS, kernels, { dilation: [2, 2], padding: [2, 2, 2, 2] });
    await expectLite(slowEntries([plain], relu), (graph, maps) => {
      const block = graph.integers([2, 2]);
      const apart = graph.run(MORE.spaceToBatch, [
        maps,
        block,
        graph.integers([2, 3, 2, 3], [2, 2]),
      ]);
      const stored = graph.floats(slowTranspose(kernels, [3, 0, 1, 2]));
      const options = { ...convolutionOptions({ padding: 1 }), 3: RELU };
      const convolved = graph.run(MORE.conv2d, [apart, stored], { options });
      graph.run(MORE.batchToSpace, [convolved, block, graph.integers([0, 1, 0, 1], [2, 2])]);
    });
  });
});

describe("maps of TensorFlow Lite", () => {
  it.each(["SAME", "VALID"] as const)("pools, %s", async (padding) => {
    const options = { ...steps({ stride: [2, 3], padding }), 3: int32(3), 4: int32(2) };
    const how = { stride: [2, 3], padding } as const;
    const largest = slowPool(LITE_MAPS, [2, 3], "max", how);
    await expectLite(largest, (graph, maps) => graph.run(MORE.maxPool, [maps], { options }));
    const mean = slowPool(LITE_MAPS, [2, 3], "mean", how);
    await expectLite(slowEntries([mean], relu), (graph, maps) =>
      graph.run(MORE.averagePool, [maps], { options: { ...options, 5: RELU } }),
    );
  });

  it.each([
    [false, false],
    [true, false],
    [false, true],
  ])("resampling, corners aligned %s, pixels by their centres %s", async (align, half) => {
    const corners = { alignCorners: align, halfPixelCenters: half };
    const flags = (from: number) => ({
      [from]: int8(Number(align)),
      [from + 1]: int8(Number(half)),
    });
    for (const size of [
      [14, 15],
      [5, 3],
    ] as const) {
      await expectLite(slowBilinear(LITE_MAPS, size, corners), (graph, maps) =>
        graph.run(MORE.resizeBilinear, [maps, graph.integers(size)], { options: flags(2) }),
      );
      await expectLite(slowNearest(LITE_MAPS, size, corners), (graph, maps) =>
        graph.run(MORE.resizeNearest, [maps, graph.integers(size)], { options: flags(0) }),
      );
    }
  });

  it("blocks", async () => {
    const wide = made([1, 14, 10, 1], ([n, y, x]) =>
      entryAt(LITE_MAPS, [n, Math.floor(y / 2), Math.floor(x / 2), (y % 2) * 2 + (x % 2)]),
    );
    const options = { 0: int32(2) };
    await expectLite(wide, (graph, maps) => graph.run(MORE.depthToSpace, [maps], { options }));
    await expectLite(LITE_MAPS, (graph, maps) => {
      const made = graph.run(MORE.depthToSpace, [maps], { options });
      graph.run(MORE.spaceToDepth, [made], { options });
    });
  });
});

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const UNARY: Readonly<Record<string, readonly [number, (x: number) => number]>> = {
  relu: [MORE.relu, relu],
  relu6: [MORE.relu6, relu6],
  logistic: [MORE.logistic, sigmoid],
  tanh: [MORE.tanh, Math.tanh],
  elu: [MORE.elu, (x) => (x > 0 ? x : Math.expm1(x))],
  exp: [MORE.exp, Math.exp],
  hardSwish: [MORE.hardSwish, (x) => (x * relu6(x + 3)) / 6],
};

describe("entries of TensorFlow Lite", () => {
  it.each(Object.entries(UNARY))("%s", async (_, [code, compute]) => {
    await expectLite(slowEntries([LITE_MAPS], compute), (graph, maps) => graph.run(code, [maps]));
  });

  it("gelu, with its approximation", async () => {
    const inner = (x: number) => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
    const wanted = slowEntries([LITE_MAPS], (x) => 0.5 * x * (1 + Math.tanh(inner(x))));
    await expectLite(wanted, (graph, maps) =>
      graph.run(MORE.gelu, [maps], { options: { 0: int8(1) } }),
    );
  });

  it("leakyRelu, prelu and softmax with their settings", async () => {
    await expectLite(
      slowEntries([LITE_MAPS], (x) => (x > 0 ? x : 0.2 * x)),
      (graph, maps) => graph.run(MORE.leakyRelu, [maps], { options: { 0: float32(0.2) } }),
    );
    const slope = noise([1, 1, 4], 8);
    await expectLite(
      slowEntries([LITE_MAPS, slope], (x, s) => (x > 0 ? x : s * x)),
      (graph, maps) => graph.run(MORE.prelu, [maps, graph.floats(slope)]),
    );
    const sharp = slowEntries([LITE_MAPS], (x) => Math.exp(2 * x));
    const sums = slowReduction(sharp, [3], true, (all) => all.reduce((sum, x) => sum + x, 0));
    await expectLite(
      slowEntries([sharp, sums], (x, sum) => x / sum),
      (graph, maps) => graph.run(MORE.softmax, [maps], { options: { 0: float32(2) } }),
    );
  });

  it.each([
    ["add", MORE.add, (x: number, y: number) => x + y],
    ["sub", MORE.sub, (x: number, y: number) => x - y],
    ["mul", MORE.mul, (x: number, y: number) => x * y],
    ["div", MORE.div, (x: number, y: number) => x / y],
  ] as const)("%s with a fused activation", async (_, code, compute) => {
    for (const shape of [[4], [7, 1, 1], [1, 7, 5, 4]]) {
      const other = slowEntries([noise(shape, 9)], (x) => x + 2);
      await expectLite(
        slowEntries([LITE_MAPS, other], (x, y) => relu(compute(x, y))),
        (graph, maps) => graph.run(code, [maps, graph.floats(other)], { options: { 0: RELU } }),
      );
    }
  });
});

describe("axes of TensorFlow Lite", () => {
  it("concatenation, transpose, reshape, squeeze", async () => {
    const other = noise([1, 7, 5, 2], 3);
    const joined = made([1, 7, 5, 6], ([n, y, x, c]) =>
      c < 4 ? entryAt(LITE_MAPS, [n, y, x, c]) : entryAt(other, [n, y, x, c - 4]),
    );
    await expectLite(slowEntries([joined], relu), (graph, maps) =>
      graph.run(MORE.concatenation, [maps, graph.floats(other)], {
        options: { 0: int32(-1), 1: RELU },
      }),
    );
    await expectLite(slowTranspose(LITE_MAPS, [0, 2, 1, 3]), (graph, maps) =>
      graph.run(MORE.transpose, [maps, graph.integers([0, 2, 1, 3])]),
    );
    await expectLite(reshaped(LITE_MAPS, [5, 28]), (graph, maps) =>
      graph.run(MORE.reshape, [maps, graph.integers([-1, 28])]),
    );
    await expectLite(reshaped(LITE_MAPS, [7, 5, 4]), (graph, maps) =>
      graph.run(MORE.squeeze, [maps], { options: { 0: int32Vector([0]) } }),
    );
  });

  it("borders", async () => {
    const pads = [0, 0, 1, 2, 3, 0, 0, 0];
    const wanted = (outside: number) =>
      made([1, 10, 8, 4], ([n, y, x, c]) => {
        const [row, column] = [y - 1, x - 3];
        const isInside = row >= 0 && row < 7 && column >= 0;
        return isInside ? entryAt(LITE_MAPS, [n, row, column, c]) : outside;
      });
    await expectLite(wanted(0), (graph, maps) =>
      graph.run(MORE.pad, [maps, graph.integers(pads, [4, 2])]),
    );
    await expectLite(wanted(5), (graph, maps) => {
      const five = graph.floats({ shape: [1], values: Float32Array.of(5) });
      graph.run(MORE.padV2, [maps, graph.integers(pads, [4, 2]), five]);
    });
    const mirrored = made([1, 10, 5, 4], ([n, y, x, c]) => {
      const row = Math.abs(y - 1);
      return entryAt(LITE_MAPS, [n, row > 6 ? 12 - row : row, x, c]);
    });
    await expectLite(mirrored, (graph, maps) =>
      graph.run(MORE.mirrorPad, [maps, graph.integers([0, 0, 1, 2, 0, 0, 0, 0], [4, 2])]),
    );
  });

  it("reductions", async () => {
    const sum = (all: readonly number[]) => all.reduce((total, x) => total + x, 0);
    await expectLite(
      slowReduction(LITE_MAPS, [1, 2], false, (all) => sum(all) / all.length),
      (graph, maps) => graph.run(MORE.mean, [maps, graph.integers([1, 2])]),
    );
    await expectLite(
      slowReduction(LITE_MAPS, [3], true, (all) => Math.max(...all)),
      (graph, maps) =>
        graph.run(MORE.reduceMax, [maps, graph.integers([-1])], { options: { 0: int8(1) } }),
    );
    await expectLite(slowReduction(LITE_MAPS, [2], false, sum), (graph, maps) =>
      graph.run(MORE.sum, [maps, graph.integers([2])]),
    );
  });

  it("parts", async () => {
    await expectLite(
      made([1, 3, 2, 4], ([n, y, x, c]) => entryAt(LITE_MAPS, [n, 2 * y + 1, x + 3, c])),
      (graph, maps) =>
        graph.run(
          MORE.stridedSlice,
          [
            maps,
            ...[
              [0, 1, 3, 0],
              [1, 7, 5, 4],
              [1, 2, 1, 1],
            ].map((list) => graph.integers(list)),
          ],
          {},
        ),
    );
    await expectLite(
      made([1, 2, 5, 4], ([n, y, x, c]) => entryAt(LITE_MAPS, [n, y + 4, x, c])),
      (graph, maps) =>
        graph.run(MORE.slice, [
          maps,
          graph.integers([0, 4, 0, 0]),
          graph.integers([-1, 2, -1, -1]),
        ]),
    );
    await expectLite(
      made([1, 7, 5, 2], ([n, y, x, c]) => relu(entryAt(LITE_MAPS, [n, y, x, c + 2]))),
      (graph, maps) => {
        const first = graph.run(MORE.split, [graph.integers([3], []), maps], {
          count: 2,
          options: { 0: int32(2) },
        });
        graph.run(MORE.relu, [first + 1]);
      },
    );
  });

  it("dense layers", async () => {
    const weights = noise([3, 140], 6);
    const bias = noise([3], 7);
    const wanted = made([1, 3], ([, o]) =>
      relu(
        LITE_MAPS.values.reduce((sum, x, at) => sum + x * entryAt(weights, [o, at]), 0) +
          bias.values[o],
      ),
    );
    await expectLite(wanted, (graph, maps) =>
      graph.run(MORE.fullyConnected, [maps, graph.floats(weights), graph.floats(bias)], {
        options: { 0: RELU },
      }),
    );
  });
});
