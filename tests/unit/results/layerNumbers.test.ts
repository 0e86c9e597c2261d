import { describe, expect, it } from "vitest";
import { KERNEL_DEAD } from "../../../src/core/analysis/analysis.ts";
import { layerOperator } from "../../../src/core/operator/layerOperator.ts";
import { type ResultsOptions, resultsJson } from "../../../src/core/results/json.ts";
import { clusterNumbers } from "../../../src/core/values/clusterNumbers.ts";
import { sketchedAnalysis } from "../figures/analysisFixture.ts";

const analysis = sketchedAnalysis([
  { name: "encoder.conv", role: "encoder", side: 16, kernels: 144 },
  { name: "decoder.conv", role: "decoder", side: 32, kernels: 40, dead: 3, notFinite: 2 },
]);

interface Tallied {
  readonly from: number | null;
  readonly to: number | null;
  readonly kernels: number;
}

interface Kernel {
  readonly out: number;
  readonly norm: number | null;
  readonly nearestByValue: string | null;
}

interface LayerNumbers {
  readonly kernels: readonly Kernel[];
  readonly nearestCounts: Readonly<Record<string, number>>;
  readonly normCounts: readonly Tallied[];
  readonly channelCounts: readonly { from: number; to: number; kernels: number }[];
  readonly selected?: number;
  readonly operator?: {
    readonly norm: { readonly atLeast: number; readonly atMost: number };
    readonly spectrum: {
      readonly count: number;
      readonly stableRank: number;
      readonly stableRankShare: number;
      readonly curve: readonly number[];
    };
  };
  readonly clusterNumbers?: { readonly numbers: readonly { clusters: number }[] };
}

function results(options: Omit<ResultsOptions, "summary"> = {}) {
  return JSON.parse([...resultsJson(analysis, { summary: false, ...options })].join("")) as {
    readonly layers: readonly LayerNumbers[];
    readonly totals: { normEdges: number[]; dead: number; notFinite: number };
  };
}

describe("numbers of kernels by what colours them", () => {
  const { layers, totals } = results();

  it("agree with the kernels themselves", () => {
    for (const layer of layers) {
      for (const { from, to, kernels } of layer.normCounts) {
        const inside = layer.kernels.filter(
          ({ norm }) =>
            norm !== null &&
            norm >= (from ?? Number.NEGATIVE_INFINITY) &&
            norm < (to ?? Number.POSITIVE_INFINITY),
        );
        expect(kernels).toBe(inside.length);
      }
      for (const { from, to, kernels } of layer.channelCounts) {
        expect(kernels).toBe(layer.kernels.filter(({ out }) => out >= from && out <= to).length);
      }
      for (const [name, count] of Object.entries(layer.nearestCounts)) {
        const feature = name === "notComparable" ? null : name;
        const near = layer.kernels.filter(({ nearestByValue }) => nearestByValue === feature);
        expect(count).toBe(near.length);
      }
    }
  });

  it("share the edges of their classes, and leave out what is not finite", () => {
    expect(totals.normEdges).toHaveLength(5);
    for (const { normCounts } of layers) {
      expect(normCounts.slice(1).map(({ from }) => from)).toEqual(totals.normEdges);
      expect(normCounts.slice(0, -1).map(({ to }) => to)).toEqual(totals.normEdges);
    }
    const counted = layers[1].normCounts.reduce((sum, { kernels }) => sum + kernels, 0);
    expect(counted).toBe(38);
    const isDead = (state: number) => state === KERNEL_DEAD;
    expect(totals.dead).toBe([...analysis.layers[1].values.states].filter(isDead).length);
    expect(totals).toMatchObject({ dead: 3, notFinite: 2 });
  });
});

describe("what a person asked for", () => {
  it("is not in the results before", () => {
    for (const layer of results().layers) {
      expect(layer).not.toHaveProperty("selected");
      expect(layer).not.toHaveProperty("operator");
      expect(layer).not.toHaveProperty("clusterNumbers");
    }
  });

  it("says how many kernels of each layer are in the selected group", () => {
    const layer = "decoder.conv";
    const group = { kind: "kernels", layer, kernels: [1, 4, 7] } as const;
    const { layers } = results({ selection: { layer, kernel: null, group } });
    expect(layers.map(({ selected }) => selected)).toEqual([0, 3]);
  });

  it("holds a layer's operator, its bounds with every digit", async () => {
    const { description, kernels, place } = analysis.layers[0];
    const operator = await layerOperator(
      { ...description, kernels, grid: place.grid },
      () => {},
      new AbortController().signal,
    );
    const { layers } = results({ operators: new Map([[0, operator]]) });
    expect(layers[1].operator).toBeUndefined();
    expect(layers[0].operator?.norm).toEqual(operator.norm);
    const { count, stableRank, stableRankShare, curve } = layers[0].operator?.spectrum ?? {
      ...{ count: 0, stableRank: 0, stableRankShare: 0, curve: [] },
    };
    expect(count).toBe(operator.spectrum?.count);
    expect(stableRankShare).toBeCloseTo(stableRank / count, 12);
    expect(curve).toHaveLength(operator.spectrum?.curve.length ?? 0);
    expect(curve[0]).toBeCloseTo(operator.norm.atMost, 6);
  });

  it("holds silhouettes by number of clusters", () => {
    const steps = clusterNumbers(analysis.layers[0], "none");
    let step = steps.next();
    while (!step.done) step = steps.next();
    if (step.value === null) throw new Error("too few kernels");
    const { layers } = results({ clusterNumbers: new Map([[0, step.value]]) });
    expect(layers[1].clusterNumbers).toBeUndefined();
    expect(layers[0].clusterNumbers).toMatchObject({ kernels: 144, surrogates: 19 });
    expect(layers[0].clusterNumbers?.numbers.map(({ clusters }) => clusters)).toEqual([
      2, 3, 4, 5, 6, 7, 8,
    ]);
  });
});
