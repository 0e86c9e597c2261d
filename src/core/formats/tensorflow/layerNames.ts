import { withoutEndings } from "../nameEndings.ts";

/** Endings that say "the weights of", as Keras, Slim and graph optimisers write them. */
const WEIGHT_ENDINGS: readonly RegExp[] = [
  /:\d+$/,
  /\/(ReadVariableOp(_\d+)?|resource|read|Enter|ExpandDims(_\d+)?)$/,
  /_(quantized_const|weights|filter)$/,
  /(^|[./])(depthwise_)?(kernel|weights?|filters?|w)(_\d+)?$/i,
];

/** The last part of a node's name that only repeats its operator. */
const OPERATOR_ENDING =
  /\/(Conv2D|separable_conv2d|conv2d_transpose|convolution|depthwise|Conv2DBackpropInput)(_\d+)?$/;

/** Names of weights that are names of nodes, as graph optimisers leave them. */
const NODE_OF_WEIGHTS = /\/ReadVariableOp|\/\w{1,40}_weights$/;

/** Wrappers around the network that mean nothing to a person. */
const WRAPPER = /^((StatefulPartitionedCall|PartitionedCall)(_\d+)?\/)+/;

/** Names that converters number for want of one. */
const ANONYMOUS = /^(\d*|(unknown|const|constant|variable|tensor|args?|onnx_tf.*?)_?\d*)$/i;

/** Longer names are no names that a person could read. */
const LONGEST_NAME = 512;

/** The layer that a name speaks of; null if it tells nothing. */
function layerIn(name: string): string | null {
  const layer = name.replace(WRAPPER, "");
  return ANONYMOUS.test(layer) ? null : layer;
}

function layerOfWeights(name: string): string | null {
  const layer = withoutEndings(name, WEIGHT_ENDINGS);
  return layerIn(NODE_OF_WEIGHTS.test(name) ? layer.replace(OPERATOR_ENDING, "") : layer);
}

/**
 * What a convolution is called: the layer that its weights belong to, else the one that its
 * node stands in, else the weights' own name.
 */
export function layerName(weightName: string | null, nodeName: string): string {
  const weights = (weightName ?? "").slice(0, LONGEST_NAME);
  const node = nodeName.slice(0, LONGEST_NAME);
  return layerOfWeights(weights) ?? layerIn(node.replace(OPERATOR_ENDING, "")) ?? (weights || node);
}
