import type { Feature } from "../../../core/features/clinicalKernels.ts";
import type { FeatureAtWork, KernelAtWork } from "../../../worker/lab/protocol.ts";
import { listText } from "../../words/listText.ts";

/** From which size of a correlation on a word holds. */
export const LIKENESS_STEPS = { same: 0.95, much: 0.8, partly: 0.4 } as const;

export type Likeness = "same" | "much" | "partly" | "else" | "none";

export function likeness(correlation: number | null): Likeness {
  if (correlation === null) return "none";
  const size = Math.abs(correlation);
  if (size >= LIKENESS_STEPS.same) return "same";
  if (size >= LIKENESS_STEPS.much) return "much";
  return size >= LIKENESS_STEPS.partly ? "partly" : "else";
}

const LIKENESS_WORDS: Readonly<Record<Likeness, string>> = {
  same: "does almost the same",
  much: "much alike",
  partly: "partly alike",
  else: "something else",
  none: "nothing to compare: one of the pictures is the same everywhere",
};

const INVERTED_WORDS: Readonly<Record<Likeness, string>> = {
  ...LIKENESS_WORDS,
  same: "the same, inverted",
  much: "much alike, inverted",
  partly: "partly alike, inverted",
};

/** Two pictures that correlate like this, in plain words. */
export function likenessWords(correlation: number | null): string {
  const words = correlation !== null && correlation < 0 ? INVERTED_WORDS : LIKENESS_WORDS;
  return words[likeness(correlation)];
}

/** Two digits would make these 1.00, the same picture. */
const NEARLY_ONE = 0.995;

/** "0.93" or "0.997", with a true minus sign; never "-0.00". */
export function correlationText(correlation: number | null): string {
  if (correlation === null) return "not known";
  const size = Math.abs(correlation);
  const text = size.toFixed(size < NEARLY_ONE ? 2 : 3);
  return correlation < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
}

/** What a kernel does to this picture, in one sentence for those who have never seen a kernel. */
export function kernelSentence(
  { features: found }: Pick<KernelAtWork, "features">,
  features: readonly Feature[],
): string {
  const best = found.find(({ correlation }) => correlation !== null);
  if (best === undefined) {
    return "This kernel makes the same of every pixel of this picture, so there is nothing to compare.";
  }
  const nameOf = (one: FeatureAtWork) =>
    `${features.find(({ id }) => id === one.feature)?.label ?? one.feature}${isInverted(one) ? ", inverted" : ""}`;
  const name = nameOf(best);
  const number = `correlation ${correlationText(best.correlation)}`;
  switch (likeness(best.correlation)) {
    case "same": {
      // On smooth pictures several filters do the same; one name alone would say too much.
      const others = found.filter((one) => one !== best && likeness(one.correlation) === "same");
      const rest =
        others.length === 0
          ? ""
          : `; ${listText(others.map(nameOf))} can hardly be told from it here`;
      return `On this picture the kernel does almost the same as ${name} (${number})${rest}.`;
    }
    case "much":
      return `On this picture the kernel acts much like ${name} (${number}), but not quite.`;
    case "partly":
      return `On this picture the kernel is only partly like a known filter: the nearest is ${name} (${number}).`;
    case "else":
    case "none":
      return `On this picture the kernel does something else than all known filters: even the nearest, ${name}, is far off (${number}).`;
  }
}

/** What the likeness is worth: on a smooth picture random kernels are as much like a filter. */
export function chanceSentence({
  features,
  chance,
}: Pick<KernelAtWork, "features" | "chance">): string {
  const best = Math.abs(features[0]?.correlation ?? 0);
  if (chance === null || best === 0) return "";
  const [median, upper] = [correlationText(chance.median), correlationText(chance.upper)];
  if (best > chance.upper) {
    return `More than chance: of ${chance.draws} random kernels tried on this picture, only one in twenty reaches ${upper} with any filter.`;
  }
  return `No more than chance: of ${chance.draws} random kernels tried on this picture, half reach ${median} with some filter, one in twenty ${upper}.`;
}

/** A filter that lies upside down in values, or a picture that comes out as its negative. */
export function isInverted({ scale, correlation }: FeatureAtWork): boolean {
  return scale < 0 !== (correlation ?? 0) < 0;
}

/** What a channel is besides the sum of its kernels. */
export function restOfChannel({ isActivated }: Pick<KernelAtWork, "isActivated">): string {
  // Where there is a normalisation, it stands before the activation.
  return isActivated ? "bias, activation and any normalisation between them" : "bias";
}

/** How much of its channel a kernel is, in plain words. */
export function channelSentence(
  work: Pick<KernelAtWork, "channelCorrelation" | "isActivated">,
  kernels: number,
): string {
  const { channelCorrelation } = work;
  if (channelCorrelation === null) {
    return "The channel, or what this kernel adds to it, is the same everywhere on this picture.";
  }
  if (kernels === 1) {
    return `This channel has no other kernel: what differs comes from ${restOfChannel(work)} (correlation ${correlationText(channelCorrelation)}).`;
  }
  const number = `correlation ${correlationText(channelCorrelation)}`;
  if (channelCorrelation <= -LIKENESS_STEPS.partly) {
    return `The other kernels outweigh this one: the channel goes against it (${number}).`;
  }
  switch (likeness(channelCorrelation)) {
    case "same":
    case "much":
      return `This kernel explains most of its channel (${number}).`;
    case "partly":
      return `This kernel explains a part of its channel (${number}).`;
    case "else":
    case "none":
      return `This kernel explains little of its channel (${number}): the other kernels make it.`;
  }
}
