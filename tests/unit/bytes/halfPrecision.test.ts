import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { float16ToFloat32, float32ToFloat16 } from "../../../src/core/bytes/halfPrecision.ts";

const bitsOf = (value: number) => float32ToFloat16(Float32Array.of(value))[0];

describe("half floats", () => {
  it("are the same after a way there and back, all of them but those that are none", () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, index) => index);
    const back = float32ToFloat16(float16ToFloat32(bits));
    const changed = bits.filter((pattern, index) => {
      const isNumber = (pattern & 0x7c00) !== 0x7c00 || (pattern & 0x3ff) === 0;
      return isNumber && back[index] !== pattern;
    });
    expect([...changed]).toEqual([]);
  });

  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [-1e9, 0xfc00],
    [Number.NaN, 0x7e00],
    [-0, 0x8000],
    // Half-way between two numbers: to the even one.
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 ** -25, 0],
    [3 * 2 ** -25, 2],
    [2 ** -24, 1],
    // Rounds up into the next exponent.
    [2 - 2 ** -12, 0x4000],
  ])("of %d have the bits of IEEE 754", (value, bits) => {
    expect(bitsOf(value)).toBe(bits);
  });

  it("are the nearest there are", () => {
    const all = float16ToFloat32(Uint16Array.from({ length: 0x7c00 }, (_, index) => index));
    fc.assert(
      fc.property(fc.float({ min: 0, max: 65504, noNaN: true }), (value) => {
        const [found] = float16ToFloat32(Uint16Array.of(bitsOf(value)));
        const nearest = all.reduce((best, one) =>
          Math.abs(one - value) < Math.abs(best - value) ? one : best,
        );
        expect(Math.abs(found - value)).toBe(Math.abs(nearest - value));
      }),
    );
  });
});
