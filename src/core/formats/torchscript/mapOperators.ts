import type { Operation } from "../../network/graph.ts";
import { elementsOf, StoredTensor } from "../pytorch/torchTensor.ts";
import { translateConvolution } from "./convolutionOperators.ts";
import { itemsOf, type OperatorCall } from "./operatorCall.ts";
import type { ScriptGraph } from "./scriptGraph.ts";
import { translateShape } from "./shapeOperators.ts";
import { translateSize } from "./sizeOperators.ts";
import { type ScriptValue, TensorValue, UNKNOWN } from "./values.ts";

/** Operators whose output has the size of their first input. */
const KEEPS_FIRST: ReadonlySet<string> = new Set(
  `_fused_dropout _instance_norm _to_copy abs acos acosh alias alpha_dropout asin asinh atan atanh
  batch_norm bernoulli bitwise_not ceil celu clamp clamp_max clamp_min clip clone contiguous cos cosh
  cumprod cumsum data dequantize detach dropout elu empty_like erf exp expm1
  fake_quantize_per_channel_affine fake_quantize_per_tensor_affine feature_alpha_dropout
  feature_dropout flip float floor frac full_like gelu group_norm half hardshrink hardsigmoid hardswish
  hardtanh instance_norm isnan layer_norm leaky_relu lift_fresh log log10 log1p log2 log_sigmoid
  log_softmax logical_not logit masked_fill mish nan_to_num native_batch_norm neg
  ones_like positive prelu quantize_per_channel quantize_per_tensor rand_like randn_like reciprocal relu
  relu6 roll round rrelu rsqrt selu sgn sigmoid sign silu sin sinh softmax softplus softshrink
  sqrt square tan tanh threshold to to_dense to_mkldnn trunc type_as zeros_like
  quantized.batch_norm2d quantized.batch_norm2d_relu quantized.elu quantized.hardswish
  quantized.leaky_relu quantized.relu6 quantized.sigmoid`.split(/\s+/),
);

/** Operators that broadcast all their inputs. */
const BROADCASTS: ReadonlySet<string> = new Set(
  `__and__ __or__ __xor__ add addcdiv addcmul atan2 bitwise_and bitwise_or div eq expand_as floor_divide fmod
  ge gt le lerp logical_and logical_or logical_xor lt maximum minimum mul ne pow remainder rsub
  sub true_divide where quantized.add quantized.add_relu quantized.add_scalar quantized.mul
  quantized.mul_relu quantized.mul_scalar`.split(/\s+/),
);

/** The largest or smallest of two maps, or along an axis of one. */
const EXTREMES: ReadonlySet<string> = new Set(["max", "min"]);

const JOINS: ReadonlySet<string> = new Set([
  "cat",
  "concat",
  "concatenate",
  "quantized.cat",
  "quantized.cat_relu",
]);

/** What a computed weight is made from may be multiplied by a norm first. */
const KEEPS_WEIGHT: ReadonlySet<string> = new Set(["_weight_norm", "_weight_norm_interface"]);

/** Operators that ask a tensor something that is no tensor. */
const QUESTIONS: ReadonlySet<string> = new Set(
  `device dtype layout is_cuda is_floating_point is_complex is_quantized is_sparse is_mkldnn
  requires_grad numel get_device stride storage_offset q_scale q_zero_point RaiseException format warn`.split(
    /\s+/,
  ),
);

/** What an operator makes of tensors of the network; opaque nodes where that is not known. */
export function translateMaps(call: OperatorCall, graph: ScriptGraph): ScriptValue {
  const convolution = translateConvolution(call, graph);
  if (convolution !== undefined) return convolution;
  const { name } = call;
  const operands = operandsOf(call);
  const isMap = operands.some((operand) => operand instanceof TensorValue);
  if (!isMap) return weightOf(name, operands);
  const [first] = call.args;
  const isSimple =
    KEEPS_FIRST.has(name) ||
    BROADCASTS.has(name) ||
    (EXTREMES.has(name) && operands.length === 2 && call.args.length === 2);
  if (isSimple) {
    const inputs = KEEPS_FIRST.has(name) ? [first] : operands;
    return graph.add(name, { kind: "elementwise" }, inputs, largestRank(inputs));
  }
  if (QUESTIONS.has(name)) return UNKNOWN;
  if (JOINS.has(name)) return joined(call, graph);
  return translateSize(call, graph) ?? translateShape(call, graph) ?? opaque(name, operands, graph);
}

/** The tensors among the arguments, also within lists. */
function operandsOf({ args }: OperatorCall): readonly (TensorValue | StoredTensor)[] {
  return args
    .flatMap((argument) => itemsOf(argument) ?? [argument])
    .filter((value) => value instanceof TensorValue || value instanceof StoredTensor);
}

/** Arithmetic with weights alone gives weights: norms and masks are applied when a network runs. */
function weightOf(name: string, operands: readonly ScriptValue[]): ScriptValue {
  if (!KEEPS_FIRST.has(name) && !BROADCASTS.has(name) && !KEEPS_WEIGHT.has(name)) return UNKNOWN;
  const tensors = operands.filter((operand) => operand instanceof StoredTensor);
  const [first, ...others] = tensors;
  if (first === undefined) return UNKNOWN;
  return others.reduce(
    (most, tensor) => (elementsOf(tensor.shape) > elementsOf(most.shape) ? tensor : most),
    first,
  );
}

function joined({ name, args }: OperatorCall, graph: ScriptGraph): ScriptValue {
  const [tensors, axis] = args;
  // A list whose maps are all alike is followed as one of them.
  const items = itemsOf(tensors) ?? [tensors];
  const operation: Operation = {
    kind: "concatenate",
    axis: typeof axis === "number" ? axis : 0,
  };
  return graph.add(name, operation, items, largestRank(items));
}

function opaque(
  name: string,
  operands: readonly ScriptValue[],
  graph: ScriptGraph,
  rank: number | null = null,
): TensorValue {
  return graph.add(name, { kind: "opaque", operator: name }, operands, rank);
}

/** Null if no rank is known: what joins a map is no larger than it. */
function largestRank(values: readonly ScriptValue[]): number | null {
  const rank = values.reduce<number>((most, value) => Math.max(most, rankOf(value) ?? 0), 0);
  return rank === 0 ? null : rank;
}

function rankOf(value: ScriptValue | undefined): number | null {
  if (value instanceof TensorValue) return value.rank;
  return value instanceof StoredTensor ? value.shape.length : null;
}
