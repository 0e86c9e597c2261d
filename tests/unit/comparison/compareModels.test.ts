import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { LEAST_PROBABILITY, SHIFT_BINS } from "../../../src/core/comparison/coefficientShift.ts";
import { compareModels } from "../../../src/core/comparison/compareModels.ts";
import type { Comparison } from "../../../src/core/comparison/comparison.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { comparisonJson } from "../../../src/core/results/comparisonJson.ts";
import {
  analysedFile,
  analysedWeights,
  never,
  noiseKernels,
  noiseNetwork,
} from "./comparedModels.ts";

const folder = join(import.meta.dirname, "../../..");
const sample = readFileSync(join(folder, "public/samples/brain-unet.onnx"));
const other = readFileSync(join(folder, "tests/fixtures/brain-resunet.onnx"));

function compared(a: Analysis, b: Analysis): Promise<Comparison> {
  return compareModels(a, b, () => {}, never);
}

/** Kernel k, entry i: wave(1.7 k + 0.9 i + 0.3 k i). */
function waves(count: number, wave: (angle: number) => number): Float32Array {
  return new Float32Array(count * 9).map((_, at) => {
    const [k, i] = [Math.floor(at / 9), at % 9];
    return wave(1.7 * k + 0.9 * i + 0.3 * k * i);
  });
}

/** The kernels divided by their peaks, as rows. */
function scaledRows(kernels: Float32Array): number[][] {
  return Array.from({ length: kernels.length / 9 }, (_, k) => {
    const row = [...kernels.subarray(9 * k, 9 * k + 9)];
    const peak = Math.max(...row.map(Math.abs));
    return row.map((entry) => (peak > 0 ? entry / peak : 0));
  });
}

/** The formula of the paper, one coefficient at a time, in the basis of a comparison. */
function slowShift(a: Float32Array, b: Float32Array, { bases }: Comparison): number {
  const [{ mean, components, explainedVarianceRatio }] = bases;
  const coefficients = (rows: number[][], c: number) =>
    rows.map((row) => row.reduce((sum, x, i) => sum + (x - mean[i]) * components[c][i], 0));
  const [rowsA, rowsB] = [scaledRows(a), scaledRows(b)];
  const all = components.flatMap((_, c) => coefficients([...rowsA, ...rowsB], c));
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const shares = (values: number[]) => {
    const bins = new Array<number>(SHIFT_BINS).fill(0);
    for (const value of values) {
      const bin = Math.floor(((value - low) / (high - low)) * SHIFT_BINS);
      bins[Math.min(SHIFT_BINS - 1, bin)] += 1 / values.length;
    }
    return bins.map((share) => Math.max(LEAST_PROBABILITY, share));
  };
  let shift = 0;
  components.forEach((_, c) => {
    const p = shares(coefficients(rowsA, c));
    const q = shares(coefficients(rowsB, c));
    const there = p.reduce((sum, share, x) => sum + share * Math.log(share / q[x]), 0);
    const back = q.reduce((sum, share, x) => sum + share * Math.log(share / p[x]), 0);
    shift += explainedVarianceRatio[c] * (there + back);
  });
  return shift;
}

describe("the shift of PCA coefficients", () => {
  it("agrees with numpy", async () => {
    const a = await analysedWeights("a", [{ name: "conv", kernels: waves(60, Math.sin) }]);
    const b = await analysedWeights("b", [{ name: "conv", kernels: waves(40, Math.cos) }]);
    const { bases, pairs } = await compared(a, b);
    // numpy 2.4: svd of the centred rows, np.histogram(c, 70, (c.min(), c.max())), bins >= 1e-6.
    const ratio = [
      0.12647394, 0.12555063, 0.12446942, 0.11826613, 0.11521536, 0.10329622, 0.1012972, 0.09895917,
      0.08647193,
    ];
    ratio.forEach((share, c) => {
      expect(bases[0].explainedVarianceRatio[c]).toBeCloseTo(share, 7);
    });
    expect(bases[0].low).toBeCloseTo(-2.27444198768555, 6);
    expect(bases[0].high).toBeCloseTo(2.26629555742287, 6);
    expect(pairs[0].shift.value).toBeCloseTo(6.66387342016098, 6);
  });

  it("agrees with the formula, one kernel at a time", async () => {
    const random = new SeededRandom(3);
    for (const [countA, countB] of [
      [1, 1],
      [5, 90],
      [300, 200],
    ]) {
      const kernelsA = noiseKernels(countA, random);
      const kernelsB = noiseKernels(countB, random).map((entry, at) => entry + (at % 9) / 10);
      kernelsA.fill(0, 0, countA > 1 ? 9 : 0);
      const a = await analysedWeights("a", [{ name: "conv", kernels: kernelsA }]);
      const b = await analysedWeights("b", [{ name: "conv", kernels: kernelsB }]);
      const comparison = await compared(a, b);
      const expected = slowShift(kernelsA, kernelsB, comparison);
      expect(comparison.pairs[0].shift.value).toBeCloseTo(expected, 5);
    }
  });

  it("does not depend on the size of the weights, which is told apart", async () => {
    const kernels = noiseKernels(64, new SeededRandom(4));
    const a = await analysedWeights("a", [{ name: "conv", kernels }]);
    const larger = kernels.map((entry) => 4 * entry);
    const b = await analysedWeights("b", [{ name: "conv", kernels: larger }]);
    const [{ shift, weights }] = (await compared(a, b)).pairs;
    expect(shift.value).toBe(0);
    expect(weights.rmsB / weights.rmsA).toBeCloseTo(4, 6);
    // 2 |3 a| / (|a| + |4 a|)
    expect(weights.moved).toBeCloseTo(1.2, 6);
  });
});

describe("comparing two models", () => {
  it("finds no shift at all between a file and itself", async () => {
    const analysis = await analysedFile("brain-unet.onnx", sample);
    const { pairs, whole, unmatchedA, unmatchedB } = await compared(analysis, analysis);
    expect(pairs).toHaveLength(18);
    expect([...unmatchedA, ...unmatchedB]).toEqual([]);
    for (const { shift, labels, shares, weights } of [...pairs]) {
      expect([shift.value, labels.value, weights.moved]).toEqual([0, 0, 0]);
      expect([shift.exceedsNoise, labels.exceedsNoise]).toEqual([false, false]);
      for (const share of shares) {
        expect([share.shift, share.standardErrors, share.exceedsNoise]).toEqual([0, 0, false]);
      }
    }
    expect([whole?.shift.value, whole?.labels.value]).toEqual([0, 0]);
    expect(whole?.shift.exceedsNoise).toBe(false);
  });

  it("mirrors when the models change places", async () => {
    const a = await analysedFile("brain-unet.onnx", sample);
    const b = await analysedFile("brain-resunet.onnx", other);
    const there = await compared(a, b);
    const back = await compared(b, a);
    expect(there.unmatchedA).toEqual(back.unmatchedB);
    expect(there.unmatchedB).toEqual(back.unmatchedA);
    for (const pair of there.pairs) {
      const mirrored = back.pairs.find(({ nameA }) => nameA === pair.nameB);
      expect(mirrored?.nameB).toBe(pair.nameA);
      expect(mirrored?.shift.value).toBeCloseTo(pair.shift.value, 9);
      expect(mirrored?.labels.value).toBeCloseTo(pair.labels.value, 12);
      pair.shares.forEach((share, label) => {
        expect(mirrored?.shares[label].shift).toBeCloseTo(-share.shift, 12);
        expect(mirrored?.shares[label].low).toBeCloseTo(-share.high, 12);
        expect(mirrored?.shares[label].chanceA).toBe(share.chanceB);
      });
    }
    expect(back.whole?.shift.value).toBeCloseTo(there.whole?.shift.value ?? Number.NaN, 9);
  });

  it("sees what two trainings of different networks differ in", async () => {
    const a = await analysedFile("brain-unet.onnx", sample);
    const b = await analysedFile("brain-resunet.onnx", other);
    const { pairs, whole, unmatchedA, unmatchedB } = await compared(a, b);
    expect(whole?.shift.exceedsNoise).toBe(true);
    expect(pairs.filter(({ shift }) => shift.exceedsNoise).length).toBeGreaterThan(5);
    // 5x5 and 2x2 kernels have no partner in a network of 3x3 ones.
    expect(unmatchedB).toEqual(["stem", "decoder.2.up"]);
    expect(unmatchedA).toEqual([
      "bottleneck.conv2",
      "decoder.2.conv2",
      "decoder.3.conv1",
      "decoder.3.conv2",
    ]);
  });

  it("finds the one layer that was changed", async () => {
    const random = new SeededRandom(9);
    const names = ["encoder.0.conv", "encoder.1.conv", "decoder.0.conv"];
    const layers = (changed: boolean) =>
      names.map((name, at) => {
        const kernels = noiseKernels(200, random);
        // The left column of each kernel leans to one side.
        const leaning = kernels.map((entry, i) => (i % 3 === 0 ? entry + 1.5 : entry));
        return { name, kernels: changed && at === 1 ? leaning : kernels };
      });
    const a = await analysedWeights("a", layers(false));
    const b = await analysedWeights("b", layers(true));
    const { pairs } = await compared(a, b);
    expect(pairs.map(({ shift }) => shift.exceedsNoise)).toEqual([false, true, false]);
  });

  /**
   * At a level of 5 % noise exceeds each limit in 2 of 40 comparisons; in more than 6 by a chance
   * of 0.3 %. Over 300 comparisons the five limits were exceeded in 16, 15, 14, 11 and 11.
   */
  it("calls noise noise", async () => {
    const COMPARISONS = 40;
    const alarms = { shift: 0, labels: 0, shares: 0, wholeShift: 0, wholeLabels: 0 };
    for (let seed = 0; seed < COMPARISONS; seed++) {
      const a = await noiseNetwork("a", 2 * seed + 1);
      const b = await noiseNetwork("b", 2 * seed + 2);
      const { pairs, whole } = await compared(a, b);
      if (pairs.some(({ shift }) => shift.exceedsNoise)) alarms.shift++;
      if (pairs.some(({ labels }) => labels.exceedsNoise)) alarms.labels++;
      if (pairs.some(({ shares }) => shares.some((share) => share.exceedsNoise))) alarms.shares++;
      if (whole?.shift.exceedsNoise) alarms.wholeShift++;
      if (whole?.labels.exceedsNoise) alarms.wholeLabels++;
    }
    for (const count of Object.values(alarms)) expect(count).toBeLessThanOrEqual(6);
  });

  it("takes kernels that are zero or not finite, and layers of one kernel", async () => {
    const odd = noiseKernels(4, new SeededRandom(5));
    odd.fill(0, 9, 18);
    odd[20] = Number.NaN;
    const only = new Float32Array(9).fill(Number.NaN);
    const a = await analysedWeights("a", [
      { name: "odd", kernels: odd },
      { name: "none", kernels: only },
    ]);
    const b = await analysedWeights("b", [
      { name: "odd", kernels: odd.subarray(0, 9) },
      { name: "none", kernels: odd.subarray(0, 9) },
    ]);
    const text = JSON.stringify(comparisonJson(await compared(a, b)));
    expect(text).not.toMatch(/NaN|Infinity/);
    expect(JSON.parse(text).layers).toHaveLength(2);
  });

  it("has nothing to say where no layers belong together", async () => {
    const kernels = noiseKernels(4, new SeededRandom(6));
    const a = await analysedWeights("a", [{ name: "conv", kernels }]);
    const larger = new Float32Array(50).fill(1);
    const b = await analysedWeights("b", [{ name: "conv", kernels: larger, kernelSize: [5, 5] }]);
    const { pairs, whole, unmatchedA, unmatchedB } = await compared(a, b);
    expect([pairs, whole]).toEqual([[], null]);
    expect([unmatchedA, unmatchedB]).toEqual([["conv"], ["conv"]]);
  });

  it("refuses analyses that were made under other settings", async () => {
    const a = await noiseNetwork("a", 1);
    const b = { ...a, settings: { ...a.settings, threshold: 0.2 } };
    await expect(compared(a, b)).rejects.toBeInstanceOf(ConvAtlasError);
  });

  it("can be cancelled", async () => {
    const analysis = await analysedFile("brain-unet.onnx", sample);
    const abort = new AbortController();
    const run = compareModels(analysis, analysis, () => abort.abort(), abort.signal);
    await expect(run).rejects.toMatchObject({ code: "cancelled" });
  });
});
