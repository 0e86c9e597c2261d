import type { Feature } from "../features/clinicalKernels.ts";
import type { Size2d } from "../network/size2d.ts";
import { embedFeatures } from "../values/embedFeature.ts";
import { ORIENTATIONS, orientedKernel } from "../values/orientations.ts";
import { randomEntries } from "./randomKernels.ts";

/** Directions in the space of kernels of one size, whose sign is free. */
export interface FilterLines {
  readonly count: number;
  /** `count` unit vectors, one after the other. */
  readonly units: Float64Array;
}

/** Cosines of directions closer than this to 1 are one direction: they differ by rounding. */
const SAME_COSINE = 1e-9;

/** In place of a layer's name: all layers share the filters of a draw, as they share the features. */
const STREAM = "random filters";

/**
 * Random 3x3 filters, N(0, 1), as many as there are different ones among the features in all
 * their rotations and reflections (of the poster's six: seven, for only the edge turns into
 * another filter than itself). The more filters there are to choose from, the better the best
 * fits, so that only as many make a fair comparison.
 *
 * @returns none where 3x3 filters do not fit the kernels' size.
 */
export function randomLines(
  features: readonly Feature[],
  draw: number,
  kernelSize: Size2d,
): FilterLines {
  const count = lineCount(features);
  const entries = randomEntries(STREAM, draw, 9 * count);
  const filters = Array.from({ length: count }, (_, filter) => ({
    id: "",
    label: "",
    kernel: unit([...entries.subarray(9 * filter, 9 * (filter + 1))]),
  }));
  const units = embedFeatures(filters, kernelSize);
  return { count: units.length === 0 ? 0 : count, units };
}

/** Number of different filters, up to scale and sign, that the features make when turned. */
export function lineCount(features: readonly Feature[]): number {
  const lines: (readonly number[])[] = [];
  for (const { kernel } of features) {
    if (!(Math.hypot(...kernel) > 0)) continue;
    for (let orientation = 0; orientation < ORIENTATIONS.length; orientation++) {
      const turned = unit(orientedKernel(kernel, orientation));
      const isKnown = lines.some((line) => Math.abs(cosine(line, turned)) > 1 - SAME_COSINE);
      if (!isKnown) lines.push(turned);
    }
  }
  return lines.length;
}

function unit(kernel: readonly number[]): readonly number[] {
  const length = Math.hypot(...kernel);
  return kernel.map((entry) => entry / length);
}

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, entry, at) => sum + entry * b[at], 0);
}
