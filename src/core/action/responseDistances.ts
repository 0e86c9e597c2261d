import type { Feature } from "../features/clinicalKernels.ts";
import { ORIENTATIONS, orientedKernel } from "../values/orientations.ts";
import { FEATURE_SIZE, type ResponseComparer } from "./comparison.ts";
import type { FrequencyGrid } from "./frequencyGrid.ts";
import { response, responseScratch } from "./response.ts";

/** Two responses closer than this everywhere are one: they differ by rounding. */
const SAME_RESPONSE = 1e-9;

/**
 * The second reading (README, rule A2): mean |difference| of the responses at the same frequency,
 * the least over the 8 rotations and reflections of the feature. Many of the 8
 * coincide (all of a symmetric kernel), and equal responses are compared once.
 */
export function responseDistances(
  features: readonly Feature[],
  plane: FrequencyGrid,
): ResponseComparer {
  const orbits = features.map(({ kernel }) =>
    distinctForms(kernel, plane).map((form) => {
      const half = new Float64Array(plane.halfCount);
      response(form, 0, FEATURE_SIZE, plane, responseScratch(FEATURE_SIZE), half);
      return half;
    }),
  );
  return (half, out, at) => {
    for (let f = 0; f < orbits.length; f++) {
      let least = Number.POSITIVE_INFINITY;
      for (const turned of orbits[f]) {
        const distance = weightedMeanDifference(half, turned, plane);
        if (distance < least) least = distance;
      }
      out[at + f] = least;
    }
  };
}

/** The 8 rotations and reflections of a 3x3 kernel. */
export function rotationsAndReflections(kernel: readonly number[]): number[][] {
  return ORIENTATIONS.map((_, orientation) => orientedKernel(kernel, orientation));
}

/** The turned forms of a 3x3 kernel whose responses differ. */
export function distinctForms(kernel: readonly number[], plane: FrequencyGrid): number[][] {
  const forms: number[][] = [];
  const responses: Float64Array[] = [];
  for (const turned of rotationsAndReflections(kernel)) {
    const half = new Float64Array(plane.halfCount);
    response(turned, 0, FEATURE_SIZE, plane, responseScratch(FEATURE_SIZE), half);
    const isKnown = responses.some((known) =>
      known.every((value, at) => Math.abs(value - half[at]) < SAME_RESPONSE),
    );
    if (isKnown) continue;
    forms.push(turned);
    responses.push(half);
  }
  return forms;
}

function weightedMeanDifference(a: Float64Array, b: Float64Array, plane: FrequencyGrid): number {
  const { columns, multiplicity } = plane;
  let sum = 0;
  for (let start = 0; start < plane.halfCount; start += columns) {
    for (let u = 0; u < columns; u++) {
      sum += multiplicity[u] * Math.abs(a[start + u] - b[start + u]);
    }
  }
  return sum / plane.fullCount;
}
