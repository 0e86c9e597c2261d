import { describe, expect, test } from "vitest";
import { functional, image, layer } from "../../support/kerasModels.ts";
import {
  difference,
  eachEntry,
  entry,
  filled,
  numbers,
  type Tensor,
} from "../../support/kerasReference.ts";
import { buildModel, runLayer, runModel } from "../../support/kerasRunning.ts";

const TOLERANCE = 2e-6;

/** From -6 to 6: where all functions bend. */
const wide = eachEntry(numbers([2, 5, 4, 3], 1), (value) => 6 * value);

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.log1p(Math.exp(x));
const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);

/** The error function by its series (Abramowitz and Stegun, 7.1.5). */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n += 1) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const FUNCTIONS: Record<string, (x: number) => number> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  relu6: (x) => clip(x, 0, 6),
  leaky_relu: (x) => (x < 0 ? 0.2 * x : x),
  elu: (x) => (x < 0 ? Math.expm1(x) : x),
  selu: (x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x),
  sigmoid,
  tanh: Math.tanh,
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  swish: (x) => x * sigmoid(x),
  silu: (x) => x * sigmoid(x),
  hard_silu: (x) => (x * clip(x + 3, 0, 6)) / 6,
  mish: (x) => x * Math.tanh(softplus(x)),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  gelu_new: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  exponential: Math.exp,
  hard_sigmoid: (x) => clip(0.2 * x + 0.5, 0, 1),
};

/** Softmax along some of four axes. */
function softmax(maps: Tensor, ...axes: readonly number[]): Tensor {
  const sumFrom = (place: readonly number[], [axis, ...others]: readonly number[]): number => {
    if (axis === undefined) return Math.exp(entry(maps, ...place));
    const along = Array.from({ length: maps.shape[axis] }, (_, at) => place.with(axis, at));
    return along.reduce((sum, one) => sum + sumFrom(one, others), 0);
  };
  return filled(maps.shape, (...place) => Math.exp(entry(maps, ...place)) / sumFrom(place, axes));
}

describe("activations by name", () => {
  test.each(Object.entries(FUNCTIONS))("%s", async (activation, wanted) => {
    const made = await runLayer("Activation", { activation }, {}, [wide]);
    const largest = activation === "exponential" ? 1e-4 : TOLERANCE;
    expect(difference(made, eachEntry(wide, wanted))).toBeLessThan(largest);
  });

  test("Keras 3's hard sigmoid is less steep", async () => {
    const settings = { activation: "hard_sigmoid" };
    const made = await runLayer("Activation", settings, {}, [wide], { version: "3.6.0" });
    const wanted = eachEntry(wide, (x) => clip(x / 6 + 0.5, 0, 1));
    expect(difference(made, wanted)).toBeLessThan(TOLERANCE);
  });

  test("softmax goes over the channels, wherever they lie in the model", async () => {
    const made = await runLayer("Activation", { activation: "softmax" }, {}, [wide]);
    expect(difference(made, softmax(wide, 3))).toBeLessThan(TOLERANCE);
    const kernel = filled([1, 1, 3, 3], (_y, _x, i, o) => (i === o ? 1 : 0));
    const settings = { filters: 3, kernel_size: 1, use_bias: false, activation: "softmax" };
    const convolved = await runLayer("Conv2D", settings, { kernel }, [wide]);
    expect(difference(convolved, softmax(wide, 3))).toBeLessThan(TOLERANCE);
  });

  test("written as functions and layers in place of names", async () => {
    const stated = [
      { class_name: "function", config: "relu", registered_name: "function", module: "builtins" },
      { class_name: "ReLU", config: { name: "r", max_value: null } },
      "relu",
    ];
    for (const activation of stated) {
      const made = await runLayer("Activation", { activation }, {}, [wide]);
      expect(difference(made, eachEntry(wide, FUNCTIONS.relu))).toBeLessThan(TOLERANCE);
    }
  });
});

describe("activations as layers", () => {
  const threshold = (x: number) => (x >= 1 ? x : 0.25 * (x - 1));
  test.each<[string, Record<string, unknown>, (x: number) => number]>([
    ["ReLU", {}, FUNCTIONS.relu],
    ["ReLU", { max_value: 2.5, negative_slope: 0, threshold: 0 }, (x) => clip(x, 0, 2.5)],
    ["ReLU", { max_value: 2, negative_slope: 0.1 }, (x) => Math.min(x < 0 ? 0.1 * x : x, 2)],
    ["ReLU", { threshold: 1, negative_slope: 0.25 }, threshold],
    ["ReLU", { max_value: { class_name: "__numpy__", value: 2 } }, (x) => clip(x, 0, 2)],
    ["LeakyReLU", {}, (x) => (x < 0 ? 0.3 * x : x)],
    ["LeakyReLU", { alpha: 0.1 }, (x) => (x < 0 ? 0.1 * x : x)],
    ["LeakyReLU", { negative_slope: 0.2 }, (x) => (x < 0 ? 0.2 * x : x)],
    ["LeakyReLU", { alpha: { type: "ndarray", value: 0.4 } }, (x) => (x < 0 ? 0.4 * x : x)],
    ["ELU", { alpha: 0.5 }, (x) => (x < 0 ? 0.5 * Math.expm1(x) : x)],
    ["ThresholdedReLU", { theta: 1.5 }, (x) => (x > 1.5 ? x : 0)],
  ])("%s %j", async (className, settings, wanted) => {
    const made = await runLayer(className, settings, {}, [wide]);
    expect(difference(made, eachEntry(wide, wanted))).toBeLessThan(TOLERANCE);
  });

  test.each([1, 2, 3, -1])("Softmax along axis %i", async (axis) => {
    const made = await runLayer("Softmax", { axis }, {}, [wide]);
    expect(difference(made, softmax(wide, axis < 0 ? 3 : axis))).toBeLessThan(TOLERANCE);
  });

  test("Softmax over several axes at once, as attention over places has it", async () => {
    const kernel = filled([1, 1, 3, 3], (_y, _x, i, o) => (i === o ? 1 : 0));
    const settings = { filters: 3, kernel_size: 1, use_bias: false };
    const model = functional(
      [
        layer("InputLayer", "image", { batch_input_shape: [null, ...wide.shape.slice(1)] }),
        layer("Conv2D", "same", settings, "image"),
        layer("Softmax", "places", { axis: [1, -2] }, "same"),
      ],
      "places",
    );
    const [turned] = await runModel(model, { same: { kernel } }, [wide]);
    expect(difference(turned, softmax(wide, 1, 2))).toBeLessThan(TOLERANCE);
    const made = await runLayer("Softmax", { axis: [2, 3] }, {}, [wide]);
    expect(difference(made, softmax(wide, 2, 3))).toBeLessThan(TOLERANCE);
    const one = await runLayer("Softmax", { axis: [1] }, {}, [wide]);
    expect(difference(one, softmax(wide, 1))).toBeLessThan(TOLERANCE);
  });

  test("PReLU has a slope for each place, or one along shared axes", async () => {
    const slopes = numbers([5, 4, 3], 7);
    const shared = numbers([1, 1, 3], 8);
    const bent = (alpha: Tensor) =>
      filled(wide.shape, (n, y, x, c) => {
        const value = entry(wide, n, y, x, c);
        const [rows, columns] = alpha.shape;
        return value < 0 ? value * entry(alpha, y % rows, x % columns, c) : value;
      });
    for (const alpha of [slopes, shared]) {
      const bare = await runLayer("PReLU", {}, { "it/alpha:0": alpha }, [wide]);
      expect(difference(bare, bent(alpha))).toBeLessThan(TOLERANCE);
      // Behind a layer that turns its maps.
      const layers = [
        layer("InputLayer", "image", { batch_input_shape: [null, 5, 4, 3] }),
        layer("UpSampling2D", "same_size", { size: [1, 1] }, "image"),
        layer("PReLU", "bent", { shared_axes: [1, 2] }, "same_size"),
      ];
      const weights = { bent: { "bent/alpha:0": alpha } };
      const [made] = await runModel(functional(layers, "bent"), weights, [wide]);
      expect(difference(made, bent(alpha))).toBeLessThan(TOLERANCE);
    }
  });
});

describe("what stands behind a convolution", () => {
  const kernel = numbers([3, 3, 1, 2], 1);
  const settings = { filters: 2, kernel_size: [3, 3], use_bias: false, padding: "same" };
  const weights = { c: { kernel } };
  const model = (conv: Record<string, unknown>, ...more: Record<string, unknown>[]) => {
    const last = more.at(-1)?.name ?? "c";
    return functional(
      [image("image", 5), layer("Conv2D", "c", { ...settings, ...conv }, "image"), ...more],
      String(last),
    );
  };

  test("its own activation, or the layer that follows at once", async () => {
    const own = await buildModel(model({ activation: "relu" }), weights);
    expect(own.executable.convolutions).toMatchObject([{ output: "c/linear", activated: "c" }]);
    const behind = await buildModel(
      model({ activation: "linear" }, layer("ReLU", "r", {}, "c")),
      weights,
    );
    expect(behind.executable.convolutions).toMatchObject([{ output: "c", activated: "r" }]);
    const dropped = layer("Dropout", "d", { rate: 0.5 }, "c");
    const later = await buildModel(
      model({}, dropped, layer("Activation", "a", { activation: "tanh" }, "d")),
      weights,
    );
    expect(later.executable.convolutions).toMatchObject([{ output: "c", activated: "a" }]);
  });

  test("nothing, or no activation", async () => {
    const bare = await buildModel(model({}), weights);
    expect(bare.executable.convolutions).toMatchObject([{ output: "c", activated: null }]);
    const pooled = await buildModel(model({}, layer("MaxPooling2D", "p", {}, "c")), weights);
    expect(pooled.executable.convolutions).toMatchObject([{ output: "c", activated: null }]);
    const linear = layer("Activation", "a", { activation: "linear" }, "c");
    const idle = await buildModel(model({}, linear), weights);
    expect(idle.executable.convolutions).toMatchObject([{ output: "c", activated: null }]);
  });
});
