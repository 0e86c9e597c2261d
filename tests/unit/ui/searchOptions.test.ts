import { describe, expect, test } from "vitest";
import { NO_FILTER } from "../../../src/ui/layers/layerFilter.ts";
import { listedLayerNames } from "../../../src/ui/layers/layerGroups.ts";
import { layerWordsOf, MOST_OPTIONS, searchOptions } from "../../../src/ui/layers/searchOptions.ts";
import { sampleAnalysis, sampleLayer } from "./sampleAnalysis.ts";

const plain = sampleAnalysis();
const grouped = sampleLayer("split", "decoder");
const analysis = {
  ...plain,
  layers: [
    ...plain.layers,
    {
      ...grouped,
      description: { ...grouped.description, inChannels: 4, outChannels: 2, groups: 2 },
    },
  ],
};

function words(text: string, selected: string | null = null): readonly string[] {
  return searchOptions(analysis, text, selected).map((option) => option.words);
}

function listed(search: string): readonly string[] {
  return listedLayerNames(analysis, { search, filter: NO_FILTER, sort: "network" });
}

describe("searching kernels", () => {
  test("by their channels, in the layers that are named, else in the selected one", () => {
    expect(words("deep 1 0")).toEqual(["Kernel in 1, out 0 of deep"]);
    expect(words("in 1 out 0", "up")).toEqual(["Kernel in 1, out 0 of up"]);
    expect(words("up, kernel out 1 in 0", "deep")).toEqual(["Kernel in 0, out 1 of up"]);
    expect(words("input 1 output 1")).toHaveLength(3);
    expect(words("down 7 0")).toEqual([]);
    const [option] = searchOptions(analysis, "deep 1 0", null);
    expect(option).toMatchObject({
      target: { kind: "kernel", layer: "deep", kernel: 1 },
      result: "layers.1.kernels.1",
    });
  });

  test("offers only pairs that a grouped layer connects", () => {
    expect(words("split 3 1")).toEqual(["Kernel in 3, out 1 of split"]);
    expect(words("split 3 0")).toEqual([]);
    const [option] = searchOptions(analysis, "split 3 1", null);
    expect(option.target).toEqual({ kind: "kernel", layer: "split", kernel: 3 });
  });

  test("all of a channel", () => {
    expect(words("out 1", "up")).toEqual(["All kernels of output 1 of up"]);
    expect(searchOptions(analysis, "deep in 0", null)[0].target).toEqual({
      kind: "group",
      group: { kind: "channel", layer: "deep", side: "in", channel: 0 },
    });
  });
});

describe("searching groups", () => {
  test("by the name of a filter: in all layers, and in the selected one with its count", () => {
    expect(words("edge")).toEqual(["Kernels that act like Edge detection, in all layers"]);
    expect(words("Edge det", "up")).toEqual([
      "Kernels that act like Edge detection, in all layers",
      "Kernels that act like Edge detection, in up, 1 kernel",
    ]);
    expect(words("indet")).toHaveLength(1);
    expect(words("e")).toEqual([]);
    expect(words("dge")).toEqual([]);
  });

  test("by a cluster of a layer", () => {
    expect(words("cluster 2", "deep")).toEqual(["Cluster 2 of deep, 1 kernel"]);
    expect(words("up cluster 1")).toEqual(["Cluster 1 of up, 2 kernels"]);
    expect(words("cluster 9")).toEqual([]);
    expect(words("cluster 0")).toEqual([]);
  });

  test("never more than can be read", () => {
    const layers = Array.from({ length: 30 }, (_, at) => sampleLayer(`layer${at}`, "encoder"));
    expect(searchOptions({ ...plain, layers }, "cluster 1", null)).toHaveLength(MOST_OPTIONS);
  });
});

describe("the list of layers meanwhile", () => {
  test("keeps to the words about layers, and stays whole where there are none", () => {
    expect(listed("deep 1 0")).toEqual(["deep"]);
    expect(listed("edge")).toHaveLength(4);
    expect(listed("cluster 2")).toHaveLength(4);
    expect(listed("no such layer")).toEqual([]);
    // Words that are in a layer's own text are its words: every map is 64 x 64.
    expect(layerWordsOf(analysis, "down 64")).toBe("down 64");
  });
});
