import { LARGEST_KERNEL_SIDE } from "../../network/network.ts";
import { type ChainLayer, fitChain } from "./channelChain.ts";
import type { ConvolutionWeight } from "./convolutionWeights.ts";
import type { LayoutConvention } from "./namedTensor.ts";
import {
  kernelSides,
  LAYOUT_FAMILIES,
  type LayoutFamily,
  plainChannels,
  readingsOf,
} from "./readings.ts";
import { kindByName } from "./tensorNames.ts";

/** Sides that convolutions nearly always have. */
const USUAL_SIDES: ReadonlySet<number> = new Set([3, 5, 7]);

/** A square kernel of a usual side speaks for its two axes, one pixel and other squares less, ... */
const USUAL_SQUARE = 3;
const PIXEL = 2;
const OTHER_SQUARE = 1;
/** ... two sides that no kernel has speak loudly against them. */
const NO_KERNEL = -6;

/** The bias has as many entries as the layer has outputs. */
const BIAS = 4;
/** What the weights are called: TensorFlow's "kernel" and "weights", PyTorch's "weight". */
const WORD = 1;
/** Channel numbers that fit neighbouring layers, for each point of the chain. */
const CHAIN_POINT = 0.5;

/**
 * The family of layouts of a network, from all its convolutions together: single tensors such as
 * (3, 3, 3, 3) say nothing. What the writer states is not questioned.
 */
export function layoutFamily(
  weights: readonly ConvolutionWeight[],
  convention: LayoutConvention,
): LayoutFamily {
  if (convention !== "unknown") return convention;
  const scores = LAYOUT_FAMILIES.map((family) => {
    const own = weights.reduce((sum, weight) => sum + ownEvidence(weight, family), 0);
    return own + CHAIN_POINT * fitChain(chainOf(weights, family)).score;
  });
  return LAYOUT_FAMILIES[scores.indexOf(Math.max(...scores))];
}

/** How much one tensor by itself speaks for a family. */
export function ownEvidence(weight: ConvolutionWeight, family: LayoutFamily): number {
  const { tensor, biasLength } = weight;
  const { inputs, outputs } = plainChannels(tensor.shape, family);
  const isOutput = biasLength === outputs || (family !== "mlx" && biasLength === inputs);
  const bias = biasLength === null ? 0 : isOutput ? BIAS : -BIAS;
  return sidesEvidence(kernelSides(tensor.shape, family)) + bias + wordEvidence(weight, family);
}

function sidesEvidence([height, width]: readonly [number, number]): number {
  if (Math.max(height, width) > LARGEST_KERNEL_SIDE) return NO_KERNEL;
  if (height !== width) return 0;
  if (height === 1) return PIXEL;
  return USUAL_SIDES.has(height) ? USUAL_SQUARE : OTHER_SQUARE;
}

function wordEvidence({ word }: ConvolutionWeight, family: LayoutFamily): number {
  if (word === "kernel" || word === "weights") return family === "tensorflow" ? WORD : 0;
  return word === "weight" && family === "torch" ? WORD : 0;
}

/** The layers of a network as the channel chain sees them. */
export function chainOf(
  weights: readonly ConvolutionWeight[],
  family: LayoutFamily,
): readonly ChainLayer[] {
  const channels = weights.map(({ tensor }) => plainChannels(tensor.shape, family));
  const ordinary = channels.filter(({ inputs }) => inputs > 1);
  const widths = new Set(ordinary.map(({ outputs }) => outputs));
  const [first] = weights;
  return weights.map((weight, index) => ({
    readings: readingsOf(weight, family, widths),
    readsImage:
      weight !== first &&
      (isSister(weight, first) || (index <= LAST_SHORTCUT && isShortcut(weight, first))),
    isNamedTransposed: kindByName(weight.layer) === "transposed",
  }));
}

/** A residual block has its shortcut behind at most this many layers. */
const LAST_SHORTCUT = 4;

const SHORTCUT = /residual|short_?cut|skip|identity|downsample|proj/i;

/** Whether a layer is the shortcut around a block that begins with the first layer. */
function isShortcut(weight: ConvolutionWeight, first: ConvolutionWeight): boolean {
  return (
    SHORTCUT.test(weight.layer) &&
    !SHORTCUT.test(first.layer) &&
    weight.tensor.shape.join() === first.tensor.shape.join()
  );
}

/**
 * Whether a layer is to its branch what the first layer is to the first branch, as
 * `mri.encoder.conv1` and `ct.encoder.conv1` are: both take an image, and the second is not
 * depthwise although the layer before it may make as many channels.
 */
function isSister(weight: ConvolutionWeight, first: ConvolutionWeight): boolean {
  const [own, others] = [weight.layer.split(/[./]/), first.layer.split(/[./]/)];
  return (
    own.length > 1 &&
    own.length === others.length &&
    own[0] !== others[0] &&
    own.slice(1).join() === others.slice(1).join() &&
    weight.tensor.shape.join() === first.tensor.shape.join()
  );
}
