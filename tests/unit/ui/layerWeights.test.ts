import { expect, test } from "vitest";
import { layerScale } from "../../../src/ui/inspector/layerScale.ts";
import { sampleAnalysis } from "./sampleAnalysis.ts";

// Kernels of the sample layer: edge, identity, zero, and one with NaN.
const [layer] = sampleAnalysis().layers;

test("the scale of a layer is its largest finite weight", () => {
  expect(layerScale(layer)).toBe(2);
  const odd = Float32Array.of(1, Number.NaN, -3, Number.NEGATIVE_INFINITY);
  expect(layerScale({ ...layer, kernels: odd })).toBe(3);
});
