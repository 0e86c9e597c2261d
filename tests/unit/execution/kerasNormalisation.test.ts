import { describe, expect, test } from "vitest";
import { functional, layer } from "../../support/kerasModels.ts";
import {
  count,
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
import { buildModel, runLayer, runModel } from "../../support/kerasRunning.ts";

const TOLERANCE = 1e-5;

const maps = numbers([2, 4, 5, 6], 1);
const positive = (shape: readonly number[], seed: number) =>
  eachEntry(numbers(shape, seed), (value) => value ** 2 + 0.1);

const at = ({ values }: Tensor, index: number) => values[index];

describe("BatchNormalization", () => {
  const gamma = numbers([6], 2);
  const beta = numbers([6], 3);
  const mean = numbers([6], 4);
  const variance = positive([6], 5);
  const wanted = (epsilon: number, gain = gamma, shift = beta) =>
    filled(maps.shape, (n, y, x, c) => {
      const deviation = Math.sqrt(at(variance, c) + epsilon);
      return (at(gain, c) * (entry(maps, n, y, x, c) - at(mean, c))) / deviation + at(shift, c);
    });
  const weights = {
    "it/gamma:0": gamma,
    "it/beta:0": beta,
    "it/moving_mean:0": mean,
    "it/moving_variance:0": variance,
  };

  test.each([
    [-1, 1e-3],
    [3, 0.01],
    [[3], 1e-5],
  ])("axis %j, epsilon %d", async (axis, epsilon) => {
    const made = await runLayer("BatchNormalization", { axis, epsilon }, weights, [maps]);
    expect(difference(made, wanted(epsilon))).toBeLessThan(TOLERANCE);
  });

  test("of maps that lie turned, and of maps with their channels first", async () => {
    const layers = [
      layer("InputLayer", "image", { batch_input_shape: [null, 4, 5, 6] }),
      layer("UpSampling2D", "up", { size: 1 }, "image"),
      layer("BatchNormalization", "it", {}, "up"),
    ];
    const [turned] = await runModel(functional(layers, "it"), { it: weights }, [maps]);
    expect(difference(turned, wanted(1e-3))).toBeLessThan(TOLERANCE);
    const inputs = [transposed(maps, TO_FIRST)];
    const first = await runLayer("BatchNormalization", { axis: 1 }, weights, inputs);
    expect(difference(transposed(first, TO_LAST), wanted(1e-3))).toBeLessThan(TOLERANCE);
  });

  describe("called with training=True, as networks that make pictures are", () => {
    const other = { ...maps, values: Array.from(maps.values, (value, at) => value * (at % 5)) };
    const channel = ({ values }: Tensor, c: number) =>
      Array.from(values).filter((_, place) => place % 6 === c);
    const meanOf = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
    const byItself = filled(maps.shape, (n, y, x, c) => {
      const all = channel(other, c);
      const own = meanOf(all);
      const spread = meanOf(all.map((value) => (value - own) ** 2));
      const standard = (entry(other, n, y, x, c) - own) / Math.sqrt(spread + 1e-3);
      return at(gamma, c) * standard + at(beta, c);
    });
    const called = (training: unknown, config = {}, size: unknown = 1) => {
      const own = layer("BatchNormalization", "it", config);
      const image = { batch_input_shape: [null, 4, 5, 6] };
      const layers = [
        layer("InputLayer", "image", image),
        layer("UpSampling2D", "up", { size }, "image"),
        layer("Dropout", "drop", { rate: 0.5 }, "up"),
        { ...own, inbound_nodes: [[["drop", 0, 0, { training }]]] },
      ];
      return functional(layers, "it");
    };

    test("it goes by the mean and variance of the maps themselves", async () => {
      const [made] = await runModel(called(true), { it: weights }, [other]);
      expect(difference(made, byItself)).toBeLessThan(TOLERANCE);
      const settings = { axis: 1 };
      const inbound = [[["image", 0, 0, { training: true }]]];
      const first = [
        layer("InputLayer", "image", { batch_input_shape: [null, 6, 4, 5] }),
        { ...layer("BatchNormalization", "it", settings), inbound_nodes: inbound },
      ];
      const inputs = [transposed(other, TO_FIRST)];
      const [turned] = await runModel(functional(first, "it"), { it: weights }, inputs);
      expect(difference(transposed(turned, TO_LAST), byItself)).toBeLessThan(TOLERANCE);
    });

    test("a frozen one, and one of training=False, go by what training left", async () => {
      const frozen = called(true, { trainable: false });
      for (const model of [frozen, called(false), called(null)]) {
        const [made] = await runModel(model, { it: weights }, [maps]);
        expect(difference(made, wanted(1e-3))).toBeLessThan(TOLERANCE);
      }
    });

    test("what is dropped at random even then is left out, and that is said", async () => {
      const layers = [
        layer("InputLayer", "image", { batch_input_shape: [null, 4, 5, 6] }),
        { ...layer("Dropout", "it", {}), inbound_nodes: [[["image", 0, 0, { training: true }]]] },
      ];
      const { executable } = await buildModel(functional(layers, "it"), {});
      expect(executable.remarks).toEqual([expect.stringContaining("at random")]);
      const quiet = await buildModel(called(true), { it: weights });
      expect(quiet.executable.remarks).toEqual([]);
    });
  });

  test("without a gain, without an offset, without either", async () => {
    const ones = eachEntry(gamma, () => 1);
    const zeros = eachEntry(gamma, () => 0);
    const { "it/gamma:0": _gain, ...noGain } = weights;
    const { "it/beta:0": _offset, ...noOffset } = weights;
    const { "it/beta:0": _both, ...neither } = noGain;
    const run = (settings: Record<string, unknown>, own: typeof weights | object) =>
      runLayer("BatchNormalization", settings, { ...own }, [maps]);
    const cases = [
      [await run({ scale: false }, noGain), wanted(1e-3, ones)],
      [await run({ center: false }, noOffset), wanted(1e-3, gamma, zeros)],
      [await run({ scale: false, center: false }, neither), wanted(1e-3, ones, zeros)],
    ];
    for (const [made, right] of cases) expect(difference(made, right)).toBeLessThan(TOLERANCE);
  });

  test("weights as Keras 1 names them, and as Keras 3's states number them", async () => {
    const keras1 = {
      it_gamma: gamma,
      it_beta: beta,
      it_running_mean: mean,
      it_running_std: variance,
    };
    const numbered = { "it/0": gamma, "it/1": beta, "it/2": mean, "it/3": variance };
    for (const own of [keras1, numbered]) {
      const made = await runLayer("BatchNormalization", {}, own, [maps]);
      expect(difference(made, wanted(1e-3))).toBeLessThan(TOLERANCE);
    }
  });
});

/** What is left of numbers whose mean and variance are taken over the places that `group` says. */
function normalised(
  tensor: Tensor,
  epsilon: number,
  group: (...place: readonly number[]) => string,
): Tensor {
  const members = new Map<string, number[]>();
  filled(tensor.shape, (...place) => {
    const key = group(...place);
    members.set(key, [...(members.get(key) ?? []), entry(tensor, ...place)]);
    return 0;
  });
  return filled(tensor.shape, (...place) => {
    const own = members.get(group(...place)) ?? [];
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
    return (entry(tensor, ...place) - mean) / Math.sqrt(variance + epsilon);
  });
}

describe("other normalisations", () => {
  test("LayerNormalization over the channels of each place", async () => {
    const weights = { "it/gamma:0": numbers([6], 2), "it/beta:0": numbers([6], 3) };
    const made = await runLayer("LayerNormalization", { axis: [3] }, weights, [maps]);
    const normal = normalised(maps, 1e-3, (n, y, x) => [n, y, x].join());
    const wanted = filled(maps.shape, (n, y, x, c) => {
      const [gamma, beta] = Object.values(weights);
      return entry(normal, n, y, x, c) * at(gamma, c) + at(beta, c);
    });
    expect(difference(made, wanted)).toBeLessThan(TOLERANCE);
  });

  test("LayerNormalization over the whole map, without a gain", async () => {
    const beta = numbers([4, 5, 6], 3);
    const settings = { axis: [1, 2, 3], scale: false, epsilon: 0.1 };
    const made = await runLayer("LayerNormalization", settings, { "it/beta:0": beta }, [maps]);
    const normal = normalised(maps, 0.1, (n) => String(n));
    const each = count(beta.shape);
    const wanted = {
      ...normal,
      values: Array.from(normal.values, (v, i) => v + at(beta, i % each)),
    };
    expect(difference(made, wanted)).toBeLessThan(TOLERANCE);
  });

  test.each([
    [1, 6],
    [3, 2],
    [-1, 1],
  ])("GroupNormalization in %i groups", async (groups, channels) => {
    const weights = { "it/gamma:0": numbers([6], 2), "it/beta:0": numbers([6], 3) };
    const made = await runLayer("GroupNormalization", { groups, axis: -1 }, weights, [maps]);
    const normal = normalised(maps, 1e-3, (n, _y, _x, c) => [n, Math.floor(c / channels)].join());
    const wanted = filled(maps.shape, (n, y, x, c) => {
      const [gamma, beta] = Object.values(weights);
      return entry(normal, n, y, x, c) * at(gamma, c) + at(beta, c);
    });
    expect(difference(made, wanted)).toBeLessThan(TOLERANCE);
  });

  test("Rescaling, by one number and by one for each channel", async () => {
    const made = await runLayer("Rescaling", { scale: 1 / 127.5, offset: -1 }, {}, [maps]);
    expect(
      difference(
        made,
        eachEntry(maps, (value) => value / 127.5 - 1),
      ),
    ).toBeLessThan(TOLERANCE);
    const offset = [1, 2, 3, 4, 5, 6];
    const each = await runLayer("Rescaling", { scale: 2, offset }, {}, [maps]);
    const wanted = filled(maps.shape, (n, y, x, c) => 2 * entry(maps, n, y, x, c) + offset[c]);
    expect(difference(each, wanted)).toBeLessThan(TOLERANCE);
  });

  test("Normalization, by weights and by its settings", async () => {
    const mean = numbers([6], 2);
    const variance = positive([6], 3);
    const wanted = filled(
      maps.shape,
      (n, y, x, c) => (entry(maps, n, y, x, c) - at(mean, c)) / Math.sqrt(at(variance, c)),
    );
    const weights = { "it/mean:0": mean, "it/variance:0": variance, "it/count:0": numbers([1], 4) };
    const learned = await runLayer("Normalization", { axis: [-1] }, weights, [maps]);
    expect(difference(learned, wanted)).toBeLessThan(TOLERANCE);
    const settings = {
      axis: [3],
      mean: [Array.from(mean.values)],
      variance: Array.from(variance.values),
    };
    const stated = await runLayer("Normalization", settings, {}, [maps]);
    expect(difference(stated, wanted)).toBeLessThan(TOLERANCE);
  });

  test.each([
    ["BatchNormalization", { axis: [1, 3] }],
    ["LayerNormalization", { axis: [1] }],
    ["LayerNormalization", { rms_scaling: true }],
    ["Normalization", { axis: [1] }],
    ["GroupNormalization", { groups: 4 }],
  ])("%s %j is refused", async (className, settings) => {
    const run = runLayer(className, settings, { gamma: numbers([6]), beta: numbers([6]) }, [maps]);
    await expect(run).rejects.toMatchObject({ code: "cannot-run" });
  });

  test.each([
    "Dropout",
    "SpatialDropout2D",
    "GaussianNoise",
    "GaussianDropout",
    "ActivityRegularization",
    "RandomRotation",
  ])("%s does nothing but in training", async (className) => {
    expect(difference(await runLayer(className, { rate: 0.5 }, {}, [maps]), maps)).toBe(0);
  });
});
