import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  EXTENDED_FEATURES,
  type Feature,
  POSTER_FEATURES,
} from "../../../src/core/features/clinicalKernels.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { lineCount, randomLines } from "../../../src/core/substitution/randomFilters.ts";
import { randomEntries } from "../../../src/core/substitution/randomKernels.ts";
import { replacedKernels } from "../../../src/core/substitution/replacedKernels.ts";
import type { Replacement } from "../../../src/core/substitution/replacement.ts";
import { orientedKernel } from "../../../src/core/values/orientations.ts";

function drawnLayer(count: number, kernelSize: readonly [number, number] = [3, 3]) {
  const random = new SeededRandom(7);
  const entries = count * kernelSize[0] * kernelSize[1];
  return {
    name: "layer",
    kernelSize,
    kernels: Float32Array.from({ length: entries }, () => random.normal()),
  };
}

type Drawn = ReturnType<typeof drawnLayer>;

function replace(
  layer: Drawn,
  replacement: Replacement,
  {
    members = null,
    labels = null,
  }: { members?: Uint8Array | null; labels?: Int8Array | null } = {},
) {
  return replacedKernels(layer, { replacement, members, labels, features: POSTER_FEATURES });
}

function norm(entries: ArrayLike<number>): number {
  return Math.hypot(...Array.from(entries));
}

function kernelOf({ kernels }: { readonly kernels: Float32Array }, kernel: number, area = 9) {
  return [...kernels.subarray(kernel * area, (kernel + 1) * area)];
}

/** Slow and obvious: of all features and orientations, the one that leaves least. */
function slowFit(kernel: readonly number[], features: readonly Feature[]): number[] {
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, entry, at) => sum + entry * b[at], 0);
  const candidates = features.flatMap((feature) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((orientation) => {
      const turned = orientedKernel(feature.kernel, orientation);
      const scale = dot(kernel, turned) / dot(turned, turned);
      return turned.map((entry) => scale * entry);
    }),
  );
  const rest = (fit: readonly number[]) => norm(kernel.map((entry, at) => entry - fit[at]));
  return candidates.reduce((best, fit) => (rest(fit) < rest(best) ? fit : best));
}

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  found.forEach((entry, at) => {
    expect(entry).toBeCloseTo(wanted[at], 5);
  });
}

describe("clinical filters in place of kernels", () => {
  test("are the ones that leave least, of all features or of the label's alone", () => {
    const layer = drawnLayer(40);
    const labels = Int8Array.from({ length: 40 }, (_, kernel) => (kernel % 7) - 1);
    const best = replace(layer, { kind: "best-fit" });
    const labelled = replace(layer, { kind: "label" }, { labels });
    expect(best.replaced).toBe(40);
    expect(labelled.replaced).toBe([...labels].filter((label) => label >= 0).length);
    for (let kernel = 0; kernel < 40; kernel++) {
      const own = kernelOf(layer, kernel);
      expectClose(kernelOf(best, kernel), slowFit(own, POSTER_FEATURES));
      const feature = POSTER_FEATURES[labels[kernel]];
      const wanted = feature === undefined ? own : slowFit(own, [feature]);
      expectClose(kernelOf(labelled, kernel), wanted);
    }
  });

  test("lie in the middle of larger kernels, and fit no even ones", () => {
    const layer = drawnLayer(3, [5, 7]);
    const { kernels, replaced } = replace(layer, { kind: "best-fit" });
    expect(replaced).toBe(3);
    for (let kernel = 0; kernel < 3; kernel++) {
      const own = kernelOf(layer, kernel, 35);
      const made = kernelOf({ kernels }, kernel, 35);
      const isMiddle = (at: number) => {
        const [row, column] = [Math.floor(at / 7), at % 7];
        return row >= 1 && row <= 3 && column >= 2 && column <= 4;
      };
      const middle = (entries: readonly number[]) => entries.filter((_, at) => isMiddle(at));
      expect(made.filter((entry, at) => entry !== 0 && !isMiddle(at))).toEqual([]);
      expectClose(middle(made), slowFit(middle(own), POSTER_FEATURES));
    }
    for (const size of [
      [2, 2],
      [4, 3],
      [1, 5],
    ] as const) {
      const other = drawnLayer(3, size);
      const left = replace(other, { kind: "best-fit" });
      expect(left.replaced).toBe(0);
      expect(left.kernels).toEqual(other.kernels);
    }
  });

  test("need labels where they are asked for by label", () => {
    expect(() => replace(drawnLayer(2), { kind: "label" })).toThrow(RangeError);
  });
});

describe("random kernels", () => {
  test("keep the norm of each kernel and are N(0, 1) before", () => {
    const layer = drawnLayer(2000);
    const { kernels, replaced } = replace(layer, { kind: "random", draw: 0 });
    expect(replaced).toBe(2000);
    for (let kernel = 0; kernel < 2000; kernel += 37) {
      expect(norm(kernelOf({ kernels }, kernel))).toBeCloseTo(norm(kernelOf(layer, kernel)), 5);
    }
    const drawn = randomEntries("layer", 0, 18_000);
    const mean = drawn.reduce((sum, entry) => sum + entry, 0) / 18_000;
    const variance = drawn.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / 18_000;
    // Standard errors are 0.007 and 0.011.
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.045);
  });

  test("depend on layer and draw alone, not on which kernels are replaced", () => {
    const layer = drawnLayer(30);
    const members = Uint8Array.from({ length: 30 }, (_, kernel) => (kernel % 3 === 0 ? 1 : 0));
    const all = replace(layer, { kind: "random", draw: 1 });
    const some = replace(layer, { kind: "random", draw: 1 }, { members });
    expect(some.replaced).toBe(10);
    for (let kernel = 0; kernel < 30; kernel++) {
      const from = members[kernel] === 1 ? all : layer;
      expect(kernelOf(some, kernel)).toEqual(kernelOf(from, kernel));
    }
    expect(replace(layer, { kind: "random", draw: 1 })).toEqual(all);
    expect(replace(layer, { kind: "random", draw: 2 })).not.toEqual(all);
    expect(replace({ ...layer, name: "other" }, { kind: "random", draw: 1 })).not.toEqual(all);
  });
});

describe("random filters", () => {
  test("are as many as the features make when turned: of the poster's six, seven", () => {
    expect(POSTER_FEATURES.map((feature) => lineCount([feature]))).toEqual([1, 1, 1, 2, 1, 1]);
    expect(lineCount(POSTER_FEATURES)).toBe(7);
    // The four directions of the edge are one orbit.
    const more = EXTENDED_FEATURES.filter(({ id }) => id.startsWith("edge"));
    expect(lineCount(more)).toBe(2);
    expect(lineCount([{ id: "", label: "", kernel: [1, 2, 3, 4, 5, 6, 7, 8, 9] }])).toBe(8);
  });

  test("are fitted by least squares, the same ones in every layer", () => {
    const layer = drawnLayer(200);
    const { units, count } = randomLines(POSTER_FEATURES, 0, [3, 3]);
    const fits = replace(layer, { kind: "random-fit", draw: 0 });
    expect(fits.replaced).toBe(200);
    for (let kernel = 0; kernel < 200; kernel++) {
      const own = kernelOf(layer, kernel);
      const rests = Array.from({ length: count }, (_, line) => {
        const unit = [...units.subarray(9 * line, 9 * (line + 1))];
        const scale = unit.reduce((sum, entry, at) => sum + entry * own[at], 0);
        return norm(own.map((entry, at) => entry - scale * unit[at]));
      });
      const left = kernelOf(fits, kernel).map((entry, at) => own[at] - entry);
      expect(norm(left)).toBeCloseTo(Math.min(...rests), 5);
    }
    expect(replace({ ...layer, name: "other" }, { kind: "random-fit", draw: 0 })).toEqual(fits);
    expect(replace(layer, { kind: "random-fit", draw: 1 })).not.toEqual(fits);
    expect(replace(drawnLayer(3, [2, 2]), { kind: "random-fit", draw: 0 }).replaced).toBe(0);
  });
});

describe("simpler kernels", () => {
  const sizes = fc.constantFrom<readonly [number, number]>([3, 3], [5, 3], [2, 4], [7, 7]);

  test("of low rank: the rest is what the dropped singular values leave", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 2 }), (size, rank) => {
        const layer = drawnLayer(4, size);
        const area = size[0] * size[1];
        const { kernels, replaced } = replace(layer, { kind: "low-rank", rank });
        expect(replaced).toBe(Math.min(...size) > rank ? 4 : 0);
        for (let kernel = 0; kernel < replaced; kernel++) {
          const own = kernelOf(layer, kernel, area);
          const made = kernelOf({ kernels }, kernel, area);
          // Every (rank + 1)-minor of a matrix of this rank is zero.
          expect(largestMinor(made, size, rank + 1)).toBeLessThan(1e-5);
          // Nearest: what is left is orthogonal to it (projection), and no smaller rank does it.
          const product = made.reduce((sum, entry, at) => sum + entry * (own[at] - entry), 0);
          expect(Math.abs(product)).toBeLessThan(1e-5);
        }
      }),
    );
  });

  test("of low rank: a sum of two products, the smaller of which is dropped", () => {
    const outer = (a: readonly number[], b: readonly number[]) =>
      a.flatMap((x) => b.map((y) => x * y));
    const large = outer([3, 0, 4], [0, 1, 0]);
    const small = outer([-0.8, 0, 0.6], [0.6, 0, 0.8]);
    const kernels = Float32Array.from(large, (entry, at) => entry + small[at]);
    const layer = { name: "layer", kernelSize: [3, 3] as const, kernels };
    expectClose([...replace(layer, { kind: "low-rank", rank: 1 }).kernels], large);
    expectClose([...replace(layer, { kind: "low-rank", rank: 2 }).kernels], [...kernels]);
  });

  test("rounded: whole steps of one scale per layer, at most half a step away", () => {
    const layer = drawnLayer(50);
    const largest = Math.max(...layer.kernels.map(Math.abs));
    for (let bits = 2; bits <= 8; bits++) {
      const step = largest / (2 ** (bits - 1) - 1);
      const { kernels, replaced } = replace(layer, { kind: "rounded", bits });
      expect(replaced).toBe(50);
      for (const [at, entry] of kernels.entries()) {
        const steps = entry / step;
        expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-4);
        expect(Math.abs(entry - layer.kernels[at])).toBeLessThanOrEqual(step * 0.5001);
      }
    }
    // The scale is the layer's, though only a small kernel is rounded.
    const members = Uint8Array.from({ length: 50 }, (_, kernel) => (kernel === 3 ? 1 : 0));
    const some = replace(layer, { kind: "rounded", bits: 3 }, { members });
    expect(kernelOf(some, 3)).toEqual(kernelOf(replace(layer, { kind: "rounded", bits: 3 }), 3));
  });

  test("out of range are refused", () => {
    const layer = drawnLayer(1);
    for (const replacement of [
      { kind: "rounded", bits: 1 },
      { kind: "rounded", bits: 9 },
      { kind: "low-rank", rank: 0 },
      { kind: "random", draw: -1 },
    ] as const) {
      expect(() => replace(layer, replacement)).toThrow(RangeError);
    }
  });
});

test("kernels without numbers to go by stay as they are and are not counted", () => {
  const layer = drawnLayer(4);
  layer.kernels.fill(0, 9, 18);
  layer.kernels[20] = Number.NaN;
  layer.kernels[30] = Number.POSITIVE_INFINITY;
  const labels = new Int8Array(4);
  const kinds: Replacement[] = [
    { kind: "best-fit" },
    { kind: "label" },
    { kind: "random", draw: 0 },
    { kind: "random-fit", draw: 0 },
    { kind: "low-rank", rank: 1 },
    { kind: "rounded", bits: 4 },
  ];
  for (const replacement of kinds) {
    const { kernels, replaced } = replace(layer, replacement, { labels });
    expect(replaced).toBe(1);
    expect(kernels.subarray(9)).toEqual(layer.kernels.subarray(9));
    expect(kernels.subarray(0, 9)).not.toEqual(layer.kernels.subarray(0, 9));
  }
  const zeros = replace(layer, { kind: "zero" });
  expect(zeros).toEqual({ kernels: new Float32Array(36), replaced: 3 });
});

/** Largest determinant, in size, of the square parts of a matrix with this many sides. */
function largestMinor(
  matrix: readonly number[],
  [height, width]: readonly [number, number],
  side: number,
): number {
  const chosen = (count: number, from: number, left: number): number[][] =>
    left === 0
      ? [[]]
      : Array.from({ length: Math.max(0, count - from) }, (_, at) => from + at).flatMap((first) =>
          chosen(count, first + 1, left - 1).map((others) => [first, ...others]),
        );
  const determinant = (rows: readonly number[], columns: readonly number[]): number =>
    rows.length === 0
      ? 1
      : columns.reduce((sum, column, at) => {
          const others = columns.filter((other) => other !== column);
          const entry = matrix[rows[0] * width + column];
          return sum + (at % 2 === 0 ? 1 : -1) * entry * determinant(rows.slice(1), others);
        }, 0);
  const sizes = chosen(height, 0, side).flatMap((rows) =>
    chosen(width, 0, side).map((columns) => Math.abs(determinant(rows, columns))),
  );
  return Math.max(0, ...sizes);
}
