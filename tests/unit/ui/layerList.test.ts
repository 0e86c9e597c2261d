import { describe, expect, test } from "vitest";
import type {
  AnalysedLayer,
  Analysis,
  LayerDescription,
} from "../../../src/core/analysis/analysis.ts";
import type { Role } from "../../../src/core/network/structure.ts";
import {
  filterCount,
  type LayerFilter,
  NO_FILTER,
  occurring,
  operatorKind,
  toggled,
} from "../../../src/ui/layers/layerFilter.ts";
import { listedGroups, listedLayerNames, listedText } from "../../../src/ui/layers/layerGroups.ts";
import {
  featureSorts,
  type LayerSort,
  SORTS,
  sortedFeature,
} from "../../../src/ui/layers/layerSort.ts";
import { cardText } from "../../../src/ui/layers/layerWords.ts";
import { sampleAnalysis, sampleLayer } from "./sampleAnalysis.ts";

/** Chance shares of the layers below: the second filter hardly ever. */
const CHANCE = [0.2, 0.01, 0.2, 0.2, 0.2, 0.1, 0.09];

interface Made {
  readonly name: string;
  readonly role: Role;
  /** Kernels, of 1000, that get the second filter. */
  readonly hits: number;
  readonly kernels: number;
  readonly change?: Partial<LayerDescription>;
}

function made({ name, role, hits, kernels, change = {} }: Made): AnalysedLayer {
  const layer = sampleLayer(name, role);
  const rest = 1000 - hits;
  const counts = CHANCE.map((share, label) =>
    label === 1 ? hits : Math.round((share / 0.99) * rest),
  );
  const action = layer.action === null ? null : { ...layer.action, counts };
  return {
    ...layer,
    description: { ...layer.description, ...change },
    kernelCount: kernels,
    action,
    baseline: { gaussian: CHANCE, shuffled: CHANCE },
  };
}

const analysis: Analysis = sampleAnalysis({
  layers: [
    made({ name: "conv10", role: "encoder", hits: 10, kernels: 4 }),
    made({ name: "conv2", role: "encoder", hits: 300, kernels: 2, change: { kernelSize: [5, 5] } }),
    made({
      name: "deep",
      role: "bottleneck",
      hits: 80,
      kernels: 9,
      change: { groups: 2, inChannels: 2 },
    }),
    made({
      name: "up",
      role: "decoder",
      hits: 10,
      kernels: 9,
      change: { operator: "ConvTranspose2d" },
    }),
  ],
});

function names(filter: Partial<LayerFilter>, sort: LayerSort = "network", search = "") {
  return listedLayerNames(analysis, { search, filter: { ...NO_FILTER, ...filter }, sort });
}

describe("filtering layers", () => {
  test("by role, kernel size, kind of convolution and chance; several values add up", () => {
    expect(names({})).toEqual(["conv10", "conv2", "deep", "up"]);
    expect(names({ roles: ["bottleneck", "decoder"] })).toEqual(["deep", "up"]);
    expect(names({ kernelSizes: ["5 × 5"] })).toEqual(["conv2"]);
    expect(names({ operators: ["depthwise", "transposed"] })).toEqual(["deep", "up"]);
    expect(names({ aboveChance: true })).toEqual(["conv2", "deep"]);
  });

  test("every filter and the search must let a layer through", () => {
    expect(names({ roles: ["encoder"], aboveChance: true })).toEqual(["conv2"]);
    expect(names({ roles: ["encoder"] }, "network", "10")).toEqual(["conv10"]);
    expect(names({ roles: ["decoder"], kernelSizes: ["5 × 5"] })).toEqual([]);
  });

  test("keeps layers whose chance shares are not known yet", () => {
    const [first, ...rest] = analysis.layers;
    const early = { ...analysis, layers: [{ ...first, baseline: null }, ...rest] };
    const filter = { ...NO_FILTER, aboveChance: true };
    expect(listedLayerNames(early, { search: "", filter, sort: "network" })).toContain("conv10");
  });

  test("tells kinds of convolution apart, and offers only what occurs", () => {
    expect(occurring(analysis.layers, operatorKind)).toEqual(["plain", "depthwise", "transposed"]);
    const grouped = made({
      name: "g",
      role: "other",
      hits: 0,
      kernels: 1,
      change: { groups: 2, inChannels: 4 },
    });
    expect(operatorKind(grouped)).toBe("grouped");
    expect(toggled(["a", "b"], "a")).toEqual(["b"]);
    expect(toggled(["b"], "a")).toEqual(["b", "a"]);
    expect(filterCount({ ...NO_FILTER, roles: ["encoder"], aboveChance: true })).toBe(2);
  });
});

describe("sorting layers", () => {
  test("by lift, name and number of kernels; equals stay in the network's order", () => {
    expect(names({}, "lift")).toEqual(["conv2", "deep", "conv10", "up"]);
    expect(names({}, "name")).toEqual(["conv2", "conv10", "deep", "up"]);
    expect(names({}, "kernels")).toEqual(["deep", "up", "conv10", "conv2"]);
  });

  test("by the lift of one filter, whatever the others do; unknown filters change nothing", () => {
    expect(names({}, "lift of laplacian")).toEqual(["conv2", "deep", "conv10", "up"]);
    // What is not a second filter is a first one: where few are laplacian, more are the mean.
    expect(names({}, "lift of mean")).toEqual(["conv10", "up", "deep", "conv2"]);
    expect(names({ roles: ["decoder", "bottleneck"] }, "lift of mean")).toEqual(["up", "deep"]);
    expect(names({}, "lift of no-such-filter")).toEqual(names({}));
    const sorts = featureSorts(analysis.features);
    expect(sorts.map(({ sort }) => sortedFeature(analysis.features, sort))).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
  });

  test("what chance never gives has the highest lift", () => {
    const [first] = analysis.layers;
    const never = CHANCE.map((share, label) => (label === 1 ? 0 : share));
    const rare = { ...first, baseline: { gaussian: never, shuffled: never } };
    const layers = [...analysis.layers.slice(1), rare];
    const choice = { search: "", filter: NO_FILTER, sort: "lift" } as const;
    expect(listedLayerNames({ ...analysis, layers }, choice)[0]).toBe("conv10");
  });

  test("by lift waits for the labels, so that nothing moves under the pointer", () => {
    const choice = { search: "", filter: NO_FILTER, sort: "lift" } as const;
    expect(listedLayerNames({ ...analysis, timings: null }, choice)).toEqual(names({}));
  });

  test("makes one list of all halves; each card then says its half", () => {
    for (const { sort } of SORTS) {
      const groups = listedGroups(analysis, { search: "", filter: NO_FILTER, sort });
      expect(groups).toHaveLength(sort === "network" ? 3 : 1);
      expect(groups.flatMap(({ cards }) => cards)).toHaveLength(4);
    }
    const [, conv2] = analysis.layers;
    const words = (showsRole: boolean) => cardText(conv2, showsRole).replaceAll("\u00a0", " ");
    expect(words(false)).toBe("64 × 64 map, 2 kernels 5 × 5");
    expect(words(true)).toBe("encoder, 2 kernels 5 × 5");
  });

  test("is quick with 500 layers", () => {
    const layers = Array.from({ length: 500 }, (_, index) =>
      made({ name: `conv${index}`, role: "encoder", hits: index, kernels: index }),
    );
    const many = { ...analysis, layers };
    const start = performance.now();
    for (const { sort } of SORTS) {
      const filter = { ...NO_FILTER, aboveChance: true };
      listedGroups(many, { search: "conv", filter, sort });
    }
    // A frame has 16 ms; a busy test machine gets twenty of them for all four lists.
    expect(performance.now() - start).toBeLessThan(320);
  });
});

test("the count of listed layers says when some are left out", () => {
  expect(listedText(18, 18)).toBe("18 layers");
  expect(listedText(7, 18)).toBe("7 of 18 layers shown");
  expect(listedText(0, 1)).toBe("0 of 1 layer shown");
});
