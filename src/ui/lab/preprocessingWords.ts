import type { ImageFormatId } from "../../core/images/image.ts";
import type { Size } from "../../core/images/placement.ts";
import type { NetworkInput, Preprocessing, Scaling } from "../../core/images/preprocessing.ts";
import type { ImageInfo } from "../../worker/lab/protocol.ts";
import { sizeText } from "../figures/text.ts";

interface ChoiceWords {
  readonly words: string;
  readonly meaning: string;
}

export const PLACEMENTS: Readonly<Record<Preprocessing["placement"], ChoiceWords>> = {
  pad: {
    words: "pad or crop",
    meaning: "Pixels stay as they are: centred, black around, cropped where larger",
  },
  fit: { words: "fit inside", meaning: "Scaled to fit, aspect kept, black around" },
  stretch: { words: "stretch", meaning: "Scaled to the whole size; shapes may be distorted" },
};

export const SCALINGS: Readonly<Record<Scaling, ChoiceWords>> = {
  unit: { words: "0 to 1", meaning: "Black becomes 0 and white 1" },
  symmetric: { words: "\u22121 to 1", meaning: "Black becomes \u22121 and white 1" },
  byte: { words: "0 to 255", meaning: "Black becomes 0 and white 255" },
  standard: {
    words: "mean 0, deviation 1",
    meaning: "Each image is shifted and scaled to mean 0 and standard deviation 1",
  },
  imagenet: {
    words: "ImageNet",
    meaning: "Shifted and scaled by the mean and deviation of ImageNet's pictures, per colour",
  },
  raw: { words: "as in the file", meaning: "The numbers of the file, unchanged" },
};

export const IMAGE_FORMAT_NAMES: Readonly<Record<ImageFormatId, string>> = {
  png: "PNG",
  jpeg: "JPEG",
  webp: "WebP",
  dicom: "DICOM",
  nifti: "NIfTI",
};

function isColour(channels: number): boolean {
  return channels >= 3;
}

/** What becomes of the channels of an image on the way into the network. */
export function channelsText(taken: number, ofImage: number): string {
  const grey = isColour(ofImage) ? "colours made grey" : "grey";
  if (taken === 1) return grey;
  if (taken === 3 && isColour(ofImage)) return "colours";
  return `${grey} in all ${taken} channels`;
}

/** What becomes of the channels, where it is not plain. */
function changedChannels(taken: number, ofImage: number): readonly string[] {
  const isPlain = taken === (isColour(ofImage) ? 3 : 1);
  return isPlain ? [] : [channelsText(taken, ofImage)];
}

function placedText(image: Size, { width, height, placement }: Preprocessing): readonly string[] {
  if (image.width === width && image.height === height) return [];
  switch (placement) {
    case "pad": {
      const isCropped = image.width > width || image.height > height;
      const hasBorder = image.width < width || image.height < height;
      return [...(isCropped ? ["cropped"] : []), ...(hasBorder ? ["with a black border"] : [])];
    }
    case "fit":
      return ["scaled to fit"];
    case "stretch":
      return ["stretched"];
  }
}

/** Digits that tell every value of 16 bits from its neighbours. */
const WINDOW_DIGITS = 6;

function windowText({ low, high }: Preprocessing["window"]): string {
  const [black, white] = [low, high].map((end) =>
    String(Number(end.toPrecision(WINDOW_DIGITS))).replace("-", "\u2212"),
  );
  return `${black} to ${white}`;
}

/** Everything that is done to an image, in one line: "256 × 256 pixels, values 0 to 255 → 0 to 1". */
export function preprocessingText(
  input: Pick<NetworkInput, "channels">,
  image: Size & Pick<ImageInfo, "channels">,
  preprocessing: Preprocessing,
): string {
  const { height, width, window: shades, scaling, mirrored } = preprocessing;
  const { words } = SCALINGS[scaling];
  return [
    `${sizeText([height, width])} pixels`,
    ...placedText(image, preprocessing),
    ...(mirrored === true ? ["left and right swapped"] : []),
    ...changedChannels(input.channels, image.channels),
    scaling === "raw" ? "values as in the file" : `values ${windowText(shades)} \u2192 ${words}`,
  ].join(", ");
}

/** "PNG, 256 × 256 pixels, grey" */
export function imageText(
  { format, channels }: Pick<ImageInfo, "format" | "channels">,
  { width, height }: Size,
): string {
  const kind = isColour(channels) ? "colour" : "grey";
  return `${IMAGE_FORMAT_NAMES[format]}, ${width} × ${height} pixels, ${kind}`;
}
