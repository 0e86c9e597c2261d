import { expect, test } from "vitest";
import { clusterMeans } from "../../../src/ui/inspector/clusterMeans.ts";
import { layerScale } from "../../../src/ui/inspector/layerScale.ts";
import { sampleAnalysis } from "./sampleAnalysis.ts";

// Kernels of the sample layer: edge and identity in cluster 0, zero in cluster 1, one with NaN in none.
const [layer] = sampleAnalysis().layers;

test("the mean kernel of each cluster leaves out kernels without a cluster", () => {
  expect(clusterMeans(layer).map((mean) => [...mean])).toEqual([
    [-0.5, 0, 0.5, -1, 0.5, 1, -0.5, 0, 0.5],
    new Array(9).fill(0),
  ]);
  expect(clusterMeans({ ...layer, action: null })).toBe(clusterMeans(layer));
});

test("the scale of a layer is its largest finite weight", () => {
  expect(layerScale(layer)).toBe(2);
  const odd = Float32Array.of(1, Number.NaN, -3, Number.NEGATIVE_INFINITY);
  expect(layerScale({ ...layer, kernels: odd })).toBe(3);
});
