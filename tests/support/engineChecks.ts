import { EXACT_TOLERANCE } from "../../src/core/action/comparison.ts";
import type { ActionEngine, DistanceRequest } from "../../src/core/action/engine.ts";
import { labelsFromDistances } from "../../src/core/action/labels.ts";
import { EXTENDED_FEATURES } from "../../src/core/features/clinicalKernels.ts";
import type { Size2d } from "../../src/core/network/size2d.ts";
import { SeededRandom } from "../../src/core/random/seededRandom.ts";

/** What every engine must agree on with the CPU engine; runs in Node and in a page's worker. */
export const ENGINE_REQUESTS: readonly DistanceRequest[] = (
  ["sorted", "response"] as const
).flatMap((compare) => [
  request(compare, [3, 3], [3, 3]),
  request(compare, [2, 2], [5, 7]),
  request(compare, [3, 3], [16, 16]),
  request(compare, [5, 5], [33, 20]),
  request(compare, [3, 3], [64, 64]),
  request(compare, [3, 3], [128, 128]),
  request(compare, [1, 4], [12, 90]),
  request(compare, [15, 15], [31, 40]),
]);

function request(
  compare: DistanceRequest["compare"],
  kernelSize: Size2d,
  grid: Size2d,
): DistanceRequest {
  return {
    kernels: trialKernels(kernelSize),
    kernelSize,
    grid,
    features: EXTENDED_FEATURES,
    compare,
    tolerance: EXACT_TOLERANCE,
  };
}

/** Kernels of one size that are hard in some way, and random ones. */
export function trialKernels([height, width]: Size2d): Float32Array {
  const random = new SeededRandom(7);
  const entries = height * width;
  const noise = () => Array.from({ length: entries }, () => random.normal());
  const spike = (value: number) => Array.from({ length: entries }, (_, i) => (i === 0 ? value : 0));
  const product = (column: readonly number[], row: readonly number[]) =>
    Array.from({ length: entries }, (_, i) => column[Math.floor(i / width)] * row[i % width]);
  const kernels = [
    ...Array.from({ length: 6 }, noise),
    // Without a spectrum.
    new Array<number>(entries).fill(0),
    noise().map((value, i) => (i === 1 ? Number.NaN : value)),
    noise().map((value, i) => (i === 1 ? Number.POSITIVE_INFINITY : value)),
    // Squares of these leave single precision, if not scaled first.
    noise().map((value) => value * 1e-40),
    noise().map((value) => value * 1e30),
    // Lists with one value, and with whole lines of zeros and equal values.
    spike(1),
    spike(-3),
    new Array<number>(entries).fill(1),
    product(noise(), noise()),
    product(new Array<number>(height).fill(1), noise()),
    noise().map(Math.sign),
  ];
  if (height >= 3 && width >= 3) {
    for (const { kernel } of EXTENDED_FEATURES) {
      const placed = new Array<number>(entries).fill(0);
      for (const [i, value] of kernel.entries())
        placed[Math.floor(i / 3) * width + (i % 3)] = value;
      // The second is so near that its distance is as small as what rounding must not lose.
      kernels.push(
        placed,
        placed.map((value) => value + 1e-4 * random.normal()),
      );
    }
  }
  return Float32Array.from(kernels.flat());
}

export interface Disagreement {
  readonly request: string;
  /** Largest difference of a distance. */
  readonly distance: number;
  /** Labels that differ although the margin exceeds 1e-5. */
  readonly labels: number;
  /** Kernels for which only one of the two has a distance. */
  readonly gaps: number;
}

/** How far an engine is from the distances that are right. */
export async function disagreement(
  engine: ActionEngine,
  asked: DistanceRequest,
  expected: Float32Array,
): Promise<Disagreement> {
  const { features, compare, grid, kernelSize } = asked;
  const got = await engine.distances(asked, () => {}, new AbortController().signal);
  const right = labelsFromDistances(expected, features.length, 0.1);
  const own = labelsFromDistances(got, features.length, 0.1);
  let distance = 0;
  let labels = 0;
  let gaps = 0;
  for (const [i, value] of expected.entries()) {
    if (Number.isNaN(value) !== Number.isNaN(got[i])) gaps++;
    if (Math.abs(value - got[i]) > distance) distance = Math.abs(value - got[i]);
  }
  for (const [k, label] of right.labels.entries()) {
    if (label !== own.labels[k] && right.margins[k] > 1e-5) labels++;
  }
  const what = `${compare}, kernels ${kernelSize.join("x")}, grid ${grid.join("x")}`;
  return { request: what, distance, labels, gaps };
}
