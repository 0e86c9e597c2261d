import { ConvAtlasError } from "../errors.ts";
import { EXTENDED_FEATURES } from "../features/clinicalKernels.ts";
import { type Comparison, EXACT_TOLERANCE } from "./comparison.ts";
import type { ActionEngine } from "./engine.ts";
import { exactMeasure } from "./exactMeasure.ts";
import { gaussianKernels } from "./noiseKernels.ts";

/** What distances of two engines may differ by (README, rule A2). */
const LARGEST_DIFFERENCE = 2e-5;

const RANDOM_KERNELS = 8;

/** Small, so that the test takes milliseconds; one is not square and not a power of two. */
const TESTS: readonly Pick<Comparison, "grid" | "compare">[] = [
  { grid: [16, 16], compare: "sorted" },
  { grid: [12, 21], compare: "sorted" },
  { grid: [16, 16], compare: "response" },
];

/**
 * Computes a few distances whose answers are known. Graphics drivers have returned
 * wrong numbers before without a word.
 *
 * @throws ConvAtlasError `engine-unavailable` if any differs.
 */
export async function selfTest(engine: ActionEngine): Promise<void> {
  const kernels = Float32Array.from([
    ...EXTENDED_FEATURES.flatMap(({ kernel }) => kernel),
    ...gaussianKernels(9).subarray(0, RANDOM_KERNELS * 9),
  ]);
  const { signal } = new AbortController();
  for (const test of TESTS) {
    const comparison: Comparison = {
      ...test,
      kernelSize: [3, 3],
      features: EXTENDED_FEATURES,
      tolerance: EXACT_TOLERANCE,
    };
    const expected = exactMeasure(comparison)(kernels);
    const found = await engine.distances({ ...comparison, kernels }, () => {}, signal);
    const wrong = expected.findIndex((d, at) => !(Math.abs(d - found[at]) <= LARGEST_DIFFERENCE));
    if (wrong >= 0) {
      throw new ConvAtlasError(
        "engine-unavailable",
        "Its test computation gave wrong numbers, as some graphics drivers do; an update of the driver may help.",
        `${engine.name}, ${test.compare} on ${test.grid.join(" x ")}: ${found[wrong]} instead of ${expected[wrong]}`,
      );
    }
  }
}
