import type { Size2d } from "./size2d.ts";

/** The map of a level: the input image halved so often, by pools that round down; null if unknown. */
export function mapOfLevel(level: number | null, inputSide: number | null): Size2d | null {
  if (level === null || inputSide === null) return null;
  const side = Math.max(1, Math.floor(inputSide / 2 ** level));
  return [side, side];
}
