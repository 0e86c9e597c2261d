import type { AnalysedLayer } from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import { SeededRandom } from "../random/seededRandom.ts";
import { meanSilhouette } from "../statistics/silhouette.ts";
import { SurrogateRows } from "../statistics/surrogates.ts";
import { fitSmall } from "./clusterFit.ts";
import { sampleKernels } from "./kernelSample.ts";
import { NearestRows } from "./nearestRows.ts";
import { normaliseRows } from "./normalisation.ts";

/** How distinct clusters are for one k, beside those of noise of the same spread. */
export interface ClusterNumber {
  /** k of k-means. */
  readonly clusters: number;
  /** Mean silhouette width, -1..1; null where there are fewer than two distinct kernels. */
  readonly silhouette: number | null;
  /** The same of normally distributed kernels with the layer's mean and covariance. */
  readonly surrogateMean: number;
  readonly surrogateLowest: number;
  readonly surrogateHighest: number;
}

export interface ClusterNumbers {
  /** Kernels in the sample. */
  readonly kernels: number;
  /** Kernels of the layer that are finite and not all zero. */
  readonly available: number;
  readonly surrogates: number;
  /**
   * The k that stands out most from noise, if it does so more than any k of any layer of noise:
   * one layer of noise in twenty has such a k, however many are tried. Null if none does.
   */
  readonly distinct: number | null;
  /** One per k, ascending. */
  readonly numbers: readonly ClusterNumber[];
}

/** Numbers of clusters that are tried. */
export const CLUSTER_NUMBERS: readonly number[] = [2, 3, 4, 5, 6, 7, 8];

/** All pairs are compared for a silhouette: time grows with the square. */
export const SILHOUETTE_KERNELS = 500;

/** A layer that stands out from all 19 is one of twenty (Barnard 1963). */
export const SILHOUETTE_SURROGATES = 19;

/** Fewer cannot fill eight clusters. */
const KERNELS_AT_LEAST = 20;

const SAMPLE_SEED = 31_415;
const CLUSTER_SEED = 92_653;

/**
 * Mean silhouette for each number of clusters, of the layer and of noise. A generator of steps
 * of a few milliseconds.
 *
 * @returns null for a layer with too few kernels.
 */
export function* clusterNumbers(
  { kernels, description }: Pick<AnalysedLayer, "kernels" | "description">,
  normalisation: Settings["normalisation"],
): Generator<void, ClusterNumbers | null> {
  const entries = description.kernelSize[0] * description.kernelSize[1];
  const { rows, available } = sampleKernels(kernels, entries, SILHOUETTE_KERNELS, SAMPLE_SEED);
  const count = rows.length / entries;
  // Kernels of no more numbers than there are of them lie alike, whatever their distribution.
  if (count < KERNELS_AT_LEAST || count <= entries + 1) return null;
  const random = new SeededRandom(CLUSTER_SEED);
  const noise = new SurrogateRows(rows, entries);
  normaliseRows(rows, count, entries, normalisation);
  const own = yield* silhouettes(rows, entries, random);
  const ofNoise: (readonly (number | null)[])[] = [];
  for (let surrogate = 0; surrogate < SILHOUETTE_SURROGATES; surrogate++) {
    const drawn = noise.draw(random);
    normaliseRows(drawn, count, entries, normalisation);
    ofNoise.push(yield* silhouettes(drawn, entries, random));
  }
  const numbers = CLUSTER_NUMBERS.map((clusters, at) => {
    const values = ofNoise.map((one) => one[at] ?? 0);
    return {
      clusters,
      silhouette: own[at],
      surrogateMean: values.reduce((sum, value) => sum + value, 0) / values.length,
      surrogateLowest: Math.min(...values),
      surrogateHighest: Math.max(...values),
    };
  });
  const distinct = distinctNumber(own, ofNoise);
  return { kernels: count, available, surrogates: SILHOUETTE_SURROGATES, distinct, numbers };
}

/**
 * Each silhouette in standard deviations of all layers (the layer among those of noise), so that
 * no k weighs more than another; then the largest of the layer against the largest of each.
 */
function distinctNumber(
  own: readonly (number | null)[],
  ofNoise: readonly (readonly (number | null)[])[],
): number | null {
  const layers = [own, ...ofNoise];
  const largest = layers.map(() => Number.NEGATIVE_INFINITY);
  let bestNumber: number | null = null;
  CLUSTER_NUMBERS.forEach((clusters, at) => {
    const values = layers.map((layer) => layer[at] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    if (variance === 0) return;
    values.forEach((value, layer) => {
      const excess = (value - mean) / Math.sqrt(variance);
      if (excess <= largest[layer]) return;
      largest[layer] = excess;
      if (layer === 0) bestNumber = clusters;
    });
  });
  const [ofLayer, ...others] = largest;
  return others.every((other) => ofLayer > other) ? bestNumber : null;
}

/** One mean silhouette per number of clusters. */
function* silhouettes(
  rows: Float64Array,
  entries: number,
  random: SeededRandom,
): Generator<void, readonly (number | null)[]> {
  const count = rows.length / entries;
  const search = new NearestRows(count, Math.max(...CLUSTER_NUMBERS));
  const found: (number | null)[] = [];
  for (const k of CLUSTER_NUMBERS) {
    search.find(rows, entries, count, fitSmall(rows, entries, k, random));
    found.push(meanSilhouette(rows, entries, search.nearest));
    yield;
  }
  return found;
}
