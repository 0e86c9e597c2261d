import { describe, it } from "vitest";
import { made, type Numbers, noise, slowEntries, slowReduction } from "../../support/slowMaps.ts";
import {
  afterConvolution,
  attribute,
  expectClose,
  floats,
  MAPS,
  node,
  realAttribute,
  whole,
} from "../../support/tensorflowRuns.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const evenly = (x: number) => {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
};

/** Abramowitz and Stegun 7.1.26 would do to 1e-7; the integral by Simpson's rule is plainer. */
function erf(x: number): number {
  const steps = 2000;
  const f = (t: number) => Math.exp(-t * t);
  let sum = f(0) + f(x);
  for (let at = 1; at < steps; at += 1) sum += (at % 2 === 1 ? 4 : 2) * f((x * at) / steps);
  return (sum * x * 2) / (steps * 3 * Math.sqrt(Math.PI));
}

const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

/** On entries between -4 and 4. */
const UNARY: Readonly<Record<string, (x: number) => number>> = {
  Abs: Math.abs,
  Ceil: Math.ceil,
  Cos: Math.cos,
  Elu: (x) => (x > 0 ? x : Math.expm1(x)),
  Erf: erf,
  Exp: Math.exp,
  Expm1: Math.expm1,
  Floor: Math.floor,
  Neg: (x) => -x,
  Relu: (x) => Math.max(x, 0),
  Relu6: (x) => Math.min(6, Math.max(x, 0)),
  Round: evenly,
  Selu: (x) => SELU.scale * (x > 0 ? x : SELU.alpha * Math.expm1(x)),
  Sigmoid: sigmoid,
  Sign: Math.sign,
  Sin: Math.sin,
  Softplus: (x) => Math.log1p(Math.exp(x)),
  Softsign: (x) => x / (1 + Math.abs(x)),
  Square: (x) => x * x,
  Tanh: Math.tanh,
  Identity: (x) => x,
};

/** On what those are squared and raised. */
const OF_POSITIVE: Readonly<Record<string, (x: number) => number>> = {
  Log: Math.log,
  Log1p: Math.log1p,
  Reciprocal: (x) => 1 / x,
  Rsqrt: (x) => 1 / Math.sqrt(x),
  Sqrt: Math.sqrt,
};

const SCALED = slowEntries([MAPS], (x) => 3 * x);
const scaling = [
  floats("three", { shape: [], values: Float32Array.of(3) }),
  node("scaled", "Mul", ["maps", "three"]),
];

describe("operators of one operand", () => {
  it.each(Object.entries(UNARY))("%s", async (op, compute) => {
    const nodes = [...scaling, node("result", op, ["scaled"])];
    const wanted = slowEntries([SCALED], compute);
    await afterConvolution(nodes, "result", (found) => expectClose(found, wanted, 1e-4));
  });

  it.each(Object.entries(OF_POSITIVE))("%s", async (op, compute) => {
    const nodes = [
      node("square", "Square", ["maps"]),
      floats("half", { shape: [], values: Float32Array.of(0.5) }),
      node("raised", "AddV2", ["square", "half"]),
      node("result", op, ["raised"]),
    ];
    const wanted = slowEntries([MAPS], (x) => compute(x * x + 0.5));
    await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
  });

  it("with a setting: LeakyRelu, Prelu, ClipByValue", async () => {
    const nodes = [
      ...scaling,
      node("leaky", "LeakyRelu", ["scaled"], { alpha: realAttribute(0.1) }),
      floats("slope", noise([4], 3)),
      node("sloped", "Prelu", ["leaky", "slope"]),
      floats("low", { shape: [], values: Float32Array.of(-0.02) }),
      floats("high", { shape: [], values: Float32Array.of(1) }),
      node("result", "ClipByValue", ["sloped", "low", "high"]),
    ];
    const wanted = slowEntries([SCALED, noise([4], 3)], (x, slope) => {
      const leaky = x > 0 ? x : 0.1 * x;
      return Math.min(1, Math.max(-0.02, leaky > 0 ? leaky : slope * leaky));
    });
    await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
  });

  it.each(["Softmax", "LogSoftmax"])("%s over the channels", async (op) => {
    const sums = slowReduction(MAPS, [3], true, (entries) =>
      entries.reduce((sum, x) => sum + Math.exp(x), 0),
    );
    const wanted = slowEntries([MAPS, sums], (x, sum) =>
      op === "Softmax" ? Math.exp(x) / sum : x - Math.log(sum),
    );
    const nodes = [node("result", op, ["maps"])];
    await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
  });
});

const BINARY: Readonly<Record<string, (x: number, y: number) => number>> = {
  Add: (x, y) => x + y,
  AddV2: (x, y) => x + y,
  FloorDiv: (x, y) => Math.floor(x / y),
  FloorMod: (x, y) => x - Math.floor(x / y) * y,
  Maximum: Math.max,
  Minimum: Math.min,
  Mul: (x, y) => x * y,
  RealDiv: (x, y) => x / y,
  SquaredDifference: (x, y) => (x - y) ** 2,
  Sub: (x, y) => x - y,
};

/** Operands as they stand beside maps (1,7,5,4); away from 0, by which some divide. */
const OPERANDS: readonly (readonly number[])[] = [
  [],
  [1],
  [4],
  [5, 1],
  [5, 4],
  [7, 1, 1],
  [7, 5, 4],
  [1, 1, 1, 4],
  [1, 7, 1, 1],
  [1, 7, 5, 4],
];

function operand(shape: readonly number[]): Numbers {
  return slowEntries([noise(shape, 11)], (x) => x + 2);
}

describe("operators of two operands", () => {
  it.each(Object.entries(BINARY))("%s with an operand of any axes", async (op, compute) => {
    for (const shape of OPERANDS) {
      const nodes = [floats("other", operand(shape)), node("result", op, ["maps", "other"])];
      const wanted = slowEntries([MAPS, operand(shape)], compute);
      await afterConvolution(nodes, "result", (found) => expectClose(found, wanted, 1e-4));
    }
  });

  it("the stored one first, or both computed in different orders", async () => {
    for (const shape of OPERANDS) {
      const stored = [floats("other", operand(shape)), node("result", "Sub", ["other", "maps"])];
      const wanted = slowEntries([operand(shape), MAPS], (x, y) => x - y);
      await afterConvolution(stored, "result", (found) => expectClose(found, wanted));
      const computed = [
        floats("other", operand(shape)),
        floats("axis", { shape: [], values: Float32Array.of(1) }),
        node("more", "AddN", ["other", "axis"]),
        node("less", "Sigmoid", ["more"]),
        node("result", "Mul", ["maps", "less"]),
      ];
      const product = slowEntries([MAPS, operand(shape)], (x, y) => x * sigmoid(y + 1));
      await afterConvolution(computed, "result", (found) => expectClose(found, product));
    }
  });

  it("one number per image and channel beside a map, as squeeze and excitation has it", async () => {
    const nodes = [
      floats("weights", noise([4, 4], 8)),
      whole("sides", [1, 2]),
      whole("shape", [-1, 1, 1, 4]),
      node("wide", "Max", ["maps", "sides"], { keep_dims: attribute.bool(false) }),
      node("dense", "MatMul", ["wide", "weights"]),
      node("gate", "Sigmoid", ["dense"]),
      node("four", "Reshape", ["gate", "shape"]),
      node("result", "Mul", ["maps", "four"]),
    ];
    const most = slowReduction(MAPS, [1, 2], false, (entries) => Math.max(...entries));
    const gates = made([1, 1, 1, 4], ([, , , o]) =>
      sigmoid(
        [0, 1, 2, 3].reduce(
          (sum, c) => sum + most.values[c] * noise([4, 4], 8).values[4 * c + o],
          0,
        ),
      ),
    );
    const wanted = slowEntries([MAPS, gates], (x, gate) => x * gate);
    await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
  });

  it("choices by a comparison", async () => {
    const compare: Readonly<Record<string, (x: number, y: number) => boolean>> = {
      Greater: (x, y) => x > y,
      GreaterEqual: (x, y) => x >= y,
      Less: (x, y) => x < y,
      LessEqual: (x, y) => x <= y,
      NotEqual: (x, y) => x !== y,
    };
    for (const [op, holds] of Object.entries(compare)) {
      const nodes = [
        floats("other", noise([4], 3)),
        node("which", op, ["maps", "other"]),
        node("result", "SelectV2", ["which", "maps", "other"]),
      ];
      const wanted = slowEntries([MAPS, noise([4], 3)], (x, y) => (holds(x, y) ? x : y));
      await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
    }
  });
});
