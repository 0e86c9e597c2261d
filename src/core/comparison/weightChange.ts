import type { AnalysedLayer } from "../analysis/analysis.ts";
import type { WeightChange } from "./comparison.ts";

/** Sizes of the weights of two layers, and how far equal places have moved; finite weights only. */
export function weightChange(a: AnalysedLayer, b: AnalysedLayer): WeightChange {
  return {
    rmsA: rootMeanSquare(a.kernels),
    rmsB: rootMeanSquare(b.kernels),
    moved: haveEqualPlaces(a, b) ? movedBy(a.kernels, b.kernels) : null,
  };
}

function haveEqualPlaces(a: AnalysedLayer, b: AnalysedLayer): boolean {
  const [first, second] = [a.description, b.description];
  return (
    first.operator === second.operator &&
    first.inChannels === second.inChannels &&
    first.outChannels === second.outChannels &&
    first.groups === second.groups &&
    a.kernels.length === b.kernels.length
  );
}

function rootMeanSquare(weights: Float32Array): number {
  let square = 0;
  let count = 0;
  for (const weight of weights) {
    if (!Number.isFinite(weight)) continue;
    square += weight * weight;
    count++;
  }
  return count > 0 ? Math.sqrt(square / count) : 0;
}

/** 2 |b - a| / (|a| + |b|) with Euclidean lengths; 0 where both are zero. */
function movedBy(a: Float32Array, b: Float32Array): number {
  let [difference, squareA, squareB] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    if (!Number.isFinite(a[at]) || !Number.isFinite(b[at])) continue;
    difference += (b[at] - a[at]) ** 2;
    squareA += a[at] ** 2;
    squareB += b[at] ** 2;
  }
  const lengths = Math.sqrt(squareA) + Math.sqrt(squareB);
  return lengths > 0 ? (2 * Math.sqrt(difference)) / lengths : 0;
}
