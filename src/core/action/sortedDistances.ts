import type { Feature } from "../features/clinicalKernels.ts";
import {
  type BoundedDistance,
  type Distribution,
  distributionDistance,
  distributionTotal,
  emptyDistribution,
  fillDistribution,
} from "./distribution.ts";
import type { FrequencyGrid } from "./frequencyGrid.ts";
import { HalfPlaneSorter } from "./halfPlaneSorter.ts";
import { FEATURE_SIZE, type KernelMeasure } from "./kernelMeasure.ts";
import { normaliseSquares, responseScratch, squaredResponse } from "./response.ts";

/**
 * A distance that the distributions leave more open than this is taken from the
 * sorted lists instead. The middle of the interval is then off by half of it at
 * most, 5e-6, so that labels are right wherever the margin exceeds 1e-5.
 */
const LARGEST_UNCERTAINTY = 1e-5;

/** Up to this many values on the full grid (64 x 64), sorting is as fast as counting. */
const SORT_UP_TO = 4096;

/** Fewer bins leave more distances open, more cost time per feature; measured best. */
const BINS = 4096;

/**
 * The poster's comparison: mean |difference| of the descending lists of singular
 * values, each divided by its largest (README, rule A2).
 */
export function sortedDistances(features: readonly Feature[], plane: FrequencyGrid): KernelMeasure {
  const references = features.map((feature) => featureReference(feature, plane));
  return plane.fullCount > SORT_UP_TO
    ? measureByDistribution(references, plane)
    : measureBySorting(references, plane);
}

interface FeatureReference {
  readonly distribution: Distribution;
  readonly ascending: Float32Array;
}

function featureReference({ kernel }: Feature, plane: FrequencyGrid): FeatureReference {
  const half = new Float64Array(plane.halfCount);
  const scratch = responseScratch(FEATURE_SIZE);
  const largest = squaredResponse(kernel, 0, FEATURE_SIZE, plane, scratch, half);
  const distribution = emptyDistribution(BINS);
  fillDistribution(half, largest, plane, distribution);
  const ascending = new Float32Array(plane.fullCount);
  new HalfPlaneSorter(plane).sort(half, ascending);
  return { distribution, ascending };
}

function measureBySorting(
  references: readonly FeatureReference[],
  plane: FrequencyGrid,
): KernelMeasure {
  const sorter = new HalfPlaneSorter(plane);
  const ascending = new Float32Array(plane.fullCount);
  return (half, largest, out, at) => {
    normaliseSquares(half, largest);
    sorter.sort(half, ascending);
    for (let f = 0; f < references.length; f++) {
      out[at + f] = meanDifference(ascending, references[f].ascending);
    }
  };
}

function measureByDistribution(
  references: readonly FeatureReference[],
  plane: FrequencyGrid,
): KernelMeasure {
  const sorter = new HalfPlaneSorter(plane);
  const ascending = new Float32Array(plane.fullCount);
  const distribution = emptyDistribution(BINS);
  const total = distributionTotal(plane);
  const bounded: BoundedDistance = { distance: 0, uncertainty: 0 };
  return (half, largest, out, at) => {
    let isSorted = false;
    fillDistribution(half, largest, plane, distribution);
    for (let f = 0; f < references.length; f++) {
      distributionDistance(distribution, references[f].distribution, total, bounded);
      if (bounded.uncertainty <= LARGEST_UNCERTAINTY) {
        out[at + f] = bounded.distance + bounded.uncertainty / 2;
        continue;
      }
      if (!isSorted) sorter.sort(half, ascending);
      isSorted = true;
      out[at + f] = meanDifference(ascending, references[f].ascending);
    }
  };
}

/** Mean |a - b| of two lists of equal length. */
export function meanDifference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}
