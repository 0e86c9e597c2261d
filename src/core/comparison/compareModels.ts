import { type AnalysedLayer, type Analysis, INDETERMINATE } from "../analysis/analysis.ts";
import { ConvAtlasError, throwIfCancelled } from "../errors.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import { nextTurn } from "../nextTurn.ts";
import { projectRows } from "../values/pca.ts";
import { assembledComparison, type MeasuredPair } from "./assembleComparison.ts";
import { binsOf, COMPONENTS_AT_MOST } from "./coefficientShift.ts";
import type { Comparison, JointBasis, LayerMatching } from "./comparison.ts";
import { dealtNoiseSteps, type PairCounts } from "./dealtNoise.ts";
import { jointBasisSteps } from "./jointBasis.ts";
import { matchLayers } from "./matchLayers.ts";
import { comparedKernels, scaledKernels } from "./scaledKernels.ts";
import { weightChange } from "./weightChange.ts";

/** Work between two turns of the event loop, ms: less than a frame, since a page waits. */
const TURN_MS = 12;

/**
 * Compares two models layer by layer, in turns between which the event loop goes round.
 *
 * @param a, b complete analyses under the same settings and features.
 * @param onProgress is told, about once per turn, how many of all pairs of layers are done.
 * @throws ConvAtlasError `bad-setting` if labels are missing or were made otherwise, `cancelled`.
 */
export async function compareModels(
  a: Analysis,
  b: Analysis,
  onProgress: (donePairs: number, totalPairs: number) => void,
  signal: AbortSignal,
): Promise<Comparison> {
  requireComparable(a, b);
  const steps = comparisonSteps(a, b);
  const total = matchLayers(a, b).pairs.length;
  let turnEndedAt = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - turnEndedAt < TURN_MS) continue;
    onProgress(step.value, total);
    await nextTurn();
    throwIfCancelled(signal);
    turnEndedAt = performance.now();
  }
}

function requireComparable(a: Analysis, b: Analysis): void {
  const isLabelled = [...a.layers, ...b.layers].every(({ action }) => action !== null);
  const isSame =
    JSON.stringify(a.features) === JSON.stringify(b.features) &&
    a.settings.threshold === b.settings.threshold &&
    a.settings.compare === b.settings.compare;
  if (isLabelled && isSame) return;
  throw new ConvAtlasError(
    "bad-setting",
    "Two models can be compared once both are analysed under the same settings; wait until both are complete.",
  );
}

/** Yields how many pairs are done, every few milliseconds. */
function* comparisonSteps(a: Analysis, b: Analysis): Generator<number, Comparison> {
  const matching = matchLayers(a, b);
  const { bases, basisOf, coefficients } = yield* jointBases(a, b, matching);
  const measured: MeasuredPair[] = [];
  for (const [at, pair] of matching.pairs.entries()) {
    const layers = [a.layers[pair.a], b.layers[pair.b]] as const;
    const basis = bases[basisOf[at]];
    const counts = pairCounts(layers, coefficients[at], basis, a.features);
    const weights = weightChange(...layers);
    const deals = dealtNoiseSteps(counts, at);
    let step = deals.next();
    for (; !step.done; step = deals.next()) yield at;
    measured.push({ pair, basis: basisOf[at], counts, weights, noise: step.value });
  }
  return assembledComparison(a, b, matching, bases, measured);
}

/** What of the compared kernels of two layers is counted. */
function pairCounts(
  layers: readonly [AnalysedLayer, AnalysedLayer],
  coefficients: readonly [Float32Array, Float32Array],
  basis: JointBasis,
  features: readonly Feature[],
): PairCounts {
  const components = Math.min(basis.components.length, COMPONENTS_AT_MOST);
  const [a, b] = layers.map((layer, side) => {
    const taken = comparedKernels(layer.values.states);
    return {
      count: taken.length,
      bins: binsOf(coefficients[side], basis.low, basis.high),
      labels: labelsOf(layer, taken, features),
    };
  });
  const weights = basis.explainedVarianceRatio.subarray(0, components);
  return { a, b, components, weights, labelCount: features.length + 1 };
}

interface JointBases {
  readonly bases: readonly JointBasis[];
  /** Per pair, index in `bases`. */
  readonly basisOf: readonly number[];
  /** Per pair, coefficients of the compared kernels of A and of B. */
  readonly coefficients: readonly (readonly [Float32Array, Float32Array])[];
}

function* jointBases(
  a: Analysis,
  b: Analysis,
  { pairs }: LayerMatching,
): Generator<number, JointBases> {
  const bases: JointBasis[] = [];
  const basisOf: number[] = new Array(pairs.length);
  const coefficients: (readonly [Float32Array, Float32Array])[] = new Array(pairs.length);
  const keyOf = (layer: AnalysedLayer) => layer.description.kernelSize.join("x");
  const sizes = new Set(pairs.map((pair) => keyOf(a.layers[pair.a])));
  for (const size of sizes) {
    const layers = [...a.layers, ...b.layers].filter((layer) => keyOf(layer) === size);
    const steps = jointBasisSteps(layers, layers[0].description.kernelSize, a.features);
    let step = steps.next();
    for (; !step.done; step = steps.next()) yield 0;
    const basis = step.value;
    const components = Math.min(basis.components.length, COMPONENTS_AT_MOST);
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const scoresOf = ({ kernels, values }: AnalysedLayer): Float32Array => {
      const taken = comparedKernels(values.states);
      const rows = scaledKernels(kernels, basis.mean.length, taken);
      const scores = new Float32Array(taken.length * components);
      projectRows(rows, taken.length, basis, components, scores);
      for (const score of scores) {
        if (score < low) low = score;
        if (score > high) high = score;
      }
      return scores;
    };
    for (const [at, pair] of pairs.entries()) {
      if (keyOf(a.layers[pair.a]) !== size) continue;
      basisOf[at] = bases.length;
      coefficients[at] = [scoresOf(a.layers[pair.a]), scoresOf(b.layers[pair.b])];
      yield 0;
    }
    bases.push({ ...basis, low, high });
  }
  return { bases, basisOf, coefficients };
}

/** Labels of some kernels as 0 .. F, the last for indeterminate. */
function labelsOf(
  { action }: AnalysedLayer,
  taken: Uint32Array,
  features: readonly Feature[],
): Uint8Array {
  const labels = new Uint8Array(taken.length);
  for (let at = 0; at < taken.length; at++) {
    const label = action === null ? INDETERMINATE : action.labels[taken[at]];
    labels[at] = label === INDETERMINATE ? features.length : label;
  }
  return labels;
}
