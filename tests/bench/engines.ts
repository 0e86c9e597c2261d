import { EXACT_TOLERANCE } from "../../src/core/action/comparison.ts";
import type { ActionEngine } from "../../src/core/action/engine.ts";
import { labelsFromDistances } from "../../src/core/action/labels.ts";
import { firstDistances, settledDistances } from "../../src/core/action/settledDistances.ts";
import { POSTER_FEATURES } from "../../src/core/features/clinicalKernels.ts";
import { SeededRandom } from "../../src/core/random/seededRandom.ts";
import { leastMs } from "./measure.ts";

export const SIDES = [16, 32, 64, 128, 256, 512] as const;

/** Kernels for a timing are as many as take about this long, and never fewer than these. */
const TIMING_MS = 250;
const LEAST_KERNELS = 8;

const never = new AbortController().signal;

export interface EngineRow {
  readonly engine: string;
  readonly side: number;
  readonly kernels: number;
  readonly nsPerValue: number;
  readonly kernelsPerSecond: number;
  /** Labels alone, most of them from coarser grids; only where the engine is quick. */
  readonly labelsPerSecond: number | null;
}

/** Kernels of independent N(0, 1) entries. */
export function randomKernels(count: number, seed: number): Float32Array {
  const random = new SeededRandom(seed);
  return Float32Array.from({ length: count * 9 }, () => random.normal());
}

function requestOf(kernels: Float32Array, side: number) {
  return {
    kernels,
    kernelSize: [3, 3],
    grid: [side, side],
    features: POSTER_FEATURES,
    compare: "sorted",
  } as const;
}

export async function exactMs(engine: ActionEngine, kernels: Float32Array, side: number) {
  const request = { ...requestOf(kernels, side), tolerance: EXACT_TOLERANCE };
  return leastMs(3, () => engine.distances(request, () => {}, never));
}

async function settledLabels(engine: ActionEngine, kernels: Float32Array, side: number) {
  const request = { ...requestOf(kernels, side), threshold: 0.1 };
  const first = await firstDistances(engine, request, never);
  const distances = await settledDistances(engine, request, first, () => {}, never);
  return labelsFromDistances(distances, POSTER_FEATURES.length, 0.1).labels;
}

/** One engine on all grids up to `largestSide`. */
export async function measureEngine(
  title: string,
  engine: ActionEngine,
  largestSide: number,
  withLabels: boolean,
): Promise<readonly EngineRow[]> {
  const rows: EngineRow[] = [];
  for (const side of SIDES.filter((one) => one <= largestSide)) {
    const trial = await exactMs(engine, randomKernels(LEAST_KERNELS, 1), side);
    const affordable = Math.floor((LEAST_KERNELS * TIMING_MS) / trial);
    const count = Math.min(Math.max(affordable, LEAST_KERNELS), 50_000);
    const kernels = randomKernels(count, 2);
    const elapsed = await exactMs(engine, kernels, side);
    const labelled = withLabels
      ? await leastMs(2, () => settledLabels(engine, kernels, side))
      : null;
    rows.push({
      engine: title,
      side,
      kernels: count,
      nsPerValue: (elapsed * 1e6) / (count * side * side),
      kernelsPerSecond: (count * 1000) / elapsed,
      labelsPerSecond: labelled === null ? null : (count * 1000) / labelled,
    });
  }
  return rows;
}
