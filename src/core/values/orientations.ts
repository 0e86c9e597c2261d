/** The rotations and reflections of a square, least change first; turns are clockwise. */
export const ORIENTATIONS = [
  "as it is",
  "turned by 90 degrees",
  "turned by 180 degrees",
  "turned by 270 degrees",
  "mirrored left to right",
  "mirrored top to bottom",
  "mirrored along the falling diagonal",
  "mirrored along the rising diagonal",
] as const;

/** How a 3x3 feature lies; part of the result schema. */
export type Orientation = (typeof ORIENTATIONS)[number];

/** For each of ORIENTATIONS, the entry of a 3x3 kernel (row-major) that comes to each place. */
const SOURCES: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8],
  [6, 3, 0, 7, 4, 1, 8, 5, 2],
  [8, 7, 6, 5, 4, 3, 2, 1, 0],
  [2, 5, 8, 1, 4, 7, 0, 3, 6],
  [2, 1, 0, 5, 4, 3, 8, 7, 6],
  [6, 7, 8, 3, 4, 5, 0, 1, 2],
  [0, 3, 6, 1, 4, 7, 2, 5, 8],
  [8, 5, 2, 7, 4, 1, 6, 3, 0],
];

/**
 * A 3x3 kernel in another orientation.
 *
 * @param kernel nine entries, row-major.
 * @param orientation index into ORIENTATIONS.
 */
export function orientedKernel(kernel: readonly number[], orientation: number): number[] {
  return SOURCES[orientation].map((source) => kernel[source]);
}
