import type { KernelLayout } from "../../network/kernelTensor.ts";
import {
  type ConvolutionOperator,
  LARGEST_KERNEL_SIDE,
  type LayoutQuestion,
} from "../../network/network.ts";
import { fitChain } from "./channelChain.ts";
import type { ConvolutionWeight } from "./convolutionWeights.ts";
import { chainOf, ownEvidence } from "./layoutEvidence.ts";
import type { LayoutConvention } from "./namedTensor.ts";
import {
  kernelSides,
  LAYOUT_FAMILIES,
  type LayoutFamily,
  PLAIN_LAYOUTS,
  type Reading,
} from "./readings.ts";
import { type KindByName, kindByName, ownModule } from "./tensorNames.ts";

/** How the weights of a convolution are read, and what a person may know better. */
export interface ReadWeight {
  readonly weight: ConvolutionWeight;
  readonly operator: ConvolutionOperator;
  readonly layout: KernelLayout;
  readonly groups: number;
  /** Null where the file tells. */
  readonly question: Omit<LayoutQuestion, "layer"> | null;
}

/** Decides for each convolution how it is read, from all of them in the order of the network. */
export function readWeights(
  weights: readonly ConvolutionWeight[],
  family: LayoutFamily,
  convention: LayoutConvention,
): readonly ReadWeight[] {
  const layers = chainOf(weights, family);
  const chain = fitChain(layers);
  const names = weights.map(({ layer, tensor }) =>
    tensor.module === null ? kindByName(layer) : null,
  );
  const choices = layers.map(({ readings }, index): Choice => {
    const { at, chainSaysSo } = chooseReading(readings, chain.scores[index], names[index]);
    const reading = names[index] === "transposed" ? upsampling(readings[at]) : readings[at];
    return { weight: weights[index], at, reading, chainSaysSo };
  });
  return choices.map(({ weight, at, reading, chainSaysSo }, index): ReadWeight => {
    const { readings } = layers[index];
    const isStated = weight.tensor.module !== null;
    const name = names[index];
    const isBranch = convention === "unknown" && isParallelBranch(choices, index);
    const isTransposed = reading.kind === "transposed" && !isBranch;
    const openName = isWithinModule(weights, index) ? null : name;
    const doubt =
      transposedDoubt(reading, readings, chainSaysSo, openName) ??
      axesDoubt(weight, family, convention);
    const readAs = reading.layout;
    return {
      weight,
      operator: isTransposed ? "ConvTranspose2d" : "Conv2d",
      layout: readAs,
      groups: chain.groups[index][at],
      question: isStated
        ? null
        : { readAs, alternatives: alternatives(weight, readAs, family, convention), doubt },
    };
  });
}

/** With one kernel for each channel both layouts hold the same numbers in the same order. */
function upsampling(reading: Reading): Reading {
  const { kind, layout, inputs, outputs } = reading;
  const isEither = kind === "depthwise" && layout === "out,in/g,h,w" && inputs === outputs;
  return isEither ? { ...reading, kind: "transposed", layout: "in,out/g,h,w" } : reading;
}

/**
 * Whether the layer stands between others of one module: of the layers in `upconv1` the first or
 * the last one upsamples.
 */
function isWithinModule(weights: readonly ConvolutionWeight[], index: number): boolean {
  const module = ownModule(weights[index].layer);
  return [weights[index - 1], weights[index + 1]].every(
    (neighbour) => neighbour !== undefined && ownModule(neighbour.layer) === module,
  );
}

interface Choice {
  readonly weight: ConvolutionWeight;
  readonly reading: Reading;
  /** Index of the reading. */
  readonly at: number;
  /** The channels of its neighbours fit a transposed convolution better. */
  readonly chainSaysSo: boolean;
}

/**
 * The best reading under the chain, but transposed only if name and chain agree on it, or if
 * the bias leaves nothing else: a wrong guess would exchange input and output channels.
 */
function chooseReading(
  readings: readonly Reading[],
  scores: readonly number[],
  name: KindByName,
): Pick<Choice, "at" | "chainSaysSo"> {
  const best = (isWanted: (reading: Reading) => boolean) =>
    readings.reduce(
      (found, reading, at) =>
        isWanted(reading) && (found < 0 || scores[at] > scores[found]) ? at : found,
      -1,
    );
  const transposed = best(({ kind }) => kind === "transposed");
  const other = best(({ kind }) => kind !== "transposed");
  const chainSaysSo = other < 0 || (transposed >= 0 && scores[transposed] > scores[other]);
  const isTransposed = other < 0 || (chainSaysSo && name === "transposed");
  return { at: isTransposed ? transposed : other, chainSaysSo };
}

function transposedDoubt(
  plain: Reading,
  readings: readonly Reading[],
  chainSaysSo: boolean,
  name: KindByName,
): string | null {
  const isOpen = readings.some(({ kind }) => kind === "transposed");
  if (plain.kind === "transposed" || !isOpen) return null;
  if (chainSaysSo) {
    return "The layers before and after it fit a transposed convolution better than a plain one.";
  }
  const isSquare = plain.inputs === plain.outputs;
  if (!isSquare || (name !== "transposed" && name !== "perhaps transposed")) return null;
  return "Its name speaks of upsampling, and it has as many inputs as outputs, so that it may be a transposed convolution.";
}

const AXES_IN_WORDS: Readonly<Record<LayoutFamily, string>> = {
  torch: "outputs, inputs, height, width",
  tensorflow: "height, width, inputs, outputs",
  mlx: "outputs, height, width, inputs",
};

/** Doubt about the order of the axes where this tensor by itself says something else. */
function axesDoubt(
  weight: ConvolutionWeight,
  family: LayoutFamily,
  convention: LayoutConvention,
): string | null {
  if (convention !== "unknown") return null;
  const own = ownEvidence(weight, family);
  const others = LAYOUT_FAMILIES.filter((other) => other !== family);
  if (others.every((other) => ownEvidence(weight, other) < own)) return null;
  return `Its axes (${weight.tensor.shape.join(", ")}) by themselves do not tell which is which; they were read as ${AXES_IN_WORDS[family]}, which fits the network as a whole best.`;
}

/** What the axes of a family may mean, with the same two for height and width. */
const LAYOUTS: Readonly<Record<LayoutFamily, readonly KernelLayout[]>> = {
  torch: ["out,in/g,h,w", "in,out/g,h,w"],
  tensorflow: ["h,w,in/g,out", "h,w,out,in", "h,w,in,multiplier"],
  mlx: ["out,h,w,in/g"],
};

function alternatives(
  { tensor }: ConvolutionWeight,
  readAs: KernelLayout,
  family: LayoutFamily,
  convention: LayoutConvention,
): readonly KernelLayout[] {
  const families = LAYOUT_FAMILIES.filter(
    (other) => other !== family && convention === "unknown" && isKernel(tensor.shape, other),
  );
  const layouts = [...LAYOUTS[family], ...families.map((other) => PLAIN_LAYOUTS[other])];
  return layouts.filter((layout) => layout !== readAs);
}

function isKernel(shape: readonly number[], family: LayoutFamily): boolean {
  const [height, width] = kernelSides(shape, family);
  return height === width && height > 1 && height <= LARGEST_KERNEL_SIDE;
}

/**
 * Layers of one shape in a row that are read alike cannot feed each other unless they have as many
 * inputs as outputs: they are branches on one input. Dilated convolutions come so, and Lasagne
 * stores those with the inputs first although they are no transposed ones (DilatedConv2DLayer).
 */
function isParallelBranch(choices: readonly Choice[], index: number): boolean {
  const { weight, reading } = choices[index];
  if (reading.inputs === reading.outputs) return false;
  return [choices[index - 1], choices[index + 1]].some(
    (neighbour) =>
      neighbour?.reading.kind === reading.kind &&
      neighbour.weight.tensor.shape.join() === weight.tensor.shape.join(),
  );
}
