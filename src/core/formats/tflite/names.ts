import { withoutEndings } from "../nameEndings.ts";

/**
 * The ends of tensors' names that say which operator made them; the converter adds digits to
 * make names unique.
 */
const CONVOLUTION = /\/(Conv2D|DepthwiseConv2dNative|Conv2DBackpropInput|convolution)\d*$/;
/** Layers are called so as well: only right behind the layer's own name it is an operator. */
const CONVOLUTION_SCOPE = /\/(depthwise|separable_conv2d|conv2d_transpose|conv_transpose)\d*$/;
const OPERATOR =
  /\/(ReadVariableOp(_\d+)?|resource|BiasAdd|BiasAddV2|Squeeze|Relu6?|Elu|Selu|Sigmoid|Tanh|FusedBatchNorm(V\d)?|BatchToSpaceND|SpaceToBatchND|Pad|add|Add|AddV2|Kernel|kernel|weights?|Weights|Bias|bias|depthwise_kernel|filter)\d*$/;

/** PyTorch through LiteRT's converter: `UNet_unet/torch.nn.modules.conv.Conv2d_enc1;`. */
const TORCH_CLASS = /(^|\/)torch\.nn\.modules\.\w+\.\w+?_(?=[^/]*$)/;

/** Names that converters number for want of one; they tell a reader nothing. */
const ANONYMOUS =
  /^(\d*|(arith\.)?constant\d*|tfl\.pseudo_(q)?const\d*|Identity(_\d+)?(_int8)?|StatefulPartitionedCall(:\d+|_\d+)*\d*|PartitionedCall(:\d+|_\d+)*\d*|(const|tensor|t|onnx_tf_prefix|wa|serving_default)?[_/:]?\d+(_dequantize)?)$/;

/** What of joined names is looked at; a fused operator has a dozen. */
const LONGEST_JOINED_NAME = 4096;

/** Longer names are no names that a person could read. */
const LONGEST_NAME = 512;

/**
 * What a convolution is called: after the tensor that it makes, whose name keeps the layer's
 * even where the weights are a nameless constant; failing that after its weights.
 */
export function layerName(outputName: string, weightName: string): string | null {
  return nameFromOutput(outputName) ?? nameFromWeight(weightName);
}

/**
 * The converter joins the names of fused operators with ";", and may mix in those of other
 * layers that it found to be equal: the layer named most often, with a convolution, is meant.
 */
function nameFromOutput(name: string): string | null {
  const scopes = new Map<string, { count: number; isConvolution: boolean }>();
  for (const part of name.slice(0, LONGEST_JOINED_NAME).split(";")) {
    const scope = scopeOf(part);
    if (scope === null) continue;
    const known = scopes.get(scope) ?? { count: 0, isConvolution: false };
    const isConvolution =
      known.isConvolution || CONVOLUTION.test(part) || CONVOLUTION_SCOPE.test(part);
    scopes.set(scope, { count: known.count + 1, isConvolution });
  }
  const all = [...scopes];
  const convolutions = all.filter(([, { isConvolution }]) => isConvolution);
  const candidates = convolutions.length > 0 ? convolutions : all;
  const most = Math.max(...candidates.map(([, { count }]) => count));
  // Of equals the last: the operators of a fused chain are named from its end.
  const found =
    convolutions.length > 0
      ? candidates.findLast(([, { count }]) => count === most)
      : candidates[0];
  return found === undefined ? null : found[0];
}

function nameFromWeight(name: string): string | null {
  return scopeOf(name.split(";")[0].replace(/_(dequantize|quantized)$/, ""));
}

/** The name without the operators at its end; null if nothing is left that says anything. */
function scopeOf(part: string): string | null {
  if (part.length > LONGEST_NAME) return null;
  let scope = part.replace(/^StatefulPartitionedCall\//, "").replace(/:\d+$/, "");
  scope = scope.replace(TORCH_CLASS, "$1");
  const whole = scope;
  scope = withoutEndings(scope, [CONVOLUTION, OPERATOR]);
  if (scope === whole) scope = scope.replace(CONVOLUTION_SCOPE, "");
  return ANONYMOUS.test(scope) ? null : scope;
}

/**
 * The names without the first segments where all share them ("model/", "functional_1_1/"), unless
 * such a segment may say which half of the network they are.
 */
export function withoutSharedScope(names: readonly string[]): readonly string[] {
  const [first = ""] = names;
  const scope = first.slice(0, first.indexOf("/") + 1);
  const isShared = scope !== "" && names.every((name) => name.startsWith(scope));
  if (!isShared || /enc|dec|down|up/i.test(scope)) return names;
  const shorter = names.map((name) => name.slice(scope.length));
  return names.length > 1 ? withoutSharedScope(shorter) : shorter;
}
