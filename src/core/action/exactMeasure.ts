import type { Feature } from "../features/clinicalKernels.ts";
import {
  type Comparison,
  FEATURE_SIZE,
  type KernelMeasure,
  type ResponseComparer,
} from "./comparison.ts";
import { type FrequencyGrid, frequencyGrid } from "./frequencyGrid.ts";
import { HalfPlaneSorter } from "./halfPlaneSorter.ts";
import {
  hasSpectrum,
  normaliseSquares,
  response,
  responseScratch,
  squaredResponse,
} from "./response.ts";
import { responseDistances } from "./responseDistances.ts";

/**
 * Distances in float64, from lists that are really sorted: for machines that cannot run the
 * WebAssembly module, and what engines are tested against.
 */
export function exactMeasure(comparison: Comparison): KernelMeasure {
  const { kernelSize, grid, features } = comparison;
  const [height, width] = kernelSize;
  const entries = height * width;
  const plane = frequencyGrid(grid, Math.max(width, FEATURE_SIZE[1]));
  const compare = comparerOf(comparison, plane);
  const scratch = responseScratch(kernelSize);
  const half = new Float64Array(plane.halfCount);
  return (kernels) => {
    const count = kernels.length / entries;
    const distances = new Float32Array(count * features.length).fill(Number.NaN);
    for (let k = 0; k < count; k++) {
      if (!hasSpectrum(kernels, k * entries, entries)) continue;
      const largest = squaredResponse(kernels, k * entries, kernelSize, plane, scratch, half);
      normaliseSquares(half, largest);
      compare(half, distances, k * features.length);
    }
    return distances;
  };
}

function comparerOf({ compare, features }: Comparison, plane: FrequencyGrid): ResponseComparer {
  switch (compare) {
    case "sorted":
      return sortedDistances(features, plane);
    case "response":
      return responseDistances(features, plane);
  }
}

/**
 * The poster's comparison: mean |difference| of the descending lists of singular
 * values, each divided by its largest (README, rule A2).
 */
function sortedDistances(features: readonly Feature[], plane: FrequencyGrid): ResponseComparer {
  const sorter = new HalfPlaneSorter(plane);
  const half = new Float64Array(plane.halfCount);
  const references = features.map(({ kernel }) => {
    response(kernel, 0, FEATURE_SIZE, plane, responseScratch(FEATURE_SIZE), half);
    const ascending = new Float32Array(plane.fullCount);
    sorter.sort(half, ascending);
    return ascending;
  });
  const ascending = new Float32Array(plane.fullCount);
  return (own, out, at) => {
    sorter.sort(own, ascending);
    for (let f = 0; f < references.length; f++) {
      out[at + f] = meanDifference(ascending, references[f]);
    }
  };
}

/** Mean |a - b| of two lists of equal length. */
function meanDifference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}
