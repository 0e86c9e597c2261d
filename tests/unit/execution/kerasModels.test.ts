import { describe, expect, test } from "vitest";
import { storedFromSlices } from "../../../src/core/network/kernelTensor.ts";
import { layerOf, readExecutable } from "../../support/executables.ts";
import { writeHdf5 } from "../../support/hdf5Writer.ts";
import { writeArchive } from "../../support/kerasArchives.ts";
import { functional, layer, wholeModel } from "../../support/kerasModels.ts";
import {
  convolved,
  convolvedBack,
  difference,
  eachEntry,
  entry,
  filled,
  numbers,
  plus,
  type Tensor,
  type Window,
} from "../../support/kerasReference.ts";
import {
  type BuiltModel,
  buildModel,
  runExecutable,
  runModel,
} from "../../support/kerasRunning.ts";
import { placed } from "../../support/readModel.ts";

const TOLERANCE = 1e-5;
const SAME: Window = { size: [3, 3], stride: [1, 1], dilation: [1, 1], padding: "same" };
const maps = numbers([1, 6, 5, 2], 1);
const settings = { filters: 2, kernel_size: [3, 3], padding: "same" };
const kernel = numbers([3, 3, 2, 2], 2);
const bias = numbers([2], 3);
const once = (tensor: Tensor, own = kernel, shift = bias) =>
  plus(convolved(tensor, own, SAME), shift);

const conv = (name: string, input: string) => layer("Conv2D", name, settings, input);
const start = (name = "image") => layer("InputLayer", name, { batch_input_shape: [null, 6, 5, 2] });

describe("layers within models", () => {
  test("a layer called twice has one kernel, taken by both nodes", async () => {
    const shared = {
      ...conv("c", "image"),
      inbound_nodes: [[["image", 0, 0, {}]], [["c", 0, 0, {}]]],
    };
    const last = {
      ...layer("Add", "sum", {}),
      inbound_nodes: [
        [
          ["c", 0, 0, {}],
          ["c", 1, 0, {}],
        ],
      ],
    };
    const config = functional([start(), shared, last], "sum");
    const weights = { c: { "c/kernel:0": kernel, "c/bias:0": bias } };
    const { executable } = await buildModel(config, weights);
    expect(executable.convolutions).toMatchObject([
      {
        layer: "c",
        input: "image/channels_first",
        output: "c",
        weights: { nodes: ["c", "c (2)"] },
      },
    ]);
    expect(executable.remarks).toEqual([expect.stringMatching(/^c is applied several times/)]);
    const [made] = await runExecutable(executable, maps);
    const first = once(maps);
    const second = once(first);
    const sum = filled(first.shape, (...at) => entry(first, ...at) + entry(second, ...at));
    expect(difference(made, sum)).toBeLessThan(TOLERANCE);
  });

  const inner = (name: string, ...layers: Record<string, unknown>[]) => ({
    class_name: "Sequential",
    name,
    config: { name, layers },
    inbound_nodes: [] as unknown[],
  });

  test("models in models, with weights named by the innermost layer or by all", async () => {
    const normal = layer("BatchNormalization", "bn", { epsilon: 0 });
    const model = {
      ...inner("inner", conv("c", ""), normal),
      inbound_nodes: [[["image", 0, 0, {}]]],
    };
    const config = functional([start(), model], "inner");
    const own = { gamma: numbers([2], 4), beta: numbers([2], 5), moving_mean: numbers([2], 6) };
    const variance = eachEntry(numbers([2], 7), (value) => value ** 2 + 0.1);
    const entries = Object.entries({ ...own, moving_variance: variance });
    const sums = once(maps);
    const wanted = filled(sums.shape, (n, y, x, c) => {
      const normed =
        (entry(sums, n, y, x, c) - own.moving_mean.values[c]) / Math.sqrt(variance.values[c]);
      return normed * own.gamma.values[c] + own.beta.values[c];
    });
    for (const prefix of ["", "inner/"]) {
      const weights = {
        inner: {
          [`${prefix}c/kernel:0`]: kernel,
          [`${prefix}c/bias:0`]: bias,
          ...Object.fromEntries(entries.map(([role, one]) => [`${prefix}bn/${role}:0`, one])),
        },
      };
      const [made] = await runModel(config, weights, [maps]);
      expect(difference(made, wanted)).toBeLessThan(TOLERANCE);
    }
  });

  test("two models with layers of one name keep their weights apart", async () => {
    const twin = (name: string, input: string) => ({
      ...inner(name, conv("c", "")),
      inbound_nodes: [[[input, 0, 0, {}]]],
    });
    const outer = {
      ...functional([start("in"), twin("one", "in"), twin("two", "one")], "two", "in"),
      name: "outer",
      inbound_nodes: [[["image", 0, 0, {}]]],
    };
    const other = numbers([3, 3, 2, 2], 8);
    const shift = numbers([2], 9);
    const weights = {
      outer: {
        "one/c/kernel:0": kernel,
        "one/c/bias:0": bias,
        "two/c/kernel:0": other,
        "two/c/bias:0": shift,
      },
    };
    const [made] = await runModel(functional([start(), outer], "outer"), weights, [maps]);
    expect(difference(made, once(once(maps), other, shift))).toBeLessThan(TOLERANCE);
  });

  test("copies for several GPUs are run as one", async () => {
    const part = (i: number) =>
      layer("Lambda", `lambda_${i}`, { arguments: { i, parts: 2 }, function: ["4wMA"] }, "image");
    const model = {
      ...functional([start("in"), conv("c", "in")], "c", "in"),
      name: "model_1",
      inbound_nodes: [[["lambda_0", 0, 0, {}]], [["lambda_1", 0, 0, {}]]],
    };
    const join = {
      ...layer("Concatenate", "joined", { axis: 0 }),
      inbound_nodes: [
        [
          ["model_1", 1, 0, {}],
          ["model_1", 2, 0, {}],
        ],
      ],
    };
    const config = functional([start(), part(0), part(1), model, join], "joined");
    const weights = { model_1: { "c/kernel:0": kernel, "c/bias:0": bias } };
    const { executable } = await buildModel(config, weights);
    expect(executable.remarks).toEqual([expect.stringContaining("2 GPUs")]);
    expect(executable.convolutions).toMatchObject([
      { layer: "c", weights: { nodes: ["model_1/c"] } },
    ]);
    const [made] = await runExecutable(executable, maps);
    expect(difference(made, once(maps))).toBeLessThan(TOLERANCE);
  });

  test("what no result needs is left out, even where it could not be run", async () => {
    const odd = layer("Lambda", "odd", { function: ["4wMA"] }, "image");
    const weights = { c: { kernel, bias } };
    const config = functional([start(), odd, conv("c", "image"), conv("d", "c")], "c");
    const { executable } = await buildModel(config, weights);
    expect(executable.convolutions.map((one) => one.layer)).toEqual(["c"]);
    const [made] = await runExecutable(executable, maps);
    expect(difference(made, once(maps))).toBeLessThan(TOLERANCE);
  });

  test("several inputs and results", async () => {
    const config = functional(
      [start("a"), start("b"), conv("c", "a"), layer("Add", "s", {}, "c", "b")],
      "s",
      "a",
    );
    const both = {
      ...(config.config as object),
      output_layers: [
        ["s", 0, 0],
        ["c", 0, 0],
        ["c", 0, 0],
      ],
    };
    const more = numbers([1, 6, 5, 2], 11);
    const made = await runModel({ ...config, config: both }, { c: { kernel, bias } }, [maps, more]);
    const first = once(maps);
    const sum = filled(first.shape, (...at) => entry(first, ...at) + entry(more, ...at));
    expect(made).toHaveLength(3);
    for (const [at, wanted] of [sum, first, first].entries()) {
      expect(difference(made[at], wanted)).toBeLessThan(TOLERANCE);
    }
  });
});

describe("inputs", () => {
  test("open sides stay open, open channels are those of the kernels", async () => {
    const open = layer("InputLayer", "image", { batch_input_shape: [null, null, null, null] });
    const up = layer("UpSampling2D", "up", {}, "image");
    const config = functional([open, up, conv("c", "up")], "c");
    const { executable } = await buildModel(config, { c: { kernel, bias } });
    for (const [height, width] of [
      [3, 4],
      [1, 2],
    ]) {
      const [made] = await runExecutable(executable, numbers([2, height, width, 2]));
      expect(made.shape).toEqual([2, 2 * height, 2 * width, 2]);
    }
    await expect(runExecutable(executable, numbers([1, 3, 4, 3]))).rejects.toThrow();
  });

  test("a pool that skips rows needs a size", async () => {
    const pool = layer("MaxPooling2D", "p", { pool_size: 2, strides: 3, padding: "same" }, "image");
    const open = layer("InputLayer", "image", { batch_input_shape: [null, null, null, 2] });
    await expect(buildModel(functional([open, pool], "p"), {})).rejects.toThrow("maps of any size");
    await buildModel(functional([start(), pool], "p"), {});
  });

  test("a window of one place moves in steps over maps of any size", async () => {
    const point = { filters: 2, kernel_size: 1, strides: 2, padding: "same", use_bias: false };
    const open = layer("InputLayer", "image", { batch_input_shape: [null, null, null, 2] });
    const config = functional([open, layer("Conv2D", "c", point, "image")], "c");
    const one = numbers([1, 1, 2, 2], 4);
    const [made] = await runModel(config, { c: { kernel: one } }, [maps]);
    const window: Window = { ...SAME, size: [1, 1], stride: [2, 2] };
    expect(difference(made, convolved(maps, one, window))).toBeLessThan(TOLERANCE);
  });

  test("Keras 1 states the size that a transposed convolution makes", async () => {
    const words = { nb_filter: 2, nb_row: 3, nb_col: 3, subsample: [2, 2], dim_ordering: "tf" };
    for (const [border_mode, height, width] of [
      ["same", 11, 10],
      ["valid", 14, 11],
    ] as const) {
      const own = { ...words, border_mode, output_shape: [null, height, width, 2] };
      const config = functional([start(), layer("Deconvolution2D", "d", own, "image")], "d");
      // Keras 1 stores (h, w, in, out) where Keras 2 has (h, w, out, in).
      const stored = filled([3, 3, 2, 2], (y, x, i, o) => entry(kernel, y, x, o, i));
      const [made] = await runModel(config, { d: { d_W: stored, d_b: bias } }, [maps]);
      const window: Window = { ...SAME, stride: [2, 2], padding: border_mode };
      const back = convolvedBack(maps, kernel, window, [height, width]);
      expect(difference(made, plus(back, bias))).toBeLessThan(TOLERANCE);
    }
  });
});

describe("kernels in the model are those of the network", () => {
  const cases: Record<string, [string, Record<string, unknown>, Tensor, object?]> = {
    plain: ["Conv2D", settings, kernel],
    grouped: ["Conv2D", { ...settings, filters: 4, groups: 2 }, numbers([3, 3, 1, 4])],
    transposed: ["Conv2DTranspose", { ...settings, filters: 3 }, numbers([3, 3, 3, 2])],
    depthwise: ["DepthwiseConv2D", settings, numbers([3, 3, 2, 3])],
    turned: ["Conv2D", settings, kernel, { isTheano: true }],
    "turned back": ["Conv2DTranspose", settings, kernel, { isTheano: true }],
  };

  function check({ network, executable }: BuiltModel): void {
    const [{ layer: name, weights }] = executable.convolutions;
    if (typeof weights === "string") throw new Error(weights);
    const own = layerOf(network, name);
    const stored = storedFromSlices(own.kernels, own, weights.layout);
    const bytes = new Uint8Array(Float32Array.from(stored).buffer);
    expect(Buffer.from(executable.model).includes(Buffer.from(bytes))).toBe(true);
    expect(weights.dimensions.reduce((product, side) => product * side)).toBe(stored.length);
  }

  test.each(Object.entries(cases))("%s", async (_, [className, own, weight, options]) => {
    const config = functional(
      [start(), layer(className, "it", { ...own, use_bias: false }, "image")],
      "it",
    );
    check(await buildModel(config, { it: { kernel: weight } }, options));
  });
});

describe("files", () => {
  const config = functional(
    [start(), conv("c", "image"), layer("PReLU", "p", { shared_axes: [1, 2] }, "c")],
    "p",
  );
  const alpha = numbers([1, 1, 2], 4);
  const wanted = () => {
    const sums = once(maps);
    return filled(sums.shape, (n, y, x, c) => {
      const value = entry(sums, n, y, x, c);
      return value < 0 ? value * alpha.values[c] : value;
    });
  };
  const stored = ({ shape, values }: Tensor) => ({ shape, values: Array.from(values) });

  test.each([
    ["<f4", TOLERANCE],
    ["float16", 0.02],
  ] as const)("HDF5, numbers stored as %s", async (type, tolerance) => {
    const dataset = (tensor: Tensor) => ({ ...stored(tensor), type });
    const weights = {
      c: { "c/kernel:0": dataset(kernel), "c/bias:0": dataset(bias) },
      p: { "p/alpha:0": dataset(alpha) },
    };
    const bytes = await writeHdf5(wholeModel(config, weights));
    const { executable } = await readExecutable(placed({ "model.h5": bytes }));
    const [made] = await runExecutable(executable, maps);
    expect(difference(made, wanted())).toBeLessThan(tolerance);
  });

  test("an archive of Keras 3, whose states are numbered", async () => {
    const states = {
      "layers/conv2d": [stored(kernel), stored(bias)],
      "layers/p_re_lu": [stored(alpha)],
    };
    const bytes = await writeArchive(config, states);
    const { executable } = await readExecutable(placed({ "model.keras": bytes }));
    const [made] = await runExecutable(executable, maps);
    expect(difference(made, wanted())).toBeLessThan(TOLERANCE);
  });

  test("weights alone say what is missing", async () => {
    const { groups } = wholeModel(config, { c: { "c/kernel:0": stored(kernel) } });
    const bytes = await writeHdf5(groups?.model_weights ?? {});
    await expect(readExecutable(placed({ "weights.h5": bytes }))).rejects.toMatchObject({
      code: "cannot-run",
      message: expect.stringMatching(/^weights\.h5 holds weights alone.*to_json/),
    });
  });

  test("weights with their configuration beside them", async () => {
    const weights = {
      c: { "c/kernel:0": stored(kernel), "c/bias:0": stored(bias) },
      p: { "p/alpha:0": stored(alpha) },
    };
    const bytes = await writeHdf5(wholeModel(config, weights).groups?.model_weights ?? {});
    const beside = new TextEncoder().encode(JSON.stringify(config));
    const { executable } = await readExecutable(
      placed({ "weights.h5": bytes, "model.json": beside }),
    );
    const [made] = await runExecutable(executable, maps);
    expect(difference(made, wanted())).toBeLessThan(TOLERANCE);
  });

  test("cancelling is heard", async () => {
    const cancelled = AbortSignal.abort();
    const weights = { c: { kernel, bias }, p: { alpha } };
    await expect(buildModel(config, weights, { signal: cancelled })).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});
