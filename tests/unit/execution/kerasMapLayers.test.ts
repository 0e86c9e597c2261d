import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { functional, image, layer } from "../../support/kerasModels.ts";
import {
  count,
  difference,
  entry,
  filled,
  numbers,
  type Pair,
  pooled,
  resized,
  type Tensor,
  TO_FIRST,
  TO_LAST,
  transposed,
  type Window,
} from "../../support/kerasReference.ts";
import { runLayer, runModel } from "../../support/kerasRunning.ts";

const TOLERANCE = 1e-5;
const RUNS = { numRuns: 20 };

const side = fc.integer({ min: 1, max: 7 });
const pairOf = (one: fc.Arbitrary<number>) => fc.tuple(one, one);

describe("pooling", () => {
  const windows: fc.Arbitrary<{ window: Window; size: Pair }> = fc
    .record({
      size: pairOf(fc.integer({ min: 1, max: 3 })),
      stride: pairOf(fc.integer({ min: 1, max: 3 })),
      padding: fc.constantFrom("same" as const, "valid" as const),
      more: pairOf(fc.integer({ min: 0, max: 4 })),
    })
    .map(({ size, stride, padding, more }) => ({
      window: { size, stride, padding, dilation: [1, 1] },
      size: [size[0] + more[0], size[1] + more[1]] as const,
    }));

  test.each([
    ["MaxPooling2D", "max"],
    ["AveragePooling2D", "mean"],
  ] as const)("%s, of any window, step and padding", async (className, kind) => {
    await fc.assert(
      fc.asyncProperty(windows, async ({ window, size }) => {
        const maps = numbers([2, ...size, 2]);
        const { size: pool, stride: strides, padding } = window;
        const settings = { pool_size: pool, strides, padding };
        const made = await runLayer(className, settings, {}, [maps]);
        expect(difference(made, pooled(maps, window, kind))).toBeLessThan(TOLERANCE);
      }),
      RUNS,
    );
  });

  test("moves by the window where the layer states no step, and knows channels that come first", async () => {
    const maps = numbers([1, 7, 6, 2]);
    const window: Window = { size: [2, 3], stride: [2, 3], dilation: [1, 1], padding: "valid" };
    const settings = { pool_size: [2, 3], strides: null, data_format: "channels_first" };
    const made = await runLayer("MaxPooling2D", settings, {}, [transposed(maps, TO_FIRST)]);
    expect(difference(transposed(made, TO_LAST), pooled(maps, window, "max"))).toBe(0);
  });

  test.each([
    ["GlobalMaxPooling2D", "max"],
    ["GlobalAveragePooling2D", "mean"],
  ] as const)("%s, with and without the axes of the map", async (className, kind) => {
    const maps = numbers([2, 3, 5, 4]);
    const whole: Window = { size: [3, 5], stride: [1, 1], dilation: [1, 1], padding: "valid" };
    const wanted = pooled(maps, whole, kind);
    const kept = await runLayer(className, { keepdims: true }, {}, [maps]);
    expect(difference(kept, wanted)).toBeLessThan(TOLERANCE);
    const vector = await runLayer(className, {}, {}, [maps]);
    expect(difference(vector, { ...wanted, shape: [2, 4] })).toBeLessThan(TOLERANCE);
  });
});

describe("sizes of maps", () => {
  test("UpSampling2D repeats rows and columns", async () => {
    await fc.assert(
      fc.asyncProperty(pairOf(side), pairOf(fc.integer({ min: 1, max: 4 })), async (size, by) => {
        const maps = numbers([2, ...size, 2]);
        const made = await runLayer("UpSampling2D", { size: by }, {}, [maps]);
        const wanted = filled([2, size[0] * by[0], size[1] * by[1], 2], (n, y, x, c) =>
          entry(maps, n, Math.floor(y / by[0]), Math.floor(x / by[1]), c),
        );
        expect(difference(made, wanted)).toBe(0);
      }),
      RUNS,
    );
  });

  test("UpSampling2D draws lines between the centres of pixels", async () => {
    await fc.assert(
      fc.asyncProperty(pairOf(side), pairOf(fc.integer({ min: 1, max: 4 })), async (size, by) => {
        const maps = numbers([1, ...size, 2]);
        const settings = { size: by, interpolation: "bilinear" };
        const made = await runLayer("UpSampling2D", settings, {}, [maps]);
        const wanted = resized(maps, [size[0] * by[0], size[1] * by[1]], "bilinear");
        expect(difference(made, wanted)).toBeLessThan(TOLERANCE);
      }),
      RUNS,
    );
  });

  test("UpSampling2D of TensorFlow.js draws lines between corners of pixels", async () => {
    // Of tfjs-layers 4.22.0: [[0, 3], [9, 1]], two rows and three columns for each.
    const wanted = [
      ...[0, 1, 2, 3, 3, 3, 4.5, 3.6666667, 2.8333333, 2, 2, 2],
      ...[9, 6.3333335, 3.6666667, 1, 1, 1, 9, 6.3333335, 3.6666667, 1, 1, 1],
    ];
    const maps = { shape: [1, 2, 2, 1], values: [0, 3, 9, 1] };
    const run = (interpolation: string) =>
      runLayer("UpSampling2D", { size: [2, 3], interpolation }, {}, [maps], {
        version: "tfjs-layers 4.22.0",
      });
    const right = { shape: [1, 4, 6, 1], values: wanted };
    expect(difference(await run("bilinear"), right)).toBeLessThan(TOLERANCE);
    const repeated = filled([1, 4, 6, 1], (_n, y, x) =>
      entry(maps, 0, Math.floor(y / 2), Math.floor(x / 3), 0),
    );
    expect(difference(await run("nearest"), repeated)).toBe(0);
  });

  test.each(["nearest", "bilinear"] as const)("Resizing to any size: %s", async (kind) => {
    await fc.assert(
      fc.asyncProperty(pairOf(side), pairOf(side), async (size, to) => {
        const maps = numbers([2, ...size, 2]);
        const settings = { height: to[0], width: to[1], interpolation: kind };
        const made = await runLayer("Resizing", settings, {}, [maps]);
        expect(difference(made, resized(maps, to, kind))).toBeLessThan(TOLERANCE);
      }),
      RUNS,
    );
  });

  test.each<[string, unknown, readonly [Pair, Pair]]>([
    [
      "one number",
      2,
      [
        [2, 2],
        [2, 2],
      ],
    ],
    [
      "one for each axis",
      [1, 2],
      [
        [1, 1],
        [2, 2],
      ],
    ],
    [
      "one for each side",
      [
        [1, 2],
        [3, 0],
      ],
      [
        [1, 2],
        [3, 0],
      ],
    ],
  ])("ZeroPadding2D and Cropping2D: %s", async (_, stated, [rows, columns]) => {
    const maps = numbers([2, 6, 7, 2]);
    const wide = await runLayer("ZeroPadding2D", { padding: stated }, {}, [maps]);
    const shape = [2, 6 + rows[0] + rows[1], 7 + columns[0] + columns[1], 2];
    const wanted = filled(shape, (n, y, x, c) => entry(maps, n, y - rows[0], x - columns[0], c));
    expect(difference(wide, wanted)).toBe(0);
    const back = await runLayer("Cropping2D", { cropping: stated }, {}, [wide]);
    expect(difference(back, maps)).toBe(0);
  });
});

describe("the order of numbers", () => {
  test("Flatten takes them as Keras has them, channels last", async () => {
    const maps = numbers([2, 3, 2, 4]);
    const flat = { shape: [2, 24], values: maps.values };
    expect(difference(await runLayer("Flatten", {}, {}, [maps]), flat)).toBe(0);
    const first = { data_format: "channels_first" };
    const made = await runLayer("Flatten", first, {}, [transposed(maps, TO_FIRST)]);
    expect(difference(made, flat)).toBe(0);
  });

  test("Flatten behind a layer that works on maps", async () => {
    const maps = numbers([2, 4, 6, 3]);
    const layers = [
      layer("InputLayer", "image", { batch_input_shape: [null, 4, 6, 3] }),
      layer("MaxPooling2D", "pool", { pool_size: [2, 2] }, "image"),
      layer("Flatten", "flat", {}, "pool"),
    ];
    const [made] = await runModel(functional(layers, "flat"), {}, [maps]);
    const window: Window = { size: [2, 2], stride: [2, 2], dilation: [1, 1], padding: "valid" };
    const wanted = pooled(maps, window, "max");
    expect(difference(made, { shape: [2, 18], values: wanted.values })).toBe(0);
  });

  test.each([
    [
      [6, 4],
      [2, 6, 4],
    ],
    [[-1], [2, 24]],
    [
      [2, -1, 3],
      [2, 2, 4, 3],
    ],
  ])("Reshape to %j", async (target, shape) => {
    const maps = numbers([2, 3, 2, 4]);
    const made = await runLayer("Reshape", { target_shape: target }, {}, [maps]);
    expect(difference(made, { shape, values: maps.values })).toBe(0);
  });

  test("Permute counts axes from 1", async () => {
    const maps = numbers([2, 3, 2, 4]);
    const made = await runLayer("Permute", { dims: [3, 1, 2] }, {}, [maps]);
    expect(difference(made, transposed(maps, [0, 3, 1, 2]))).toBe(0);
  });

  test("a map that was made out of vectors is a map again", async () => {
    const vectors = numbers([2, 8]);
    const layers = [
      layer("InputLayer", "vector", { batch_input_shape: [null, 8] }),
      layer("Reshape", "map", { target_shape: [2, 2, 2] }, "vector"),
      layer("UpSampling2D", "large", { size: [1, 2] }, "map"),
    ];
    const [made] = await runModel(functional(layers, "large", "vector"), {}, [vectors]);
    const map: Tensor = { shape: [2, 2, 2, 2], values: vectors.values };
    const wanted = filled([2, 2, 4, 2], (n, y, x, c) => entry(map, n, y, Math.floor(x / 2), c));
    expect(difference(made, wanted)).toBe(0);
    expect(count(made.shape)).toBe(32);
  });
});

describe("refused in words", () => {
  test.each<[string, string, Record<string, unknown>, string]>([
    ["Lambda", "Lambda", { function: ["4wEAAA"] }, "holds Python code"],
    ["a layer of one's own", "CoordConv", {}, "is of a class that is not known"],
    ["volumes", "MaxPooling3D", {}, "works on volumes"],
    ["sequences of maps", "TimeDistributed", { layer: {} }, "works on sequences of maps"],
    ["resizing by cubes", "UpSampling2D", { interpolation: "bicubic" }, "resizes in a way"],
    ["padding of another kind", "Conv2D", { padding: "full", use_bias: false }, "pads in a way"],
    ["an unknown activation", "Activation", { activation: "my_relu" }, "activation “my_relu”"],
    ["a shape that is none", "Reshape", { target_shape: [-1, -1] }, "has a shape"],
  ])("%s", async (_, className, settings, reason) => {
    const run = () => {
      const kernel = numbers([3, 3, 1, 1]);
      return runLayer(className, settings, { kernel }, [numbers([1, 4, 4, 1])]);
    };
    await expect(run()).rejects.toMatchObject({
      code: "cannot-run",
      message: expect.stringContaining(reason),
    });
    await expect(run()).rejects.toThrow(/“it” \(\w+\).*tf2onnx/);
  });

  test("a map where none is", async () => {
    const config = functional(
      [
        image("image", 4),
        layer("Flatten", "flat", {}, "image"),
        layer("MaxPooling2D", "pool", {}, "flat"),
      ],
      "pool",
    );
    await expect(runModel(config, {}, [])).rejects.toThrow("takes a map and is given 2 axes");
  });

  test("weights that are not in the file", async () => {
    const settings = { filters: 1, kernel_size: [3, 3] };
    const run = runLayer("Conv2D", settings, { kernel: numbers([3, 3, 1, 1]) }, [
      numbers([1, 4, 4, 1]),
    ]);
    await expect(run).rejects.toThrow("the weights (bias) of its layer “it”");
  });
});
