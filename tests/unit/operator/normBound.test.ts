import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Size2d } from "../../../src/core/network/size2d.ts";
import { gramPolynomial, unfoldedGram } from "../../../src/core/operator/gramPolynomial.ts";
import { halfPlane, halfPlaneCount } from "../../../src/core/operator/halfPlane.ts";
import {
  gramNormBound,
  longestRow,
  type NormInterval,
  supremumFactor,
  unfoldedBound,
} from "../../../src/core/operator/normBound.ts";
import { operatorSpectrum } from "../../../src/core/operator/operatorSpectrum.ts";
import { Pace } from "../../../src/core/operator/pace.ts";
import {
  type OperatorLayer,
  type StrideOneForm,
  strideOneForm,
} from "../../../src/core/operator/strideOneForm.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { layerOf, randomLayer } from "../../support/slowOperator.ts";

const pace = () => new Pace(() => undefined, new AbortController().signal);

async function formOf(layer: OperatorLayer, map: Size2d): Promise<StrideOneForm> {
  const form = await strideOneForm(layer, map, pace());
  if (form === null) throw new Error("all weights are 0");
  return form;
}

/** The norm on a map by eigenvalues, and by Gram iteration, in units of the weights. */
async function bothNorms(
  layer: OperatorLayer,
  map: Size2d,
): Promise<readonly [number, NormInterval]> {
  const form = await formOf(layer, map);
  const polynomial = await gramPolynomial(form, pace());
  const { spectrum } = await operatorSpectrum(polynomial, map, form.scale, 1, pace());
  const { atLeast, atMost } = await gramNormBound(polynomial, map, pace());
  return [spectrum.curve[0], { atLeast: atLeast * form.scale, atMost: atMost * form.scale }];
}

/** Rounding of the eigenvalues that the bound is compared with. */
const ROUNDING = 1e-12;

/** What Gram iteration may end above the norm. */
const LOOSENESS = 1.005;

describe("the bound by Gram iteration", () => {
  it("is never below the norm and never far above it: 400 random layers", async () => {
    const random = new SeededRandom(11);
    let farthest = 0;
    for (let seed = 0; seed < 400; seed++) {
      const groups = 1 + random.index(2);
      const layer = randomLayer(
        {
          groups,
          inChannels: groups * (1 + random.index(6)),
          outChannels: groups * (1 + random.index(6)),
          kernelSize: [1 + random.index(4), 1 + random.index(4)],
        },
        seed,
      );
      const [norm, { atLeast, atMost }] = await bothNorms(layer, [
        1 + random.index(9),
        1 + random.index(9),
      ]);
      expect(atMost).toBeGreaterThanOrEqual(norm * (1 - ROUNDING));
      expect(atMost).toBeLessThanOrEqual(norm * LOOSENESS);
      expect(atLeast).toBeLessThanOrEqual(norm * (1 + ROUNDING));
      expect(atLeast).toBeGreaterThan(norm * 0.98);
      farthest = Math.max(farthest, atMost / norm);
    }
    // Where the largest singular values differ, as random ones do, the bound is all but exact.
    expect(farthest).toBeLessThan(1 + 1e-6);
  });

  it("reaches its looseness where all singular values are equal, and no more", async () => {
    const identity = layerOf({ inChannels: 16, outChannels: 16 }, (index) =>
      index % 9 === 4 && Math.floor(index / 9) % 17 === 0 ? 1 : 0,
    );
    const [, { atLeast, atMost }] = await bothNorms(identity, [4, 4]);
    expect(atLeast).toBeCloseTo(1, 12);
    expect(atMost).toBeGreaterThan(1.002);
    expect(atMost).toBeLessThanOrEqual(LOOSENESS);
  });

  it("holds for weights of all magnitudes and for nearly equal channels", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
          minLength: 36,
          maxLength: 36,
        }),
        async (weights) => {
          const layer = layerOf({ inChannels: 2, outChannels: 2 }, (index) => weights[index]);
          if (layer.kernels.every((weight) => weight === 0)) return;
          const [norm, { atLeast, atMost }] = await bothNorms(layer, [5, 4]);
          expect(atMost).toBeGreaterThanOrEqual(norm * (1 - ROUNDING));
          expect(atMost).toBeLessThanOrEqual(norm * LOOSENESS);
          expect(atLeast).toBeLessThanOrEqual(norm * (1 + ROUNDING));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("of a group is not hidden by larger ones before it", async () => {
    const layer = layerOf(
      { inChannels: 3, outChannels: 3, groups: 3, kernelSize: [1, 1] },
      (index) => [2, 5, 3][index],
    );
    const [norm, { atMost }] = await bothNorms(layer, [2, 2]);
    expect(norm).toBeCloseTo(5, 12);
    expect(atMost).toBeCloseTo(5, 12);
  });
});

describe("from the frequencies of a map to all frequencies", () => {
  it("the factor is reached by a difference on a map of odd side", async () => {
    // |1 - e^{-iw}| is 2 at w = pi, and 2 cos(pi / 2n) at the nearest frequency of odd n.
    const difference = layerOf({ kernelSize: [1, 2] }, (index) => 1 - 2 * index);
    for (const side of [3, 5, 9]) {
      const [norm] = await bothNorms(difference, [1, side]);
      expect(norm * supremumFactor([1, 2], [1, side])).toBeCloseTo(2, 12);
    }
  });

  it("no map has a norm above the bound of a coarse one: random layers", async () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }));
    await fc.assert(
      fc.asyncProperty(sizes, sizes, fc.integer(), async (kernelSize, extra, seed) => {
        const layer = randomLayer({ kernelSize, inChannels: 2, outChannels: 2 }, seed);
        const coarse: Size2d = [kernelSize[0] - 1 + extra[0], kernelSize[1] - 1 + extra[1]];
        const [, { atMost }] = await bothNorms(layer, coarse);
        const [fine] = await bothNorms(layer, [24, 25]);
        expect(atMost * supremumFactor(kernelSize, coarse)).toBeGreaterThanOrEqual(
          fine * (1 - ROUNDING),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("is none for kernels of one entry, and says nothing on maps smaller than the kernel", () => {
    expect(supremumFactor([1, 1], [1, 1])).toBeCloseTo(1, 12);
    expect(supremumFactor([3, 3], [2, 8])).toBe(Number.POSITIVE_INFINITY);
    expect(supremumFactor([3, 3], [32, 32])).toBeLessThan(1.0098);
  });
});

describe("bounds without frequencies", () => {
  it("enclose the norm of every map that holds the kernel", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const layer = randomLayer({ inChannels: 1 + (seed % 4), outChannels: 3 }, seed);
      const form = await formOf(layer, [6, 7]);
      const [norm] = await bothNorms(layer, [6, 7]);
      const above =
        (await unfoldedBound(form, await unfoldedGram(form, pace()), pace())) * form.scale;
      expect(above).toBeGreaterThanOrEqual(norm);
      expect(longestRow(form) * form.scale).toBeLessThanOrEqual(norm * (1 + ROUNDING));
    }
  });

  it("are reached: by the local mean from above, by the identity from below", async () => {
    const mean = await formOf(
      layerOf({}, () => 1),
      [4, 4],
    );
    expect(await unfoldedBound(mean, await unfoldedGram(mean, pace()), pace())).toBeCloseTo(9, 10);
    const identity = await formOf(
      layerOf({}, (index) => (index === 4 ? 1 : 0)),
      [4, 4],
    );
    expect(longestRow(identity)).toBeCloseTo(1, 12);
  });
});

describe("the half plane of frequencies", () => {
  it("counts every frequency of the map once: itself or its mirror image", () => {
    for (let height = 1; height <= 7; height++) {
      for (let width = 1; width <= 7; width++) {
        const plane = halfPlane([height, width]);
        const seen = new Uint8Array(height * width);
        for (let at = 0; at < plane.count; at++) {
          const [v, u] = [plane.rows[at], plane.columns[at]];
          const own = v * width + u;
          const mirror = ((height - v) % height) * width + ((width - u) % width);
          expect(plane.multiplicity[at]).toBe(own === mirror ? 1 : 2);
          seen[own]++;
          if (mirror !== own) seen[mirror]++;
        }
        expect(seen.every((times) => times === 1)).toBe(true);
        expect(halfPlaneCount([height, width])).toBe(plane.count);
      }
    }
  });
});
