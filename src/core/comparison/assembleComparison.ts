import { sharesFromCounts } from "../action/labels.ts";
import type { AnalysedLayer, Analysis } from "../analysis/analysis.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import { INDETERMINATE_ID } from "../selection/kernelGroup.ts";
import { jensenShannon } from "../statistics/divergence.ts";
import { coefficientShift } from "./coefficientShift.ts";
import type {
  Comparison,
  Divergence,
  JointBasis,
  LayerMatching,
  LayerPair,
  PairComparison,
  ShareShift,
  WeightChange,
  WholeComparison,
} from "./comparison.ts";
import {
  type CountedKernels,
  countBins,
  type DealtNoise,
  exceeds,
  jointNoiseLimits,
  type NoiseLimit,
  noiseQuantile,
  type PairCounts,
} from "./dealtNoise.ts";
import { type CountedLabel, shareShift } from "./shareShift.ts";

/** One pair of layers, counted, and what noise makes of it. */
export interface MeasuredPair {
  readonly pair: LayerPair;
  /** Index of its joint basis. */
  readonly basis: number;
  readonly counts: PairCounts;
  readonly weights: WeightChange;
  readonly noise: DealtNoise;
}

/** From what was measured of each pair to numbers that say whether they exceed noise. */
export function assembledComparison(
  a: Analysis,
  b: Analysis,
  matching: LayerMatching,
  bases: readonly JointBasis[],
  measured: readonly MeasuredPair[],
): Comparison {
  const noise = measured.map((pair) => pair.noise);
  const shiftLimits = jointNoiseLimits(noise.map(({ shift }) => shift));
  const labelLimits = jointNoiseLimits(noise.map(({ labels }) => labels));
  const shareLimit = largestOfAll(noise.map(({ shares }) => shares));
  const pairs = measured.map(({ pair, basis, counts, weights }, at): PairComparison => {
    const layerA = a.layers[pair.a];
    const layerB = b.layers[pair.b];
    const [countsA, countsB] = [countsOf(layerA), countsOf(layerB)];
    return {
      pair,
      nameA: layerA.description.name,
      nameB: layerB.description.name,
      role: layerA.place.role,
      kernelsA: layerA.kernelCount,
      kernelsB: layerB.kernelCount,
      basis,
      shift: divergence(shiftOf(counts), shiftLimits[at]),
      labels: divergence(jensenShannon(countsA, countsB), labelLimits[at]),
      shares: shareShifts(a.features, countedLabels([layerA]), countedLabels([layerB]), shareLimit),
      weights,
    };
  });
  const nameIn = (analysis: Analysis) => (layer: number) => analysis.layers[layer].description.name;
  return {
    a: a.model,
    b: b.model,
    settings: a.settings,
    features: a.features,
    matching,
    unmatchedA: matching.onlyA.map(nameIn(a)),
    unmatchedB: matching.onlyB.map(nameIn(b)),
    bases,
    pairs,
    whole: wholeOf(a, b, pairs, noise, shareLimit),
    shareLimit,
  };
}

function shiftOf({ a, b, components, weights }: PairCounts): number {
  const count = (kernels: CountedKernels) => countBins(kernels.bins, components);
  return coefficientShift(count(a), a.count, count(b), b.count, weights);
}

function divergence(value: number, { mean, limit }: NoiseLimit): Divergence {
  return { value, noiseMean: mean, noiseLimit: limit, exceedsNoise: exceeds(value, limit) };
}

/** Standard errors that no share of any layer exceeds in 95 % of comparisons of noise. */
function largestOfAll(noise: readonly Float64Array[]): number {
  if (noise.length === 0) return 0;
  const largest = noise[0].map((_, deal) => Math.max(...noise.map((values) => values[deal])));
  return noiseQuantile(largest);
}

function countsOf({ action }: AnalysedLayer): readonly number[] {
  return action?.counts ?? [];
}

/** Labels of all kernels of some layers, with the chance shares of these layers. */
function countedLabels(layers: readonly AnalysedLayer[]): readonly CountedLabel[] {
  const total = layers.reduce((sum, { kernelCount }) => sum + kernelCount, 0);
  const shares = layers.map((layer) => countsOf(layer));
  return (shares[0] ?? []).map((_, label) => {
    let count = 0;
    let chance: number | null = 0;
    for (const [at, { kernelCount, baseline }] of layers.entries()) {
      count += shares[at][label];
      if (baseline === null) chance = null;
      else if (chance !== null) chance += (baseline.gaussian[label] * kernelCount) / total;
    }
    return { count, total, chance };
  });
}

function shareShifts(
  features: readonly Feature[],
  a: readonly CountedLabel[],
  b: readonly CountedLabel[],
  limit: number,
): readonly ShareShift[] {
  const ids = [...features.map(({ id }) => id), INDETERMINATE_ID];
  return ids.map((id, label) => shareShift(id, a[label], b[label], limit));
}

function wholeOf(
  a: Analysis,
  b: Analysis,
  pairs: readonly PairComparison[],
  noise: readonly DealtNoise[],
  shareLimit: number,
): WholeComparison | null {
  if (pairs.length === 0) return null;
  const layersA = pairs.map(({ pair }) => a.layers[pair.a]);
  const layersB = pairs.map(({ pair }) => b.layers[pair.b]);
  const weights = sharesFromCounts(pairs.map(({ kernelsA, kernelsB }) => kernelsA + kernelsB));
  const meanOf = (values: readonly number[]) =>
    values.reduce((sum, value, at) => sum + value * weights[at], 0);
  const overall = (values: readonly number[], deals: readonly Float64Array[]): Divergence => {
    const means = new Float64Array(deals[0].length);
    for (let deal = 0; deal < means.length; deal++) {
      means[deal] = meanOf(deals.map((one) => one[deal]));
    }
    const mean = means.reduce((sum, value) => sum + value / means.length, 0);
    return divergence(meanOf(values), { mean, limit: noiseQuantile(means) });
  };
  const kernels = (layers: readonly AnalysedLayer[]) =>
    layers.reduce((sum, { kernelCount }) => sum + kernelCount, 0);
  return {
    kernelsA: kernels(layersA),
    kernelsB: kernels(layersB),
    shift: overall(
      pairs.map(({ shift }) => shift.value),
      noise.map(({ shift }) => shift),
    ),
    labels: overall(
      pairs.map(({ labels }) => labels.value),
      noise.map(({ labels }) => labels),
    ),
    shares: shareShifts(a.features, countedLabels(layersA), countedLabels(layersB), shareLimit),
  };
}
