import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alikeFilters } from "../../../src/core/features/alikeFilters.ts";
import { EXTENDED_FEATURES, POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { featuresText, idOfLabel, parseFeatures } from "../../../src/core/features/featureFile.ts";
import { filterBehaviour } from "../../../src/core/features/filterBehaviour.ts";
import {
  negated,
  quarterTurned,
  symmetricEntries,
  transposed,
  withMagnitudesOfOne,
} from "../../../src/core/features/kernelTransforms.ts";
import { estimateLabels, sampledKernels } from "../../../src/core/features/labelEstimate.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";

const SOBEL = [-1, 0, 1, -2, 0, 2, -1, 0, 1];
const kernelOf = (id: string) => EXTENDED_FEATURES.find((one) => one.id === id)?.kernel ?? [];
const anyKernel = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), {
  minLength: 9,
  maxLength: 9,
});

function last<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

describe("transforms of nine numbers", () => {
  test("turn and mirror as on paper", () => {
    const count = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(transposed(count)).toEqual([1, 4, 7, 2, 5, 8, 3, 6, 9]);
    expect(quarterTurned(count)).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
    expect(negated([0, 1, -2])).toEqual([0, -1, 2]);
    expect(symmetricEntries(2)).toEqual([0, 2, 6, 8]);
    expect(symmetricEntries(4)).toEqual([4]);
  });

  test("four turns, two mirrors and two signs change nothing", () => {
    fc.assert(
      fc.property(anyKernel, (kernel) => {
        const turned = [1, 2, 3, 4].reduce((one) => [...quarterTurned(one)], kernel);
        expect(turned).toEqual(kernel);
        expect(transposed(transposed(kernel))).toEqual(kernel);
        expect(negated(negated(kernel)).map((entry) => entry + 0)).toEqual(
          kernel.map((entry) => entry + 0),
        );
      }),
    );
  });

  test("a plain Sobel kernel normalised is the clinical one", () => {
    expect(withMagnitudesOfOne(SOBEL)).toEqual(kernelOf("edge"));
    expect(withMagnitudesOfOne([0, 0, 0])).toEqual([0, 0, 0]);
  });
});

describe("what a filter does", () => {
  test("blurs keep brightness and pass coarse patterns", () => {
    for (const id of ["mean", "gaussian"]) {
      const behaviour = filterBehaviour(kernelOf(id));
      expect(behaviour?.sum).toBeCloseTo(1, 12);
      expect(behaviour?.coarse).toBeGreaterThan((behaviour?.fine ?? 0) * 1.5);
    }
  });

  test("the Laplacian removes even areas and passes fine patterns", () => {
    const behaviour = filterBehaviour(kernelOf("laplacian"));
    expect(behaviour?.sum).toBeCloseTo(0, 12);
    expect(behaviour?.fine).toBeGreaterThan((behaviour?.coarse ?? 0) * 1.5);
    expect(behaviour?.across).toBeCloseTo(behaviour?.down ?? 0, 12);
  });

  test("Sobel kernels see one direction alone", () => {
    expect(filterBehaviour(SOBEL)).toMatchObject({ across: 1 });
    expect(filterBehaviour(SOBEL)?.down).toBeLessThan(1e-6);
    expect(filterBehaviour(transposed(SOBEL))?.across).toBeLessThan(1e-6);
  });

  test("the identity passes all patterns alike", () => {
    const behaviour = filterBehaviour(kernelOf("identity"));
    for (const value of Object.values(behaviour ?? {})) expect(value).toBeCloseTo(1, 12);
  });

  test("nothing is said of a filter that is 0, or not finite", () => {
    expect(filterBehaviour(new Array(9).fill(0))).toBeNull();
    expect(filterBehaviour([Number.NaN, ...new Array(8).fill(1)])).toBeNull();
  });
});

describe("filters that are taken for one another", () => {
  const own = (label: string, kernel: readonly number[]) => ({ id: label, label, kernel });

  test("no two of the poster six are", () => {
    expect(alikeFilters(POSTER_FEATURES, "sorted").map(({ kind }) => kind)).not.toContain(
      "sameSpectrum",
    );
  });

  test("the four Sobel directions of the extended set are one spectrum", () => {
    for (const compare of ["sorted", "response"] as const) {
      const pairs = alikeFilters(EXTENDED_FEATURES, compare)
        .filter(({ kind }) => kind === "sameSpectrum")
        .map(({ first, second }) => [EXTENDED_FEATURES[first].id, EXTENDED_FEATURES[second].id]);
      expect(pairs).toContainEqual(["edge", "edge-up"]);
      expect(pairs).toContainEqual(["edge-left", "edge-down"]);
      expect(pairs.filter((pair) => pair.every((id) => id.startsWith("edge")))).toHaveLength(6);
    }
  });

  test("scale and sign do not make another spectrum", () => {
    const set = [
      ...POSTER_FEATURES,
      own(
        "mine",
        negated(SOBEL).map((entry) => entry * 3),
      ),
    ];
    expect(alikeFilters(set, "sorted")).toContainEqual({
      kind: "sameSpectrum",
      first: 3,
      second: 6,
    });
  });

  test("equal names are found whatever their case", () => {
    const set = [own("a", SOBEL), { ...own("b", kernelOf("identity")), label: " A " }];
    expect(alikeFilters(set, "sorted")).toEqual([{ kind: "sameName", first: 0, second: 1 }]);
  });

  test("a hair's breadth is said to be one", () => {
    const set = [
      own("a", SOBEL),
      own(
        "b",
        SOBEL.map((entry, at) => entry + (at === 4 ? 0.01 : 0)),
      ),
    ];
    expect(alikeFilters(set, "sorted")).toEqual([{ kind: "closeSpectrum", first: 0, second: 1 }]);
  });
});

describe("files of filters", () => {
  test("come back as they were written", () => {
    const anyFeature = fc.record({
      id: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).filter((id) => id !== "indeterminate"),
      label: fc.string({ minLength: 1, maxLength: 80 }).filter((label) => label.trim() !== ""),
      kernel: anyKernel.map((kernel) => kernel.map((entry) => entry + 0)),
    });
    fc.assert(
      fc.property(fc.array(anyFeature), (features) => {
        expect(parseFeatures(featuresText(features), "file.json")).toEqual(features);
      }),
    );
  });

  test.each([
    ["no name", { id: "a", label: "  ", kernel: SOBEL }],
    ["no id", { id: "", label: "a", kernel: SOBEL }],
    ["a name that fits nowhere", { id: "a", label: "x".repeat(81), kernel: SOBEL }],
    ["the id of like none", { id: "indeterminate", label: "a", kernel: SOBEL }],
    ["eight numbers", { id: "a", label: "a", kernel: SOBEL.slice(1) }],
  ])("%s is refused in words", (_, feature) => {
    expect(() => parseFeatures(JSON.stringify([feature]), "mine.json")).toThrow(
      /^mine\.json is not a feature set/,
    );
  });

  test("ids are made of names, and never taken twice", () => {
    expect(idOfLabel("Sobel, 45\u00B0 (é)", new Set())).toBe("sobel-45-e");
    expect(idOfLabel("Mean", new Set(["mean", "mean-2"]))).toBe("mean-3");
    expect(idOfLabel("\u7DDA", new Set())).toBe("filter");
    expect(idOfLabel("Indeterminate", new Set())).toBe("indeterminate-2");
  });
});

describe("the estimate of labels", () => {
  const layer = (kernels: Float32Array, kernelSize: readonly [number, number] = [3, 3]) => ({
    kernels,
    kernelCount: kernels.length / (kernelSize[0] * kernelSize[1]),
    description: { kernelSize } as Parameters<typeof sampledKernels>[0][number]["description"],
  });

  test("samples all layers of 3x3 kernels evenly, and no others", () => {
    const first = Float32Array.from({ length: 9 * 1000 }, () => 1);
    const second = Float32Array.from({ length: 9 * 200 }, () => 2);
    const other = Float32Array.from({ length: 25 * 700 }, () => 3);
    const sample = sampledKernels([layer(first), layer(other, [5, 5]), layer(second)]);
    expect(sample).toHaveLength(9 * 600);
    expect(sample.filter((entry) => entry === 2)).toHaveLength(9 * 100);
    expect(sample.filter((entry) => entry === 3)).toHaveLength(0);
    expect(sampledKernels([layer(other, [5, 5])])).toHaveLength(0);
  });

  test("gives noise the shares that are known of it", () => {
    const random = new SeededRandom(7);
    const kernels = Float32Array.from({ length: 9 * 600 }, () => random.normal());
    const settings = { compare: "sorted", threshold: 0.1 } as const;
    const estimate = last(estimateLabels(kernels, POSTER_FEATURES, settings));
    expect(estimate.kernels).toBe(600);
    // Laplacian 54 %, sharpen 35 %, edge 7 % of N(0, 1) kernels (64x64).
    for (const shares of [estimate.shares, estimate.noise]) {
      expect(shares[1]).toBeCloseTo(0.54, 1);
      expect(Math.abs(shares[5] - 0.35)).toBeLessThan(0.06);
      expect(Math.abs(shares[3] - 0.07)).toBeLessThan(0.04);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
  });

  test("finds every copy of an own filter, of which noise has none", () => {
    const own = { id: "own", label: "Own", kernel: [9, 1, 0, 1, 9, 1, 0, 1, 9] };
    const kernels = Float32Array.from(Array.from({ length: 50 }, () => own.kernel).flat());
    const settings = { compare: "response", threshold: 0.05 } as const;
    const estimate = last(estimateLabels(kernels, [...POSTER_FEATURES, own], settings));
    expect(estimate.shares[6]).toBe(1);
    expect(estimate.noise[6]).toBe(0);
  });
});
