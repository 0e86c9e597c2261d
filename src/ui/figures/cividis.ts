import { mixedColour } from "./colour.ts";

/**
 * Sequential map from dark blue to yellow that people with colour deficiencies see as others do,
 * and that grows evenly in lightness (Nunez, Anderton and Renslow 2018, "Optimizing colormaps
 * with consideration for color vision deficiency").
 */
const STOPS: readonly string[] = [
  "#00204C",
  "#00346E",
  "#3C4A6B",
  "#5B5F6D",
  "#757575",
  "#928C78",
  "#B0A572",
  "#D1BF66",
  "#F3DB4F",
  "#FFE945",
];
/** Where the stops lie, 0..1; the last two are closer. */
const SHARES: readonly number[] = [0, 2, 4, 6, 8, 10, 12, 14, 16, 17].map((at) => at / 17);

/** Colour of a share; outside 0..1 as at its end. */
export function cividisColour(share: number): string {
  const clamped = Math.min(1, Math.max(0, share));
  const above = Math.max(
    1,
    SHARES.findIndex((at) => at >= clamped),
  );
  const [low, high] = [SHARES[above - 1], SHARES[above]];
  return mixedColour(STOPS[above - 1], STOPS[above], (clamped - low) / (high - low));
}
