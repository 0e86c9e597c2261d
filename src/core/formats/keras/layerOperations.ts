import type { Graph, Operation, Padding } from "../../network/graph.ts";
import type { Size2d } from "../../network/size2d.ts";
import {
  isObject,
  type JsonObject,
  listOf,
  pair,
  positivePair,
  wholeNumber,
} from "./configValues.ts";
import { type DimensionOrdering, inKeras2Words, orderingOf } from "./kerasOne.ts";
import { plainClassName } from "./modelConfig.ts";

export type ConvolutionKind =
  | "plain"
  | "transposed"
  | "depthwise"
  | "separable"
  | "oneDimensional"
  | "threeDimensional"
  /** A class of the author's own that may hold convolution kernels. */
  | "unknown";

/** What the configuration says of a convolution; null where it does not. */
export interface ConvolutionSettings {
  readonly kind: ConvolutionKind;
  readonly kernelSize: Size2d | null;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  readonly groups: number;
  readonly filters: number | null;
  /** The order of the stored kernel's axes if Keras 1 stored it; null for Keras 2's order. */
  readonly ordering: DimensionOrdering | null;
}

/** What a Keras layer does to map sizes, and the convolution that it holds. */
export interface LayerDescription {
  readonly operation: Operation;
  readonly convolution: ConvolutionSettings | null;
}

type Layout = Graph["layout"];

const ONE: Size2d = [1, 1];
const ZERO: Size2d = [0, 0];
const NO_PADDING: Padding = { kind: "explicit", before: ZERO, after: ZERO };
const ELEMENTWISE: Operation = { kind: "elementwise" };

/** Wrappers within wrappers: Keras users nest one or two; bounds the recursion. */
const MAX_WRAPPERS = 16;

/** A map, since a file may name a class `constructor`. */
const CONVOLUTIONS: ReadonlyMap<string, ConvolutionKind> = new Map(
  Object.entries<ConvolutionKind>({
    Conv2D: "plain",
    Convolution2D: "plain",
    AtrousConvolution2D: "plain",
    Conv2DTranspose: "transposed",
    Convolution2DTranspose: "transposed",
    Deconvolution2D: "transposed",
    DepthwiseConv2D: "depthwise",
    DepthwiseConvolution2D: "depthwise",
    SeparableConv2D: "separable",
    SeparableConvolution2D: "separable",
    Conv1D: "oneDimensional",
    Convolution1D: "oneDimensional",
    Conv1DTranspose: "oneDimensional",
    SeparableConv1D: "oneDimensional",
    DepthwiseConv1D: "oneDimensional",
    Conv3D: "threeDimensional",
    Convolution3D: "threeDimensional",
    Conv3DTranspose: "threeDimensional",
  }),
);

/** Layers, and TensorFlow or Keras 3 operations used as layers, that keep the map's size. */
const ELEMENTWISE_CLASSES: ReadonlySet<string> = new Set(
  [
    "Activation ReLU LeakyReLU PReLU ELU ThresholdedReLU Softmax",
    "Dropout SpatialDropout2D GaussianNoise GaussianDropout AlphaDropout ActivityRegularization",
    "BatchNormalization BatchNormalizationV1 BatchNormalizationV2 SyncBatchNormalization",
    "LayerNormalization GroupNormalization InstanceNormalization UnitNormalization Normalization",
    "Rescaling Masking Identity Add Subtract Multiply Average Maximum Minimum",
    "RandomFlip RandomRotation RandomTranslation RandomZoom RandomContrast RandomBrightness",
  ]
    .join(" ")
    .split(" "),
);

/** Names of element-wise functions in TFOpLambda, TensorFlowOpLayer and Keras 3 operations. */
const ELEMENTWISE_FUNCTIONS: ReadonlySet<string> = new Set(
  [
    "add addv2 biasadd bias_add sub subtract mul multiply div realdiv divide truediv true_divide",
    "truedivide add_n addn maximum minimum abs neg negative exp log sqrt rsqrt square pow power",
    "relu relu6 elu selu gelu silu swish leaky_relu leakyrelu sigmoid hard_sigmoid tanh softmax",
    "softplus clip clip_by_value cast identity stop_gradient stopgradient dropout",
  ]
    .join(" ")
    .split(" "),
);

/** Layers that never hold convolution kernels, though they may hold weights; ConvLSTM2D does. */
const OPAQUE_CLASSES =
  /^(Flatten|Embedding|Lambda|(?!Conv).*(LSTM|GRU|RNN).*|.*Attention|LocallyConnected.D|EinsumDense)$/;

/**
 * Translates one layer.
 *
 * @param callArguments keyword arguments of the call, of operations used as layers.
 */
export function describeLayer(
  className: string,
  stated: JsonObject,
  callArguments: JsonObject,
  layout: Layout,
  wrappers = 0,
): LayerDescription {
  const config = inKeras2Words(stated);
  const wrapped = config.layer;
  if (isObject(wrapped) && isObject(wrapped.config) && wrappers < MAX_WRAPPERS) {
    const innerClass = plainClassName(wrapped.class_name);
    const inner = describeLayer(innerClass, wrapped.config, {}, layout, wrappers + 1);
    // TimeDistributed works on five axes, where height and width stand elsewhere.
    if (className !== "TimeDistributed") return inner;
    return { ...inner, operation: { kind: "opaque", operator: className } };
  }
  const kind = CONVOLUTIONS.get(className);
  if (kind !== undefined) {
    const convolution = convolutionSettings(kind, config);
    return { operation: convolutionOperation(className, convolution, config, layout), convolution };
  }
  const operation = sizeOperation(className, config, callArguments, layout);
  const mayHoldKernels = operation.kind === "opaque" && !OPAQUE_CLASSES.test(className);
  const convolution = mayHoldKernels ? convolutionSettings("unknown", {}) : null;
  return { operation, convolution };
}

function convolutionSettings(kind: ConvolutionKind, config: JsonObject): ConvolutionSettings {
  return {
    kind,
    kernelSize: positivePair(config.kernel_size, null),
    stride: positivePair(config.strides, ONE),
    dilation: positivePair(config.dilation_rate, ONE),
    groups: wholeNumber(config.groups) || 1,
    filters: wholeNumber(config.filters),
    ordering: orderingOf(config),
  };
}

function convolutionOperation(
  className: string,
  settings: ConvolutionSettings,
  config: JsonObject,
  layout: Layout,
): Operation {
  const { kind, stride, dilation } = settings;
  if (kind === "oneDimensional" || kind === "threeDimensional" || kind === "unknown") {
    return { kind: "opaque", operator: className };
  }
  const kernelSize = settings.kernelSize ?? ONE;
  // A depthwise layer's channels are those of its kernel, filled in with the weights.
  const outChannels = settings.filters ?? 0;
  if (kind !== "transposed") {
    const padding = paddingOf(config);
    return { kind: "convolution", kernelSize, stride, dilation, padding, outChannels };
  }
  const shape = { kernelSize, stride, dilation };
  return {
    kind: "transposedConvolution",
    ...shape,
    ...transposedPadding(shape, config),
    // Keras 1 has its users work out the size, batch axis included.
    outputSize: spatialSize(listOf(config.output_shape).slice(1), layout),
    outChannels,
  };
}

function paddingOf(config: JsonObject): Padding {
  return config.padding === "same" ? { kind: "same" } : NO_PADDING;
}

/**
 * Keras' rule for the output of a transposed convolution (`deconv_output_length` in
 * keras/utils/conv_utils.py), written as padding: without an output padding `same`
 * gives input * stride and `valid` input * stride + max(reach - stride, 0).
 */
function transposedPadding(
  shape: { readonly kernelSize: Size2d; readonly stride: Size2d; readonly dilation: Size2d },
  config: JsonObject,
): { readonly padding: Padding; readonly outputPadding: Size2d } {
  const same = config.padding === "same";
  const outputPadding = pair(config.output_padding);
  const each = (rule: (reach: number, stride: number) => number): Size2d => {
    const along = (axis: 0 | 1) =>
      rule((shape.kernelSize[axis] - 1) * shape.dilation[axis] + 1, shape.stride[axis]);
    return [along(0), along(1)];
  };
  if (outputPadding !== null) {
    const both = same ? each((reach) => Math.floor(reach / 2)) : ZERO;
    return { padding: { kind: "explicit", before: both, after: both }, outputPadding };
  }
  const missing = each((reach, stride) => Math.max(stride - reach, 0));
  if (!same) return { padding: NO_PADDING, outputPadding: missing };
  const before = each((reach, stride) => Math.floor(Math.max(reach - stride, 0) / 2));
  const after = each((reach, stride) => Math.ceil(Math.max(reach - stride, 0) / 2));
  return { padding: { kind: "explicit", before, after }, outputPadding: missing };
}

function sizeOperation(
  className: string,
  config: JsonObject,
  callArguments: JsonObject,
  layout: Layout,
): Operation {
  if (ELEMENTWISE_CLASSES.has(className)) return ELEMENTWISE;
  switch (className) {
    case "MaxPooling2D":
    case "AveragePooling2D":
    case "MaxPool2D":
    case "AvgPool2D":
      return poolOperation(config);
    case "GlobalAveragePooling2D":
    case "GlobalMaxPooling2D":
      return { kind: "globalPool" };
    case "UpSampling2D":
      return resizeBy(positivePair(config.size, [2, 2]));
    case "Resizing":
    case "CenterCrop":
    case "RandomCrop":
      return resizeTo(pair([config.height, config.width]), className);
    case "ZeroPadding2D":
      return padOperation(config.padding, 1, className);
    case "Cropping2D":
      return padOperation(config.cropping, -1, className);
    case "Concatenate":
      return { kind: "concatenate", axis: axisOf(config.axis) };
    case "Merge":
      return config.mode === "concat"
        ? { kind: "concatenate", axis: axisOf(config.axis) }
        : ELEMENTWISE;
    case "Permute":
      return permuteOperation(config, className);
    case "Reshape":
      return resizeTo(spatialSize(config.target_shape, layout), className);
    case "Lambda":
      return lambdaOperation(config, layout);
    case "Dense":
      return denseOperation(config);
    default:
      return functionOperation(className, config, callArguments);
  }
}

function poolOperation(config: JsonObject): Operation {
  const window = positivePair(config.pool_size, [2, 2] as const);
  return {
    kind: "pool",
    window,
    stride: positivePair(config.strides, window),
    dilation: ONE,
    padding: paddingOf(config),
    roundUp: false,
  };
}

function resizeBy(scale: Size2d): Operation {
  return { kind: "resize", scale, size: null, valueInput: null, valueMeans: "scales" };
}

function resizeTo(size: Size2d | null, className: string): Operation {
  if (size === null || size[0] === 0 || size[1] === 0) {
    return { kind: "opaque", operator: className };
  }
  return { kind: "resize", scale: null, size, valueInput: null, valueMeans: "sizes" };
}

/** One number, one for each axis, or [[top, bottom], [left, right]]; `sign` -1 crops. */
function padOperation(value: unknown, sign: 1 | -1, className: string): Operation {
  const symmetric = pair(value);
  const [rows, columns] = listOf(value).map(pair);
  const before = symmetric ?? (rows && columns ? ([rows[0], columns[0]] as const) : null);
  const after = symmetric ?? (rows && columns ? ([rows[1], columns[1]] as const) : null);
  if (before === null || after === null) return { kind: "opaque", operator: className };
  const signed = ([height, width]: Size2d): Size2d => [sign * height, sign * width];
  return { kind: "pad", before: signed(before), after: signed(after) };
}

function axisOf(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) ? value : -1;
}

function permuteOperation(config: JsonObject, className: string): Operation {
  const axes = listOf(config.dims).map(wholeNumber);
  const known = axes.filter((axis) => axis !== null);
  const isPermutation = known.every((axis) => axis >= 1 && axis <= axes.length);
  if (known.length !== axes.length || new Set(known).size !== axes.length || !isPermutation) {
    return { kind: "opaque", operator: className };
  }
  return { kind: "transpose", permutation: [0, ...known] };
}

/** Height and width of a shape of three axes, the batch axis left out. */
function spatialSize(shape: unknown, layout: Layout): Size2d | null {
  const sides = listOf(shape);
  if (sides.length !== 3) return null;
  return pair(layout === "channelsFirst" ? sides.slice(1) : sides.slice(0, 2));
}

/**
 * What a Lambda computes cannot be known. `multi_gpu_model` cuts the batch with one that
 * has the arguments `i` and `parts`, which keeps the maps; others may state their shape.
 */
function lambdaOperation(config: JsonObject, layout: Layout): Operation {
  const { arguments: given } = config;
  if (isObject(given) && "i" in given && "parts" in given) return ELEMENTWISE;
  return resizeTo(spatialSize(config.output_shape, layout), "Lambda");
}

/** On maps a Dense layer is the 1 x 1 convolution with the same weights. */
function denseOperation(config: JsonObject): Operation {
  return {
    kind: "convolution",
    kernelSize: ONE,
    stride: ONE,
    dilation: ONE,
    padding: NO_PADDING,
    outChannels: wholeNumber(config.units) ?? 0,
  };
}

/** TFOpLambda, TensorFlowOpLayer and the operations of Keras 3 used as layers. */
function functionOperation(
  className: string,
  config: JsonObject,
  callArguments: JsonObject,
): Operation {
  const node = isObject(config.node_def) ? config.node_def.op : undefined;
  const called = [config.function, node, className].find((name) => typeof name === "string");
  const name = String(called).split(".").at(-1)?.toLowerCase() ?? "";
  if (ELEMENTWISE_FUNCTIONS.has(name)) return ELEMENTWISE;
  if (name === "concat" || name === "concatenate") {
    return { kind: "concatenate", axis: axisOf(callArguments.axis ?? config.axis) };
  }
  if (name.startsWith("resize"))
    return resizeTo(pair(callArguments.size ?? config.size), className);
  return { kind: "opaque", operator: className };
}
