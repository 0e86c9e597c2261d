import { isObject } from "../../formats/keras/configValues.ts";
import { plainClassName } from "../../formats/keras/modelConfig.ts";
import { activate, activationIn, layerActivation } from "./activationFunctions.ts";
import {
  type ConvolutionCall,
  convolution,
  dense,
  separableConvolution,
  transposedConvolution,
} from "./convolutionLayers.ts";
import { functionLayer } from "./functionLayers.ts";
import { concatenate, isJoin, join, merge } from "./joinLayers.ts";
import type { KerasValue } from "./kerasValue.ts";
import { inputOf, refusal } from "./layerCall.ts";
import {
  cropping,
  flatten,
  globalPooling,
  permute,
  pooling,
  reshape,
  resizing,
  upSampling,
  zeroPadding,
} from "./mapLayers.ts";
import {
  batchNormalization,
  groupNormalization,
  layerNormalization,
  normalization,
  parametricRelu,
  rescaling,
} from "./normalisationLayers.ts";

type LayerWriter = (call: ConvolutionCall) => Promise<KerasValue>;

/** Layers that do something in training only, most of them at random. */
const OF_TRAINING = [
  "Dropout SpatialDropout2D GaussianNoise GaussianDropout AlphaDropout ActivityRegularization",
  "RandomFlip RandomRotation RandomTranslation RandomZoom RandomContrast RandomBrightness",
].join(" ");

/** True for layers that hand on what they take where they are not told to act as in training. */
export function isOfTraining(className: string): boolean {
  return OF_TRAINING.split(" ").includes(className);
}

/** How each class of layers is written; a map, since a file may name a class `constructor`. */
const WRITERS: ReadonlyMap<string, LayerWriter> = new Map(
  (
    [
      ["Conv2D Convolution2D AtrousConvolution2D", convolution],
      ["DepthwiseConv2D DepthwiseConvolution2D", convolution],
      ["SeparableConv2D SeparableConvolution2D", separableConvolution],
      ["Conv2DTranspose Convolution2DTranspose Deconvolution2D", transposedConvolution],
      ["Dense", dense],
      ["MaxPooling2D MaxPool2D AveragePooling2D AvgPool2D", pooling],
      ["GlobalAveragePooling2D GlobalAvgPool2D GlobalMaxPooling2D GlobalMaxPool2D", globalPooling],
      ["UpSampling2D", upSampling],
      ["ZeroPadding2D", zeroPadding],
      ["Cropping2D", cropping],
      ["Flatten", flatten],
      ["Reshape", reshape],
      ["Permute", permute],
      ["Resizing", async (call) => resizing(call, [call.config.height, call.config.width])],
      ["BatchNormalization BatchNormalizationV1 BatchNormalizationV2", batchNormalization],
      ["SyncBatchNormalization", batchNormalization],
      ["LayerNormalization", layerNormalization],
      ["GroupNormalization", groupNormalization],
      ["Rescaling", rescaling],
      ["Normalization", normalization],
      ["PReLU", parametricRelu],
      ["ThresholdedReLU", thresholdedRelu],
      ["Activation", activationLayer],
      ["Identity", async (call) => inputOf(call)],
      [OF_TRAINING, async (call) => inputOf(call)],
      ["Merge", merge],
    ] satisfies [string, LayerWriter][]
  ).flatMap(([classes, writer]) => classes.split(" ").map((name) => [name, writer] as const)),
);

/** Wrappers that change a layer's weights while it is trained, and nothing afterwards. */
const WRAPPERS_OF_TRAINING: ReadonlySet<string> = new Set(["SpectralNormalization"]);
/** Classes of Keras that hold a program of the author's own. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["Lambda", "holds Python code, which is not run"],
  ["TimeDistributed", "works on sequences of maps"],
]);

/** Writes the nodes of one layer. */
export async function writeLayer(stated: ConvolutionCall): Promise<KerasValue> {
  const call = unwrapped(stated);
  const { className, config } = call;
  const writer = WRITERS.get(className);
  if (writer !== undefined) return writer(call);
  const activation = layerActivation(className, config);
  if (activation !== null) return activated(call, activate(call, inputOf(call), activation));
  // Keras 3 calls the function as it calls the layer; only the latter takes its tensors in a list.
  const takesNumbers = call.settings.constants.length > 0;
  if (isJoin(className) && !takesNumbers) return join(call);
  if (className === "Concatenate")
    return concatenate(call, config.axis ?? call.settings.keywords.axis);
  const reason = REASONS.get(className) ?? dimensionReason(className);
  if (reason !== null) throw refusal(call, reason);
  return functionLayer(call);
}

/** The call of the layer within a wrapper that does something in training only. */
function unwrapped(call: ConvolutionCall): ConvolutionCall {
  const { layer: wrapped } = call.config;
  const isWrapper = WRAPPERS_OF_TRAINING.has(call.className);
  if (!isWrapper || !isObject(wrapped) || !isObject(wrapped.config)) return call;
  return { ...call, className: plainClassName(wrapped.class_name), config: wrapped.config };
}

function dimensionReason(className: string): string | null {
  if (/Conv\w*3D|Pooling3D|3D$/.test(className)) return "works on volumes, and only maps are run";
  return /Conv\w*1D|1D$/.test(className) ? "works on sequences, and only maps are run" : null;
}

async function activationLayer(call: ConvolutionCall): Promise<KerasValue> {
  const input = inputOf(call);
  const activation = activationIn(call);
  return activation === null ? input : activated(call, activate(call, input, activation));
}

/** An activation that is a layer of its own belongs to the convolution whose output it takes. */
function activated(call: ConvolutionCall, made: KerasValue): KerasValue {
  call.applied.activated(inputOf(call).name, made.name);
  return made;
}

async function thresholdedRelu(call: ConvolutionCall): Promise<KerasValue> {
  const input = inputOf(call);
  const { theta = 1 } = call.config;
  const attributes = { alpha: { float: typeof theta === "number" ? theta : 1 } };
  return {
    ...input,
    name: call.graph.node("ThresholdedRelu", [input.name], call.name, attributes),
  };
}
