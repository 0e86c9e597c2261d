import type { KernelLayout } from "../../network/kernelTensor.ts";
import type { ConvolutionWeight } from "./convolutionWeights.ts";
import type { ModuleSettings } from "./namedTensor.ts";
import { kindByName } from "./tensorNames.ts";

/** How one framework lays out the weights of its convolutions. */
export type LayoutFamily = "torch" | "tensorflow" | "mlx";

export const LAYOUT_FAMILIES: readonly LayoutFamily[] = ["torch", "tensorflow", "mlx"];

/** A way to understand the axes of a weight tensor. */
export interface Reading {
  readonly kind: "plain" | "transposed" | "depthwise" | "grouped";
  readonly layout: KernelLayout;
  /** Input channels; those of one group where `groups` is open. */
  readonly inputs: number;
  readonly outputs: number;
  /** Null where the layer before tells: its channels divided by `inputs`. */
  readonly groups: number | null;
}

/** Positions of the four axes in a family's plain weights. */
interface Axes {
  readonly out: number;
  readonly in: number;
  readonly height: number;
  readonly width: number;
}

const AXES: Readonly<Record<LayoutFamily, Axes>> = {
  torch: { out: 0, in: 1, height: 2, width: 3 },
  tensorflow: { out: 3, in: 2, height: 0, width: 1 },
  mlx: { out: 0, in: 3, height: 1, width: 2 },
};

export const PLAIN_LAYOUTS: Readonly<Record<LayoutFamily, KernelLayout>> = {
  torch: "out,in/g,h,w",
  tensorflow: "h,w,in/g,out",
  mlx: "out,h,w,in/g",
};

const TRANSPOSED_LAYOUTS: Readonly<Record<LayoutFamily, KernelLayout | null>> = {
  torch: "in,out/g,h,w",
  tensorflow: "h,w,out,in",
  // MLX stores both alike.
  mlx: null,
};

/** The sides of the kernel if the tensor belongs to the family. */
export function kernelSides(
  shape: readonly number[],
  family: LayoutFamily,
): readonly [height: number, width: number] {
  const axes = AXES[family];
  return [shape[axes.height], shape[axes.width]];
}

/** Channels along the axes that plain weights of the family have for them. */
export function plainChannels(
  shape: readonly number[],
  family: LayoutFamily,
): { readonly inputs: number; readonly outputs: number } {
  const axes = AXES[family];
  return { inputs: shape[axes.in], outputs: shape[axes.out] };
}

/**
 * All readings of a weight within a family, the usual one first. What a module's settings, the
 * name or the length of the bias exclude is left out: a bias has as many entries as the
 * convolution has outputs. `widths` are the output channels of all ordinary layers: a group as
 * wide as some layer is rather a branch than a group.
 */
export function readingsOf(
  weight: ConvolutionWeight,
  family: LayoutFamily,
  widths: ReadonlySet<number>,
): readonly Reading[] {
  const { tensor, biasLength } = weight;
  const all = allReadings(tensor.shape, family, widths);
  if (tensor.module !== null) return statedReadings(tensor.module, all);
  if (kindByName(weight.layer) === "depthwise") {
    const depthwise = all.filter(({ kind }) => kind === "depthwise");
    if (depthwise.length > 0) return depthwise;
  }
  const fitting = all.filter(({ outputs }) => outputs === biasLength);
  return fitting.length > 0 ? fitting : all;
}

/** A module's class leaves nothing open but its groups, where the file does not tell them. */
function statedReadings(
  { operator, groups }: ModuleSettings,
  all: readonly Reading[],
): readonly Reading[] {
  const isTransposed = operator === "ConvTranspose2d";
  const own = all.filter(({ kind }) => (kind === "transposed") === isTransposed);
  // Families that store both alike have no reading of its own for the transposed one.
  const [usual = all[0], ...others] = own.length > 0 ? own : all;
  if (groups === null) return [usual, ...others];
  const { inputs, outputs } = usual;
  const grouped = isTransposed ? { outputs: outputs * groups } : { inputs: inputs * groups };
  return [{ ...usual, ...grouped, groups }];
}

function allReadings(
  shape: readonly number[],
  family: LayoutFamily,
  widths: ReadonlySet<number>,
): readonly Reading[] {
  const { inputs, outputs } = plainChannels(shape, family);
  const layout = PLAIN_LAYOUTS[family];
  const readings: Reading[] = [{ kind: "plain", layout, inputs, outputs, groups: 1 }];
  const transposed = TRANSPOSED_LAYOUTS[family];
  // Upsampling by one pixel would leave holes: nobody uses it.
  const isPixel = Math.max(...kernelSides(shape, family)) === 1;
  if (transposed !== null && !isPixel) {
    const exchanged = { inputs: outputs, outputs: inputs };
    readings.push({ kind: "transposed", layout: transposed, ...exchanged, groups: 1 });
  }
  if (family === "tensorflow") {
    const depthwise = { inputs, outputs: inputs * outputs, groups: inputs };
    readings.push({ kind: "depthwise", layout: "h,w,in,multiplier", ...depthwise });
  } else if (inputs === 1 && outputs > 1) {
    // Where no layer makes as many channels as it has kernels, it has several for each channel.
    const own = widths.has(outputs)
      ? { inputs: outputs, groups: outputs }
      : { inputs, groups: null };
    readings.push({ kind: "depthwise", layout, outputs, ...own });
  } else if (inputs > 1 && !widths.has(inputs)) {
    readings.push({ kind: "grouped", layout, inputs, outputs, groups: null });
  }
  return readings;
}
