import type { Picture, ReadImage, ValueWindow } from "./image.ts";

/** The image that a network takes, read off its graph. */
export interface NetworkInput {
  readonly name: string;
  readonly elements: "float32" | "float16" | "float64" | "uint8" | "int8" | "int32";
  readonly layout: "channelsFirst" | "channelsLast";
  readonly channels: number;
  /** Null where any size is taken. */
  readonly height: number | null;
  readonly width: number | null;
}

/** How the numbers of a picture become those that a network expects. */
export type Scaling =
  /** 0..1 */
  | "unit"
  /** -1..1 */
  | "symmetric"
  /** 0..255 */
  | "byte"
  /** Mean 0 and standard deviation 1 of this picture. */
  | "standard"
  /** Mean and deviation of the ImageNet pictures, per colour channel. */
  | "imagenet"
  /** As they stand in the file, no window. */
  | "raw";

/** From a picture to a network's input; small plain JSON, all of it visible and editable. */
export interface Preprocessing {
  /** Size of the input in pixels. */
  readonly height: number;
  readonly width: number;
  /**
   * `pad`: not resampled; centred, filled with the lowest value, or cropped where it is larger.
   * `fit`: scaled to fit inside, aspect kept, the rest filled. `stretch`: scaled to the size.
   */
  readonly placement: "pad" | "fit" | "stretch";
  /** Mapped to the ends of `scaling` and clipped. */
  readonly window: ValueWindow;
  readonly scaling: Scaling;
  /**
   * True where left and right are swapped: volumes are shown with the patient's right at the
   * left, and networks may have been trained on the mirror image. Left out: as shown.
   */
  readonly mirrored?: boolean;
}

/** Sizes that encoders of up to five halvings can go down and come up again from. */
const SIZE_STEP = 32;

/**
 * Longest side proposed to a network that takes any size: at 1024 x 1024 a layer of 64 maps
 * takes 256 MiB already.
 */
const MAX_PROPOSED_SIDE = 1024;

const EIGHT_BITS: ValueWindow = { low: 0, high: 255 };

/** Values that fit 8 bits but stay below this do not use them: another scale. */
const LEAST_OF_EIGHT_BITS = 127;

/**
 * What is likely to be right; a person sees it and can change it. Pictures of 8 bits keep their
 * whole scale, since networks are trained so; others go by the window of the file, or by their range.
 *
 * @param picture of the slice, or one like it.
 */
export function proposePreprocessing(
  input: NetworkInput,
  image: Pick<ReadImage, "range" | "window">,
  picture: Pick<Picture, "width" | "height">,
): Preprocessing {
  const height = input.height ?? proposedSide(picture.height);
  const width = input.width ?? proposedSide(picture.width);
  const isLarger = picture.width > width || picture.height > height;
  return {
    height,
    width,
    placement: isLarger ? "fit" : "pad",
    window: proposedWindow(image),
    scaling: input.elements.startsWith("float") ? "unit" : "byte",
  };
}

function proposedSide(side: number): number {
  return Math.min(MAX_PROPOSED_SIDE, Math.ceil(side / SIZE_STEP) * SIZE_STEP);
}

function proposedWindow({ range, window }: Pick<ReadImage, "range" | "window">): ValueWindow {
  const isEightBits =
    range.low >= 0 && range.high > LEAST_OF_EIGHT_BITS && range.high <= EIGHT_BITS.high;
  if (isEightBits) return EIGHT_BITS;
  if (window !== null) return window;
  return range.low < range.high ? range : { low: range.low, high: range.low + 1 };
}
