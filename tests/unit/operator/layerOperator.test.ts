import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import type { Size2d } from "../../../src/core/network/size2d.ts";
import { type LayerOperator, layerOperator } from "../../../src/core/operator/layerOperator.ts";
import type { OperatorLayer } from "../../../src/core/operator/strideOneForm.ts";
import {
  denseSingularValues,
  layerOf,
  type OperatorShape,
  operatorMatrix,
  randomLayer,
} from "../../support/slowOperator.ts";
import { largestDifference } from "../../support/slowSpectrum.ts";

function operatorOf(layer: OperatorLayer, grid: Size2d): Promise<LayerOperator> {
  return layerOperator({ ...layer, grid }, () => undefined, new AbortController().signal);
}

function curveOf({ spectrum }: LayerOperator): Float64Array {
  if (spectrum === null) throw new Error("no spectrum");
  return spectrum.curve;
}

async function expectSameAsDense(layer: OperatorLayer, grid: Size2d): Promise<void> {
  const found = await operatorOf(layer, grid);
  const expected = denseSingularValues(operatorMatrix(layer, found.inputMap, "circular"));
  expect(found.exactness).toEqual({ kind: "every-frequency" });
  expect(found.spectrum?.count).toBe(expected.length);
  // Of dilated layers every value stands for its copies.
  const curve = curveOf(found);
  const copies = expected.length / curve.length;
  expect(Number.isInteger(copies)).toBe(true);
  const kept = expected.filter((_, rank) => rank % copies === 0);
  const tolerance = Math.max(1e-9 * expected[0], found.spectrum?.resolution ?? 0);
  expect(largestDifference(curve, kept)).toBeLessThan(tolerance);
  expect(found.norm.atLeast).toBeLessThanOrEqual(expected[0] * (1 + 1e-13));
  expect(found.norm.atMost).toBeGreaterThanOrEqual(expected[0] * (1 - 1e-13));
  expect(found.norm.atMost / found.norm.atLeast).toBeLessThan(1 + 1e-9);
  expect(found.normWithZeroPadding).toBeGreaterThanOrEqual(expected[0] * (1 - 1e-13));
  const padded = denseSingularValues(operatorMatrix(layer, found.inputMap, "zero"));
  expect(found.normWithZeroPadding).toBeGreaterThanOrEqual(padded[0]);
  expect(found.unfoldedBound).toBeGreaterThanOrEqual(found.normWithZeroPadding);
}

const SHAPES: readonly (readonly [what: string, shape: OperatorShape, grid: Size2d])[] = [
  ["one channel", {}, [4, 4]],
  ["an odd map", { inChannels: 2, outChannels: 3 }, [5, 3]],
  ["more outputs than inputs", { inChannels: 3, outChannels: 4 }, [4, 4]],
  ["more inputs than outputs", { inChannels: 4, outChannels: 2 }, [3, 5]],
  ["an even kernel that is not square", { kernelSize: [2, 3], inChannels: 2 }, [4, 5]],
  ["a kernel of one row", { kernelSize: [1, 3], outChannels: 2 }, [4, 4]],
  ["groups", { inChannels: 4, outChannels: 6, groups: 2 }, [3, 4]],
  ["depthwise", { inChannels: 3, outChannels: 3, groups: 3 }, [4, 5]],
  ["depthwise with a multiplier", { inChannels: 2, outChannels: 4, groups: 2 }, [4, 3]],
  ["dilation that divides the map", { inChannels: 2, outChannels: 2, dilation: [2, 2] }, [6, 6]],
  ["dilation that does not", { inChannels: 2, outChannels: 2, dilation: [2, 3] }, [5, 7]],
  ["dilation on one side", { inChannels: 2, dilation: [4, 1] }, [6, 4]],
  ["stride 2", { inChannels: 2, outChannels: 3, stride: [2, 2] }, [4, 6]],
  ["stride 2 on odd maps", { inChannels: 1, outChannels: 2, stride: [2, 2] }, [5, 5]],
  ["unequal strides", { inChannels: 2, outChannels: 2, stride: [1, 3] }, [3, 6]],
  ["more outputs than strided inputs", { outChannels: 6, stride: [2, 2] }, [4, 4]],
  ["stride and dilation", { inChannels: 2, stride: [2, 2], dilation: [3, 2] }, [8, 6]],
  ["stride larger than the kernel", { kernelSize: [2, 2], stride: [3, 3] }, [6, 6]],
  ["stride and groups", { inChannels: 4, outChannels: 2, groups: 2, stride: [2, 2] }, [4, 4]],
  ["transposed", { operator: "ConvTranspose2d", inChannels: 3, outChannels: 2 }, [4, 4]],
  [
    "transposed with stride",
    {
      operator: "ConvTranspose2d",
      kernelSize: [2, 2],
      inChannels: 3,
      outChannels: 2,
      stride: [2, 2],
    },
    [3, 3],
  ],
  [
    "transposed with stride and groups",
    { operator: "ConvTranspose2d", inChannels: 4, outChannels: 6, groups: 2, stride: [2, 1] },
    [3, 4],
  ],
  ["a map smaller than the kernel", { kernelSize: [5, 5], inChannels: 2 }, [3, 4]],
];

describe("singular values of a layer", () => {
  it.each(SHAPES)("are those of its whole matrix: %s", async (_, shape, grid) => {
    await expectSameAsDense(randomLayer(shape, 7), grid);
  });

  it("are those of its whole matrix for layers of any shape", async () => {
    const shape = fc.record({
      groups: fc.integer({ min: 1, max: 2 }),
      ins: fc.integer({ min: 1, max: 2 }),
      outs: fc.integer({ min: 1, max: 3 }),
      kernelSize: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      stride: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      dilation: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      operator: fc.constantFrom("Conv2d" as const, "ConvTranspose2d" as const),
      grid: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
      seed: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ groups, ins, outs, grid, seed, ...rest }) => {
        const channels = { groups, inChannels: ins * groups, outChannels: outs * groups };
        await expectSameAsDense(randomLayer({ ...rest, ...channels }, seed), grid);
      }),
      { numRuns: 60 },
    );
  });

  it("scale with the weights, to the last digit for powers of two and in all magnitudes", async () => {
    const shape = { inChannels: 3, outChannels: 3 };
    const layer = randomLayer(shape, 1);
    const curve = curveOf(await operatorOf(layer, [6, 6]));
    for (const factor of [2 ** -100, 2 ** 100, -1]) {
      const scaled = { ...layer, kernels: layer.kernels.map((weight) => weight * factor) };
      expect([...curveOf(await operatorOf(scaled, [6, 6]))]).toEqual(
        [...curve].map((value) => value * Math.abs(factor)),
      );
    }
  });
});

describe("numbers of another program", () => {
  /**
   * numpy.linalg.svd(numpy.fft.fft2(K, grid, axes=(2, 3)).transpose(2, 3, 0, 1)), as Sedghi, Gupta
   * and Long print it, in numpy 2.4.6: some singular values by their rank.
   */
  const NUMPY: readonly (readonly [
    shape: readonly [number, number, number, number],
    grid: Size2d,
    count: number,
    values: readonly (readonly [rank: number, value: number])[],
  ])[] = [
    [
      [3, 2, 3, 3],
      [6, 7],
      84,
      [
        [0, 8.063238954734993],
        [8, 6.49301777678479],
        [42, 1.9924376315860948],
        [83, 0.24337163242287593],
      ],
    ],
    [
      [4, 4, 3, 3],
      [16, 16],
      1024,
      [
        [0, 14.41690416540838],
        [102, 6.965295710871635],
        [512, 1.6957465155282796],
        [1023, 7.095143643666497e-33],
      ],
    ],
    [
      [2, 3, 5, 5],
      [8, 12],
      192,
      [
        [0, 21.87023442919902],
        [19, 8.280699916201176],
        [96, 3.0771154437498724],
        [191, 0.502038921958794],
      ],
    ],
  ];

  it.each(NUMPY)(
    "kernels %j on %j",
    async ([outChannels, inChannels, ...kernelSize], grid, count, values) => {
      const shape = { outChannels, inChannels, kernelSize };
      const layer = layerOf(shape, (index) => (((index * 37) % 19) - 9) / 8);
      const { spectrum } = await operatorOf(layer, grid);
      const curve = spectrum?.curve ?? new Float64Array(0);
      expect(spectrum?.count).toBe(count);
      for (const [rank, value] of values) {
        // A curve holds every rank of small spectra, and evenly spaced ones of larger.
        const point = (rank / (count - 1)) * (curve.length - 1);
        if (curve.length === count || rank === 0 || rank === count - 1) {
          expect(curve[Math.round(point)]).toBeCloseTo(value, 8);
        } else {
          expect(curve[Math.floor(point)]).toBeGreaterThanOrEqual(value - 1e-8);
          expect(curve[Math.ceil(point)]).toBeLessThanOrEqual(value + 1e-8);
        }
      }
    },
  );
});

describe("the ranks of a spectrum", () => {
  it("are those of its values, by their definitions", async () => {
    const layer = randomLayer({ inChannels: 2, outChannels: 3, dilation: [2, 1] }, 9);
    const { spectrum } = await operatorOf(layer, [4, 5]);
    const values = denseSingularValues(operatorMatrix(layer, [4, 5], "circular"));
    const sum = values.reduce((total, value) => total + value, 0);
    const squares = values.reduce((total, value) => total + value * value, 0);
    const entropy = values.reduce(
      (total, value) => total - (value / sum) * Math.log(value / sum),
      0,
    );
    expect(spectrum?.stableRank).toBeCloseTo(squares / values[0] ** 2, 8);
    expect(spectrum?.effectiveRank).toBeCloseTo(Math.exp(entropy), 6);
    expect(spectrum?.condition).toBeCloseTo(values[0] / values[values.length - 1], 6);
  });
});

describe("layers whose operator is known", () => {
  /** Centre entry of the kernel from input i to output o. */
  const channelMixer = (matrix: readonly (readonly number[])[]) =>
    layerOf({ outChannels: matrix.length, inChannels: matrix[0].length }, (index) => {
      const slice = Math.floor(index / 9);
      const entry = matrix[Math.floor(slice / matrix[0].length)][slice % matrix[0].length];
      return index % 9 === 4 ? entry : 0;
    });

  it("identity, permutation and rotation of channels: all ones", async () => {
    const [c, s] = [0.6, 0.8];
    for (const matrix of [
      [[1]],
      [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ],
      [
        [c, -s],
        [s, c],
      ],
    ]) {
      const { spectrum, norm } = await operatorOf(channelMixer(matrix), [8, 8]);
      const curve = spectrum?.curve ?? [];
      expect(largestDifference(curve, new Array(curve.length).fill(1))).toBeLessThan(1e-7);
      expect(spectrum?.condition).toBeCloseTo(1, 6);
      expect(spectrum?.stableRank).toBeCloseTo(64 * matrix.length, 4);
      expect(spectrum?.effectiveRank).toBeCloseTo(64 * matrix.length, 4);
      expect(norm.atMost).toBeCloseTo(1, 6);
    }
  });

  it("shifts of channels by whole pixels: all ones (orthogonal, not the identity)", async () => {
    const layer = layerOf({ inChannels: 2, outChannels: 2 }, (index) =>
      index === 2 || index === 3 * 9 + 6 ? 1 : 0,
    );
    const { norm, spectrum } = await operatorOf(layer, [5, 8]);
    expect(norm.atLeast).toBeCloseTo(1, 10);
    expect(norm.atMost).toBeCloseTo(1, 10);
    expect(spectrum?.condition).toBeCloseTo(1, 8);
  });

  it("rank-deficient: the lost directions are 0 within the stated resolution", async () => {
    const { spectrum } = await operatorOf(
      channelMixer([
        [1, 2],
        [2, 4],
      ]),
      [4, 4],
    );
    if (spectrum === null) throw new Error("no spectrum");
    expect(largestDifference(spectrum.curve.subarray(0, 16), new Array(16).fill(5))).toBeLessThan(
      1e-7,
    );
    expect(spectrum.curve.subarray(16).every((value) => value <= spectrum.resolution)).toBe(true);
    expect(spectrum.resolution).toBeLessThan(2e-6);
    expect(spectrum.condition).toBeNull();
    expect(spectrum.stableRank).toBeCloseTo(16, 8);
  });

  it("a dead layer: every singular value is 0", async () => {
    const found = await operatorOf(
      layerOf({ outChannels: 3 }, () => 0),
      [8, 8],
    );
    expect(found.exactness).toEqual({ kind: "all-zero" });
    expect(found.norm).toEqual({ atLeast: 0, atMost: 0 });
    expect(found.normWithZeroPadding).toBe(0);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "a weight of %s is refused in a sentence",
    async (weight) => {
      const spoiled = layerOf({ name: "decoder.1" }, (index) => (index === 5 ? weight : 1));
      await expect(operatorOf(spoiled, [8, 8])).rejects.toMatchObject({
        name: "ConvAtlasError",
        code: "malformed",
        message: expect.stringContaining("decoder.1"),
      });
    },
  );
});

describe("a layer that is too large for all frequencies", () => {
  it("shows an even part of them, and bounds the norm from both sides", async () => {
    const layer = randomLayer({ inChannels: 48, outChannels: 40 }, 3);
    const found = await operatorOf(layer, [256, 192]);
    if (found.exactness.kind !== "some-frequencies") throw new Error(found.exactness.kind);
    const [height, width] = found.exactness.frequencies;
    expect([256 % height, 192 % width]).toEqual([0, 0]);
    expect(found.spectrum?.count).toBe(height * width * 40);
    expect(found.norm.atMost / found.norm.atLeast).toBeLessThan(1.03);
    expect(found.spectrum?.curve[0]).toBeLessThanOrEqual(found.norm.atMost);
  });

  it("takes a smaller map where the sides have no divisors", async () => {
    const layer = randomLayer({ inChannels: 40, outChannels: 40 }, 4);
    const { exactness } = await operatorOf(layer, [257, 251]);
    expect(exactness.kind).toBe("smaller-map");
  });
});

describe("a running computation", () => {
  const request = {
    ...randomLayer({ inChannels: 32, outChannels: 32 }, 5),
    grid: [64, 64] as Size2d,
  };

  it("reports progress that never falls and ends at 1", async () => {
    const shares: number[] = [];
    await layerOperator(request, (share) => shares.push(share), new AbortController().signal);
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares.at(-1)).toBe(1);
  });

  /** Milliseconds from a cancel in the middle to the end. */
  async function cancelMs(): Promise<number> {
    const controller = new AbortController();
    let cancelledAt = 0;
    const running = layerOperator(request, () => undefined, controller.signal);
    setTimeout(() => {
      cancelledAt = performance.now();
      controller.abort();
    }, 60);
    await expect(running).rejects.toBeInstanceOf(ConvAtlasError);
    expect(cancelledAt).toBeGreaterThan(0);
    return performance.now() - cancelledAt;
  }

  it("is cancelled within 100 ms, in one of three tries on a busy machine", async () => {
    const tries = [await cancelMs(), await cancelMs(), await cancelMs()];
    expect(Math.min(...tries)).toBeLessThan(100);
  });

  it("does not begin when it is cancelled already", async () => {
    await expect(
      layerOperator(request, () => undefined, AbortSignal.abort()),
    ).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});
