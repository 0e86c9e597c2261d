import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frequencyPicture } from "../../../src/core/action/frequencyPicture.ts";
import type { Size2d } from "../../../src/core/network/size2d.ts";

/** |sum K[a, b] e^{-i (v a + u b)}| at one frequency, by its definition. */
function modulus(kernel: readonly number[], [height, width]: Size2d, v: number, u: number): number {
  let real = 0;
  let imaginary = 0;
  for (let a = 0; a < height; a++) {
    for (let b = 0; b < width; b++) {
      const angle = 2 * Math.PI * (v * a + u * b);
      real += kernel[a * width + b] * Math.cos(angle);
      imaginary -= kernel[a * width + b] * Math.sin(angle);
    }
  }
  return Math.hypot(real, imaginary);
}

describe("frequency picture", () => {
  test("is the modulus of the transform with frequency 0 in the middle", () => {
    const sizes: readonly Size2d[] = [
      [3, 3],
      [5, 5],
      [2, 4],
      [1, 7],
    ];
    const entry = fc.double({ min: -1, max: 1, noNaN: true });
    for (const size of sizes) {
      const length = size[0] * size[1];
      const kernels = fc
        .array(entry, { minLength: length, maxLength: length })
        .filter((kernel) => kernel.some((value) => Math.abs(value) > 1e-3));
      fc.assert(
        fc.property(kernels, (kernel) => {
          const picture = frequencyPicture(kernel, size);
          if (picture === null) throw new Error("it has a spectrum");
          const { side, values } = picture;
          const middle = (side - 1) / 2;
          const expected = Array.from(values, (_, at) =>
            modulus(
              kernel,
              size,
              (Math.floor(at / side) - middle) / side,
              ((at % side) - middle) / side,
            ),
          );
          const largest = Math.max(...expected);
          expect(
            Math.max(...values.map((value, at) => Math.abs(value - expected[at] / largest))),
          ).toBeLessThan(1e-4);
        }),
        { numRuns: 20 },
      );
    }
  });

  test("a blur is strongest in the middle; stripes down the image are left and right of it", () => {
    const blur = frequencyPicture([1, 2, 1, 2, 4, 2, 1, 2, 1], [3, 3]);
    expect(blur?.values[16 * 33 + 16]).toBe(1);
    expect(blur?.values[0]).toBeLessThan(0.01);
    const upright = frequencyPicture([-1, 0, 1, -1, 0, 1, -1, 0, 1], [3, 3]);
    expect(upright?.values[16 * 33 + 8]).toBeGreaterThan(0.9);
    expect(upright?.values[8 * 33 + 16]).toBeLessThan(1e-6);
  });

  test("grows with a kernel that is larger, and is none without a spectrum", () => {
    expect(frequencyPicture(new Float32Array(40 * 40).fill(1), [40, 40])?.side).toBe(41);
    expect(frequencyPicture(new Float32Array(9), [3, 3])).toBeNull();
    expect(frequencyPicture([Number.NaN], [1, 1])).toBeNull();
  });
});
