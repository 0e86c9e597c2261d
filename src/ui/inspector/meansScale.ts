import { weightText } from "../figures/glyph.ts";

/** Largest |entry| of some mean kernels: the one scale of their pictures. Means are small beside single weights. */
export function meansScale(means: readonly Float64Array[]): number {
  let largest = 0;
  for (const mean of means) for (const entry of mean) largest = Math.max(largest, Math.abs(entry));
  return largest;
}

/** Legend of pictures of mean kernels. */
export function meansLegend(scale: number, isNormalised: boolean): string {
  const of = isNormalised
    ? "their largest number (kernels brought to length 1)"
    : "their largest number";
  return `Orange below zero, purple above; full colour at \u00b1${weightText(scale)}, ${of}.`;
}
