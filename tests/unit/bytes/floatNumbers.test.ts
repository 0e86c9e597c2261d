import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FLOAT_BYTES,
  type FloatType,
  floatsFromBytes,
} from "../../../src/core/bytes/floatNumbers.ts";

/** The value of a code with so many exponent and fraction bits, by IEEE 754's definition. */
function ieeeValue(code: number, exponentBits: number, fractionBits: number): number {
  const bias = 2 ** (exponentBits - 1) - 1;
  const sign = code >> (exponentBits + fractionBits) === 0 ? 1 : -1;
  const exponent = (code >> fractionBits) & (2 ** exponentBits - 1);
  const fraction = (code & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0
    ? sign * fraction * 2 ** (1 - bias)
    : sign * (1 + fraction) * 2 ** (exponent - bias);
}

const codes = (count: number) => Array.from({ length: count }, (_, code) => code);

describe("floatsFromBytes", () => {
  it("decodes all float16 and bfloat16 numbers", () => {
    const bytes = new Uint8Array(Uint16Array.from(codes(2 ** 16)).buffer);
    const half = floatsFromBytes(bytes, "float16");
    const brain = floatsFromBytes(bytes, "bfloat16");
    for (const code of codes(2 ** 16)) {
      if (!Object.is(half[code], ieeeValue(code, 5, 10))) expect(half[code]).toBe(code);
      if (!Object.is(brain[code], ieeeValue(code, 8, 7))) expect(brain[code]).toBe(code);
    }
  });

  it("decodes all eight-bit numbers", () => {
    const bytes = Uint8Array.from(codes(256));
    expect([...floatsFromBytes(bytes, "float8-e5m2")]).toEqual(
      codes(256).map((code) => ieeeValue(code, 5, 2)),
    );
    // E4M3 has no infinities: the codes go on as numbers, up to the one that is not.
    const e4m3 = floatsFromBytes(bytes, "float8-e4m3");
    expect([...e4m3.subarray(0, 0x78)]).toEqual(codes(0x78).map((code) => ieeeValue(code, 4, 3)));
    expect([...e4m3.subarray(0x78, 0x80)]).toEqual([256, 288, 320, 352, 384, 416, 448, Number.NaN]);
    expect([...e4m3.subarray(0x80)].map(Math.abs)).toEqual([...e4m3.subarray(0, 0x80)]);
  });

  it("gives back what a platform wrote, in either order of bytes and from any place", () => {
    const types: FloatType[] = ["float32", "float64"];
    fc.assert(
      fc.property(
        fc.float32Array({ noNaN: true, maxLength: 20 }),
        fc.constantFrom(...types),
        fc.constantFrom("little" as const, "big" as const),
        fc.integer({ min: 0, max: 9 }),
        (numbers, type, order, offset) => {
          const size = FLOAT_BYTES[type];
          const buffer = new ArrayBuffer(offset + numbers.length * size);
          const view = new DataView(buffer);
          for (const [at, number] of numbers.entries()) {
            const place = offset + at * size;
            if (size === 8) view.setFloat64(place, number, order === "little");
            else view.setFloat32(place, number, order === "little");
          }
          const before = new Uint8Array(buffer.slice(0));
          expect(floatsFromBytes(new Uint8Array(buffer, offset), type, order)).toEqual(numbers);
          expect(new Uint8Array(buffer)).toEqual(before);
        },
      ),
    );
  });

  it("decodes a million half-precision numbers in a blink", () => {
    const bytes = new Uint8Array(2 ** 21);
    floatsFromBytes(bytes, "float16");
    const before = performance.now();
    floatsFromBytes(bytes, "float16");
    expect(performance.now() - before).toBeLessThan(100);
  });
});
