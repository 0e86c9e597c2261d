import { ORIENTATIONS, orientedKernel } from "../values/orientations.ts";

/** Nine entries of a 3x3 kernel, row-major. */
export type Kernel3x3 = readonly number[];

const QUARTER_TURN = ORIENTATIONS.indexOf("turned by 90 degrees");
const TRANSPOSE = ORIENTATIONS.indexOf("mirrored along the falling diagonal");

/** Mirrored at the main diagonal. */
export function transposed(kernel: Kernel3x3): Kernel3x3 {
  return orientedKernel(kernel, TRANSPOSE);
}

/** Turned clockwise by 90 degrees. */
export function quarterTurned(kernel: Kernel3x3): Kernel3x3 {
  return orientedKernel(kernel, QUARTER_TURN);
}

/** 0 stays 0: "-0" would be another number in a file. */
export function negated(kernel: Kernel3x3): Kernel3x3 {
  return kernel.map((entry) => (entry === 0 ? 0 : -entry));
}

/** Divided by the sum of magnitudes; all 0 stays as it is. */
export function withMagnitudesOfOne(kernel: Kernel3x3): Kernel3x3 {
  const sum = kernel.reduce((total, entry) => total + Math.abs(entry), 0);
  return sum > 0 ? kernel.map((entry) => entry / sum) : kernel;
}

/** Entries that rotations and reflections of the square carry to one another. */
const ORBITS: readonly (readonly number[])[] = [[0, 2, 6, 8], [1, 3, 5, 7], [4]];

/** The entries to which rotations and reflections carry this one, itself among them. */
export function symmetricEntries(at: number): readonly number[] {
  return ORBITS.find((orbit) => orbit.includes(at)) ?? [at];
}
