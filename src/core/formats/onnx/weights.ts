import type { SkipReason } from "../../network/network.ts";
import { isConvolution, weightInput } from "./convolutions.ts";
import { integerScale } from "./integerScale.ts";
import { isFloatType, isIntegerType, type OnnxNode, type OnnxTensor } from "./model.ts";
import type { GraphValues } from "./values.ts";
import {
  dimensionsAfter,
  isFollowed,
  isNoLarger,
  type ShapeVectors,
  stepOf,
  tensorsOfStep,
  type WeightStep,
} from "./weightSteps.ts";

/** A stored weight tensor and what the graph does to it before a convolution takes it. */
export interface WeightSource {
  readonly tensor: OnnxTensor;
  /** From the stored tensor to the convolution. */
  readonly steps: readonly WeightStep[];
  /** Axis lengths as the convolution sees them. */
  readonly dimensions: readonly number[];
  /** The weights are whole numbers whose scale was not found; they are read as they are. */
  readonly lacksScale: boolean;
}

export type WeightLookup = WeightSource | SkipReason;

/** Nodes between a stored tensor and its convolution; exporters write one to three. */
const MAX_STEPS = 32;

const COMPUTED: SkipReason = "weights are computed while the network runs";
const NOT_READ: SkipReason = "quantized weights of a kind not read yet";

/** Every tensor that must be read to have the weights. */
export function tensorsOf({ tensor, steps }: WeightSource): readonly OnnxTensor[] {
  return [tensor, ...steps.flatMap(tensorsOfStep)];
}

/** What is known of the weights of every convolution among `nodes`. */
export function findWeights(
  nodes: readonly OnnxNode[],
  values: GraphValues,
  vectors: ShapeVectors,
): ReadonlyMap<OnnxNode, WeightLookup> {
  const consumers = new Map<string, OnnxNode[]>();
  if (nodes.some(({ operator }) => operator === "ConvInteger")) {
    for (const node of nodes) {
      for (const input of node.inputs) {
        const users = consumers.get(input);
        if (users === undefined) consumers.set(input, [node]);
        else users.push(node);
      }
    }
  }
  return new Map(
    nodes
      .filter(isConvolution)
      .map((node) => [node, findWeight(node, values, consumers, vectors)] as const),
  );
}

/** Finds the stored tensor behind the weights of a convolution node. */
function findWeight(
  node: OnnxNode,
  values: GraphValues,
  consumers: ReadonlyMap<string, readonly OnnxNode[]>,
  vectors: ShapeVectors,
): WeightLookup {
  const path = pathToTensor(weightInput(node), values);
  if (typeof path === "string") return path;
  const { tensor, nodes } = path;
  const steps: WeightStep[] = [];
  let { dimensions } = tensor;
  const add = (step: WeightStep) => {
    steps.push(step);
    dimensions = dimensionsAfter(step, dimensions);
  };
  for (const between of nodes) {
    const step = stepOf(between, dimensions, values, vectors);
    if (typeof step === "string") return step;
    if (step !== null) add(step);
  }
  const own = ownScale(node, dimensions, values, consumers);
  if (typeof own === "string") return own;
  if (own !== null) add(own);
  const isReal =
    isFloatType(tensor.dataType) ||
    steps.some(({ kind }) => kind === "dequantize" || kind === "arithmetic");
  if (!isReal || !(isFloatType(tensor.dataType) || isIntegerType(tensor.dataType))) {
    return NOT_READ;
  }
  const lacksScale = own?.kind === "dequantize" && own.scale === null;
  return { tensor, steps, dimensions, lacksScale };
}

interface WeightPath {
  readonly tensor: OnnxTensor;
  /** From the stored tensor to the convolution. */
  readonly nodes: readonly OnnxNode[];
}

function pathToTensor(name: string, values: GraphValues): WeightPath | SkipReason {
  const nodes: OnnxNode[] = [];
  let value = name;
  for (let count = 0; count < MAX_STEPS; count += 1) {
    const tensor = values.tensors.get(value);
    if (tensor !== undefined) return { tensor, nodes: nodes.toReversed() };
    if (values.sparse.has(value)) return "sparse weights";
    const node = values.producers.get(value);
    if (node === undefined) return "weights are not in the file";
    if (!isFollowed(node)) return COMPUTED;
    nodes.push(node);
    value = node.inputs[dataInput(node, values)] ?? "";
  }
  return COMPUTED;
}

/** Of two operands the stored one is a factor of the other; of two stored ones the smaller. */
function dataInput({ operator, inputs }: OnnxNode, { tensors }: GraphValues): number {
  if (!["Add", "Sub", "Mul", "Div"].includes(operator)) return 0;
  const [first, second] = inputs.map((input) => tensors.get(input));
  if (first === undefined) return 0;
  return second === undefined || second.elements > first.elements ? 1 : 0;
}

/** The scale that a convolution of whole numbers brings itself; null if it takes real ones. */
function ownScale(
  node: OnnxNode,
  dimensions: readonly number[],
  values: GraphValues,
  consumers: ReadonlyMap<string, readonly OnnxNode[]>,
): WeightStep | SkipReason | null {
  switch (node.operator) {
    case "QLinearConv":
    case "QLinearConvTranspose": {
      const scale = values.tensors.get(node.inputs[4] ?? "");
      const zeroPoint = zeroPointOf(node, 5, values);
      if (scale === undefined || !isFloatType(scale.dataType)) return NOT_READ;
      if (zeroPoint === undefined) return NOT_READ;
      if (!isNoLarger(scale, dimensions) || !isNoLarger(zeroPoint, dimensions)) return NOT_READ;
      // One scale per output channel, whose axis is the second in transposed convolutions.
      const axis = node.operator === "QLinearConv" ? 0 : 1;
      return { kind: "dequantize", scale, zeroPoint, axis, blockSize: 0 };
    }
    case "ConvInteger": {
      const zeroPoint = zeroPointOf(node, 3, values);
      if (zeroPoint === undefined || !isNoLarger(zeroPoint, dimensions)) return NOT_READ;
      const scale = integerScale(node, dimensions[0] ?? 0, values, consumers);
      return { kind: "dequantize", scale, zeroPoint, axis: 0, blockSize: 0 };
    }
    default:
      return null;
  }
}

/** Null if the node has none, undefined if it is not stored. */
function zeroPointOf(
  node: OnnxNode,
  input: number,
  values: GraphValues,
): OnnxTensor | null | undefined {
  const name = node.inputs[input] ?? "";
  return name === "" ? null : values.tensors.get(name);
}
