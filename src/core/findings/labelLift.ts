import { GAUSSIAN_BASELINE_KERNELS, SHUFFLED_KERNELS_AT_MOST } from "../action/noiseKernels.ts";
import { INDETERMINATE_ID } from "../selection/kernelGroup.ts";
import { fisherGreater, ratioInterval } from "../statistics/proportions.ts";
import { holm } from "../statistics/ranks.ts";
import {
  CONFIDENCE,
  type FilterFinding,
  type FilterReason,
  KERNELS_AT_LEAST,
  type LabelFinding,
  type LabelLift,
  type LabelReason,
  QUESTION_LEVEL,
  type RatioEstimate,
  type Verdict,
} from "./findings.ts";
import { isThreeByThree, type LabelledShares } from "./request.ts";

/** "No more than noise" may be said of a label only where twice as often can be ruled out. */
const RULED_OUT_FROM = 2;

/** Expected kernels below which no normal approximation, and no person, should trust a ratio. */
const EXPECTED_AT_LEAST = 5;

/**
 * "No label is above noise" may be said if labels of which nothing can be said make up at most
 * this share, of the kernels and of noise: six in a thousand noise kernels are means, blurs or
 * identities, too few to ever count in a small network.
 */
const UNDECIDED_AT_MOST = 0.02;

/** Label counts of one or more layers and what chance gave the same number of kernels. */
interface CountedLabels {
  readonly kernels: number;
  readonly counts: readonly number[];
  readonly gaussian: readonly number[];
  readonly gaussianKernels: number;
  readonly shuffled: readonly number[];
  readonly shuffledKernels: number;
}

/** How often each label is met in a layer against chance; null without labels. */
export function layerLift(
  layer: LabelledShares,
  features: readonly string[],
): readonly LabelLift[] | null {
  const labelled = countedLabels([layer]);
  if (labelled === null) return null;
  return [...features, INDETERMINATE_ID].map((label, index) => labelLift(label, index, labelled));
}

/**
 * Question 1: do kernels act like the clinical filters more often than noise would? All 3x3
 * layers are pooled. A label counts as more frequent only if it is above random kernels and
 * above the shuffled ones: the larger of both p-values (an intersection-union test, Berger
 * 1982) keeps the level whatever the numbers of the kernels are, since the order of
 * independent numbers is random. Holm's correction covers all labels.
 */
export function filterFinding(
  layers: readonly LabelledShares[],
  features: readonly string[],
): FilterFinding {
  const pooled = layers.filter((layer) => isThreeByThree(layer) && layer.counts !== null);
  const labelled = countedLabels(pooled);
  if (labelled === null) {
    const none = { layers: 0, kernels: 0, gaussianKernels: 0, shuffledKernels: 0, labels: [] };
    return { verdict: "cannotTell", reason: "noLayers", ...none };
  }
  const labels = labelFindings(features, labelled);
  const { kernels, gaussianKernels, shuffledKernels } = labelled;
  const sizes = { layers: pooled.length, kernels, gaussianKernels, shuffledKernels };
  return { ...overall(labels, kernels), ...sizes, labels };
}

/**
 * Sums of layers. The N(0, 1) kernels are the same 4,000 on every grid, so that their mean
 * shares are those of 4,000 kernels, however many layers there are. Of a large layer only a
 * sample was shuffled: the mean of samples of m kernels with weights w is as good as
 * 1 / sum(w^2 / m) kernels.
 */
function countedLabels(layers: readonly LabelledShares[]): CountedLabels | null {
  const [first] = layers;
  const kernels = layers.reduce((sum, { kernelCount }) => sum + kernelCount, 0);
  if (first === undefined || first.counts === null || kernels === 0) return null;
  const counts = first.counts.map(() => 0);
  const gaussian = counts.slice();
  const shuffled = counts.slice();
  let inverse = 0;
  for (const layer of layers) {
    const weight = layer.kernelCount / kernels;
    inverse += weight ** 2 / Math.min(layer.kernelCount, SHUFFLED_KERNELS_AT_MOST);
    for (let label = 0; label < counts.length; label++) {
      counts[label] += layer.counts?.[label] ?? 0;
      gaussian[label] += weight * layer.gaussian[label];
      shuffled[label] += weight * layer.shuffled[label];
    }
  }
  const shuffledKernels = Math.min(kernels, Math.round(1 / inverse));
  const gaussianKernels = GAUSSIAN_BASELINE_KERNELS;
  return { kernels, counts, gaussian, gaussianKernels, shuffled, shuffledKernels };
}

function labelLift(label: string, index: number, of: CountedLabels): LabelLift {
  const hits = of.counts[index];
  return {
    label,
    kernels: hits,
    share: hits / of.kernels,
    gaussianShare: of.gaussian[index],
    shuffledShare: of.shuffled[index],
    overGaussian: ratioOver(hits, of.kernels, of.gaussian[index], of.gaussianKernels),
    overShuffled: ratioOver(hits, of.kernels, of.shuffled[index], of.shuffledKernels),
  };
}

function ratioOver(
  hits: number,
  kernels: number,
  baseShare: number,
  baseKernels: number,
): RatioEstimate {
  const baseHits = baseShare * baseKernels;
  const { ratio, low, high } = ratioInterval(hits, kernels, baseHits, baseKernels, CONFIDENCE);
  return { ratio, low, high: Number.isFinite(high) ? high : null };
}

function labelFindings(features: readonly string[], of: CountedLabels): readonly LabelFinding[] {
  const pValues = features.map((_, index) => {
    const hits = of.counts[index];
    const over = (share: number, kernels: number) =>
      fisherGreater(hits, of.kernels, share * kernels, kernels);
    return Math.max(
      over(of.gaussian[index], of.gaussianKernels),
      over(of.shuffled[index], of.shuffledKernels),
    );
  });
  const adjusted = holm(pValues);
  return features.map((label, index) => {
    const lift = labelLift(label, index, of);
    const adjustedPValue = adjusted[index];
    const reason = labelReason(lift, of.kernels, adjustedPValue);
    const verdict = LABEL_VERDICTS[reason];
    return { ...lift, verdict, reason, pValue: pValues[index], adjustedPValue };
  });
}

const LABEL_VERDICTS: Readonly<Record<LabelReason, Verdict>> = {
  aboveBoth: "more",
  aboveGaussianOnly: "noMore",
  aboveShuffledOnly: "noMore",
  aboveNeither: "noMore",
  rareLabel: "cannotTell",
  wideInterval: "cannotTell",
  borderline: "cannotTell",
};

function labelReason(lift: LabelLift, kernels: number, adjustedPValue: number): LabelReason {
  if (adjustedPValue <= QUESTION_LEVEL) return "aboveBoth";
  const { overGaussian, overShuffled } = lift;
  const isAboveGaussian = overGaussian.low > 1;
  const isAboveShuffled = overShuffled.low > 1;
  if (isAboveGaussian && isAboveShuffled) return "borderline";
  // One comparison that rules out more is enough: a label must be above both.
  if (!rulesOutMore(overGaussian) && !rulesOutMore(overShuffled)) {
    const expected = kernels * Math.min(lift.gaussianShare, lift.shuffledShare);
    return expected < EXPECTED_AT_LEAST ? "rareLabel" : "wideInterval";
  }
  if (isAboveGaussian) return "aboveGaussianOnly";
  return isAboveShuffled ? "aboveShuffledOnly" : "aboveNeither";
}

/** Whether a ratio may be 1 or less, and cannot be far above. */
function rulesOutMore({ low, high }: RatioEstimate): boolean {
  return low <= 1 && high !== null && high <= RULED_OUT_FROM;
}

function overall(
  labels: readonly LabelFinding[],
  kernels: number,
): { verdict: Verdict; reason: FilterReason } {
  if (labels.some(({ verdict }) => verdict === "more")) {
    return { verdict: "more", reason: "labelsAboveNoise" };
  }
  if (kernels < KERNELS_AT_LEAST) return { verdict: "cannotTell", reason: "fewKernels" };
  let own = 0;
  let chance = 0;
  for (const { verdict, share, gaussianShare, shuffledShare } of labels) {
    if (verdict !== "cannotTell") continue;
    own += share;
    chance += Math.max(gaussianShare, shuffledShare);
  }
  return Math.max(own, chance) > UNDECIDED_AT_MOST
    ? { verdict: "cannotTell", reason: "labelsUndecided" }
    : { verdict: "noMore", reason: "noLabelAboveNoise" };
}
