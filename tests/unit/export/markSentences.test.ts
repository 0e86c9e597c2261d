import { describe, expect, test } from "vitest";
import type { KernelGroup } from "../../../src/core/selection/kernelGroup.ts";
import { groupSentences, markSentences } from "../../../src/ui/export/figures/markSentences.ts";
import { NOTHING_SELECTED } from "../../../src/ui/state/choices.ts";
import { unetAnalysis } from "../figures/analysisFixture.ts";

const UNET = unetAnalysis();
const LAYER = UNET.layers[2];
const NAME = LAYER.description.name;

describe("what a caption says of marks", () => {
  test("is what decides their colour, and nothing of a selection where there is none", () => {
    for (const colourBy of ["cluster", "label", "nearest", "channel", "norm"] as const) {
      const said = markSentences(UNET, { colourBy, selection: NOTHING_SELECTED });
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(/\.$/);
    }
    expect(groupSentences(UNET, null)).toEqual([]);
  });

  test("names the selected group, its layer and its size, and what grey is", () => {
    const first = LAYER.values.clusterSizes[0];
    const groups: readonly (readonly [KernelGroup, string])[] = [
      [{ kind: "cluster", layer: NAME, cluster: 0 }, `Cluster 1 of ${NAME} (${first} kernels)`],
      [{ kind: "kernels", layer: NAME, kernels: [3] }, `of ${NAME} (1 kernel)`],
      [{ kind: "label", layer: null, label: "edge" }, "act like Edge detection"],
    ];
    for (const [group, words] of groups) {
      const [sentence] = groupSentences(UNET, group);
      expect(sentence).toContain(words);
      expect(sentence).toMatch(/^In colour: .*; all others are grey\.$/);
    }
    const everywhere = groupSentences(UNET, { kind: "label", layer: null, label: "edge" })[0];
    expect(everywhere).not.toContain(NAME);
  });
});
