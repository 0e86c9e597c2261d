import { SHIFT_BINS } from "../../core/comparison/coefficientShift.ts";
import type {
  Comparison,
  Divergence,
  PairComparison,
  ShareShift,
} from "../../core/comparison/comparison.ts";
import { DEALS, NOISE_LEVEL } from "../../core/comparison/dealtNoise.ts";
import { SHIFT_CONFIDENCE } from "../../core/comparison/shareShift.ts";
import { COMPARISON_SOURCES, changedCounts } from "../../core/results/comparisonJson.ts";
import { countText, percentText } from "./text.ts";
import { labelStyles } from "./theme.ts";

/** Labels named in one sentence. */
const LABELS_NAMED = 3;

/** Smaller divergences are written with an exponent: nobody counts so many zeros. */
const SMALLEST_WITH_ZEROS = 1e-6;

/** A divergence as text: "1.42", "0.031", "0.00002"; exactly nothing as "0". */
export function divergenceText(value: number): string {
  if (value === 0) return "0";
  if (value >= 0.001) return value.toFixed(value >= 0.0995 ? 2 : 3);
  if (value < SMALLEST_WITH_ZEROS) return value.toExponential(0);
  return value.toFixed(-Math.floor(Math.log10(value)));
}

/** "1.42 (noise up to 0.52)". */
export function againstNoise({ value, noiseLimit }: Divergence): string {
  return `${divergenceText(value)} (noise up to ${divergenceText(noiseLimit)})`;
}

/** "+12 %", "\u22123.1 %": percentage points. */
export function shiftText(shift: number): string {
  if (shift === 0) return "0 %";
  return `${shift < 0 ? "\u2212" : "+"}${percentText(Math.abs(shift))}`;
}

/** How far a change stands out of what noise of so few kernels makes. */
export function excess({ value, noiseMean }: Divergence): number {
  return value - noiseMean;
}

/** Layers whose kernels changed more than noise does, the most changed first. */
export function changedPairs({ pairs }: Comparison): readonly PairComparison[] {
  return pairs
    .filter(({ shift }) => shift.exceedsNoise)
    .sort((first, second) => excess(second.shift) - excess(first.shift));
}

/** "conv1", or "conv1 / up" where the layers have different names. */
export function pairName({ nameA, nameB, pair }: PairComparison): string {
  return pair.by === "name" ? nameA : `${nameA} / ${nameB}`;
}

/** Label as people read it. */
export function labelName({ features }: Comparison, label: string): string {
  return labelStyles(features).find(({ id }) => id === label)?.label ?? label;
}

function isUnchanged({ pairs }: Comparison): boolean {
  return pairs.every(
    ({ shift, labels, weights }) => shift.value === 0 && labels.value === 0 && weights.moved === 0,
  );
}

/** What the comparison comes to, in one sentence. */
export function headline(comparison: Comparison): string {
  const { a, b, whole } = comparison;
  if (whole === null) {
    return "No layer of one model belongs to a layer of the other: their kernels have different sizes.";
  }
  if (a.sha256 === b.sha256) return "Both are the same file: nothing differs.";
  if (isUnchanged(comparison)) return "Every weight is the same in both: nothing differs.";
  const [first, second] = changedPairs(comparison);
  if (first === undefined) {
    return whole.shift.exceedsNoise || whole.labels.exceedsNoise
      ? "The models differ by more than noise as a whole, but no single layer does."
      : "The kernels of the models differ by no more than noise.";
  }
  const then = second === undefined ? "" : `, then ${pairName(second)}`;
  return `Most changed: ${pairName(first)}${then}.`;
}

/** In how many layers kernels and labels changed; null where nothing is compared. */
export function countsSentence(comparison: Comparison): string | null {
  if (comparison.whole === null) return null;
  const { pairs, shift, labels } = changedCounts(comparison);
  return `Kernels changed by more than noise in ${shift} of ${countText(pairs, "layer")}, what they act like in ${labels}.`;
}

/** How layers were paired, and what is left out. */
export function matchingSentences(comparison: Comparison): readonly string[] {
  const { byName, byPosition } = changedCounts(comparison);
  const { unmatchedA, unmatchedB, a, b } = comparison;
  const paired = [
    ...(byName > 0 ? [`${countText(byName, "layer")} by name`] : []),
    ...(byPosition > 0
      ? [`${countText(byPosition, "layer")} by position in the same half of the network`]
      : []),
  ];
  return [
    ...(paired.length === 0 ? [] : [`Paired: ${paired.join(", ")}.`]),
    ...(unmatchedA.length === 0
      ? []
      : [`Only in A (${a.name}), not compared: ${unmatchedA.join(", ")}.`]),
    ...(unmatchedB.length === 0
      ? []
      : [`Only in B (${b.name}), not compared: ${unmatchedB.join(", ")}.`]),
  ];
}

/** "Local mean 12 % \u2192 25 %, Sharpen 30 % \u2192 18 %" of the labels that changed, the largest change first. */
export function changedShares(
  comparison: Comparison,
  shares: readonly ShareShift[],
): string | null {
  const changed = shares
    .filter(({ exceedsNoise }) => exceedsNoise)
    .sort((first, second) => Math.abs(second.shift) - Math.abs(first.shift))
    .slice(0, LABELS_NAMED);
  if (changed.length === 0) return null;
  return changed
    .map(({ label, shareA, shareB }) => {
      return `${labelName(comparison, label)} ${percentText(shareA)} \u2192 ${percentText(shareB)}`;
    })
    .join(", ");
}

/** A pair in one sentence, for those who hear the picture. */
export function pairSentence(comparison: Comparison, pair: PairComparison): string {
  const { shift, labels, shares } = pair;
  const kernels = `${countText(pair.kernelsA, "kernel")} in A, ${pair.kernelsB} in B`;
  const changed = changedShares(comparison, shares);
  return [
    `${pairName(pair)}, ${kernels}`,
    `shift ${againstNoise(shift)}: ${verdict(shift)}`,
    `labels ${againstNoise(labels)}: ${verdict(labels)}${changed === null ? "" : `, ${changed}`}`,
  ].join("; ");
}

export function verdict({ exceedsNoise }: Divergence): string {
  return exceedsNoise ? "changed" : "no more than noise";
}

/** What the figures measure, for captions. */
export const SHIFT_WORDS = `Shift: how far the distribution of the kernels' PCA coefficients moved (symmetric Kullback-Leibler divergence of histograms of ${SHIFT_BINS} bins in one PCA basis of both models, weighted by explained variance, kernels scaled to a largest weight of 1; ${COMPARISON_SOURCES.shift}), in nats.`;

export const NOISE_WORDS = `Noise: the same number where the kernels of both layers are dealt out at random, ${DEALS} times; one limit for all layers together, which noise exceeds in ${percentText(NOISE_LEVEL)} of comparisons (${COMPARISON_SOURCES.noise}).`;

export const LABELS_WORDS = `Labels: Jensen-Shannon divergence of the shares of labels, 0 (equal) to 1 (nothing in common). Changes of single shares have intervals at ${percentText(SHIFT_CONFIDENCE)} (${COMPARISON_SOURCES.shares}).`;

export const MOVED_WORDS =
  "Weights moved: the length of the difference of all weights, relative to the mean length of both; only where both layers have the same channels.";
