import { isConvolution, MEDIAPIPE_TRANSPOSED } from "../../formats/tflite/convolutions.ts";
import { dilationsOf, paddingOf, stridesOf } from "../../formats/tflite/operators.ts";
import type { Size2d } from "../../network/size2d.ts";
import { reshape } from "../tensorflow/axisNodes.ts";
import {
  type ConvolutionParts,
  convolve,
  convolveTransposed,
} from "../tensorflow/convolutionNodes.ts";
import { matrixProduct } from "../tensorflow/denseNodes.ts";
import { binary } from "../tensorflow/entryNodes.ts";
import { pool } from "../tensorflow/mapNodes.ts";
import { type MapValue, storedIntegers } from "../tensorflow/mapValues.ts";
import { inputAt } from "../tensorflow/operatorCall.ts";
import { Untranslatable } from "../tensorflow/untranslatable.ts";
import { type TfliteCall, withActivation } from "./tfliteCall.ts";

// Settings by field number: schema.fbs.

/** Where the options of an operator keep its activation. */
const ACTIVATION_FIELD = { convolution: 3, depthwise: 4, pool: 5, dense: 0 } as const;

/** Convolutions, pools and dense layers; null for any other. */
export function translateMaps(call: TfliteCall): readonly MapValue[] | null {
  const { operator } = call;
  if (isConvolution(operator)) return [convolution(call)];
  switch (operator.operator) {
    case "AVERAGE_POOL_2D":
    case "MAX_POOL_2D":
      return [pooled(call)];
    case "FULLY_CONNECTED":
      return [dense(call)];
    default:
      return null;
  }
}

function convolution(call: TfliteCall): MapValue {
  const { operator, graph, options, kernels, layer, label } = call;
  const { operator: name } = operator;
  if (name.startsWith("CONV_3D"))
    throw new Untranslatable("only convolutions of plain maps are run");
  if (kernels === null) {
    throw new Untranslatable("its weights are computed while the network runs, or are sparse");
  }
  const isTransposed = name === "TRANSPOSE_CONV";
  const maps = inputAt(call, isTransposed ? 2 : 0);
  const channels = maps.dimensions?.[3] ?? null;
  const [outChannels, kernelChannels] = kernels.dimensions;
  const parts: ConvolutionParts = {
    maps,
    kernels,
    bias: call.inputs[isTransposed ? 3 : 2] ?? null,
    groups: channels === null || name === "TRANSPOSE_CONV" ? 1 : channels / kernelChannels,
    stride: stridesOf(options),
    dilation: dilationsOf(name, options),
    padding: paddingOf(options),
    layout: "channelsLast",
    label,
    layer,
  };
  if (name === MEDIAPIPE_TRANSPOSED) return mediapipeTransposed(call, parts);
  const isDepthwise = name === "DEPTHWISE_CONV_2D";
  const groups = isDepthwise ? (channels ?? outChannels) : parts.groups;
  const made = isTransposed
    ? convolveTransposed(graph, parts, inputAt(call, 0))
    : convolve(graph, { ...parts, groups });
  call.note(made.applied);
  const field = isDepthwise ? ACTIVATION_FIELD.depthwise : ACTIVATION_FIELD.convolution;
  return withActivation(call, made.value, field);
}

/** Its settings are in a form of their own; the sizes of the maps tell stride and padding. */
function mediapipeTransposed(call: TfliteCall, parts: ConvolutionParts): MapValue {
  const [, height, width] = parts.maps.dimensions ?? [];
  const [, madeHeight, madeWidth] = call.outputs[0].dimensions;
  if (!height || !width || !madeHeight || !madeWidth) {
    throw new Untranslatable("the size of its map is open");
  }
  const stride: Size2d = [madeHeight / height, madeWidth / width];
  if (!stride.every(Number.isInteger)) throw new Untranslatable("its stride cannot be told");
  const made = convolveTransposed(
    call.graph,
    { ...parts, groups: 1, stride, dilation: [1, 1], padding: { kind: "same" } },
    storedIntegers("size", [madeHeight, madeWidth]),
  );
  call.note(made.applied);
  return made.value;
}

function pooled(call: TfliteCall): MapValue {
  const { operator, graph, options, label } = call;
  if (options === null) throw new Untranslatable("its window is not known");
  const made = pool(graph, {
    kind: operator.operator === "MAX_POOL_2D" ? "MaxPool" : "AveragePool",
    maps: inputAt(call, 0),
    window: [options.int32(4), options.int32(3)],
    stride: stridesOf(options),
    padding: paddingOf(options),
    layout: "channelsLast",
    label,
  });
  return withActivation(call, made, ACTIVATION_FIELD.pool);
}

/** Weights are (out, in); what it takes is a row of numbers per image unless it keeps its axes. */
function dense(call: TfliteCall): MapValue {
  const { graph, options, label } = call;
  const weights = inputAt(call, 1);
  const columns = weights.dimensions?.[1] ?? null;
  let rows = inputAt(call, 0);
  if (options?.int8(2) !== 1) {
    if (columns === null) throw new Untranslatable("the shape of its weights is open");
    rows = reshape(graph, rows, storedIntegers(`${label}_rows`, [-1, columns]), `${label}_flat`);
  }
  const product = matrixProduct(graph, [rows, weights], [false, true], label);
  const bias = call.inputs[2] ?? null;
  const made = bias === null ? product : binary(graph, "add", product, bias, `${label}_bias`);
  return withActivation(call, made, ACTIVATION_FIELD.dense);
}
