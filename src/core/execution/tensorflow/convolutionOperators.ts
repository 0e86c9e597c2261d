import {
  boolAttribute,
  layoutOf,
  paddingOf,
  pairAttribute,
} from "../../formats/tensorflow/attributes.ts";
import { groupsOf } from "../../formats/tensorflow/channels.ts";
import { type ConvolutionKind, convolutionKind } from "../../formats/tensorflow/convolutions.ts";
import type { ModelKernels } from "./appliedConvolutions.ts";
import { type ConvolutionParts, convolve, convolveTransposed } from "./convolutionNodes.ts";
import { normalize } from "./denseNodes.ts";
import { leaky, prelu, type UnaryOperator, unary } from "./entryNodes.ts";
import type { MapValue } from "./mapValues.ts";
import {
  floatAttribute,
  inputAt,
  type NodeCall,
  type OperatorCall,
  textsAttribute,
} from "./operatorCall.ts";
import { Untranslatable } from "./untranslatable.ts";

/** From TensorFlow's axes of weights to ONNX's. */
const TO_ONNX = { plain: [3, 2, 0, 1], depthwise: [2, 3, 0, 1] } as const;

/** A convolution with what graph optimisers fuse into it; null for any other operator. */
export function translateConvolution(call: OperatorCall): readonly MapValue[] | null {
  const { node, graph, stored, layer } = call;
  const kind = convolutionKind(node);
  if (kind === null) return null;
  if (kind.skip !== null || kind.weights !== 1) {
    throw new Untranslatable("only convolutions of plain maps are run");
  }
  const maps = inputAt(call, kind.data);
  const layout = layoutOf(node);
  const channels = maps.dimensions?.[layout === "channelsFirst" ? 1 : 3] ?? null;
  const { kernels, shape } = stored ?? computedKernels(call, kind);
  const fused = kind.data === 0 ? textsAttribute(node, "fused_ops") : [];
  const hasBias = fused[0] === "BiasAdd" || node.op === "_FusedConv2DWithBias";
  const parts: ConvolutionParts = {
    maps,
    kernels,
    bias: hasBias ? inputAt(call, 2) : null,
    groups: groupsOfKind(kind, shape, call.groups ?? groupsOf(channels, shape[2])),
    stride: pairAttribute(node, "strides"),
    dilation: pairAttribute(node, "dilations"),
    padding: paddingOf(node),
    layout,
    label: node.name,
    layer,
  };
  const { value, applied } =
    kind.layout === "h,w,out,in"
      ? convolveTransposed(graph, parts, inputAt(call, 0))
      : convolve(graph, parts);
  call.note(applied);
  return [withFused(call, value, fused, hasBias ? 3 : 2)];
}

function groupsOfKind({ layout }: ConvolutionKind, shape: readonly number[], groups: number) {
  if (layout === "h,w,in,multiplier") return shape[2];
  return layout === "h,w,out,in" ? 1 : groups;
}

/** Weights that the network computes: they can be applied, but not be replaced. */
function computedKernels(call: OperatorCall, kind: ConvolutionKind) {
  const weights = inputAt(call, kind.weights);
  const shape = weights.dimensions?.map((length) => length ?? -1) ?? [];
  if (shape.length !== 4 || shape.includes(-1)) {
    throw new Untranslatable("the shape of its weights is open");
  }
  const { graph, node } = call;
  const isDepthwise = kind.layout === "h,w,in,multiplier";
  const permutation = isDepthwise ? TO_ONNX.depthwise : TO_ONNX.plain;
  let value = graph.node("Transpose", [graph.asStated(weights)], `${node.name}_weights`, {
    attributes: { perm: { ints: permutation } },
  });
  const dimensions = kernelDimensions(shape, kind);
  if (isDepthwise) {
    const wanted = graph.integers(`${node.name}_axes`, dimensions);
    value = graph.node("Reshape", [value, wanted], `${node.name}_kernels`);
  }
  const kernels: ModelKernels = { value, dimensions, layout: layoutIn(kind), nodes: [] };
  return { kernels, shape };
}

/** Order of the axes of weights in ONNX. */
export function layoutIn({ layout }: ConvolutionKind): ModelKernels["layout"] {
  return layout === "h,w,out,in" ? "in,out/g,h,w" : "out,in/g,h,w";
}

/** How to order TensorFlow's axes of weights for ONNX. */
export function kernelPermutation({ layout }: ConvolutionKind): readonly number[] {
  return layout === "h,w,in,multiplier" ? TO_ONNX.depthwise : TO_ONNX.plain;
}

/** Axis lengths of weights in ONNX, from those in TensorFlow. */
export function kernelDimensions(
  [height, width, third, fourth]: readonly number[],
  { layout }: ConvolutionKind,
): readonly number[] {
  if (layout === "h,w,in,multiplier") return [third * fourth, 1, height, width];
  return [fourth, third, height, width];
}

/** Activations by the names that the graph optimisers give them. */
const ACTIVATIONS: ReadonlyMap<string, UnaryOperator> = new Map([
  ["Relu", "relu"],
  ["Relu6", "relu6"],
  ["Elu", "elu"],
  ["Selu", "selu"],
  ["Sigmoid", "sigmoid"],
  ["Tanh", "tanh"],
  ["Softplus", "softplus"],
  ["GeluApproximate", "geluByTanh"],
  ["GeluExact", "gelu"],
]);

/** What follows the bias in one fused operator; `next` is the first input that is left. */
export function withFused(
  call: NodeCall,
  value: MapValue,
  fused: readonly string[],
  next: number,
): MapValue {
  const { graph, node } = call;
  let made = value;
  let position = next;
  for (const name of fused) {
    const label = `${node.name}_${name}`;
    const plain = ACTIVATIONS.get(name);
    if (plain !== undefined) made = unary(graph, plain, made, label);
    else if (name === "LeakyRelu") {
      const alpha = floatAttribute(node, "leakyrelu_alpha", 0.2);
      made = leaky(graph, "LeakyRelu", made, alpha, label);
    } else if (name === "Prelu") {
      made = prelu(graph, made, inputAt(call, position), label);
      position += 1;
    } else if (name === "FusedBatchNorm") {
      made = fusedNormalization(call, made, position, label);
      position += 4;
    } else if (name !== "BiasAdd") throw new Untranslatable(`it has ${name} fused into it`);
  }
  return made;
}

function fusedNormalization(call: NodeCall, maps: MapValue, from: number, label: string) {
  const [scale, offset, mean, variance] = [0, 1, 2, 3].map((at) => inputAt(call, from + at));
  return normalize(call.graph, {
    maps,
    scale,
    offset,
    mean,
    variance,
    epsilon: floatAttribute(call.node, "epsilon", 1e-4),
    layout: layoutOf(call.node),
    usesOwnStatistics: false,
    label,
  });
}

/** `FusedBatchNorm` in all its versions; null for any other operator. */
export function translateNormalization(call: NodeCall): readonly MapValue[] | null {
  const { node, graph } = call;
  const isPlain = /^FusedBatchNorm(V[23])?$/.test(node.op);
  if (!isPlain && node.op !== "_FusedBatchNormEx") return null;
  const [maps, scale, offset, mean, variance] = [0, 1, 2, 3, 4].map((at) => inputAt(call, at));
  // Converters leave `is_training` out where it has its default; an empty mean tells them apart.
  const isEmpty = mean.dimensions?.[0] === 0;
  const made = normalize(graph, {
    maps,
    scale,
    offset,
    mean,
    variance,
    epsilon: floatAttribute(node, "epsilon", 1e-4),
    layout: layoutOf(node),
    usesOwnStatistics: isEmpty || boolAttribute(node, "is_training"),
    label: node.name,
  });
  if (isPlain) return [made];
  const activation = node.attributes.get("activation_mode");
  if (node.inputs.length > 5 && node.inputs[5]?.startsWith("^") !== true) {
    throw new Untranslatable("it has a sum fused into it");
  }
  const isRelu = activation?.kind === "text" && activation.value === "Relu";
  return [isRelu ? unary(graph, "relu", made, `${node.name}_Relu`) : made];
}
