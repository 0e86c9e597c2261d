import { brightness } from "./colourPlanes.ts";
import type { Picture } from "./image.ts";

/**
 * A mask with more different values than this is no list of labels: its edges were smoothed, or
 * it went through JPEG.
 */
export const MOST_LABELS = 64;

/**
 * By custom the label of borders and of what nobody could decide: Pascal VOC's "void", the ignored
 * pixels of Cityscapes.
 */
export const UNDECIDED_LABEL = 255;

/** Colours of 8 bits each are one whole number, which float32 holds. */
const LARGEST_COLOUR_VALUE = 255;

/** The labels of a mask. */
export interface MaskLabels {
  /** Different ones, smallest first; null where there are too many to be labels. */
  readonly labels: readonly number[] | null;
  /** Labels are colours (`colourOfLabel`), which have no order; else greys. */
  readonly isColour: boolean;
}

/** Reads single pixels of a mask: of a large one few are needed. */
export interface MaskReader extends MaskLabels {
  /** The label of a pixel; 0, by custom the background, where the mask is transparent. */
  labelAt(pixel: number): number;
  /**
   * Whether a pixel is marked at all: its label is above 0; in a mask of many greys, it is nearer
   * to the brightest than to the darkest.
   */
  isMarkedAt(pixel: number): boolean;
}

/** A few passes over the pixels of a mask, and no copy of them. */
export function maskReader(picture: Picture): MaskReader {
  const isColour = holdsColours(picture);
  const labelAt = labelReader(picture, isColour);
  const labels = differentLabels(picture, labelAt);
  const isMarkedAt = labels === null ? brighterHalf(picture) : (at: number) => labelAt(at) > 0;
  return { labels, isColour, labelAt, isMarkedAt };
}

function brighterHalf(picture: Picture): (pixel: number) => boolean {
  const { width, height } = picture;
  // Without colours: how bright each pixel is, and 0 where nothing is seen.
  const brightnessAt = labelReader(picture, false);
  const isSeenAt = opacityReader(picture);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    if (!isSeenAt(pixel)) continue;
    low = Math.min(low, brightnessAt(pixel));
    high = Math.max(high, brightnessAt(pixel));
  }
  return (pixel) => isSeenAt(pixel) && brightnessAt(pixel) > (low + high) / 2;
}

function opacityReader({ channels, values }: Picture): (pixel: number) => boolean {
  const hasOpacity = channels === 2 || channels === 4;
  return (pixel) => !hasOpacity || values[(pixel + 1) * channels - 1] > 0;
}

function differentLabels(
  { width, height }: Picture,
  at: (pixel: number) => number,
): readonly number[] | null {
  const different = new Set<number>();
  let before = Number.NaN;
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const label = at(pixel);
    // Areas are many pixels wide.
    if (label === before) continue;
    before = label;
    different.add(label);
    if (different.size > MOST_LABELS) return null;
  }
  return [...different].sort((a, b) => a - b);
}

function labelReader(picture: Picture, isColour: boolean): (pixel: number) => number {
  const { channels, values } = picture;
  const isSeenAt = opacityReader(picture);
  return (pixel) => {
    if (!isSeenAt(pixel)) return 0;
    const from = pixel * channels;
    if (channels < 3) return values[from];
    if (isColour) return (values[from] * 256 + values[from + 1]) * 256 + values[from + 2];
    return Math.fround(brightness(values[from], values[from + 1], values[from + 2]));
  };
}

/** True where areas are told apart by colours of 8 bits, not by greys alone. */
function holdsColours({ channels, values }: Picture): boolean {
  if (channels < 3) return false;
  let isColour = false;
  for (let from = 0; from < values.length; from += channels) {
    const red = values[from];
    for (let colour = 0; colour < 3; colour += 1) {
      const value = values[from + colour];
      if (!Number.isInteger(value) || value < 0 || value > LARGEST_COLOUR_VALUE) return false;
      isColour ||= value !== red;
    }
  }
  return isColour;
}

/** A colour's label as people write colours: 0xff0000 is "#ff0000". */
export function colourOfLabel(label: number): string {
  return `#${label.toString(16).padStart(6, "0")}`;
}
