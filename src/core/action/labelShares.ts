import { type AnalysedLayer, INDETERMINATE, type LayerBaseline } from "../analysis/analysis.ts";
import { sharesFromCounts } from "./labels.ts";

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

/** Labels of some kernels of one layer, counted. */
interface CountedPart {
  readonly kernels: number;
  /** F + 1 entries. */
  readonly counts: readonly number[];
  readonly baseline: LayerBaseline;
}

/**
 * Labels of kernels of one or several layers beside chance (see `besideChance`). A generator, one
 * step per layer.
 *
 * @returns null until labels and chance shares of all these layers are known.
 */
export function* labelSharesSteps(
  parts: readonly LayerPart[],
  featureCount: number,
): Generator<void, LabelShares | null> {
  const counted: CountedPart[] = [];
  for (const { layer, groups, group } of parts) {
    const { action, baseline } = layer;
    if (action === null || baseline === null) return null;
    const counts = new Array<number>(featureCount + 1).fill(0);
    let kernels = 0;
    for (let kernel = 0; kernel < groups.length; kernel++) {
      if (groups[kernel] !== group) continue;
      const label = action.labels[kernel];
      counts[label === INDETERMINATE ? featureCount : label]++;
      kernels++;
    }
    counted.push({ kernels, counts, baseline });
    yield;
  }
  return besideChance(counted, featureCount);
}

/** Labels of all kernels of some layers; null without layers, and until labels and chance shares of all are known. */
export function layersLabelShares(
  layers: readonly AnalysedLayer[],
  featureCount: number,
): LabelShares | null {
  if (layers.length === 0) return null;
  const counted: CountedPart[] = [];
  for (const { action, baseline, kernelCount } of layers) {
    if (action === null || baseline === null) return null;
    counted.push({ kernels: kernelCount, counts: action.counts, baseline });
  }
  return besideChance(counted, featureCount);
}

/**
 * What chance gives differs from grid to grid, so the chance shares of the layers are weighted by
 * how many kernels come from each.
 */
function besideChance(parts: readonly CountedPart[], featureCount: number): LabelShares {
  const total = parts.reduce((sum, { kernels }) => sum + kernels, 0) || 1;
  const sumOf = (entry: (part: CountedPart, label: number) => number) =>
    Array.from({ length: featureCount + 1 }, (_, label) =>
      parts.reduce((sum, part) => sum + entry(part, label), 0),
    );
  const counts = sumOf((part, label) => part.counts[label]);
  return {
    counts,
    shares: sharesFromCounts(counts),
    noise: sumOf(({ kernels, baseline }, label) => (kernels / total) * baseline.gaussian[label]),
    shuffled: sumOf(({ kernels, baseline }, label) => (kernels / total) * baseline.shuffled[label]),
  };
}
