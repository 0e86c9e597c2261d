import { type ChannelMaps, channelOf } from "./channelMaps.ts";
import { largestChannels, namedClasses, pixelsOfClass } from "./classMap.ts";
import { thresholded } from "./diceCoefficient.ts";

/** What makes a pixel of a network's output belong to a mask. */
export type MaskRule =
  /** The channel's value reaches the threshold, in the output's own values. */
  | { readonly kind: "threshold"; readonly channel: number; readonly threshold: number }
  /** The channel is the largest of all: one class per pixel. */
  | { readonly kind: "largest"; readonly channel: number }
  /** The channel names the pixel's class by a whole number, and this is the one. */
  | { readonly kind: "named"; readonly channel: number; readonly classNumber: number };

/**
 * Which pixels of maps a rule takes; what is no number never belongs.
 *
 * @returns 1 or 0 per pixel.
 */
export function maskByRule(maps: ChannelMaps, rule: MaskRule): Uint8Array {
  switch (rule.kind) {
    case "threshold":
      return thresholded(channelOf(maps, rule.channel), rule.threshold);
    case "largest":
      return pixelsOfClass(largestChannels(maps), rule.channel);
    case "named":
      return pixelsOfClass(namedClasses(channelOf(maps, rule.channel)), rule.classNumber);
  }
}
