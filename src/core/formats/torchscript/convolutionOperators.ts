import type { Operation, Padding } from "../../network/graph.ts";
import type { Size2d } from "../../network/size2d.ts";
import { type PickledObject, itemsOf as pickledItems } from "../pickle/values.ts";
import { countsOf } from "../pytorch/pickledNumbers.ts";
import { StoredTensor } from "../pytorch/torchTensor.ts";
import { type OperatorCall, pairOr } from "./operatorCall.ts";
import type { ScriptGraph } from "./scriptGraph.ts";
import { type ConvolutionSettings, PackedWeight, type ScriptValue } from "./values.ts";

/** Positions of an operator's arguments; null for those that it does not have. */
interface Signature {
  readonly isTransposed: boolean | "argument 6";
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly outputPadding: number | null;
  readonly groups: number;
}

const PLAIN: Signature = {
  isTransposed: false,
  stride: 3,
  padding: 4,
  dilation: 5,
  outputPadding: null,
  groups: 6,
};

const GENERAL: Signature = { ...PLAIN, isTransposed: "argument 6", outputPadding: 7, groups: 8 };

const TRANSPOSED: Signature = {
  isTransposed: true,
  stride: 3,
  padding: 4,
  outputPadding: 5,
  groups: 6,
  dilation: 7,
};

/** (weight, bias, settings): as if a map stood in front. */
const PACKED: Signature = { ...PLAIN, stride: 2, padding: 3, dilation: 4, groups: 5 };

const PACKED_TRANSPOSED: Signature = {
  isTransposed: true,
  stride: 2,
  padding: 3,
  outputPadding: 4,
  dilation: 5,
  groups: 6,
};

/** Operators on (map, weight, bias, settings), aten/src/ATen/native/native_functions.yaml. */
const CONVOLUTIONS: ReadonlyMap<string, Signature> = new Map([
  ["_convolution", GENERAL],
  ["convolution", GENERAL],
  ["_convolution_mode", PLAIN],
  ["conv1d", PLAIN],
  ["conv2d", PLAIN],
  ["conv3d", PLAIN],
  ["cudnn_convolution_relu", PLAIN],
  ["conv_transpose1d", TRANSPOSED],
  ["conv_transpose2d", TRANSPOSED],
  ["conv_transpose3d", TRANSPOSED],
]);

/** Operators that put a weight and its settings into one object. */
const PACKERS: ReadonlyMap<string, Signature> = new Map([
  ["quantized.conv2d_prepack", PACKED],
  ["quantized.conv_prepack", PACKED],
  ["quantized.conv_transpose2d_prepack", PACKED_TRANSPOSED],
  ["prepacked.conv2d_clamp_prepack", PACKED],
  ["prepacked.conv2d_transpose_clamp_prepack", PACKED_TRANSPOSED],
]);

/** Operators on (map, such an object). */
const TAKES_PACKED: ReadonlySet<string> = new Set([
  "quantized.conv2d",
  "quantized.conv2d_relu",
  "quantized.conv_transpose2d",
  "prepacked.conv2d_clamp_run",
  "prepacked.conv2d_transpose_clamp_run",
]);

/** What a convolution makes; undefined if the operator is none. */
export function translateConvolution(
  call: OperatorCall,
  graph: ScriptGraph,
): ScriptValue | undefined {
  const { name, args } = call;
  const packer = PACKERS.get(name);
  if (packer !== undefined) {
    const settings = settingsOf(args, packer);
    const [weight] = args;
    if (settings === null || !(weight instanceof StoredTensor)) return undefined;
    return new PackedWeight(weight, settings);
  }
  const [map, second] = args;
  if (TAKES_PACKED.has(name) && second instanceof PackedWeight) {
    return applied(name, map, second.weight, second.settings, graph);
  }
  const signature = CONVOLUTIONS.get(name);
  if (signature === undefined || !(second instanceof StoredTensor)) return undefined;
  return applied(name, map, second, settingsOf(args, signature), graph);
}

function applied(
  name: string,
  map: ScriptValue,
  weight: StoredTensor,
  settings: ConvolutionSettings | null,
  graph: ScriptGraph,
): ScriptValue {
  const is2d = weight.shape.length === 4 && settings !== null;
  const operation: Operation = is2d
    ? operationOf(weight.shape, settings)
    : { kind: "opaque", operator: name };
  const result = graph.add(name, operation, [map], weight.shape.length);
  graph.addUse({ weight, settings: is2d ? settings : null, node: result.node });
  return result;
}

function operationOf(shape: readonly number[], settings: ConvolutionSettings): Operation {
  const [first, second, height, width] = shape;
  const kernelSize: Size2d = [height, width];
  const { stride, dilation, groups, outputPadding } = settings;
  const padding: Padding =
    settings.padding === "same"
      ? { kind: "same" }
      : { kind: "explicit", before: settings.padding, after: settings.padding };
  if (!settings.isTransposed) {
    return { kind: "convolution", kernelSize, stride, dilation, padding, outChannels: first };
  }
  return {
    kind: "transposedConvolution",
    kernelSize,
    stride,
    dilation,
    padding,
    outputPadding,
    outputSize: null,
    outChannels: second * groups,
  };
}

function settingsOf(
  args: readonly ScriptValue[],
  signature: Signature,
): ConvolutionSettings | null {
  const { isTransposed: transposed } = signature;
  const isTransposed = transposed === "argument 6" ? args[6] : transposed;
  const stride = pairOr(args[signature.stride], [1, 1]);
  const padding = paddingOf(args[signature.padding]);
  const dilation = pairOr(args[signature.dilation], [1, 1]);
  const outputPadding =
    signature.outputPadding === null
      ? ([0, 0] as const)
      : pairOr(args[signature.outputPadding], [0, 0]);
  const groups = args[signature.groups] ?? 1;
  const isKnown =
    typeof isTransposed === "boolean" && isSteps(stride) && isSteps(dilation) && isSteps([groups]);
  if (!isKnown || padding === null || outputPadding === null) return null;
  return { isTransposed, stride, padding, outputPadding, dilation, groups: Number(groups) };
}

function paddingOf(value: ScriptValue | undefined): Size2d | "same" | null {
  if (value === "same") return "same";
  return value === "valid" ? [0, 0] : pairOr(value, [0, 0]);
}

function isSteps<T extends readonly unknown[]>(steps: T | null): steps is T {
  return steps?.every((step) => Number.isInteger(step) && Number(step) >= 1) ?? false;
}

/**
 * The settings in an object that a file holds packed: mobile networks have (weight, bias, stride,
 * padding, dilation, groups, least, most) (aten/src/ATen/native/xnnpack/OpContext.h). Null for
 * any other object.
 */
export function unpacked({ type, states }: PickledObject): PackedWeight | null {
  const isTransposed = type?.name === "TransposeConv2dOpContext";
  if (!isTransposed && type?.name !== "Conv2dOpContext") return null;
  const state = pickledItems(states[0]) ?? [];
  const pair = (at: number): Size2d | null => {
    const [height, width, ...more] = countsOf(state[at]) ?? [];
    return width === undefined || more.length > 0 ? null : [height, width];
  };
  const [weight] = state;
  const [stride, padding] = [pair(2), pair(3)];
  const dilation = pair(isTransposed ? 5 : 4);
  const groups = state[isTransposed ? 6 : 5];
  const outputPadding = isTransposed ? pair(4) : ([0, 0] as const);
  const isKnown = isSteps(stride) && isSteps(dilation) && isSteps([groups]);
  if (!isKnown || padding === null || outputPadding === null) return null;
  if (!(weight instanceof StoredTensor)) return null;
  const settings = {
    isTransposed,
    stride,
    padding,
    outputPadding,
    dilation,
    groups: Number(groups),
  };
  return new PackedWeight(weight, settings);
}
