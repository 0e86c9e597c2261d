import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  SHUFFLED_KERNELS_AT_MOST,
  shuffledKernels,
} from "../../../src/core/action/noiseKernels.ts";
import { evenlySpaced } from "../../../src/core/findings/evenlySpaced.ts";
import { LAYERS_AT_MOST } from "../../../src/core/findings/findings.ts";
import { filterFinding } from "../../../src/core/findings/labelLift.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { SurrogateRows } from "../../../src/core/statistics/surrogates.ts";
import { fitSmall } from "../../../src/core/values/clusterFit.ts";
import { sampleKernels } from "../../../src/core/values/kernelSample.ts";
import { NearestRows } from "../../../src/core/values/nearestRows.ts";

describe("sampleKernels", () => {
  it("draws each fine kernel at most once, and none that is dead or not finite", () => {
    const kind = fc.constantFrom("fine", "dead", "notFinite");
    fc.assert(
      fc.property(fc.array(kind, { maxLength: 60 }), fc.nat(70), fc.nat(), (kinds, most, seed) => {
        const kernels = Float32Array.from(
          kinds.flatMap((state, at) => {
            if (state === "dead") return [0, 0];
            return [at + 1, state === "fine" ? 1 : Number.NaN];
          }),
        );
        const { rows, available } = sampleKernels(kernels, 2, most, seed);
        const fine = kinds.flatMap((state, at) => (state === "fine" ? at + 1 : []));
        const drawn = Array.from(rows).filter((_, at) => at % 2 === 0);
        expect(available).toBe(fine.length);
        expect(drawn).toHaveLength(Math.min(most, fine.length));
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(drawn.every((kernel) => fine.includes(kernel))).toBe(true);
      }),
    );
  });

  it("draws every kernel equally often", () => {
    const kernels = Float32Array.from({ length: 10 }, (_, at) => at + 1);
    const seen = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 3000; seed++) {
      for (const kernel of sampleKernels(kernels, 1, 3, seed).rows) seen[kernel - 1]++;
    }
    // 900 expected, standard deviation 25.
    for (const count of seen) expect(Math.abs(count - 900)).toBeLessThan(125);
  });
});

describe("SurrogateRows", () => {
  const random = new SeededRandom(4);
  const rows = new Float64Array(3 * 500);
  for (let start = 0; start < rows.length; start += 3) {
    const shared = random.normal();
    rows.set([5 + shared, 2 * shared + random.normal(), 3 * shared - 1], start);
  }

  const momentsOf = (values: Float64Array) => {
    const count = values.length / 3;
    const mean = [0, 1, 2].map(
      (i) => values.filter((_, at) => at % 3 === i).reduce(add, 0) / count,
    );
    const covariance = [0, 1, 2].flatMap((i) =>
      [0, 1, 2].map((j) => {
        let sum = 0;
        for (let at = 0; at < values.length; at += 3) {
          sum += (values[at + i] - mean[i]) * (values[at + j] - mean[j]);
        }
        return sum / count;
      }),
    );
    return [...mean, ...covariance];
  };
  const add = (a: number, b: number) => a + b;

  it("has the mean and the covariance of the rows, and keeps to their plane", () => {
    const drawn = new SurrogateRows(rows, 3).draw(new SeededRandom(8));
    expect(drawn).toHaveLength(rows.length);
    const [own, wanted] = [momentsOf(drawn), momentsOf(rows)];
    own.forEach((moment, at) => {
      expect(Math.abs(moment - wanted[at])).toBeLessThan(1e-9);
    });
    // The third column follows from the first: 3 (x - 5) - 1.
    for (let at = 0; at < drawn.length; at += 3) {
      expect(Math.abs(drawn[at + 2] - (3 * (drawn[at] - 5) - 1))).toBeLessThan(1e-9);
    }
  });

  it("needs more rows than entries, and takes rows that are all the same", () => {
    expect(() => new SurrogateRows(rows.slice(0, 9), 3)).toThrow(RangeError);
    const same = new Float64Array(12).fill(2);
    expect(new SurrogateRows(same, 3).draw(new SeededRandom(1))).toEqual(same);
  });
});

describe("fitSmall", () => {
  it("finds clusters that are apart, and assigns every row to its nearest centre", () => {
    const random = new SeededRandom(6);
    const rows = new Float64Array(2 * 90).map(
      (_, at) => 20 * (Math.floor(at / 2) % 3) + random.normal(),
    );
    const centres = fitSmall(rows, 2, 3, random);
    const search = new NearestRows(90, 3);
    search.find(rows, 2, 90, centres);
    const assignment = search.nearest;
    for (let row = 3; row < 90; row++) expect(assignment[row]).toBe(assignment[row % 3]);
    expect(new Set(assignment).size).toBe(3);
    for (let row = 0; row < 90; row++) {
      const squares = [0, 1, 2].map((centre) => {
        const x = rows[2 * row] - centres[2 * centre];
        const y = rows[2 * row + 1] - centres[2 * centre + 1];
        return x * x + y * y;
      });
      expect(assignment[row]).toBe(squares.indexOf(Math.min(...squares)));
    }
  });

  it("has no more centres than there are distinct rows", () => {
    const rows = Float64Array.from({ length: 40 }, (_, at) => Math.floor(at / 2) % 2);
    expect(fitSmall(rows, 2, 5, new SeededRandom(2))).toHaveLength(4);
  });
});

describe("evenlySpaced", () => {
  it("keeps all of few and spreads over many", () => {
    const numbers = (length: number) => Array.from({ length }, (_, at) => at);
    expect(evenlySpaced(numbers(20))).toEqual(numbers(20));
    const spread = evenlySpaced(numbers(1000));
    expect(spread).toHaveLength(LAYERS_AT_MOST);
    const gaps = spread.slice(1).map((number, at) => number - spread[at]);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
  });
});

describe("filterFinding", () => {
  it("knows how many kernels the shuffled baseline has", () => {
    const many = new Float32Array(9 * (SHUFFLED_KERNELS_AT_MOST + 500));
    expect(shuffledKernels(many, 9)).toHaveLength(9 * SHUFFLED_KERNELS_AT_MOST);
  });

  it("weighs layers by their kernels, and samples of large ones by what they are worth", () => {
    const layer = (kernelCount: number, hits: number, gaussian: number, shuffled: number) => ({
      role: "encoder" as const,
      kernelSize: [3, 3] as const,
      kernelCount,
      counts: [hits, kernelCount - hits],
      gaussian: [gaussian, 1 - gaussian],
      shuffled: [shuffled, 1 - shuffled],
    });
    const layers = [layer(1000, 300, 0.1, 0.2), layer(9000, 900, 0.2, 0.1)];
    const other = { ...layer(500, 500, 0, 0), kernelSize: [5, 5] as const };
    const found = filterFinding([...layers, other], ["edge"]);
    // 1 / (0.1^2 / 1000 + 0.9^2 / 4000) of independent kernels.
    expect(found).toMatchObject({ layers: 2, kernels: 10_000, shuffledKernels: 4706 });
    const [edge] = found.labels;
    expect(edge.share).toBeCloseTo(0.12, 12);
    expect(edge.gaussianShare).toBeCloseTo(0.19, 12);
    expect(edge.shuffledShare).toBeCloseTo(0.11, 12);
    expect(edge.overGaussian.ratio).toBeCloseTo(0.12 / 0.19, 12);
    // Above the shuffled, below the random kernels.
    expect(edge.verdict).toBe("noMore");
    expect(found.verdict).toBe("noMore");
  });

  it("has nothing to say without labels or without 3x3 layers", () => {
    expect(filterFinding([], ["edge"])).toMatchObject({
      verdict: "cannotTell",
      reason: "noLayers",
      labels: [],
    });
  });
});
