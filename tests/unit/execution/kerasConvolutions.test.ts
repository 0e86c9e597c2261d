import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  convolved,
  convolvedBack,
  depthwise,
  difference,
  eachEntry,
  numbers,
  type Pair,
  plus,
  type Tensor,
  TO_FIRST,
  TO_LAST,
  transposed,
  type Window,
} from "../../support/kerasReference.ts";
import { runLayer } from "../../support/kerasRunning.ts";

/** Sums of a hundred products of numbers below 1 in float32. */
const TOLERANCE = 2e-5;
const RUNS = { numRuns: 25 };

const side = fc.integer({ min: 1, max: 4 });
const pairOf = (one: fc.Arbitrary<number>) => fc.tuple(one, one);
const padding = fc.constantFrom("same" as const, "valid" as const);

/** Windows that Keras allows: either dilated or moving in steps; maps that they fit in. */
const windows: fc.Arbitrary<{ window: Window; size: Pair }> = fc
  .record({
    size: pairOf(side),
    steps: pairOf(fc.integer({ min: 1, max: 3 })),
    isDilated: fc.boolean(),
    padding,
    more: pairOf(fc.integer({ min: 0, max: 5 })),
  })
  .map(({ size, steps, isDilated, padding: kind, more }) => {
    const [stride, dilation]: readonly Pair[] = isDilated ? [[1, 1], steps] : [steps, [1, 1]];
    const along = (axis: 0 | 1) => {
      const reach = (size[axis] - 1) * dilation[axis] + 1;
      return (kind === "valid" ? reach : 1) + more[axis];
    };
    return {
      window: { size, stride, dilation, padding: kind },
      size: [along(0), along(1)] as const,
    };
  });

function settingsOf({ size, stride, dilation, padding: kind }: Window) {
  return { kernel_size: size, strides: stride, dilation_rate: dilation, padding: kind };
}

const relu = (value: number) => Math.max(0, value);

describe("Conv2D", () => {
  test("is TensorFlow's convolution of any size, step, dilation, padding and groups", async () => {
    const groups = fc.integer({ min: 1, max: 3 });
    await fc.assert(
      fc.asyncProperty(windows, groups, side, side, async ({ window, size }, parts, i, o) => {
        const maps = numbers([2, ...size, i * parts], 1);
        const kernel = numbers([...window.size, i, o * parts], 2);
        const bias = numbers([o * parts], 3);
        const settings = { ...settingsOf(window), filters: o * parts, groups: parts };
        const weights = { "it/kernel:0": kernel, "it/bias:0": bias };
        const made = await runLayer("Conv2D", { ...settings, activation: "relu" }, weights, [maps]);
        const sums = plus(convolved(maps, kernel, window, parts), bias);
        expect(difference(made, eachEntry(sums, relu))).toBeLessThan(TOLERANCE);
      }),
      RUNS,
    );
  });

  test("takes channels first and gives them first where the layer says so", async () => {
    const window: Window = { size: [3, 2], stride: [2, 1], dilation: [1, 1], padding: "same" };
    const maps = numbers([1, 7, 6, 2], 4);
    const kernel = numbers([3, 2, 2, 5], 5);
    const settings = { ...settingsOf(window), filters: 5, use_bias: false };
    const first = { ...settings, data_format: "channels_first" };
    const made = await runLayer("Conv2D", first, { kernel }, [transposed(maps, TO_FIRST)]);
    expect(difference(transposed(made, TO_LAST), convolved(maps, kernel, window))).toBeLessThan(
      TOLERANCE,
    );
  });

  test("correlates; a kernel that Theano stored is turned first", async () => {
    const window: Window = { size: [3, 3], stride: [1, 1], dilation: [1, 1], padding: "valid" };
    const maps = numbers([1, 5, 5, 1], 6);
    const kernel = numbers([3, 3, 1, 1], 7);
    const settings = { ...settingsOf(window), filters: 1, use_bias: false };
    const asStored = await runLayer("Conv2D", settings, { kernel }, [maps]);
    const turned: Tensor = { ...kernel, values: Array.from(kernel.values).reverse() };
    const asTheano = await runLayer("Conv2D", settings, { kernel: turned }, [maps], {
      isTheano: true,
    });
    expect(difference(asStored, convolved(maps, kernel, window))).toBeLessThan(TOLERANCE);
    expect(difference(asTheano, asStored)).toBe(0);
  });

  test("larger than what is analysed, and stored by Theano, it is turned as well", async () => {
    const window: Window = { size: [17, 17], stride: [1, 1], dilation: [1, 1], padding: "same" };
    const maps = numbers([1, 9, 9, 1], 6);
    const kernel = numbers([17, 17, 1, 1], 7);
    const settings = { ...settingsOf(window), filters: 1, use_bias: false };
    const turned: Tensor = { ...kernel, values: Array.from(kernel.values).reverse() };
    const made = await runLayer("Conv2D", settings, { kernel: turned }, [maps], {
      isTheano: true,
    });
    expect(difference(made, convolved(maps, kernel, window))).toBeLessThan(TOLERANCE);
  });

  test("Keras 1: its words, and its kernels with the channels first", async () => {
    const window: Window = { size: [3, 2], stride: [2, 2], dilation: [1, 1], padding: "same" };
    const maps = numbers([1, 6, 5, 2], 8);
    const kernel = numbers([3, 2, 2, 3], 9);
    const bias = numbers([3], 10);
    const words = {
      nb_filter: 3,
      nb_row: 3,
      nb_col: 2,
      subsample: [2, 2],
      border_mode: "same",
      dim_ordering: "th",
      activation: "linear",
      bias: true,
    };
    const weights = { it_W: transposed(kernel, [3, 2, 0, 1]), it_b: bias };
    const made = await runLayer("Convolution2D", words, weights, [transposed(maps, TO_FIRST)]);
    const wanted = plus(convolved(maps, kernel, window), bias);
    expect(difference(transposed(made, TO_LAST), wanted)).toBeLessThan(TOLERANCE);
  });
});

describe("DepthwiseConv2D", () => {
  test("has each channel's own kernels, in the order of the channels", async () => {
    await fc.assert(
      fc.asyncProperty(windows, side, side, async ({ window, size }, channels, multiplier) => {
        const maps = numbers([1, ...size, channels], 1);
        const kernel = numbers([...window.size, channels, multiplier], 2);
        const bias = numbers([channels * multiplier], 3);
        const settings = { ...settingsOf(window), depth_multiplier: multiplier };
        const weights = { "it/depthwise_kernel:0": kernel, "it/bias:0": bias };
        const made = await runLayer("DepthwiseConv2D", settings, weights, [maps]);
        expect(difference(made, plus(depthwise(maps, kernel, window), bias))).toBeLessThan(
          TOLERANCE,
        );
      }),
      RUNS,
    );
  });
});

describe("SeparableConv2D", () => {
  test("is a depthwise convolution and a pointwise one", async () => {
    const point: Window = { size: [1, 1], stride: [1, 1], dilation: [1, 1], padding: "valid" };
    await fc.assert(
      fc.asyncProperty(windows, side, side, side, async ({ window, size }, i, multiplier, o) => {
        const maps = numbers([1, ...size, i], 1);
        const kernel = numbers([...window.size, i, multiplier], 2);
        const pointwise = numbers([1, 1, i * multiplier, o], 3);
        const bias = numbers([o], 4);
        const settings = { ...settingsOf(window), filters: o, activation: "relu" };
        const weights = {
          "it/depthwise_kernel:0": kernel,
          "it/pointwise_kernel:0": pointwise,
          "it/bias:0": bias,
        };
        const made = await runLayer("SeparableConv2D", settings, weights, [maps]);
        const sums = convolved(depthwise(maps, kernel, window), pointwise, point);
        expect(difference(made, eachEntry(plus(sums, bias), relu))).toBeLessThan(TOLERANCE);
      }),
      RUNS,
    );
  });
});

describe("Conv2DTranspose", () => {
  /** `deconv_output_length` in keras/utils/conv_utils.py, as it stands there. */
  function lengthOf(length: number, axis: 0 | 1, window: Window, outputPadding: number | null) {
    const stride = window.stride[axis];
    const size = window.size[axis] + (window.size[axis] - 1) * (window.dilation[axis] - 1);
    if (outputPadding === null) {
      return window.padding === "valid"
        ? length * stride + Math.max(size - stride, 0)
        : length * stride;
    }
    const pad = window.padding === "same" ? Math.floor(size / 2) : 0;
    return (length - 1) * stride + size - 2 * pad + outputPadding;
  }

  async function check(window: Window, size: Pair, channels: Pair, outputPadding: Pair | null) {
    const [i, o] = channels;
    const maps = numbers([1, ...size, i], 1);
    const kernel = numbers([...window.size, o, i], 2);
    const bias = numbers([o], 3);
    const settings = { ...settingsOf(window), filters: o, output_padding: outputPadding };
    const weights = { "it/kernel:0": kernel, "it/bias:0": bias };
    const made = await runLayer("Conv2DTranspose", settings, weights, [maps]);
    const along = (axis: 0 | 1) =>
      lengthOf(size[axis], axis, window, outputPadding?.[axis] ?? null);
    const back = convolvedBack(maps, kernel, window, [along(0), along(1)]);
    expect(difference(made, plus(back, bias))).toBeLessThan(TOLERANCE);
  }

  const backWindows = fc
    .record({
      size: pairOf(side),
      stride: pairOf(fc.integer({ min: 1, max: 4 })),
      dilation: fc.integer({ min: 1, max: 2 }),
      padding,
    })
    .map(
      ({ size, stride, dilation, padding: kind }): Window => ({
        size,
        stride: dilation > 1 ? [1, 1] : stride,
        dilation: [dilation, dilation],
        padding: kind,
      }),
    );

  test("is the transpose of the convolution that TensorFlow pads for", async () => {
    const channels = pairOf(fc.integer({ min: 1, max: 2 }));
    await fc.assert(
      fc.asyncProperty(backWindows, pairOf(side), channels, (window, size, both) =>
        check(window, size, both, null),
      ),
      RUNS,
    );
  });

  test.each<[string, Window["padding"], Pair, Pair, Pair]>([
    ["same, the usual decoder", "same", [3, 3], [2, 2], [1, 1]],
    ["same, nothing added", "same", [3, 3], [2, 2], [0, 0]],
    ["same, a large kernel", "same", [5, 4], [3, 2], [1, 1]],
    ["valid", "valid", [3, 2], [2, 2], [1, 0]],
    ["valid, a kernel below the step", "valid", [1, 2], [3, 3], [2, 1]],
  ])("with an output padding: %s", async (_, kind, size, stride, outputPadding) => {
    const window: Window = { size, stride, dilation: [1, 1], padding: kind };
    await check(window, [3, 4], [2, 3], outputPadding);
  });
});

describe("Dense", () => {
  test("mixes the channels of maps", async () => {
    const maps = numbers([2, 3, 4, 5], 1);
    const kernel = numbers([5, 2], 2);
    const bias = numbers([2], 3);
    const settings = { units: 2, activation: "relu" };
    const made = await runLayer("Dense", settings, { "it/kernel": kernel, "it/bias": bias }, [
      maps,
    ]);
    const point: Window = { size: [1, 1], stride: [1, 1], dilation: [1, 1], padding: "valid" };
    const asKernel = { ...kernel, shape: [1, 1, 5, 2] };
    const wanted = eachEntry(plus(convolved(maps, asKernel, point), bias), relu);
    expect(difference(made, wanted)).toBeLessThan(TOLERANCE);
  });

  test("multiplies vectors, with and without a bias", async () => {
    const vectors = numbers([3, 4], 1);
    const kernel = numbers([4, 2], 2);
    const product = { shape: [3, 2], values: new Float64Array(6) };
    for (let n = 0; n < 3; n += 1) {
      for (let o = 0; o < 2; o += 1) {
        for (let i = 0; i < 4; i += 1) {
          product.values[n * 2 + o] += vectors.values[n * 4 + i] * kernel.values[i * 2 + o];
        }
      }
    }
    const bare = await runLayer("Dense", { units: 2, use_bias: false }, { kernel }, [vectors]);
    expect(difference(bare, product)).toBeLessThan(TOLERANCE);
    const bias = numbers([2], 3);
    const whole = await runLayer("Dense", { units: 2 }, { kernel, bias }, [vectors]);
    expect(difference(whole, plus(product, bias))).toBeLessThan(TOLERANCE);
  });
});
