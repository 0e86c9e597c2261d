import { describe, expect, test } from "vitest";
import { functional, image, layer } from "../../support/kerasModels.ts";
import {
  difference,
  eachEntry,
  entry,
  filled,
  numbers,
  type Tensor,
  TO_FIRST,
  TO_LAST,
  transposed,
} from "../../support/kerasReference.ts";
import { runLayer, runModel } from "../../support/kerasRunning.ts";

const TOLERANCE = 1e-6;
const SHAPE = [2, 3, 4, 2];
const three = [1, 2, 3].map((seed) => numbers(SHAPE, seed));

const RULES: Record<string, (...values: readonly number[]) => number> = {
  Add: (...values) => values.reduce((sum, value) => sum + value),
  Subtract: (one, other) => one - other,
  Multiply: (...values) => values.reduce((product, value) => product * value),
  Average: (...values) => values.reduce((sum, value) => sum + value) / values.length,
  Maximum: Math.max,
  Minimum: Math.min,
};

function together(tensors: readonly Tensor[], rule: (...values: readonly number[]) => number) {
  return filled(tensors[0].shape, (...place) =>
    rule(...tensors.map((one) => entry(one, ...place))),
  );
}

describe("joins entry by entry", () => {
  test.each(Object.entries(RULES))("%s", async (className, rule) => {
    const inputs = className === "Subtract" ? three.slice(1) : three;
    const made = await runLayer(className, {}, {}, inputs);
    expect(difference(made, together(inputs, rule))).toBeLessThan(TOLERANCE);
  });

  test("of a map that lies turned and one that does not", async () => {
    const layers = [
      layer("InputLayer", "image", { batch_input_shape: [null, ...SHAPE.slice(1)] }),
      layer("UpSampling2D", "turned", { size: 1 }, "image"),
      layer("Subtract", "it", {}, "image", "turned"),
    ];
    const [made] = await runModel(functional(layers, "it"), {}, [three[0]]);
    expect(
      difference(
        made,
        eachEntry(three[0], () => 0),
      ),
    ).toBe(0);
  });

  test("of a map and a vector for its channels, as Keras broadcasts", async () => {
    const vector = numbers([2, 2], 9);
    const made = await runLayer("Multiply", {}, {}, [three[0], vector]);
    const wanted = filled(SHAPE, (n, y, x, c) => entry(three[0], n, y, x, c) * entry(vector, n, c));
    expect(difference(made, wanted)).toBeLessThan(TOLERANCE);
  });

  test.each([
    ["sum", "Add"],
    ["mul", "Multiply"],
    ["ave", "Average"],
    ["max", "Maximum"],
  ])("Keras 1's Merge by %s", async (mode, className) => {
    const made = await runLayer("Merge", { mode, layers: null }, {}, three);
    expect(difference(made, together(three, RULES[className]))).toBeLessThan(TOLERANCE);
  });
});

describe("Concatenate", () => {
  const shapes = (axis: number) => [2, 5].map((length) => SHAPE.with(axis, length));
  test.each([1, 2, 3, -1])("along axis %i", async (axis) => {
    const at = axis < 0 ? 3 : axis;
    const [one, other] = shapes(at).map((shape, seed) => numbers(shape, seed + 1));
    const wanted = filled(SHAPE.with(at, 7), (...place) =>
      place[at] < 2 ? entry(one, ...place) : entry(other, ...place.with(at, place[at] - 2)),
    );
    expect(difference(await runLayer("Concatenate", { axis }, {}, [one, other]), wanted)).toBe(0);
    const merged = { mode: "concat", concat_axis: axis };
    expect(difference(await runLayer("Merge", merged, {}, [one, other]), wanted)).toBe(0);
    // One of the two turned in the model.
    const input = (name: string, tensor: Tensor) =>
      layer("InputLayer", name, { batch_input_shape: [null, ...tensor.shape.slice(1)] });
    const layers = [
      input("a", one),
      input("b", other),
      layer("UpSampling2D", "turned", { size: 1 }, "b"),
      layer("Concatenate", "it", { axis }, "a", "turned"),
    ];
    const [made] = await runModel(functional(layers, "it", "a"), {}, [one, other]);
    expect(difference(made, wanted)).toBe(0);
  });

  test("of maps with their channels first", async () => {
    const layers = [
      layer("InputLayer", "a", { batch_input_shape: [null, 2, 4, 4] }),
      layer("MaxPooling2D", "p", { pool_size: 2, data_format: "channels_first" }, "a"),
      layer("Concatenate", "it", { axis: 1 }, "p", "p"),
    ];
    const maps = numbers([1, 4, 4, 2]);
    const [made] = await runModel(functional(layers, "it", "a"), {}, [transposed(maps, TO_FIRST)]);
    expect(transposed(made, TO_LAST).shape).toEqual([1, 2, 2, 4]);
  });
});

describe("functions as layers", () => {
  const maps = eachEntry(three[0], (value) => Math.abs(value) + 0.5);
  const keras3 = (name: string, args: readonly unknown[], kwargs: object = {}) => ({
    ...layer(name, "it", {}),
    inbound_nodes: [{ args, kwargs }],
  });
  const tensor = (name: string) => ({
    class_name: "__keras_tensor__",
    config: { shape: [null, 3, 4, 2], keras_history: [name, 0, 0] },
  });
  const lambda = (name: string, call: unknown) => ({
    ...layer("TFOpLambda", "it", { function: name }),
    inbound_nodes: [call],
  });
  const start = layer("InputLayer", "image", { batch_input_shape: [null, ...SHAPE.slice(1)] });
  const turned = layer("UpSampling2D", "up", { size: 1 }, "image");
  const run = async (it: Record<string, unknown>) => {
    const [made] = await runModel(functional([start, turned, it], "it"), {}, [maps]);
    return made;
  };

  test.each<[string, Record<string, unknown>, (x: number) => number]>([
    ["x / 255", lambda("math.truediv", ["up", 0, 0, { y: 255, name: null }]), (x) => x / 255],
    [
      "1 - x",
      lambda("math.subtract", ["_CONSTANT_VALUE", -1, 1, { y: ["up", 0, 0] }]),
      (x) => 1 - x,
    ],
    [
      "0.5 - x",
      lambda("math.subtract", ["_CONSTANT_VALUE", -1, 0.5, { y: ["up", 0, 0] }]),
      (x) => 0.5 - x,
    ],
    ["x + x", lambda("__operators__.add", ["up", 0, 0, { y: ["image", 0, 0] }]), (x) => 2 * x],
    ["relu", lambda("nn.relu", ["up", 0, 0, { name: null }]), (x) => x],
    ["x ** 2", lambda("math.pow", ["up", 0, 0, { y: 2 }]), (x) => x * x],
    ["sqrt", lambda("math.sqrt", ["up", 0, 0, {}]), Math.sqrt],
    [
      "clip",
      lambda("clip_by_value", ["up", 0, 0, { clip_value_min: 0.6, clip_value_max: 1 }]),
      (x) => Math.min(Math.max(x, 0.6), 1),
    ],
    ["cast", lambda("cast", ["up", 0, 0, { dtype: "float32" }]), (x) => x],
    ["Keras 3: x * 2", keras3("Multiply", [tensor("up"), 2]), (x) => 2 * x],
    ["Keras 3: 2 / x", keras3("Divide", [2, tensor("up")]), (x) => 2 / x],
    ["Keras 3: x * x", keras3("Multiply", [tensor("up"), tensor("image")]), (x) => x * x],
    ["Keras 3: square", keras3("Square", [tensor("up")]), (x) => x * x],
    ["Keras 3: silu", keras3("Silu", [tensor("up")]), (x) => x / (1 + Math.exp(-x))],
  ])("%s", async (_, it, rule) => {
    expect(difference(await run(it), eachEntry(maps, rule))).toBeLessThan(TOLERANCE);
  });

  test("of graphs: numbers by their place among the operands", async () => {
    const it = (constants: object, op = "Sub") => ({
      ...layer("TensorFlowOpLayer", "it", { node_def: { op }, constants }, "up"),
    });
    const less = await run(it({ 0: 3 }));
    expect(
      difference(
        less,
        eachEntry(maps, (x) => 3 - x),
      ),
    ).toBeLessThan(TOLERANCE);
    const more = await run(it({ 1: 3 }));
    expect(
      difference(
        more,
        eachEntry(maps, (x) => x - 3),
      ),
    ).toBeLessThan(TOLERANCE);
  });

  test("concat and resize", async () => {
    const joined = await run(
      lambda("concat", [
        ["up", 0, 0, { axis: 3 }],
        ["image", 0, 0, { axis: 3 }],
      ]),
    );
    expect(joined.shape).toEqual([2, 3, 4, 4]);
    const resized = await run(
      lambda("image.resize", ["up", 0, 0, { size: [6, 8], method: "nearest" }]),
    );
    expect(
      difference(
        resized,
        filled([2, 6, 8, 2], (n, y, x, c) => entry(maps, n, y >> 1, x >> 1, c)),
      ),
    ).toBeLessThan(TOLERANCE);
  });

  test.each([true, false])(
    "mean over the channels, as attention to places takes it (kept: %s)",
    async (keepdims) => {
      const made = await run(lambda("math.reduce_mean", ["up", 0, 0, { axis: -1, keepdims }]));
      const shape = keepdims ? [2, 3, 4, 1] : [2, 3, 4];
      const wanted = filled(
        shape,
        (n, y, x) => (entry(maps, n, y, x, 0) + entry(maps, n, y, x, 1)) / 2,
      );
      expect(difference(made, wanted)).toBeLessThan(TOLERANCE);
    },
  );

  test("others are refused by their name", async () => {
    await expect(run(lambda("image.sobel_edges", ["up", 0, 0, {}]))).rejects.toThrow(
      "applies the function “image.sobel_edges”",
    );
    await expect(run(keras3("GetItem", [tensor("up")]))).rejects.toThrow("is of a class");
  });
});

test("a model whose result is its input", async () => {
  const config = functional([image("image", 4)], "image");
  const maps = numbers([1, 4, 4, 1]);
  const [made] = await runModel(config, {}, [maps]);
  expect(difference(made, maps)).toBe(0);
});
