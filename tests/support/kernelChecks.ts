import { expect } from "vitest";
import type { ConvolutionLayer, Network } from "../../src/core/network/network.ts";
import type { ExpectedLayer } from "./corpus.ts";

/** Agreement asked of a checksum, which is printed to seven digits. */
const RELATIVE_TOLERANCE = 2e-6;

export function layers3x3({ layers }: Network): readonly ConvolutionLayer[] {
  return layers.filter(({ kernelSize }) => kernelSize[0] === 3 && kernelSize[1] === 3);
}

/** Sum over the kernels of 1 k[0] + 2 k[1] + ... + 9 k[8]: independent of the order of slices. */
export function checksum(kernels: Float32Array): number {
  let sum = 0;
  for (const [at, entry] of kernels.entries()) sum += ((at % 9) + 1) * entry;
  return sum;
}

/** Every expected layer is there once, in any order and under any name, with its numbers. */
export function checkLayers(
  layers: readonly ConvolutionLayer[],
  wanted: readonly ExpectedLayer[],
): void {
  const left = layers.map(({ name, kernels }) => ({
    name,
    count: kernels.length / 9,
    sum: checksum(kernels),
  }));
  const missing: ExpectedLayer[] = [];
  for (const layer of wanted) {
    const [, count, sum] = layer;
    const tolerance = RELATIVE_TOLERANCE * Math.max(1e-3, Math.abs(sum));
    const at = left.findIndex(
      (found) => found.count === count && Math.abs(found.sum - sum) <= tolerance,
    );
    if (at < 0) missing.push(layer);
    else left.splice(at, 1);
  }
  expect({ missing, surplus: left }).toEqual({ missing: [], surplus: [] });
}
