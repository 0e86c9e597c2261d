import type { KernelLayout } from "../../network/kernelTensor.ts";
import type { ConvolutionOperator } from "../../network/network.ts";
import type { OnnxNode } from "./model.ts";

/** How a convolution operator takes its weights. */
export interface ConvolutionKind {
  readonly operator: ConvolutionOperator;
  readonly layout: Extract<KernelLayout, "out,in/g,h,w" | "in,out/g,h,w" | "out,h,w,in/g">;
  readonly weightInput: number;
}

const PLAIN: ConvolutionKind = { operator: "Conv2d", layout: "out,in/g,h,w", weightInput: 1 };
const TRANSPOSED: ConvolutionKind = {
  operator: "ConvTranspose2d",
  layout: "in,out/g,h,w",
  weightInput: 1,
};

/**
 * Operators of ONNX and, in the domain com.microsoft, of ONNX Runtime's optimizer, which keeps
 * the layout of the weights also where it turns the maps (NhwcFusedConv); NhwcConv alone, made
 * by its tool for transformers, has them turned too.
 */
const KINDS: ReadonlyMap<string, ConvolutionKind> = new Map([
  ["Conv", PLAIN],
  ["ConvInteger", PLAIN],
  ["DeformConv", PLAIN],
  ["QLinearConv", { ...PLAIN, weightInput: 3 }],
  ["FusedConv", PLAIN],
  ["NhwcFusedConv", PLAIN],
  ["NhwcConv", { ...PLAIN, layout: "out,h,w,in/g" }],
  ["ConvTranspose", TRANSPOSED],
  ["ConvTransposeWithDynamicPads", TRANSPOSED],
  ["QLinearConvTranspose", { ...TRANSPOSED, weightInput: 3 }],
]);

export function convolutionKind({ operator }: Pick<OnnxNode, "operator">): ConvolutionKind | null {
  return KINDS.get(operator) ?? null;
}

export function isConvolution(node: OnnxNode): boolean {
  return KINDS.has(node.operator);
}

/** Name of the value that the convolution takes as its weights; empty if it has none. */
export function weightInput(node: OnnxNode): string {
  return node.inputs[convolutionKind(node)?.weightInput ?? 1] ?? "";
}

/** Convolutions on maps of (batch, height, width, channels). */
export function takesChannelsLast(node: OnnxNode): boolean {
  if (node.operator === "NhwcConv" || node.operator === "NhwcFusedConv") return true;
  return node.operator === "QLinearConv" && (node.attributes.get("channels_last")?.int ?? 0) === 1;
}
