import type { AlikePair } from "../../core/features/alikeFilters.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import type { FilterBehaviour } from "../../core/features/filterBehaviour.ts";
import type { LabelEstimate } from "../../core/features/labelEstimate.ts";
import { weightText } from "../figures/glyph.ts";
import { countText, percentText, sizeText } from "../figures/text.ts";

/** Sums closer to 0 or 1 than this are meant to be 0 or 1. */
const ROUNDING = 1e-6;

/** Amplifications that differ by less than this factor are about equal. */
const CLEARLY_MORE = 1.5;

/** A direction with less than this share of the other is as good as not seen. */
const HARDLY = 0.2;

/** What a filter does, in plain sentences; none for one that is 0 everywhere. */
export function behaviourSentences(behaviour: FilterBehaviour | null): readonly string[] {
  if (behaviour === null) return [];
  const direction = directionSentence(behaviour);
  return [
    sumSentence(behaviour.sum),
    finenessSentence(behaviour),
    ...(direction === null ? [] : [direction]),
  ];
}

function sumSentence(sum: number): string {
  if (Math.abs(sum) < ROUNDING) {
    return "Its numbers sum to 0: even areas become 0, only changes remain.";
  }
  if (Math.abs(sum - 1) < ROUNDING) return "Its numbers sum to 1: brightness is kept.";
  const text = weightText(sum);
  return sum < 0
    ? `Its numbers sum to ${text}: even areas change their sign.`
    : `Its numbers sum to ${text}: the brightness of even areas is multiplied by that.`;
}

function finenessSentence({ coarse, fine, sum }: FilterBehaviour): string {
  const keepsAreas = Math.abs(sum) > ROUNDING;
  if (fine > CLEARLY_MORE * coarse) {
    return keepsAreas
      ? "It passes fine patterns more than coarse ones: it sharpens."
      : "It answers fine detail, and broad changes little.";
  }
  if (coarse > CLEARLY_MORE * fine) {
    return keepsAreas
      ? "It passes coarse patterns more than fine ones: it smooths."
      : "It answers broad changes, and fine detail little.";
  }
  return "It passes coarse and fine patterns about equally.";
}

function directionSentence({ across, down }: FilterBehaviour): string | null {
  if (down < HARDLY * across) {
    return "It sees changes from left to right and hardly any from top to bottom.";
  }
  if (across < HARDLY * down) {
    return "It sees changes from top to bottom and hardly any from left to right.";
  }
  return null;
}

/** What two filters have in common that they should not, in one sentence. */
export function alikeSentence(
  { kind, first, second }: AlikePair,
  features: readonly Feature[],
): string {
  const [a, b] = [features[first].label, features[second].label];
  switch (kind) {
    case "sameName":
      return `Two filters are called "${b}": nobody can tell them apart in a figure.`;
    case "sameSpectrum":
      return `"${a}" and "${b}" have the same spectrum: a kernel near both gets the name of the first. Their places by values differ.`;
    case "closeSpectrum":
      return `The spectra of "${a}" and "${b}" differ by less than 1 %: kernels near both are ties.`;
  }
}

/** What the labels would be, always beside what chance gives. */
export function estimateSentence(
  { kernels, shares, noise }: LabelEstimate,
  feature: number,
): string {
  const noiseText = `${percentText(noise[feature])} of random kernels`;
  if (shares[feature] === 0) {
    return `None of ${countText(kernels, "sampled kernel")} would get its name, and ${noiseText}.`;
  }
  return `About ${percentText(shares[feature])} of the model's 3 \u00D7 3 kernels would get its name, and ${noiseText}.`;
}

/** How the estimate was made. */
export function estimateMethod(
  { kernels }: LabelEstimate,
  grid: readonly [number, number],
): string {
  return `Estimated from ${countText(kernels, "kernel")} on a grid of ${sizeText(grid)}; Apply computes all of them.`;
}
