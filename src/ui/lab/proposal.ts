import type { Size } from "../../core/images/placement.ts";
import {
  type NetworkInput,
  type Preprocessing,
  proposePreprocessing,
} from "../../core/images/preprocessing.ts";
import type { ImageInfo } from "../../worker/lab/protocol.ts";
import { sizeText } from "../figures/text.ts";

export interface Proposal {
  readonly preprocessing: Preprocessing;
  /** Why, in one sentence. */
  readonly reason: string;
}

/**
 * What is proposed for an image, and why.
 *
 * @param size of the slices that are looked at.
 */
export function proposedPreprocessing(
  input: NetworkInput,
  image: Pick<ImageInfo, "range" | "window">,
  size: Size,
): Proposal {
  const preprocessing = proposePreprocessing(input, image, size);
  const reason = `${sizeReason(input, size, preprocessing)}; ${windowReason(image, preprocessing)}.`;
  return { preprocessing, reason };
}

function sizeReason(input: NetworkInput, image: Size, proposed: Preprocessing): string {
  const isFixed = input.height !== null && input.width !== null;
  const size = sizeText([proposed.height, proposed.width]);
  const taken = isFixed
    ? `The network takes ${size} pixels`
    : `The network takes any size, ${size} is proposed`;
  if (image.height === proposed.height && image.width === proposed.width) {
    return `${taken}, and the image has as many`;
  }
  return proposed.placement === "pad"
    ? `${taken}, so the image gets a black border`
    : `${taken}, so the image is made smaller`;
}

function windowReason(
  { window }: Pick<ImageInfo, "window">,
  { window: proposed }: Preprocessing,
): string {
  if (proposed.low === 0 && proposed.high === 255)
    return "0 is black and 255 white, as in pictures";
  if (isSameWindow(proposed, window)) return "black and white are those that the file asks for";
  return "black and white are the lowest and the highest value in the file";
}

function isSameWindow(a: Preprocessing["window"], b: Preprocessing["window"] | null): boolean {
  return b !== null && a.low === b.low && a.high === b.high;
}
