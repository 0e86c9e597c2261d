import type { LabelShares } from "../action/labelShares.ts";
import type { AnalysedLayer, Analysis } from "../analysis/analysis.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import { type FitNoise, fitNoise } from "../values/bestFit.ts";
import { type ClusterSummary, clusterSummaries } from "../values/clusterSummaries.ts";
import { largestWeight } from "../values/largestWeight.ts";
import { type FitRecord, fitRecord } from "./kernelRecord.ts";
import { rounded, roundedAll, sharesByFeature } from "./numbers.ts";

/**
 * What the page tells of a layer's kernels besides its labels: the largest weight, which is the
 * scale of their pictures, what chance explains, and the clusters.
 */
export function clustersJson(analysis: Analysis, layer: AnalysedLayer): object {
  const noise = fitNoise(analysis.features, layer.description.kernelSize);
  const summaries = clusterSummaries(analysis, layer);
  return {
    largestWeight: rounded(largestWeight(layer)),
    fitNoise: fitNoiseJson(noise),
    clusters: summaries.map((summary) => ({
      ...clusterJson(analysis, layer, summary, summaries.length),
      fitNoise: fitNoiseJson(noise),
    })),
  };
}

function clusterJson(
  analysis: Analysis,
  layer: AnalysedLayer,
  { cluster, size, share, mean, spread, relativeSpread, fit, labels }: ClusterSummary,
  clusterCount: number,
): object {
  return {
    cluster,
    // As people count, and as the page names it.
    number: cluster + 1,
    of: clusterCount,
    size,
    kernelCount: layer.kernelCount,
    share: rounded(share),
    mean: roundedAll(mean),
    spread: rounded(spread),
    relativeSpread: relativeSpread === null ? null : rounded(relativeSpread),
    fit: fitJson(fitRecord(analysis, fit)),
    ...labelSharesJson(analysis.features, labels),
  };
}

export function fitJson(fit: FitRecord | null): object | null {
  if (fit === null) return null;
  const { feature, orientation, scale, explained } = fit;
  return { feature, orientation, scale: rounded(scale), explained: rounded(explained) };
}

export function fitNoiseJson(noise: FitNoise | null): object | null {
  return noise === null ? null : { mean: rounded(noise.mean), upper: rounded(noise.upper) };
}

/** Counts, shares, what chance gives and share over noise, by feature; null until known. */
export function labelSharesJson(
  features: readonly Feature[],
  labels: LabelShares | null,
): { readonly [field in "counts" | "shares" | "noise" | "shuffled" | "lift"]: object | null } {
  if (labels === null) {
    return { counts: null, shares: null, noise: null, shuffled: null, lift: null };
  }
  const { counts, shares, noise, shuffled } = labels;
  // Null where noise never gives a label: a share of it is new, not so many times as often.
  const lift = shares.map((share, at) => (noise[at] > 0 ? rounded(share / noise[at]) : null));
  return {
    counts: sharesByFeature(features, counts),
    shares: sharesByFeature(features, shares.map(rounded)),
    noise: sharesByFeature(features, noise.map(rounded)),
    shuffled: sharesByFeature(features, shuffled.map(rounded)),
    lift: sharesByFeature(features, lift),
  };
}
