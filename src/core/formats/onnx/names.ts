import { withoutEndings } from "../nameEndings.ts";
import type { OnnxNode } from "./model.ts";

/** Endings that say "the weights of", from the exporters of PyTorch, Keras, Paddle. */
const WEIGHT_ENDINGS: readonly RegExp[] = [
  /:\d+$/,
  /_(quantized|dequantized|fp16|DequantizeLinear)$/,
  /\/ReadVariableOp(_\d+)?$/,
  /[./_](weights?|kernel|depthwise_kernel)$/,
  /\.w_\d+$/,
];

/** The last part of a node's name that only repeats its operator. */
const OPERATOR_ENDING =
  /(^|[/.])(Fused|QLinear)?(Conv(2D|2d|Transpose|Integer)?|conv2d_transpose|convolution|depthwise)(_\d+)?$/;

/** Names that exporters number for want of one; they tell a reader nothing. */
const ANONYMOUS: readonly RegExp[] = [
  /^\d*$/,
  /^onnx::/,
  /^const_fold/i,
  /^_?val_\d+$/,
  /(^|\/)_?Constant(_\d+)?(_output_\d+)?$/i,
  /^_?(const|constant|tensor|initializer|param|p|w|t)?_?\d+$/i,
];

/** Longer names are no names that a person could read, and their endings take long to find. */
const LONGEST_NAME = 512;

/** `/encoder/encoder.0/conv1` (how PyTorch writes scopes) as `encoder.0.conv1`. */
function scopeAsPath(scope: string): string {
  const parts = scope.split("/").filter((part) => part !== "");
  const kept = parts.filter((part, index) => !parts[index + 1]?.startsWith(`${part}.`));
  return kept.join(".");
}

/** The layer that a weight's name speaks of; null if the name tells nothing. */
export function layerNameFromWeight(weightName: string): string | null {
  if (weightName.length > LONGEST_NAME) return null;
  const fromTensorFlow = /\/ReadVariableOp/.test(weightName);
  const stripped = withoutEndings(weightName, WEIGHT_ENDINGS).replace(
    /^StatefulPartitionedCall\//,
    "",
  );
  const name = fromTensorFlow ? stripped.replace(OPERATOR_ENDING, "") : stripped;
  return ANONYMOUS.some((pattern) => pattern.test(name)) ? null : name;
}

/** The layer that a node's name speaks of; null if the name tells nothing. */
export function layerNameFromNode(node: OnnxNode): string | null {
  if (node.name.length > LONGEST_NAME) return null;
  const scope = node.name.replace(/^(StatefulPartitionedCall\/|node_)|_quant(ized)?$/g, "");
  const withoutOperator = scope.replace(OPERATOR_ENDING, "");
  // PyTorch ends its scopes with "Conv", TensorFlow with "Conv2D".
  const isPyTorch = scope.startsWith("/") || /\/Conv(Transpose)?(_\d+)?$/.test(scope);
  const name = isPyTorch ? scopeAsPath(withoutOperator) : withoutOperator;
  return ANONYMOUS.some((pattern) => pattern.test(name)) ? null : name;
}
