import { beforeAll, describe, expect, it } from "vitest";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import { roomOf } from "../../../src/core/action/engineRoom.ts";
import { analyse } from "../../../src/core/analysis/analyse.ts";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { openModel } from "../../../src/core/analysis/openModel.ts";
import { DEFAULT_SETTINGS } from "../../../src/core/analysis/settings.ts";
import { compareModels } from "../../../src/core/comparison/compareModels.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { findingsInTurns } from "../../../src/core/findings/findingsInTurns.ts";
import { findingsRequest } from "../../../src/core/findings/request.ts";
import { lastOf } from "../../../src/core/lastOf.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { resultsCsv } from "../../../src/core/results/csv.ts";
import { resultsJson } from "../../../src/core/results/json.ts";
import { groupSummary } from "../../../src/core/selection/groupSummary.ts";
import type { KernelGroup } from "../../../src/core/selection/kernelGroup.ts";
import { clusterNumbers } from "../../../src/core/values/clusterNumbers.ts";
import { neighbours } from "../../../src/core/values/neighbours.ts";
import { floatTensor, model, node, value } from "../../support/onnxWriter.ts";
import { chosen } from "../../support/readModel.ts";

const never = new AbortController().signal;

interface OddLayer {
  readonly name: string;
  readonly operator: "Conv" | "ConvTranspose";
  /** As ONNX stores the weights. */
  readonly shape: readonly [number, number, number, number];
  readonly groups?: number;
  readonly weightOf: (at: number, normal: number) => number;
}

const LAYERS: readonly OddLayer[] = [
  { name: "single", operator: "Conv", shape: [1, 1, 3, 3], weightOf: (_, normal) => normal },
  { name: "dead", operator: "Conv", shape: [4, 1, 3, 3], weightOf: () => 0 },
  {
    name: "broken",
    operator: "Conv",
    shape: [4, 4, 3, 3],
    weightOf: (at, normal) =>
      [normal, Number.NaN, Number.POSITIVE_INFINITY][at % 20 > 1 ? 0 : at % 3],
  },
  { name: "equal", operator: "Conv", shape: [8, 4, 3, 3], weightOf: (at) => at % 9 },
  { name: "grouped", operator: "Conv", shape: [8, 2, 3, 3], groups: 4, weightOf: (_, n) => n },
  { name: "up", operator: "ConvTranspose", shape: [8, 6, 3, 3], weightOf: (_, n) => n },
  { name: "wide", operator: "Conv", shape: [6, 6, 5, 5], weightOf: (_, n) => n },
  { name: "line", operator: "Conv", shape: [2, 6, 1, 5], weightOf: (_, n) => n },
  { name: "even", operator: "Conv", shape: [3, 2, 2, 2], weightOf: (_, n) => n },
];

function network(layers: readonly OddLayer[]): Uint8Array {
  const random = new SeededRandom(61);
  const [first] = layers;
  return model({
    inputs: [value("x0", [1, first.shape[1] * (first.groups ?? 1), 32, 32])],
    nodes: layers.map(({ name, operator, groups = 1 }, at) =>
      node(operator, [`x${at}`, `${name}.weight`], `x${at + 1}`, { attributes: { group: groups } }),
    ),
    initializers: layers.map(({ name, shape, weightOf }) => {
      const count = shape.reduce((product, side) => product * side);
      const weights = Array.from({ length: count }, (_, at) => weightOf(at, random.normal()));
      return floatTensor(`${name}.weight`, shape, weights);
    }),
  });
}

async function analysed(layers: readonly OddLayer[]): Promise<Analysis> {
  const bytes = network(layers);
  const opened = await openModel(
    await chosen("odd.onnx", bytes),
    roomOf(cpuEngine),
    () => {},
    never,
  );
  const analysis = await analyse(
    opened,
    {
      settings: { ...DEFAULT_SETTINGS, grid: 8 },
      features: POSTER_FEATURES,
      engine: "cpu",
      exactness: "distances",
    },
    () => {},
    never,
  );
  const kernels = analysis.layers.map((layer) => layer.kernels);
  const findings = await findingsInTurns(findingsRequest(analysis), kernels, never);
  return { ...analysis, findings };
}

/** Every number that is not finite, by its path. */
function notFinite(found: unknown, path = ""): readonly string[] {
  if (typeof found === "number") return Number.isFinite(found) ? [] : [path];
  if (typeof found !== "object" || found === null) return [];
  return Object.entries(found).flatMap(([field, held]) => notFinite(held, `${path}.${field}`));
}

describe("a network of odd layers", () => {
  let analysis: Analysis;

  beforeAll(async () => {
    analysis = await analysed(LAYERS);
  });

  it("has all its layers in the results, and answers where there are any", () => {
    const results = JSON.parse([...resultsJson(analysis, { summary: false })].join(""));
    const layers: Record<string, Record<string, never>> = Object.fromEntries(
      results.layers.map((layer: { name: string }) => [layer.name, layer]),
    );
    expect(Object.keys(layers).sort()).toEqual(LAYERS.map(({ name }) => name).sort());
    expect(layers.single).toMatchObject({ kernelCount: 1, structure: { reason: "fewKernels" } });
    expect(layers.single.clusters).toMatchObject([{ size: 1, spread: 0, relativeSpread: null }]);
    expect(layers.dead.clusters).toMatchObject([{ size: 4, fit: null }]);
    expect(layers.dead.kernels[0]).toMatchObject({ dead: true, fit: null, label: "indeterminate" });
    expect(layers.equal.clusters).toMatchObject([{ size: 32, spread: 0 }]);
    expect(layers.wide.structure).toMatchObject({ reason: "otherKernelSize" });
    expect(layers.even.fitNoise).toBeNull();
    expect(layers.grouped).toMatchObject({ kernelCount: 16, groups: 4, inChannels: 8 });
    expect(layers.up.kernelCount).toBe(48);
    expect(results.findings.decoder.verdict).toBe("cannotTell");
    expect(results.findings.encoder.verdict).toBe("cannotTell");
    expect(notFinite(analysis.findings)).toEqual([]);
    const rows = [...resultsCsv(analysis)].join("").trimEnd().split("\r\n");
    expect(rows).toHaveLength(1 + results.totals.kernels);
  });

  it("can be summed up by every kind of group, of every layer and of none", () => {
    for (const { description, kernelCount } of analysis.layers) {
      const { name: layer } = description;
      const groups: readonly KernelGroup[] = [
        { kind: "cluster", layer, cluster: 0 },
        { kind: "cluster", layer, cluster: 99 },
        { kind: "label", layer, label: "indeterminate" },
        { kind: "label", layer: null, label: "edge" },
        { kind: "nearest", layer, feature: "no such filter" },
        { kind: "channel", layer, side: "in", channel: 0 },
        { kind: "channel", layer, side: "out", channel: 99 },
        { kind: "region", layer, axes: [0, 1], polygon: [-9, -9, 9, -9, 9, 9, -9, 9] },
        { kind: "region", layer, axes: [0, 1], polygon: [] },
        { kind: "kernels", layer, kernels: [0, kernelCount, -1] },
        { kind: "kernels", layer: "no such layer", kernels: [0] },
      ];
      for (const group of groups) {
        const { count, outOf, layers, mean, spread, fit } = groupSummary(analysis, group);
        expect(notFinite({ mean, spread, fit })).toEqual([]);
        expect(layers.reduce((sum, held) => sum + held.count, 0)).toBe(count);
        expect(count).toBeLessThanOrEqual(outOf);
        if (count === 0) expect([mean, fit]).toEqual([null, null]);
      }
    }
  });

  it("has neighbours of finite distance, and numbers of clusters only of enough kernels", () => {
    for (const [at, layer] of analysis.layers.entries()) {
      for (let kernel = 0; kernel < layer.kernelCount; kernel++) {
        const distances = neighbours(analysis, at, kernel).map(({ distance }) => distance);
        expect(distances.every(Number.isFinite)).toBe(true);
        expect([...distances].sort((a, b) => a - b)).toEqual(distances);
      }
      const found = lastOf(clusterNumbers(layer, "none"));
      const hasEnough = ["equal", "up", "wide"].includes(layer.description.name);
      expect([layer.description.name, found !== null]).toEqual([layer.description.name, hasEnough]);
      expect(notFinite(found)).toEqual([]);
    }
  });

  it("has not changed beside itself, and one layer alone can be compared too", async () => {
    const one = await analysed(LAYERS.slice(0, 1));
    for (const [a, b] of [
      [analysis, analysis],
      [analysis, one],
      [one, analysis],
    ]) {
      const comparison = await compareModels(a, b, () => {}, never);
      expect(comparison.pairs.length).toBe(Math.min(a.layers.length, b.layers.length));
      for (const { shift, labels, weights } of comparison.pairs) {
        expect(shift).toMatchObject({ value: 0, exceedsNoise: false });
        expect(labels).toMatchObject({ value: 0, exceedsNoise: false });
        expect(weights.moved).toBe(0);
      }
      const { pairs, whole, bases, shareLimit } = comparison;
      expect(notFinite({ pairs, whole, bases, shareLimit })).toEqual([]);
    }
  });
});
