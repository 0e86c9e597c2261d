import type { KernelLayout } from "../../network/kernelTensor.ts";
import type { ConvolutionOperator } from "../../network/network.ts";
import type { TfliteOperator } from "./model.ts";

/** How a convolution operator takes its inputs. */
interface ConvolutionKind {
  readonly operator: ConvolutionOperator;
  readonly layout: KernelLayout;
  readonly weightInput: number;
  readonly mapInput: number;
}

/** MediaPipe's transposed convolution, with its inputs as those of a plain one. */
export const MEDIAPIPE_TRANSPOSED = "custom Convolution2DTransposeBias";

/**
 * CONV_3D keeps its weights as (depth, height, width, in, out), CONV_3D_TRANSPOSE likewise;
 * both are listed only, so that their layout does not matter.
 */
const KINDS: ReadonlyMap<string, ConvolutionKind> = new Map([
  ["CONV_2D", { operator: "Conv2d", layout: "out,h,w,in/g", weightInput: 1, mapInput: 0 }],
  ["DEPTHWISE_CONV_2D", { operator: "Conv2d", layout: "1,h,w,out", weightInput: 1, mapInput: 0 }],
  [
    "TRANSPOSE_CONV",
    { operator: "ConvTranspose2d", layout: "out,h,w,in/g", weightInput: 1, mapInput: 2 },
  ],
  // https://github.com/google-ai-edge/mediapipe/blob/master/mediapipe/util/tflite/operations/transpose_conv_bias.cc
  [
    MEDIAPIPE_TRANSPOSED,
    { operator: "ConvTranspose2d", layout: "out,h,w,in/g", weightInput: 1, mapInput: 0 },
  ],
  ["CONV_3D", { operator: "Conv2d", layout: "out,h,w,in/g", weightInput: 1, mapInput: 0 }],
  [
    "CONV_3D_TRANSPOSE",
    { operator: "ConvTranspose2d", layout: "out,h,w,in/g", weightInput: 1, mapInput: 2 },
  ],
]);

export function convolutionKind({ operator }: TfliteOperator): ConvolutionKind | null {
  return KINDS.get(operator) ?? null;
}

export function isConvolution(operator: TfliteOperator): boolean {
  return convolutionKind(operator) !== null;
}

/** Index of the tensor that a convolution takes as its weights. */
export function weightInput(operator: TfliteOperator): number | undefined {
  return operator.inputs[convolutionKind(operator)?.weightInput ?? 1];
}
