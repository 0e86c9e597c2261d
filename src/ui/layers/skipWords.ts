import type { SkippedLayer, SkipReason } from "../../core/network/network.ts";

export interface SkipWords {
  /** The kind of layer, short enough for a heading. */
  readonly title: string;
  /** Why such a layer has no place in the comparison, for one who never opened a network. */
  readonly why: string;
}

export const SKIP_WORDS: Readonly<Record<SkipReason, SkipWords>> = {
  "1x1 kernel": {
    title: "1 × 1 kernels",
    why: "Such a layer mixes channels pixel by pixel; it looks at no neighbours, so it has no pattern to compare.",
  },
  "1-D convolution": {
    title: "One-dimensional",
    why: "Such a layer filters a line (sound, a time series), not an image.",
  },
  "3-D convolution": {
    title: "Three-dimensional",
    why: "Such a layer filters volumes; the known filters are flat, so the two cannot be compared.",
  },
  "kernel larger than 15 x 15": {
    title: "Larger than 15 × 15",
    why: "So large a kernel covers much of the map; it is hardly a local filter any more.",
  },
  "quantized weights of a kind not read yet": {
    title: "Rounded weights",
    why: "Its numbers were rounded to save space, in a way that cannot be undone here; the file before rounding would do.",
  },
  "sparse weights": {
    title: "Sparse weights",
    why: "Only some of its numbers are stored, in a form that is not read.",
  },
  "weights are computed while the network runs": {
    title: "Computed weights",
    why: "Its numbers depend on the image and exist only while the network runs, so the file does not hold them.",
  },
  "weights are not in the file": {
    title: "Weights not in the file",
    why: "The file describes this layer, but does not hold its numbers.",
  },
  "weights do not have the shape of a convolution": {
    title: "Unexpected shape",
    why: "Its numbers are not arranged as those of a convolution, so there is no telling which of them form a kernel.",
  },
};

export interface SkippedGroup {
  readonly reason: SkipReason;
  readonly names: readonly string[];
}

/** Skipped layers by reason, the most frequent first. */
export function skippedGroups(skipped: readonly SkippedLayer[]): readonly SkippedGroup[] {
  const byReason = new Map<SkipReason, string[]>();
  for (const { name, reason } of skipped) {
    const names = byReason.get(reason);
    if (names === undefined) byReason.set(reason, [name]);
    else names.push(name);
  }
  return [...byReason]
    .map(([reason, names]) => ({ reason, names }))
    .toSorted((one, other) => other.names.length - one.names.length);
}
