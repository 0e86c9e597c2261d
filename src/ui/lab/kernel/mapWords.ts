import { weightText } from "../../figures/glyph.ts";
import type { MapScale } from "./mapScale.ts";

/** What the colours of a map stand for. */
export function scaleText(scale: MapScale): string {
  if (scale.kind === "signed") {
    return scale.reach === 0
      ? "zero everywhere"
      : `orange below zero, purple above, full colour from \u00B1${weightText(scale.reach)} on`;
  }
  return scale.high > scale.low
    ? `black ${weightText(scale.low)}, white ${weightText(scale.high)}`
    : "the same everywhere";
}

/** The same for a map that has a signed scale of its own beside others. */
export function strengthText(scale: MapScale): string {
  return scale.kind === "signed" && scale.reach > 0
    ? `full colour from \u00B1${weightText(scale.reach)} on`
    : scaleText(scale);
}

/** What a kernel receives. */
export function inputWords(isImage: boolean, channel: number, channels: number): string {
  if (!isImage) return `Channel ${channel} of what the layer gets`;
  return channels === 1 ? "The image that the network gets" : `Channel ${channel} of the image`;
}

/** "nine" for the usual size; other numbers as figures. */
export function pixelCount(count: number): string {
  return count === 9 ? "nine" : String(count);
}

/** A place and what comes out there, read out when a key has moved it. */
export function placeSentence(
  row: number,
  column: number,
  sum: number,
  kernelPixels: number,
): string {
  return `Row ${row + 1}, column ${column + 1}: the ${pixelCount(kernelPixels)} products add up to ${weightText(sum)}.`;
}
