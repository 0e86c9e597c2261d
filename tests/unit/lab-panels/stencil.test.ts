import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  firstUnder,
  type PlainMap,
  patchUnder,
  pixelAt,
  stencilPlace,
  stencilSum,
  strongestPixel,
} from "../../../src/ui/lab/kernel/stencilPlace.ts";

function mapOf(height: number, width: number, valueAt: (at: number) => number): PlainMap {
  return {
    height,
    width,
    values: Float32Array.from({ length: height * width }, (_, at) => valueAt(at)),
  };
}

/** Numbers without a pattern, the same in every run. */
function noise(seed: number): (at: number) => number {
  return (at) =>
    Math.sin((at + 1) * 12.9898 + seed * 78.233) * 43758.5453 -
    Math.floor(Math.sin((at + 1) * 12.9898 + seed * 78.233) * 43758.5453) -
    0.5;
}

interface Slides {
  readonly kernelSize: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** Written as one would on paper. */
function slowConvolution(
  input: PlainMap,
  weights: Float32Array,
  { kernelSize, stride, dilation }: Slides,
  before: readonly [number, number],
  [height, width]: readonly [number, number],
): PlainMap {
  const values = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = 0; i < kernelSize[0]; i++) {
        for (let j = 0; j < kernelSize[1]; j++) {
          const row = y * stride[0] - before[0] + i * dilation[0];
          const column = x * stride[1] - before[1] + j * dilation[1];
          if (row >= 0 && row < input.height && column >= 0 && column < input.width) {
            sum += input.values[row * input.width + column] * weights[i * kernelSize[1] + j];
          }
        }
      }
      values[y * width + x] = sum;
    }
  }
  return { height, width, values };
}

describe("where a stencil lies", () => {
  const cases = fc.record({
    kernelSize: fc.constantFrom<[number, number][]>([3, 3], [5, 3], [1, 3]),
    stride: fc.constantFrom<[number, number][]>([1, 1], [2, 2], [1, 2]),
    dilation: fc.constantFrom<[number, number][]>([1, 1], [2, 2]),
    seed: fc.integer({ min: 0, max: 1000 }),
    down: fc.double({ min: 0, max: 1, noNaN: true }),
    across: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  test("is found from the pictures alone, for every margin of zeros", () => {
    fc.assert(
      fc.property(cases, ({ seed, down, across, ...slides }) => {
        const input = mapOf(17, 14, noise(seed));
        const { kernelSize, stride, dilation } = slides;
        const weights = Float32Array.from({ length: kernelSize[0] * kernelSize[1] }, (_, at) =>
          noise(seed + 1)(at),
        );
        const before: [number, number] = [
          Math.round(down * dilation[0] * (kernelSize[0] - 1)),
          Math.round(across * dilation[1] * (kernelSize[1] - 1)),
        ];
        const size: [number, number] = [Math.floor(13 / stride[0]), Math.floor(10 / stride[1])];
        const made = slowConvolution(input, weights, slides, before, size);
        const place = stencilPlace(input, made, weights, slides);
        expect(place?.before).toEqual(before);
        for (let at = 0; at < made.values.length; at += 7) {
          if (place === null) break;
          const patch = patchUnder(input, place, Math.floor(at / size[1]), at % size[1]);
          expect(stencilSum(patch, weights)).toBeCloseTo(made.values[at], 4);
        }
      }),
    );
  });

  test("is not guessed where no place reproduces the map", () => {
    const slides: Slides = { kernelSize: [3, 3], stride: [1, 1], dilation: [1, 1] };
    const input = mapOf(16, 16, noise(3));
    const weights = Float32Array.from({ length: 9 }, (_, at) => noise(4)(at));
    const flipped = weights.toReversed();
    const made = slowConvolution(input, flipped, slides, [1, 1], [16, 16]);
    expect(stencilPlace(input, made, weights, slides)).toBeNull();
  });

  test("beyond the edge are zeros, and the first pixel is before the picture", () => {
    const input = mapOf(4, 4, (at) => at + 1);
    const place = { kernelSize: [3, 3], stride: [1, 1], dilation: [1, 1], before: [1, 1] } as const;
    expect(firstUnder(place, 0, 0)).toEqual([-1, -1]);
    expect([...patchUnder(input, place, 0, 0)]).toEqual([0, 0, 0, 0, 1, 2, 0, 5, 6]);
    expect(pixelAt(input, 4, 0)).toBe(0);
    expect(pixelAt(input, 3, 3)).toBe(16);
  });

  test("a look begins where the map is strongest, whatever its sign", () => {
    const map = mapOf(3, 4, (at) => (at === 6 ? -5 : at / 4));
    expect(strongestPixel(map)).toEqual([1, 2]);
  });
});
