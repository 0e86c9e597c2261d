import { SeededRandom } from "../random/seededRandom.ts";
import { jensenShannon } from "../statistics/divergence.ts";
import { coefficientShift, SHIFT_BINS } from "./coefficientShift.ts";
import { standardErrorsOf } from "./shareShift.ts";

/**
 * Times that the kernels of a pair of layers are dealt out anew. With 199 the 95 % quantile of
 * noise is one of its values, the 190th (Davison and Hinkley, Bootstrap Methods, 1997, 4.2).
 */
export const DEALS = 199;

/** How often noise may exceed the limit in a whole comparison. */
export const NOISE_LEVEL = 0.05;

/** Fixed, so that two people who compare two files see the same noise. */
const DEAL_SEED = 18_05;

/** The compared kernels of a layer: what is counted of each. */
export interface CountedKernels {
  readonly count: number;
  /** `components` bins per kernel. */
  readonly bins: Uint8Array;
  /** Label per kernel, 0 .. labelCount - 1. */
  readonly labels: Uint8Array;
}

export interface PairCounts {
  readonly a: CountedKernels;
  readonly b: CountedKernels;
  readonly components: number;
  /** Share of the variance that each component explains. */
  readonly weights: Float64Array;
  readonly labelCount: number;
}

/** What comparisons give where nothing differs but by chance; DEALS of each. */
export interface DealtNoise {
  readonly shift: Float64Array;
  readonly labels: Float64Array;
  /** The largest shift of a share, in standard errors, of any label. */
  readonly shares: Float64Array;
}

/** Histograms of bins, `SHIFT_BINS` per component, of some kernels. */
export function countBins(bins: Uint8Array, components: number): Uint32Array {
  const counts = new Uint32Array(components * SHIFT_BINS);
  for (let at = 0; at < bins.length; at++) counts[(at % components) * SHIFT_BINS + bins[at]]++;
  return counts;
}

/**
 * Deals the kernels of both layers into two heaps of the layers' sizes, DEALS times, and compares
 * the heaps as the layers are compared (a permutation test: if both layers draw their kernels from
 * one source, the layers themselves are such heaps). One step per deal.
 *
 * @param seed of this pair, so that pairs are dealt independently.
 */
export function* dealtNoiseSteps(pair: PairCounts, seed: number): Generator<void, DealtNoise> {
  const { a, b, components, weights, labelCount } = pair;
  const random = new SeededRandom(DEAL_SEED + seed);
  const small = Math.min(a.count, b.count);
  const large = Math.max(a.count, b.count);
  const all = small + large;
  const order = Uint32Array.from({ length: all }, (_, at) => at);
  const allBins = countBins(a.bins, components);
  const binsOfB = countBins(b.bins, components);
  for (let at = 0; at < allBins.length; at++) allBins[at] += binsOfB[at];
  const allLabels = new Array<number>(labelCount).fill(0);
  for (const label of a.labels) allLabels[label]++;
  for (const label of b.labels) allLabels[label]++;
  const smallBins = new Uint32Array(allBins.length);
  const largeBins = new Uint32Array(allBins.length);
  const noise = {
    shift: new Float64Array(DEALS),
    labels: new Float64Array(DEALS),
    shares: new Float64Array(DEALS),
  };
  for (let deal = 0; deal < DEALS; deal++) {
    smallBins.fill(0);
    const smallLabels = new Array<number>(labelCount).fill(0);
    for (let at = 0; at < small; at++) {
      const chosen = at + random.index(all - at);
      const index = order[chosen];
      order[chosen] = order[at];
      order[at] = index;
      const heap = index < a.count ? a : b;
      const kernel = index < a.count ? index : index - a.count;
      smallLabels[heap.labels[kernel]]++;
      const from = kernel * components;
      for (let c = 0; c < components; c++) smallBins[c * SHIFT_BINS + heap.bins[from + c]]++;
    }
    for (let at = 0; at < allBins.length; at++) largeBins[at] = allBins[at] - smallBins[at];
    const largeLabels = allLabels.map((count, label) => count - smallLabels[label]);
    noise.shift[deal] = coefficientShift(smallBins, small, largeBins, large, weights);
    noise.labels[deal] = small === 0 ? 0 : jensenShannon(smallLabels, largeLabels);
    noise.shares[deal] = largestShift(smallLabels, small, largeLabels, large);
    yield;
  }
  return noise;
}

function largestShift(
  countsA: readonly number[],
  totalA: number,
  countsB: readonly number[],
  totalB: number,
): number {
  let largest = 0;
  for (let label = 0; label < countsA.length; label++) {
    const errors = standardErrorsOf(countsA[label], totalA, countsB[label], totalB);
    largest = Math.max(largest, Math.abs(errors));
  }
  return largest;
}

/** The value that noise exceeds in NOISE_LEVEL of the cases. */
export function noiseQuantile(noise: Float64Array): number {
  const sorted = noise.slice().sort();
  return sorted[Math.ceil((1 - NOISE_LEVEL) * (noise.length + 1)) - 1];
}

export interface NoiseLimit {
  readonly mean: number;
  readonly limit: number;
}

/**
 * Limits that noise of any of several layers exceeds in NOISE_LEVEL of all comparisons: of each
 * deal the layer counts that lies farthest above its mean, in its own standard deviations (the
 * single-step maxT of Westfall and Young, Resampling-Based Multiple Testing, 1993). Of twenty
 * layers of noise, limits for each alone would call one changed.
 *
 * @param noise DEALS numbers per layer.
 */
export function jointNoiseLimits(noise: readonly Float64Array[]): readonly NoiseLimit[] {
  const moments = noise.map(momentsOf);
  const farthest = new Float64Array(DEALS).fill(Number.NEGATIVE_INFINITY);
  for (const [layer, values] of noise.entries()) {
    const { mean, deviation } = moments[layer];
    for (let deal = 0; deal < DEALS; deal++) {
      const distance = deviation > 0 ? (values[deal] - mean) / deviation : 0;
      farthest[deal] = Math.max(farthest[deal], distance);
    }
  }
  const distance = noise.length > 0 ? noiseQuantile(farthest) : 0;
  return moments.map(({ mean, deviation }) => ({ mean, limit: mean + distance * deviation }));
}

function momentsOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let square = 0;
  for (const value of values) square += (value - mean) ** 2;
  const deviation = Math.sqrt(square / (values.length - 1));
  // Below rounding all values are one.
  return { mean, deviation: deviation > mean * 1e-12 ? deviation : 0 };
}

/** True if a value lies above a limit by more than rounding. */
export function exceeds(value: number, limit: number): boolean {
  return value > limit + Math.abs(limit) * 1e-9;
}
