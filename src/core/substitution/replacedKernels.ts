import type { Feature } from "../features/clinicalKernels.ts";
import type { ConvolutionLayer } from "../network/network.ts";
import type { Size2d } from "../network/size2d.ts";
import { bestFit } from "../values/bestFit.ts";
import { embedFeatures } from "../values/embedFeature.ts";
import { ORIENTATIONS, orientedKernel } from "../values/orientations.ts";
import { writeLowRank } from "./lowRank.ts";
import { type FilterLines, randomLines } from "./randomFilters.ts";
import { randomEntries } from "./randomKernels.ts";
import type { Replacement } from "./replacement.ts";

export type ReplaceableLayer = Pick<ConvolutionLayer, "name" | "kernels" | "kernelSize">;

/** Which kernels of a layer are replaced, and by what. */
export interface ReplacementOrder {
  readonly replacement: Replacement;
  /** 1 per kernel that is to be replaced; null: all. */
  readonly members: Uint8Array | null;
  readonly features: readonly Feature[];
  /** Index into the features or INDETERMINATE, per kernel; asked for by `label` alone. */
  readonly labels: Int8Array | null;
}

export interface ReplacedKernels {
  /** All kernels of the layer, laid out as in `ConvolutionLayer.kernels`. */
  readonly kernels: Float32Array;
  /**
   * Kernels that another one stands for. Not counted, because they stay as they are: kernels that
   * features do not fit (an even side, or one below 3), indeterminate ones of `label`, kernels of
   * zeros, kernels that are not finite (zeros do replace them), and, of low rank, kernels with a
   * side so short that their rank cannot be higher.
   */
  readonly replaced: number;
}

/**
 * Writes the replacement of kernel number `kernel`, whose entries start at `start`.
 *
 * @returns false if there is none; nothing is written then.
 */
type Writer = (kernel: number, start: number) => boolean;

/**
 * The kernels of a layer, those that the order names replaced. Rounding takes one scale for the
 * whole layer, whichever of its kernels are replaced, as a quantised file would.
 *
 * @throws RangeError where `label` comes without labels, or a rank, number of bits or draw is
 * out of range.
 */
export function replacedKernels(layer: ReplaceableLayer, order: ReplacementOrder): ReplacedKernels {
  const kernels = Float32Array.from(layer.kernels);
  const entries = layer.kernelSize[0] * layer.kernelSize[1];
  const write = writerOf(layer, order, kernels);
  let replaced = 0;
  for (let kernel = 0, start = 0; start < kernels.length; kernel++, start += entries) {
    if (order.members !== null && order.members[kernel] !== 1) continue;
    const norm = normOf(layer.kernels, start, entries);
    const canBeRead = norm > 0 && norm < Number.POSITIVE_INFINITY;
    if (!canBeRead && !(order.replacement.kind === "zero" && norm !== 0)) continue;
    if (write(kernel, start)) replaced++;
  }
  return { kernels, replaced };
}

function writerOf(layer: ReplaceableLayer, order: ReplacementOrder, out: Float32Array): Writer {
  const { replacement } = order;
  switch (replacement.kind) {
    case "best-fit":
      return fitWriter(layer, out, () => order.features);
    case "label":
      return labelWriter(layer, order, out);
    case "random":
      return randomWriter(layer, replacement.draw, out);
    case "random-fit":
      return lineWriter(
        layer,
        randomLines(order.features, replacement.draw, layer.kernelSize),
        out,
      );
    case "zero": {
      const entries = layer.kernelSize[0] * layer.kernelSize[1];
      return (_, start) => {
        out.fill(0, start, start + entries);
        return true;
      };
    }
    case "low-rank":
      return lowRankWriter(layer, replacement.rank, out);
    case "rounded":
      return roundedWriter(layer, replacement.bits, out);
  }
}

/** `of`: the features that a kernel may become, out of a few such sets; null where it stays. */
function fitWriter(
  { kernels, kernelSize }: ReplaceableLayer,
  out: Float32Array,
  of: (kernel: number) => readonly Feature[] | null,
): Writer {
  const entries = kernelSize[0] * kernelSize[1];
  const turnsOf = new Map<readonly Feature[], Float64Array>();
  return (kernel, start) => {
    const features = of(kernel);
    if (features === null) return false;
    const fit = bestFit(kernels.subarray(start, start + entries), kernelSize, features);
    if (fit === null) return false;
    const turns = turnsOf.get(features) ?? featureTurns(features, kernelSize);
    turnsOf.set(features, turns);
    const turn = fit.feature * ORIENTATIONS.length + ORIENTATIONS.indexOf(fit.orientation);
    for (let at = 0; at < entries; at++) out[start + at] = fit.scale * turns[turn * entries + at];
    return true;
  };
}

/** Each feature in all of ORIENTATIONS, in the middle of a kernel, one row after the other. */
function featureTurns(features: readonly Feature[], kernelSize: Size2d): Float64Array {
  const turned = features.flatMap((feature) =>
    ORIENTATIONS.map((_, orientation) => {
      return { ...feature, kernel: orientedKernel(feature.kernel, orientation) };
    }),
  );
  return embedFeatures(turned, kernelSize);
}

function labelWriter(
  layer: ReplaceableLayer,
  { features, labels }: ReplacementOrder,
  out: Float32Array,
): Writer {
  if (labels === null) throw new RangeError(`no labels of ${layer.name}`);
  // One array per feature, since the fit remembers what it knows of an array.
  const alone = features.map((feature) => [feature]);
  return fitWriter(layer, out, (kernel) => alone[labels[kernel]] ?? null);
}

/** Projects each kernel onto the line that is nearest to it. */
function lineWriter(
  { kernels, kernelSize }: ReplaceableLayer,
  { units, count }: FilterLines,
  out: Float32Array,
): Writer {
  const entries = kernelSize[0] * kernelSize[1];
  return (_, start) => {
    if (count === 0) return false;
    let best = 0;
    let scale = 0;
    for (let line = 0; line < count; line++) {
      let product = 0;
      for (let at = 0; at < entries; at++)
        product += kernels[start + at] * units[line * entries + at];
      if (Math.abs(product) <= Math.abs(scale)) continue;
      scale = product;
      best = line;
    }
    for (let at = 0; at < entries; at++) out[start + at] = scale * units[best * entries + at];
    return true;
  };
}

function randomWriter(
  { name, kernels, kernelSize }: ReplaceableLayer,
  draw: number,
  out: Float32Array,
): Writer {
  const entries = kernelSize[0] * kernelSize[1];
  const drawn = randomEntries(name, draw, kernels.length);
  return (_, start) => {
    const scale = normOf(kernels, start, entries) / normOf(drawn, start, entries);
    for (let at = start; at < start + entries; at++) out[at] = scale * drawn[at];
    return true;
  };
}

function lowRankWriter(
  { kernels, kernelSize }: ReplaceableLayer,
  rank: number,
  out: Float32Array,
): Writer {
  if (!Number.isInteger(rank) || rank < 1) throw new RangeError(`rank ${rank}`);
  const entries = kernelSize[0] * kernelSize[1];
  const isLow = Math.min(...kernelSize) <= rank;
  return (_, start) => {
    if (isLow) return false;
    const end = start + entries;
    writeLowRank(kernels.subarray(start, end), kernelSize, rank, out.subarray(start, end));
    return true;
  };
}

/** Bits that leave a sign and a step, up to the usual eight. */
export const BITS_AT_LEAST = 2;
export const BITS_AT_MOST = 8;

/** Symmetric and uniform: whole steps from -(2^(bits-1) - 1) to 2^(bits-1) - 1, halves away from 0. */
function roundedWriter(
  { kernels, kernelSize }: ReplaceableLayer,
  bits: number,
  out: Float32Array,
): Writer {
  if (!Number.isInteger(bits) || bits < BITS_AT_LEAST || bits > BITS_AT_MOST) {
    throw new RangeError(`${bits} bits`);
  }
  const entries = kernelSize[0] * kernelSize[1];
  let largest = 0;
  for (const entry of kernels) {
    if (Number.isFinite(entry)) largest = Math.max(largest, Math.abs(entry));
  }
  const step = largest / (2 ** (bits - 1) - 1);
  return (_, start) => {
    for (let at = start; at < start + entries; at++) {
      out[at] = Math.sign(kernels[at]) * Math.round(Math.abs(kernels[at]) / step) * step;
    }
    return true;
  };
}

/** Frobenius norm; not finite for a kernel that is not. */
function normOf(kernels: ArrayLike<number>, start: number, entries: number): number {
  let sum = 0;
  for (let at = start; at < start + entries; at++) sum += kernels[at] * kernels[at];
  return Math.sqrt(sum);
}
