import type { Analysis } from "../../core/analysis/analysis.ts";
import type {
  DecoderFinding,
  EncoderFinding,
  FilterFinding,
  Findings,
  LabelLift,
  StructureMeasure,
  UnmeasuredStructure,
  Verdict,
} from "../../core/findings/findings.ts";
import { percentText } from "../figures/text.ts";
import { labelStyles } from "../figures/theme.ts";
import { listText } from "../words/listText.ts";

/** One of the poster's three questions, asked of this model. */
export type QuestionId = "filters" | "decoder" | "encoder";

export const QUESTION_IDS: readonly QuestionId[] = ["filters", "decoder", "encoder"];

/** `yes`: more than noise explains; `no`: not more; `unknown`: the sample is too small. */
export type Answer = "yes" | "no" | "unknown";

export interface Conclusion {
  readonly answer: Answer;
  /** A few words, for a badge. */
  readonly short: string;
  /** One plain sentence. */
  readonly sentence: string;
}

export const QUESTIONS: Readonly<Record<QuestionId, string>> = {
  filters: "Do kernels act like known filters more often than noise would?",
  decoder: "Do decoder layers show more structure than encoder layers?",
  encoder: "Do the shares of filters stay the same across the encoder?",
};

/** How the answer came about, for those who want to check it. */
export const METHODS: Readonly<Record<QuestionId, readonly string[]>> = {
  filters: [
    "The labels of all layers with 3 × 3 kernels are counted together. The share of each filter is compared twice: with the share among random (Gaussian) kernels on the same grids, and with the share among the model's own kernels whose nine numbers were put in random order.",
    "Lift is the ratio of the two shares; its 95 % interval is shown. A filter counts only if it is more frequent than in both (Fisher's exact test, the larger of the two p-values, with Holm's correction for all filters).",
  ],
  decoder: [
    "From each layer with enough 3 × 3 kernels samples of equal size are drawn. Structure is measured in two ways: how far the kernels are from a normal distribution (the statistic of Henze and Zirkler), and how firm their k-means clusters are: the agreement of clusters found in two halves of the sample, less what kernels drawn from a normal distribution with the layer's own mean and spread give.",
    "Encoder and decoder layers are compared by a one-sided permutation test of the layers' values, with Holm's correction for both measures. Layers of the bottleneck belong to neither.",
  ],
  encoder: [
    "How different the shares of labels of two layers are is measured by the Jensen-Shannon divergence in bits (0: the same, 1: nothing in common), as the mean of all pairs of encoder layers with enough 3 × 3 kernels.",
    "The floor is what the same layers give when the nine numbers of each kernel are put in random order, with what chance adds in layers of these sizes: many such networks are drawn.",
  ],
};

/** "p = 0.012"; very small ones are not worth their digits. */
export function pValueText(pValue: number | null): string {
  if (pValue === null) return "–";
  return pValue < 0.0005 ? "practically 0" : pValue.toFixed(3);
}

/** 1.73 as "1.7", 0.96 as "0.96", 12.4 as "12": near 1 a hundredth matters. */
function timesText(ratio: number): string {
  return ratio.toFixed(ratio >= 9.95 ? 0 : ratio >= 1.995 ? 1 : 2);
}

/** "×1.7 (1.5 to 2.0)"; "not in noise (at least ×3.1)". */
export function ratioWithInterval({ overGaussian }: Pick<LabelLift, "overGaussian">): string {
  const { ratio, low, high } = overGaussian;
  if (ratio === null) {
    return low > 0 ? `not in noise (at least ×${timesText(low)})` : "not in noise";
  }
  const end = high === null ? "no upper end" : timesText(high);
  return `×${timesText(ratio)} (${timesText(low)} to ${end})`;
}

export function labelName(analysis: Analysis, id: string): string {
  return labelStyles(analysis.features).find((style) => style.id === id)?.label ?? id;
}

export function conclusionOf(id: QuestionId, findings: Findings, analysis: Analysis): Conclusion {
  switch (id) {
    case "filters":
      return filtersConclusion(findings.filters, analysis);
    case "decoder":
      return decoderConclusion(findings);
    case "encoder":
      return encoderConclusion(findings.encoder);
  }
}

function unknown(sentence: string): Conclusion {
  return { answer: "unknown", short: "Cannot tell", sentence: `Cannot tell: ${sentence}` };
}

function filtersConclusion({ reason, labels }: FilterFinding, analysis: Analysis): Conclusion {
  switch (reason) {
    case "labelsAboveNoise": {
      const above = labels.filter(({ verdict }) => verdict === "more");
      const named = above.map(
        (label) =>
          `${labelName(analysis, label.label)}, ${percentText(label.share)} of all kernels, against noise ${ratioWithInterval(label)}`,
      );
      const sentence = `More often than in random kernels and in the model's own kernels with shuffled numbers: ${named.join("; ")}.`;
      return { answer: "yes", short: "Yes, some do", sentence };
    }
    case "noLabelAboveNoise":
      return {
        answer: "no",
        short: "No more than noise",
        sentence: "No filter appears more often than random or shuffled kernels explain.",
      };
    case "labelsUndecided":
      return unknown("no filter is clearly above noise, and some are too rare to decide.");
    case "fewKernels":
      return unknown("the model has too few kernels of three by three numbers.");
    case "noLayers":
      return unknown("the model has no layer of three by three kernels with labels.");
  }
}

const MEASURE_WORDS: Readonly<Record<StructureMeasure, string>> = {
  normality: "their kernels are further from a normal distribution",
  clusters: "their clusters are firmer",
};

/** Heading of a measure, with a plain word beside the technical one. */
export const MEASURE_NAMES: Readonly<Record<StructureMeasure, string>> = {
  normality: "Distance from normal (Henze-Zirkler)",
  clusters: "Firmness of clusters above chance",
};

function decoderConclusion({ decoder, level }: Findings): Conclusion {
  switch (decoder.reason) {
    case "decoderHigher":
      return { answer: "yes", short: "Yes", sentence: higherSentence(decoder, level.eachQuestion) };
    case "decoderNotHigher":
      return {
        answer: "no",
        short: "No more than by chance",
        sentence: "The decoder's layers do not show more structure than the encoder's.",
      };
    case "noEncoder":
      return unknown("the model has no encoder layers to compare with.");
    case "noDecoder":
      return unknown("the model has no decoder.");
    case "fewLayers":
      return unknown(
        "there are too few layers with enough kernels for any difference to convince.",
      );
  }
}

function higherSentence({ contrasts }: DecoderFinding, level: number): string {
  const clear = contrasts.filter(({ adjustedPValue }) => (adjustedPValue ?? 1) <= level);
  const how = clear.map(({ measure }) => MEASURE_WORDS[measure]);
  return `The decoder's layers show more structure than the encoder's: ${listText(how)}.`;
}

function encoderConclusion({ reason }: EncoderFinding): Conclusion {
  switch (reason) {
    case "aboveFloor":
      return {
        answer: "yes",
        short: "No, they differ",
        sentence:
          "Encoder layers differ in their shares of filters more than shuffled kernels explain.",
      };
    case "withinFloor":
      return {
        answer: "no",
        short: "Yes, within noise",
        sentence:
          "Encoder layers differ in their shares of filters no more than shuffled kernels explain.",
      };
    case "noEncoder":
      return unknown("the model has no encoder layers of three by three kernels.");
    case "fewLayers":
      return unknown("fewer than two encoder layers have enough kernels.");
    case "highFloor":
      return unknown("the layers are so small that even large differences would drown in noise.");
  }
}

/** Why the structure of a layer was not measured. */
export const UNMEASURED_WORDS: Readonly<Record<UnmeasuredStructure["reason"], string>> = {
  otherKernelSize: "other kernel size",
  fewKernels: "too few kernels",
  notSampled: "not among the layers sampled",
  flat: "kernels vary in too few directions",
};

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  more: "more than noise",
  noMore: "no more than noise",
  cannotTell: "cannot tell",
};
