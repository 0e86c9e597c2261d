import type { ReplaceableWeights } from "../../core/execution/executable.ts";
import { storedFromSlices } from "../../core/network/kernelTensor.ts";
import type { ConvolutionLayer } from "../../core/network/network.ts";
import type { Feeds } from "./feeds.ts";

/** A layer whose kernels can be exchanged, and the input that takes them. */
export interface WeightSlot {
  readonly layer: ConvolutionLayer;
  readonly input: string;
  readonly weights: ReplaceableWeights;
}

/** Kernels by layer name, laid out as in `ConvolutionLayer.kernels`. */
export type KernelsByLayer = ReadonlyMap<string, Float32Array>;

const AS_THEY_ARE: KernelsByLayer = new Map();

/**
 * The kernels of all layers as a model takes them. Nothing is copied that lies as the file
 * stores it; numbers in typed arrays cost nothing until a run copies them into WebAssembly's
 * memory, some 30 ms for a network of 31 million parameters, whose run takes seconds.
 *
 * @param replaced kernels in the place of a layer's own.
 */
export function weightFeeds(slots: readonly WeightSlot[], replaced = AS_THEY_ARE): Feeds {
  return Object.fromEntries(
    slots.map(({ layer, input, weights: { layout, dimensions } }) => {
      const kernels = replaced.get(layer.name) ?? layer.kernels;
      let stored: Float32Array | null = null;
      const values = () => {
        stored ??= storedFromSlices(kernels, layer, layout);
        return stored;
      };
      return [input, { values, dimensions, madeOf: kernels }];
    }),
  );
}
