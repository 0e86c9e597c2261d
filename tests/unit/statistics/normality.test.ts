import fc from "fast-check";
import { inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { normalCdf } from "../../../src/core/statistics/distributions.ts";
import { henzeZirkler, mardia } from "../../../src/core/statistics/normality.ts";
import { irises, setosa, versicolor, virginica } from "./irises.ts";

/**
 * Weights of cork of 28 trees in four directions (Rao 1948, "Tests of significance in multivariate analysis"); the
 * example of Mardia, Kent & Bibby (1979, "Multivariate analysis"): b_1 = 4.476 and b_2 = 22.957.
 */
const cork = Float64Array.from([
  72, 66, 76, 77, 60, 53, 66, 63, 56, 57, 64, 58, 41, 29, 36, 38, 32, 32, 35, 36, 30, 35, 34, 26,
  39, 39, 31, 27, 42, 43, 31, 25, 37, 40, 31, 25, 33, 29, 27, 36, 32, 30, 34, 28, 63, 45, 74, 63,
  54, 46, 60, 52, 47, 51, 52, 43, 91, 79, 100, 75, 56, 68, 47, 50, 79, 65, 70, 61, 81, 80, 68, 58,
  78, 55, 67, 60, 46, 38, 37, 38, 39, 35, 34, 37, 32, 30, 30, 32, 60, 50, 67, 54, 35, 37, 48, 39,
  39, 36, 39, 31, 50, 34, 37, 40, 43, 37, 39, 50, 48, 54, 57, 43,
]);

/** Forty rows of nine values that a formula gives on any machine. */
const formula = Float64Array.from({ length: 360 }, (_, at) => {
  const i = Math.floor(at / 9);
  const j = at % 9;
  return Math.sin((i + 1) * (j + 1)) + ((i * j) % 7) / 7;
});

function gaussianRows(random: SeededRandom, count: number, entries: number): Float64Array {
  return Float64Array.from({ length: count * entries }, () => random.normal());
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error("no result");
  return value;
}

/** All (x_i - mean)^T S^-1 (x_j - mean), as the definitions have it. */
function slowProducts(rows: Float64Array, entries: number): number[][] {
  const matrix = Matrix.from1DArray(rows.length / entries, entries, rows);
  const centred = matrix.clone().subRowVector(matrix.mean("column"));
  const covariance = centred.transpose().mmul(centred).div(matrix.rows);
  return centred.mmul(inverse(covariance)).mmul(centred.transpose()).to2DArray();
}

/** The double sum of Henze & Zirkler (1990). */
function slowHenzeZirkler(rows: Float64Array, d: number): number {
  const products = slowProducts(rows, d);
  const n = products.length;
  const square = ((n * (2 * d + 1)) / 4) ** (2 / (d + 4)) / 2;
  let pairs = 0;
  let lengths = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const distance = products[i][i] + products[j][j] - 2 * products[i][j];
      pairs += Math.exp((-square / 2) * distance);
    }
    lengths += Math.exp((-square * products[i][i]) / (2 * (1 + square)));
  }
  return (
    n *
    (pairs / n ** 2 - (2 * (1 + square) ** (-d / 2) * lengths) / n + (1 + 2 * square) ** (-d / 2))
  );
}

function slowMardia(rows: Float64Array, d: number): { skewness: number; kurtosis: number } {
  const products = slowProducts(rows, d);
  const n = products.length;
  let cubes = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) cubes += products[i][j] ** 3;
    squares += products[i][i] ** 2;
  }
  return { skewness: cubes / n ** 2, kurtosis: squares / n };
}

/** Rows that need not be normal, of two to five values. */
const someRows = fc
  .record({
    seed: fc.integer(),
    entries: fc.integer({ min: 1, max: 5 }),
    extra: fc.integer({ min: 2, max: 40 }),
    power: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ seed, entries, extra, power }) => {
    const random = new SeededRandom(seed);
    const rows = gaussianRows(random, 2 * entries + extra, entries).map((x) => x ** power);
    return { rows, entries, random };
  });

/** rows A + b with a random A that is far from singular. */
function mapped(rows: Float64Array, entries: number, random: SeededRandom): Float64Array {
  const matrix = Matrix.eye(entries).mul(4);
  const shift = Array.from({ length: entries }, () => 10 * random.normal());
  for (let i = 0; i < entries; i++) {
    for (let j = 0; j < entries; j++) matrix.set(i, j, matrix.get(i, j) + random.uniform() - 0.5);
  }
  const result = Matrix.from1DArray(rows.length / entries, entries, rows).mmul(matrix);
  return Float64Array.from(result.addRowVector(shift).to1DArray());
}

describe("henzeZirkler", () => {
  // The R package MVN (Korkmaz, Goksuluk & Zararsiz 2014, R Journal 6(2)) prints 0.9488453 and 0.04995356.
  it("gives what MVN gives for Iris setosa", () => {
    const { statistic, pValue } = present(henzeZirkler(setosa, 4));
    expect(statistic).toBeCloseTo(0.9488453, 7);
    expect(pValue).toBeCloseTo(0.04995356, 8);
  });

  // By numpy with an explicit inverse and all pairs, and scipy's lognormal distribution.
  it.each([
    ["Iris versicolor", versicolor, 4, 0.8388008907266042, 0.2261991487036431],
    ["Iris virginica", virginica, 4, 0.7570095243362502, 0.4970236922155647],
    ["three species as one", irises, 4, 2.3363942003154268, 4.1413116299284153e-19],
    ["fifteen setosa", setosa.slice(0, 60), 4, 0.6137250607648482, 0.6566918859872986],
    ["cork", cork, 4, 0.998680940739387, 0.011120000128344855],
    ["a formula, nine values", formula, 9, 1.017011714266509, 0.0014944255671479262],
    [
      "one variable",
      setosa.filter((_, at) => at % 4 === 0),
      1,
      0.09072798375815427,
      0.8905360703669332,
    ],
  ])("agrees with numpy: %s", (_, rows, entries, statistic, pValue) => {
    const result = present(henzeZirkler(rows, entries));
    expect(result.statistic / statistic).toBeCloseTo(1, 11);
    expect(result.pValue / pValue).toBeCloseTo(1, 9);
  });

  it("agrees with the sum over all pairs", () => {
    fc.assert(
      fc.property(someRows, ({ rows, entries }) => {
        const { statistic } = present(henzeZirkler(rows, entries));
        expect(statistic).toBeCloseTo(slowHenzeZirkler(rows, entries), 9);
      }),
      { numRuns: 30 },
    );
  });

  it("does not change under an affine map", () => {
    fc.assert(
      fc.property(someRows, ({ rows, entries, random }) => {
        const before = present(henzeZirkler(rows, entries));
        const after = present(henzeZirkler(mapped(rows, entries, random), entries));
        expect(after.statistic).toBeCloseTo(before.statistic, 9);
        expect(after.pValue).toBeCloseTo(before.pValue, 8);
      }),
      { numRuns: 30 },
    );
  });

  it("has uniform p-values for normal rows and small ones for others", () => {
    const random = new SeededRandom(1990);
    const normal = sample(300, () => present(henzeZirkler(gaussianRows(random, 256, 9), 9)).pValue);
    // The approximation itself is 0.03 away at this size.
    expect(distanceFromUniform(normal)).toBeLessThan(1.63 / Math.sqrt(300) + 0.03);
    expect(normal.filter((p) => p <= 0.05).length / 300).toBeLessThan(0.1);
    const few = sample(1000, () => present(henzeZirkler(gaussianRows(random, 32, 9), 9)).pValue);
    // The 6 % of the doc comment within four standard errors.
    expect(few.filter((p) => p <= 0.05).length / 1000).toBeLessThan(0.092);
    expect(few.filter((p) => p <= 0.05).length / 1000).toBeGreaterThan(0.03);
    const uniform = sample(50, () => {
      const rows = gaussianRows(random, 200, 9).map(normalCdf);
      return present(henzeZirkler(rows, 9)).pValue;
    });
    expect(uniform.filter((p) => p <= 0.05).length).toBeGreaterThan(40);
  });
});

describe("mardia", () => {
  it("gives the coefficients of Mardia, Kent & Bibby for cork", () => {
    const { skewness, kurtosis } = present(mardia(cork, 4));
    expect(skewness).toBeCloseTo(4.476, 3);
    expect(kurtosis).toBeCloseTo(22.957, 3);
  });

  it("gives what MVN gives for Iris setosa, but for the exact moments of the kurtosis", () => {
    const { skewness, skewnessPValue, kurtosis, kurtosisPValue } = present(mardia(setosa, 4));
    expect((50 * skewness) / 6).toBeCloseTo(25.6643445196298, 10);
    expect(skewnessPValue).toBeCloseTo(0.177185884467652, 12);
    const inTheLimit = (kurtosis - 24) * Math.sqrt(50 / (8 * 24));
    expect(inTheLimit).toBeCloseTo(1.29499223711605, 10);
    expect(2 * normalCdf(-inTheLimit)).toBeCloseTo(0.195322907441935, 12);
    expect(kurtosisPValue).toBeCloseTo(0.028332988585, 10);
  });

  // By numpy with an explicit inverse and all pairs, and scipy's distributions: b_1, its p-value, b_2, its p-value.
  it.each([
    [
      "Iris versicolor",
      versicolor,
      4,
      3.0222013843496103,
      0.19444448314025972,
      22.879375375638165,
      0.9099489799169675,
    ],
    [
      "Iris virginica",
      virginica,
      4,
      3.152471781034959,
      0.157059707690362,
      24.29906148301056,
      0.4343912910967851,
    ],
    [
      "three species as one",
      irises,
      4,
      2.6972203511224455,
      4.7579982040101694e-7,
      23.73965786146737,
      0.9564968213890739,
    ],
    [
      "fifteen setosa, corrected",
      setosa.slice(0, 60),
      4,
      6.8451644649970715,
      0.3297290658284357,
      24.076780900336818,
      0.07567025901032984,
    ],
    [
      "cork",
      cork,
      4,
      4.4763815978386905,
      0.40364541144393473,
      22.95687002405314,
      0.7325661127696845,
    ],
    [
      "a formula, nine values",
      formula,
      9,
      4.6371834826107134,
      1,
      85.43361274235696,
      0.002968921576678493,
    ],
    [
      "one variable",
      setosa.filter((_, at) => at % 4 === 0),
      1,
      0.013561517228319076,
      0.7367400110463871,
      2.654235324417536,
      0.7026408981259169,
    ],
  ])(
    "agrees with numpy: %s",
    (_, rows, entries, skewness, skewnessPValue, kurtosis, kurtosisPValue) => {
      const result = present(mardia(rows, entries));
      expect(result.skewness / skewness).toBeCloseTo(1, 10);
      expect(result.skewnessPValue / skewnessPValue).toBeCloseTo(1, 10);
      expect(result.kurtosis / kurtosis).toBeCloseTo(1, 11);
      expect(result.kurtosisPValue / kurtosisPValue).toBeCloseTo(1, 10);
    },
  );

  it("agrees with the mean over all pairs, and does not change under an affine map", () => {
    fc.assert(
      fc.property(someRows, ({ rows, entries, random }) => {
        const result = present(mardia(rows, entries));
        const slow = slowMardia(rows, entries);
        expect(result.skewness).toBeCloseTo(slow.skewness, 8);
        expect(result.kurtosis).toBeCloseTo(slow.kurtosis, 8);
        const after = present(mardia(mapped(rows, entries, random), entries));
        expect(after.skewness).toBeCloseTo(result.skewness, 8);
        expect(after.skewnessPValue).toBeCloseTo(result.skewnessPValue, 8);
        expect(after.kurtosis).toBeCloseTo(result.kurtosis, 8);
        expect(after.kurtosisPValue).toBeCloseTo(result.kurtosisPValue, 8);
      }),
      { numRuns: 30 },
    );
  });

  it("has a kurtosis of mean zero and deviation one for small normal samples", () => {
    const random = new SeededRandom(1970);
    const pValues = sample(
      1000,
      () => present(mardia(gaussianRows(random, 16, 9), 9)).kurtosisPValue,
    );
    // 5 % within four standard errors; the limit's moments would give 16 %.
    const rejected = pValues.filter((p) => p <= 0.05).length / 1000;
    expect(rejected).toBeGreaterThan(0.022);
    expect(rejected).toBeLessThan(0.078);
    expect(distanceFromUniform(pValues)).toBeLessThan(0.1);
  });

  it("learns nothing from three rows of one value, whose kurtosis is always 3/2", () => {
    const { kurtosis, kurtosisPValue } = present(mardia(Float64Array.of(1, 2, 7), 1));
    expect(kurtosis).toBeCloseTo(1.5, 12);
    expect(kurtosisPValue).toBe(1);
  });

  it("finds skewed and heavy-tailed rows", () => {
    const random = new SeededRandom(2);
    const skewed = gaussianRows(random, 200, 3).map((x) => Math.exp(x / 2));
    expect(present(mardia(skewed, 3)).skewnessPValue).toBeLessThan(1e-6);
    const heavy = gaussianRows(random, 200, 3).map((x) => x ** 3);
    expect(present(mardia(heavy, 3)).kurtosisPValue).toBeLessThan(1e-6);
  });
});

describe("without an answer", () => {
  it.each([
    ["no rows", new Float64Array(0), 3],
    ["one row more than values", gaussianRows(new SeededRandom(1), 4, 3), 3],
    ["equal rows", new Float64Array(60).fill(0.5), 3],
    ["a plane, in the precision of float32", plane(), 3],
    ["a value that is not finite", Float64Array.from([...setosa, 1, 2, Number.NaN, 4]), 4],
    ["an infinite value", Float64Array.from([...setosa, 1, 2, Number.POSITIVE_INFINITY, 4]), 4],
  ])("%s", (_, rows, entries) => {
    expect(henzeZirkler(rows, entries)).toBeNull();
    expect(mardia(rows, entries)).toBeNull();
  });

  it("answers from two rows more than values", () => {
    const rows = gaussianRows(new SeededRandom(1), 5, 3);
    expect(present(henzeZirkler(rows, 3)).pValue).toBeGreaterThan(0);
    expect(present(mardia(rows, 3)).kurtosisPValue).toBeGreaterThan(0);
  });

  it("leaves the rows as they were", () => {
    const rows = setosa.slice();
    henzeZirkler(rows, 4);
    mardia(rows, 4);
    expect(rows).toEqual(setosa);
  });
});

function plane(): Float64Array {
  const random = new SeededRandom(3);
  const rows = new Float64Array(300);
  for (let at = 0; at < rows.length; at += 3) {
    rows[at] = Math.fround(random.normal());
    rows[at + 1] = Math.fround(random.normal());
    rows[at + 2] = Math.fround(-rows[at] - rows[at + 1]);
  }
  return rows;
}

function sample(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw);
}

/** Kolmogorov's distance; above 1.63 / sqrt(count) in one of a hundred truly uniform samples. */
function distanceFromUniform(pValues: readonly number[]): number {
  const sorted = [...pValues].sort((a, b) => a - b);
  const distances = sorted.map((p, i) =>
    Math.max(Math.abs(p - i / sorted.length), Math.abs(p - (i + 1) / sorted.length)),
  );
  return Math.max(...distances);
}
