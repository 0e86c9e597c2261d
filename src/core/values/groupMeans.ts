import { KERNEL_NOT_FINITE } from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import { normaliseRows } from "./normalisation.ts";

/** Kernels of one layer, each with the number of its group. */
export interface GroupedKernels {
  readonly kernels: Float32Array;
  /** As in `LayerValues`. */
  readonly states: Uint8Array;
  /** One per kernel; numbers that are no group's are left out. */
  readonly groups: ArrayLike<number>;
}

/** Mean kernel and spread of each group, and of all grouped kernels together. */
export interface GroupMeans {
  /** One per group; zeros for a group of no finite kernel. */
  readonly means: readonly Float64Array[];
  /** Finite kernels of each group. */
  readonly counts: readonly number[];
  /** Root mean square distance to the group's mean. */
  readonly spreads: readonly number[];
  /** The same of all groups taken as one. */
  readonly wholeSpread: number;
}

/** Kernels that are made into float64 rows at a time: some hundred kilobytes of a 3x3 layer. */
const KERNELS_PER_BLOCK = 4096;

/**
 * Means and spreads of groups of kernels after the chosen normalisation, kernels that are not
 * finite left out. Two passes: differences from the mean are exact where squares would cancel.
 * A generator, one step per block of kernels, so that millions can be worked off in slices.
 *
 * @param layers of one kernel size.
 * @param entries numbers per kernel.
 */
export function* groupMeansSteps(
  layers: readonly GroupedKernels[],
  groupCount: number,
  entries: number,
  normalisation: Settings["normalisation"],
): Generator<void, GroupMeans> {
  const counts = new Float64Array(groupCount);
  const means = new Float64Array(groupCount * entries);
  yield* visitGrouped(layers, groupCount, entries, normalisation, (rows, from, group) => {
    const to = group * entries;
    for (let entry = 0; entry < entries; entry++) means[to + entry] += rows[from + entry];
    counts[group]++;
  });
  for (let at = 0; at < means.length; at++) means[at] /= counts[Math.floor(at / entries)] || 1;
  const squares = new Float64Array(groupCount);
  yield* visitGrouped(layers, groupCount, entries, normalisation, (rows, from, group) => {
    const to = group * entries;
    let square = 0;
    for (let entry = 0; entry < entries; entry++) {
      const difference = rows[from + entry] - means[to + entry];
      square += difference * difference;
    }
    squares[group] += square;
  });
  return {
    means: Array.from(counts, (_, group) => means.slice(group * entries, (group + 1) * entries)),
    counts: [...counts],
    spreads: Array.from(counts, (count, group) => Math.sqrt(squares[group] / (count || 1))),
    wholeSpread: wholeSpread(means, counts, squares),
  };
}

/** Told of every finite kernel of a group: its row begins at `from`. */
type VisitKernel = (rows: Float64Array, from: number, group: number) => void;

function* visitGrouped(
  layers: readonly GroupedKernels[],
  groupCount: number,
  entries: number,
  normalisation: Settings["normalisation"],
  visit: VisitKernel,
): Generator<void, void> {
  const rows = new Float64Array(KERNELS_PER_BLOCK * entries);
  for (const { kernels, states, groups } of layers) {
    for (let first = 0; first < states.length; first += KERNELS_PER_BLOCK) {
      const count = Math.min(KERNELS_PER_BLOCK, states.length - first);
      rows.set(kernels.subarray(first * entries, (first + count) * entries));
      normaliseRows(rows, count, entries, normalisation);
      for (let k = 0; k < count; k++) {
        const group = groups[first + k];
        const isGrouped = group >= 0 && group < groupCount;
        if (isGrouped && states[first + k] !== KERNEL_NOT_FINITE) visit(rows, k * entries, group);
      }
      yield;
    }
  }
}

/** Squares within the groups and between their means add up to those of the whole. */
function wholeSpread(means: Float64Array, counts: Float64Array, squares: Float64Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  const entries = means.length / counts.length;
  let square = squares.reduce((sum, within) => sum + within, 0);
  for (let entry = 0; entry < entries; entry++) {
    let mean = 0;
    for (let at = entry, group = 0; group < counts.length; at += entries, group++) {
      mean += (means[at] * counts[group]) / total;
    }
    for (let at = entry, group = 0; group < counts.length; at += entries, group++) {
      square += counts[group] * (means[at] - mean) ** 2;
    }
  }
  return Math.sqrt(square / total);
}
