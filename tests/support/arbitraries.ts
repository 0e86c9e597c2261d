import fc from "fast-check";
import type { Size2d } from "../../src/core/network/size2d.ts";

const entry = fc.double({ min: -10, max: 10, noNaN: true }).map(Math.fround);

/** Kernels with a spectrum that single precision can carry: not all (nearly) zero. */
export function kernelOf(size: Size2d): fc.Arbitrary<number[]> {
  const entries = size[0] * size[1];
  return fc
    .array(entry, { minLength: entries, maxLength: entries })
    .filter((kernel) => kernel.some((value) => Math.abs(value) > 1e-3));
}

export const kernel3x3 = kernelOf([3, 3]);

export function gridUpTo(side: number): fc.Arbitrary<Size2d> {
  return fc.tuple(fc.integer({ min: 3, max: side }), fc.integer({ min: 3, max: side }));
}
