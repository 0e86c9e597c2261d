import { describe, expect, test } from "vitest";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { KernelGroup } from "../../../src/core/selection/kernelGroup.ts";
import { normaliseKernels } from "../../../src/core/values/normalisation.ts";
import { meansLegend, meansScale } from "../../../src/ui/inspector/meansScale.ts";
import { shownAsNeighbour } from "../../../src/ui/inspector/shownAsNeighbour.ts";
import { kernelsSentence } from "../../../src/ui/words/clusterWords.ts";
import { fitText } from "../../../src/ui/words/fitWords.ts";
import { groupTitle } from "../../../src/ui/words/groupWords.ts";
import { sampleAnalysis, sampleLayer } from "./sampleAnalysis.ts";

const fit = { feature: 3, orientation: "turned by 90 degrees", scale: 2, explained: 0.83 } as const;
const noise = { mean: 0.3, upper: 0.58 };
/** 40 % edge where chance gives 6 %, among 62 kernels. */
const labels = {
  counts: [0, 20, 0, 25, 0, 15, 2],
  shares: [0, 20 / 62, 0, 25 / 62, 0, 15 / 62, 2 / 62],
  noise: [0.002, 0.54, 0.001, 0.06, 0, 0.35, 0.04],
  shuffled: [0, 0.5, 0, 0.1, 0, 0.35, 0.05],
};
const told = { size: 62, outOf: 256, fit, fitNoise: noise, labels };

function sentence(change: Partial<Parameters<typeof kernelsSentence>[0]>): string {
  return kernelsSentence({ ...told, ...change }, POSTER_FEATURES).replaceAll("\u00a0", " ");
}

describe("some kernels in a sentence", () => {
  test("how many, what they look like, and what they act like beside noise", () => {
    expect(sentence({})).toBe(
      "62 of 256 kernels. On average they look like Edge detection, turned by 90 degrees (83 % explained); 40 % act like Edge detection, where noise gives 6 %.",
    );
  });

  test("what chance explains as well is no likeness, what chance labels as often no finding", () => {
    const counts = [0, 33, 0, 4, 0, 22, 3];
    const plain = { ...labels, counts, shares: counts.map((count) => count / 62) };
    expect(sentence({ fit: { ...fit, explained: 0.31 }, labels: plain })).toBe(
      "62 of 256 kernels. On average they look like none of the filters (Edge detection explains 31 %; up to 58 % can be chance); what they act like is no more than noise gives.",
    );
  });

  test("a label that noise never gives", () => {
    const counts = [0, 20, 0, 4, 20, 15, 3];
    const shares = counts.map((count) => count / 62);
    expect(sentence({ labels: { ...labels, counts, shares } })).toContain(
      "32 % act like Identity, where noise gives none.",
    );
  });

  test("what is not known, or was the reason for the choice, is left out", () => {
    const looks =
      "62 of 256 kernels. On average they look like Edge detection, turned by 90 degrees (83 % explained).";
    expect(sentence({ labels: null })).toBe(looks);
    expect(sentence({ labels: undefined })).toBe(looks);
    expect(sentence({ fit: null })).toBe(
      "62 of 256 kernels. 40 % act like Edge detection, where noise gives 6 %.",
    );
    expect(sentence({ size: 0, labels: null })).toBe("0 of 256 kernels.");
    expect(sentence({ size: 1, labels: null })).toContain("It looks like Edge detection");
  });

  test("a filter as it lies: turned, mirrored, inverted, or plain", () => {
    expect(fitText({ ...fit, orientation: "as it is" }, POSTER_FEATURES)).toBe("Edge detection");
    expect(
      fitText({ ...fit, feature: 0, orientation: "as it is", scale: -1 }, POSTER_FEATURES),
    ).toBe("Local mean, inverted");
  });
});

test("every kind of group has a heading", () => {
  const groups: readonly KernelGroup[] = [
    { kind: "cluster", layer: "down", cluster: 1 },
    { kind: "label", layer: null, label: "edge" },
    { kind: "label", layer: "down", label: "indeterminate" },
    { kind: "nearest", layer: null, feature: "mean" },
    { kind: "channel", layer: "down", side: "in", channel: 3 },
    { kind: "channel", layer: "down", side: "out", channel: 5 },
    { kind: "region", layer: "down", axes: [0, 1], polygon: [] },
    { kind: "kernels", layer: "down", kernels: [1] },
  ];
  expect(groups.map((group) => groupTitle(sampleAnalysis(), group))).toEqual([
    "Cluster 2",
    "Kernels that act like Edge detection",
    "Kernels like none of the filters",
    "Kernels with numbers nearest to Local mean",
    "Kernels that read input 3",
    "Kernels that write output 5",
    "Kernels inside the outline",
    "Chosen kernels",
  ]);
});

describe("pictures of neighbours and means", () => {
  const layer = {
    ...sampleLayer("a", "encoder"),
    kernels: Float32Array.from([
      ...[1, 0, 0, 0, -2, 0, 0, 0, 0],
      ...[-10, 0, 0, 0, 20, 0, 0, 0, 1],
    ]),
    kernelCount: 2,
  };
  const [of, near] = [0, 1].map((kernel) => ({ layer, kernel }));

  test("a neighbour is drawn as the distance sees it", () => {
    expect([...Array.from(shownAsNeighbour(of, near, "none"))]).toEqual([
      ...[-10, 0, 0, 0, 20, 0, 0, 0, 1],
    ]);
    // Signs are fixed by the centre: on this kernel's side it is its near copy.
    const shown = Array.from(shownAsNeighbour(of, near, "unit-signed"));
    expect(shown[0]).toBeCloseTo(1, 2);
    expect(shown[4]).toBeCloseTo(-2, 2);
    const unit = Array.from(shownAsNeighbour(of, near, "unit"));
    expect(Math.hypot(...unit)).toBeCloseTo(Math.sqrt(5), 6);
    expect(unit[4]).toBeGreaterThan(0);
    const apart = Math.hypot(...shown.map((entry, at) => entry - layer.kernels[at]));
    const rows = normaliseKernels(layer.kernels, 9, "unit-signed");
    const distance = Math.hypot(...Array.from({ length: 9 }, (_, at) => rows[at] - rows[9 + at]));
    expect(apart).toBeCloseTo(distance * Math.sqrt(5), 6);
  });

  test("means share the scale of their largest number, and say so", () => {
    const means = [Float64Array.of(0.1, -0.4), Float64Array.of(0.2, 0)];
    expect(meansScale(means)).toBe(0.4);
    expect(meansLegend(0.4, false)).toContain("full colour at \u00b10.4, their largest number.");
    expect(meansLegend(0.4, true)).toContain("brought to length 1");
  });
});
