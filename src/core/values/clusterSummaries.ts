import { type LabelShares, labelSharesSteps } from "../action/labelShares.ts";
import type { AnalysedLayer, Analysis, LayerValues } from "../analysis/analysis.ts";
import { lastOf } from "../lastOf.ts";
import { type BestFit, bestFit } from "./bestFit.ts";
import { type GroupMeans, groupMeansSteps } from "./groupMeans.ts";

/** What can be said of one cluster of a layer. Values are after the chosen normalisation. */
export interface ClusterSummary {
  /** 0 is the largest. */
  readonly cluster: number;
  readonly size: number;
  /** Of all kernels of the layer. */
  readonly share: number;
  /** Mean kernel, row-major. */
  readonly mean: Float64Array;
  /** Root mean square distance of its kernels to the mean. */
  readonly spread: number;
  /** The same by that of the whole layer; null where all kernels are alike. */
  readonly relativeSpread: number | null;
  /** Of the mean kernel; null where features do not fit, or the mean is zero. */
  readonly fit: BestFit | null;
  /** Null until labels and chance shares are known. */
  readonly labels: LabelShares | null;
}

/** Values stay the same objects while labels come in. */
const knownMeans = new WeakMap<LayerValues, GroupMeans>();
const known = new WeakMap<AnalysedLayer, readonly ClusterSummary[]>();

/**
 * Summaries of a layer's clusters, largest first. A generator, so that a layer of a million
 * kernels does not hold up a page; what was asked before is there at once.
 */
export function* clusterSummarySteps(
  analysis: Analysis,
  layer: AnalysedLayer,
): Generator<void, readonly ClusterSummary[]> {
  const before = known.get(layer);
  if (before !== undefined) return before;
  const { values, kernelCount, description } = layer;
  const means = yield* clusterMeansSteps(analysis, layer);
  const labels: (LabelShares | null)[] = [];
  for (let group = 0; group < values.clusterSizes.length; group++) {
    const part = { layer, groups: values.clusters, group };
    labels.push(yield* labelSharesSteps([part], analysis.features.length));
  }
  const summaries = values.clusterSizes.map((size, cluster) => ({
    cluster,
    size,
    share: size / (kernelCount || 1),
    mean: means.means[cluster],
    spread: means.spreads[cluster],
    relativeSpread: means.wholeSpread > 0 ? means.spreads[cluster] / means.wholeSpread : null,
    fit: bestFit(means.means[cluster], description.kernelSize, analysis.features),
    labels: labels[cluster],
  }));
  known.set(layer, summaries);
  return summaries;
}

/** The same in one go. */
export function clusterSummaries(
  analysis: Analysis,
  layer: AnalysedLayer,
): readonly ClusterSummary[] {
  return lastOf(clusterSummarySteps(analysis, layer));
}

function* clusterMeansSteps(
  { settings }: Analysis,
  { values, kernels, description }: AnalysedLayer,
): Generator<void, GroupMeans> {
  const before = knownMeans.get(values);
  if (before !== undefined) return before;
  const [height, width] = description.kernelSize;
  const means = yield* groupMeansSteps(
    [{ kernels, states: values.states, groups: values.clusters }],
    values.clusterSizes.length,
    height * width,
    settings.normalisation,
  );
  knownMeans.set(values, means);
  return means;
}
