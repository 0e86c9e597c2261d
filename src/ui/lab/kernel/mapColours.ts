import { parsedColour } from "../../figures/colour.ts";
import { weightColour } from "../../figures/glyph.ts";
import { LIGHT_THEME } from "../../figures/theme.ts";
import type { MapScale } from "./mapScale.ts";

/** What stands for NaN and infinity: no colour of either scale. */
const NOT_FINITE = "#5A8F5A";

const STEPS = 512;

/** Colours of the steps of a scale, from its lowest value to its highest: a number each, as canvases hold them. */
function colourTable(colourAt: (share: number) => string): Uint32Array {
  return Uint32Array.from({ length: STEPS }, (_, step) => pixelOf(colourAt(step / (STEPS - 1))));
}

/** Red, green, blue and opacity in one number, in the order of this machine's bytes. */
function pixelOf(colour: string): number {
  const bytes = Uint8Array.of(...parsedColour(colour), 255);
  return new Uint32Array(bytes.buffer)[0];
}

function greyColour(share: number): string {
  const level = Math.round(Math.min(1, Math.max(0, share)) * 255)
    .toString(16)
    .padStart(2, "0");
  return `#${level}${level}${level}`;
}

let tables: { readonly signed: Uint32Array; readonly grey: Uint32Array } | null = null;

function knownTables() {
  // The colours of kernels on white paper, in both themes: a picture is data, and does not turn.
  tables ??= {
    signed: colourTable((share) => weightColour(2 * share - 1, 1, LIGHT_THEME)),
    grey: colourTable(greyColour),
  };
  return tables;
}

function endsOf(scale: MapScale): readonly [low: number, high: number] {
  return scale.kind === "signed" ? [-scale.reach, scale.reach] : [scale.low, scale.high];
}

/** Where a value lies on a scale, 0..1; NaN where it is not finite. */
function shareOf(value: number, scale: MapScale): number {
  const [low, high] = endsOf(scale);
  if (!Number.isFinite(value)) return Number.NaN;
  if (!(high > low)) return scale.kind === "signed" ? 0.5 : 0;
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** The colour of one value, as in the map. */
export function mapColour(value: number, scale: MapScale): string {
  const share = shareOf(value, scale);
  if (Number.isNaN(share)) return NOT_FINITE;
  return scale.kind === "signed" ? weightColour(2 * share - 1, 1, LIGHT_THEME) : greyColour(share);
}

/**
 * A map as pixels, red, green, blue and opacity of each. A dozen maps of a megapixel in all are
 * drawn for each kernel that is looked at: no calls, and one number written, per pixel.
 *
 * @param pixels four bytes per value, of a buffer of their own.
 */
export function mapPixels(
  values: Float32Array,
  scale: MapScale,
  pixels: Uint8ClampedArray = new Uint8ClampedArray(values.length * 4),
): Uint8ClampedArray {
  const table = knownTables()[scale.kind];
  const odd = pixelOf(NOT_FINITE);
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, values.length);
  const [low, high] = endsOf(scale);
  const isFlat = !(high > low);
  const factor = isFlat ? 0 : (STEPS - 1) / (high - low);
  const half = (isFlat ? Math.round(shareOf(0, scale) * (STEPS - 1)) : 0) + 0.5;
  for (let at = 0; at < values.length; at++) {
    const step = (values[at] - low) * factor + half;
    // Beyond the ends of the scale, and where there is no number at all.
    if (step >= 0 && step < STEPS) words[at] = table[step | 0];
    else if (!Number.isFinite(values[at])) words[at] = odd;
    else words[at] = table[step < 0 ? 0 : STEPS - 1];
  }
  return pixels;
}
