import { sharesFromCounts } from "../action/labels.ts";
import { type AnalysedLayer, INDETERMINATE } from "../analysis/analysis.ts";

/** Labels of some kernels beside what chance gives; F + 1 entries each, indeterminate last. */
export interface LabelShares {
  readonly counts: readonly number[];
  /** Sum 1; all 0 where there is no kernel. */
  readonly shares: readonly number[];
  /** Shares that random kernels get on the same grids. */
  readonly noise: readonly number[];
  /** Shares that the layers' own kernels get with their entries shuffled. */
  readonly shuffled: readonly number[];
}

/** Some kernels of one layer. */
export interface LayerPart {
  readonly layer: AnalysedLayer;
  /** One number per kernel. */
  readonly groups: ArrayLike<number>;
  /** Those with this number are meant. */
  readonly group: number;
}

/**
 * Labels of kernels of one or several layers. What chance gives differs from grid to grid, so
 * the chance shares of the layers are weighted by how many kernels come from each. A generator,
 * one step per layer.
 *
 * @returns null until labels and chance shares of all these layers are known.
 */
export function* labelSharesSteps(
  parts: readonly LayerPart[],
  featureCount: number,
): Generator<void, LabelShares | null> {
  const counts = new Array<number>(featureCount + 1).fill(0);
  const noise = new Array<number>(featureCount + 1).fill(0);
  const shuffled = new Array<number>(featureCount + 1).fill(0);
  let total = 0;
  for (const { layer, groups, group } of parts) {
    const { action, baseline } = layer;
    if (action === null || baseline === null) return null;
    let own = 0;
    for (let kernel = 0; kernel < groups.length; kernel++) {
      if (groups[kernel] !== group) continue;
      const label = action.labels[kernel];
      counts[label === INDETERMINATE ? featureCount : label]++;
      own++;
    }
    for (let label = 0; label <= featureCount; label++) {
      noise[label] += own * baseline.gaussian[label];
      shuffled[label] += own * baseline.shuffled[label];
    }
    total += own;
    yield;
  }
  const mean = (sum: number) => sum / (total || 1);
  return {
    counts,
    shares: sharesFromCounts(counts),
    noise: noise.map(mean),
    shuffled: shuffled.map(mean),
  };
}

/** Labels of all kernels of some layers; null without layers, and until labels and chance shares of all are known. */
export function layersLabelShares(
  layers: readonly AnalysedLayer[],
  featureCount: number,
): LabelShares | null {
  if (layers.length === 0) return null;
  const counts = new Array<number>(featureCount + 1).fill(0);
  const noise = new Array<number>(featureCount + 1).fill(0);
  const shuffled = new Array<number>(featureCount + 1).fill(0);
  const total = layers.reduce((sum, { kernelCount }) => sum + kernelCount, 0) || 1;
  for (const { action, baseline, kernelCount } of layers) {
    if (action === null || baseline === null) return null;
    for (let label = 0; label <= featureCount; label++) {
      counts[label] += action.counts[label];
      noise[label] += (kernelCount / total) * baseline.gaussian[label];
      shuffled[label] += (kernelCount / total) * baseline.shuffled[label];
    }
  }
  return { counts, shares: sharesFromCounts(counts), noise, shuffled };
}
