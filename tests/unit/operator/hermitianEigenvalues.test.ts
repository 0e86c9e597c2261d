import fc from "fast-check";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { hermitianMatrix } from "../../../src/core/operator/gramEvaluator.ts";
import {
  eigenScratch,
  hermitianEigenvalues,
  tridiagonalEigenvalues,
} from "../../../src/core/operator/hermitianEigenvalues.ts";
import { Pace } from "../../../src/core/operator/pace.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { largestDifference } from "../../support/slowSpectrum.ts";

/** Entry (i, j) of a Hermitian matrix, i >= j, as real and imaginary part. */
type Entry = (i: number, j: number) => readonly [real: number, imaginary: number];

async function eigenvalues(size: number, entry: Entry): Promise<number[]> {
  const matrix = hermitianMatrix(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      [matrix.real[i * size + j], matrix.imaginary[i * size + j]] = entry(i, j);
    }
  }
  const values = new Float64Array(size);
  const pace = new Pace(() => undefined, new AbortController().signal);
  await hermitianEigenvalues(matrix, eigenScratch(size), values, pace);
  return [...values].sort((a, b) => a - b);
}

/** H = X + iY has the eigenvalues of [[X, -Y], [Y, X]], each twice. */
function eigenvaluesOfRealForm(size: number, entry: Entry): number[] {
  const real = Matrix.zeros(2 * size, 2 * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const [x, lower] = i >= j ? entry(i, j) : entry(j, i);
      const y = i >= j ? lower : -lower;
      real.set(i, j, x);
      real.set(size + i, size + j, x);
      real.set(i, size + j, -y);
      real.set(size + i, j, y);
    }
  }
  const { realEigenvalues } = new EigenvalueDecomposition(real, { assumeSymmetric: true });
  return [...realEigenvalues].sort((a, b) => a - b).filter((_, rank) => rank % 2 === 0);
}

function randomEntries(size: number, seed: number): Entry {
  const random = new SeededRandom(seed);
  const entries = Array.from({ length: size * size }, () => [random.normal(), random.normal()]);
  return (i, j) => [entries[i * size + j][0], i === j ? 0 : entries[i * size + j][1]];
}

describe("eigenvalues of Hermitian matrices", () => {
  it("are those of the real form of twice the size", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 24 }), fc.integer(), async (size, seed) => {
        const entry = randomEntries(size, seed);
        const found = await eigenvalues(size, entry);
        const expected = eigenvaluesOfRealForm(size, entry);
        const largest = Math.max(...expected.map(Math.abs));
        expect(largestDifference(found, expected)).toBeLessThan(1e-13 * size * largest);
      }),
      { numRuns: 60 },
    );
  });

  it("of diagonal, zero, repeated and rank-one matrices", async () => {
    const diagonal: Entry = (i, j) => [i === j ? 3 - i : 0, 0];
    expect(await eigenvalues(3, diagonal)).toEqual([1, 2, 3]);
    expect(await eigenvalues(4, () => [0, 0])).toEqual([0, 0, 0, 0]);
    expect(await eigenvalues(3, (i, j) => [i === j ? 7 : 0, 0])).toEqual([7, 7, 7]);
    // x x* with x_k = i^k: eigenvalue 5 once, 0 four times.
    const turns = [
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ] as const;
    const rankOne = await eigenvalues(5, (i, j) => turns[(((i - j) % 4) + 4) % 4]);
    expect(largestDifference(rankOne, [0, 0, 0, 0, 5])).toBeLessThan(1e-14);
  });

  it("where the next entry to eliminate is 0, which has no phase", async () => {
    const entry: Entry = (i, j) =>
      i === 3 && j === 2 ? [0, 0] : [i === j ? i : 1, i === j ? 0 : j];
    const found = await eigenvalues(4, entry);
    expect(largestDifference(found, eigenvaluesOfRealForm(4, entry))).toBeLessThan(1e-13);
  });

  it("keep the trace and the sum of squares at a size where references are slow", async () => {
    const size = 150;
    const entry = randomEntries(size, 4);
    const found = await eigenvalues(size, entry);
    let trace = 0;
    let square = 0;
    for (let i = 0; i < size; i++) {
      trace += entry(i, i)[0];
      for (let j = 0; j <= i; j++) {
        const [x, y] = entry(i, j);
        square += (i === j ? 1 : 2) * (x * x + y * y);
      }
    }
    expect(found.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 9);
    expect(found.reduce((sum, value) => sum + value * value, 0) / square).toBeCloseTo(1, 12);
  });

  it("of the second difference, whose eigenvalues are known", () => {
    const size = 40;
    const diagonal = new Float64Array(size).fill(2);
    const beside = new Float64Array(size).fill(1);
    beside[0] = 0;
    tridiagonalEigenvalues(diagonal, beside, size);
    const expected = Array.from(
      { length: size },
      (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (size + 1)),
    );
    expect(largestDifference(diagonal.toSorted(), expected)).toBeLessThan(1e-14 * size);
  });
});
