import type { SkipReason } from "../../network/network.ts";
import { isPermutation, permuteAxes } from "../arrays/permuteAxes.ts";
import { intAttribute, textAttribute, typeAttribute } from "./attributes.ts";
import { integerType } from "./dataTypes.ts";
import type { StoredTensor, StoredTensors, TensorFlowNode } from "./graphDef.ts";
import type { NodeTable } from "./nodeTable.ts";

/** Nodes between a convolution and its weights; exporters put four or five there. */
const MAX_STEPS = 64;

/** Operators that hand on their first input, as far as weights at rest are concerned. */
const HANDS_ON: ReadonlySet<string> = new Set(
  `CheckNumerics Cast EnsureShape Enter FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars
  FakeQuantWithMinMaxVarsPerChannel Identity PlaceholderWithDefault PreventGradient
  QuantizeAndDequantize QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 QuantizeAndDequantizeV4
  ReadVariableOp RefEnter RefIdentity Snapshot StopGradient`.split(/\s+/),
);

/** Operators whose values are stored: without a tensor here they are elsewhere. */
const STORED: ReadonlySet<string> = new Set([
  "Const",
  "Variable",
  "VariableV2",
  "VarHandleOp",
  "_VarHandlesOp",
  "Placeholder",
]);

/** What happens to stored numbers on the way to the convolution. */
type Step =
  | { readonly kind: "shape"; readonly shape: readonly number[] }
  | { readonly kind: "axes"; readonly permutation: readonly number[] }
  | { readonly kind: "scale"; readonly scale: Scaling };

interface Scaling {
  readonly mode: string;
  readonly bits: number;
  readonly isSigned: boolean;
  readonly minimum: StoredTensor;
  readonly maximum: StoredTensor;
}

/** Weights as a convolution sees them. */
export interface Weight {
  readonly tensor: StoredTensor;
  readonly shape: readonly number[];
  read(): Promise<Float32Array>;
}

export type WeightLookup =
  | { readonly kind: "found"; readonly weight: Weight }
  | { readonly kind: "skipped"; readonly reason: SkipReason; readonly name: string | null };

/** Finds the stored tensor behind a convolution's input of weights. */
export function findWeight(
  input: string | undefined,
  table: NodeTable,
  constants: StoredTensors,
): WeightLookup {
  const steps: Step[] = [];
  let at = table.producer(input);
  for (let count = 0; count < MAX_STEPS && at !== null; count += 1) {
    const { node } = at;
    const tensor = constants(node.name);
    if (tensor !== null) return weightOf(tensor, steps.reverse());
    if (STORED.has(node.op)) return skipped("weights are not in the file", node.name);
    const step = HANDS_ON.has(node.op) ? null : stepOf(node, table, constants);
    if (typeof step === "string") return skipped(step, null);
    if (step !== null) steps.push(step);
    at = table.producer(node.inputs[0]);
  }
  return skipped("weights are computed while the network runs", null);
}

function skipped(reason: SkipReason, name: string | null): WeightLookup {
  return { kind: "skipped", reason, name };
}

function stepOf(
  node: TensorFlowNode,
  table: NodeTable,
  constants: StoredTensors,
): Step | SkipReason {
  const constant = (position: number) => {
    const producer = table.producer(node.inputs[position]);
    return producer === null ? null : constants(producer.node.name);
  };
  switch (node.op) {
    case "Reshape": {
      const shape = constant(1)?.smallInts() ?? null;
      return shape === null
        ? "weights are computed while the network runs"
        : { kind: "shape", shape };
    }
    case "Transpose": {
      const permutation = constant(1)?.smallInts() ?? null;
      if (permutation === null) return "weights are computed while the network runs";
      return { kind: "axes", permutation };
    }
    case "ExpandDims":
      // How TensorFlow runs 1-D convolutions: with a height of one.
      return "1-D convolution";
    case "Dequantize": {
      const type = integerType(typeAttribute(node, "T") ?? "");
      const [minimum, maximum] = [constant(1), constant(2)];
      const isPerTensor = minimum?.shape.length === 0 && maximum?.shape.length === 0;
      if (!isPerTensor || type === null || type.bytes > 2) {
        return "quantized weights of a kind not read yet";
      }
      if (intAttribute(node, "axis", -1) !== -1) return "quantized weights of a kind not read yet";
      const mode = textAttribute(node, "mode") ?? "MIN_COMBINED";
      const scale = { mode, bits: type.bytes * 8, isSigned: type.isSigned, minimum, maximum };
      return { kind: "scale", scale };
    }
    default:
      return "weights are computed while the network runs";
  }
}

/** `steps` from the tensor to the convolution. */
function weightOf(tensor: StoredTensor, steps: readonly Step[]): WeightLookup {
  const isScaled = steps.some(({ kind }) => kind === "scale");
  if (tensor.isFloat === isScaled) {
    return skipped("quantized weights of a kind not read yet", tensor.name);
  }
  const shapes = [tensor.shape];
  for (const step of steps) {
    const next = shapeAfter(shapes[shapes.length - 1], step);
    if (next === null) {
      return skipped("weights do not have the shape of a convolution", tensor.name);
    }
    shapes.push(next);
  }
  const read = async () => {
    let numbers = await tensor.read();
    for (const [index, step] of steps.entries()) {
      if (step.kind === "scale") numbers = await scaled(numbers, step.scale);
      if (step.kind === "axes") numbers = permuteAxes(numbers, shapes[index], step.permutation);
    }
    return numbers;
  };
  return { kind: "found", weight: { tensor, shape: shapes[shapes.length - 1], read } };
}

function shapeAfter(shape: readonly number[], step: Step): readonly number[] | null {
  switch (step.kind) {
    case "scale":
      return shape;
    case "axes": {
      const { permutation } = step;
      if (!isPermutation(permutation, shape.length)) return null;
      return permutation.map((axis) => shape[axis]);
    }
    case "shape":
      return reshaped(shape, step.shape);
  }
}

/** One length may be left open as -1. */
function reshaped(shape: readonly number[], wanted: readonly number[]): readonly number[] | null {
  const elements = product(shape);
  const known = product(wanted.filter((length) => length !== -1));
  const filled = wanted.map((length) => (length === -1 ? elements / known : length));
  const isWhole = filled.every((length) => Number.isSafeInteger(length) && length >= 0);
  return isWhole && product(filled) === elements ? filled : null;
}

function product(lengths: readonly number[]): number {
  return lengths.reduce((count, length) => count * length, 1);
}

/** The formulas of tensorflow/core/kernels/dequantize_op.cc, one range for the whole tensor. */
async function scaled(numbers: Float32Array, scaling: Scaling): Promise<Float32Array> {
  const { mode, bits, isSigned, minimum, maximum } = scaling;
  const low = (await minimum.read())[0] ?? 0;
  const high = (await maximum.read())[0] ?? 0;
  const half = 2 ** (bits - 1);
  if (mode === "SCALED") {
    const step = isSigned ? Math.max(-low / half, high / (half - 1)) : high / (2 * half - 1);
    return numbers.map((value) => value * step);
  }
  const lowest = isSigned ? -half : 0;
  const step = (high - low) / (2 * half - 1);
  const isRounded = mode === "MIN_FIRST" && step !== 0;
  const start = isRounded ? roundedAway(low / step) * step : low;
  return numbers.map((value) => start + (value - lowest) * step);
}

/** Halves away from zero, as C++ rounds. */
function roundedAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}
