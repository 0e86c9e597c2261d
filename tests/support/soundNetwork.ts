import { kernelCount, type Network } from "../../src/core/network/network.ts";
import { resolveStructure } from "../../src/core/network/resolveStructure.ts";
import { LARGEST_GRID } from "../../src/core/network/structure.ts";

/** What of a network contradicts the promises of its type; null if nothing does. */
export function unsoundness(network: Network): string | null {
  const { places } = resolveStructure(network, { grid: "layer", inputSize: 256 });
  const names = [...network.layers, ...network.skipped].map(({ name }) => name);
  if (new Set(names).size !== names.length) return "two layers share a name";
  for (const [index, layer] of network.layers.entries()) {
    const { name, kernelSize, stride, dilation } = layer;
    if (layer.kernels.length !== kernelCount(layer) * kernelSize[0] * kernelSize[1]) {
      return `${name} has ${layer.kernels.length} entries`;
    }
    if ([...stride, ...dilation].some((step) => !(step >= 1))) return `${name} has odd steps`;
    for (const axis of [0, 1] as const) {
      const side = places[index].grid[axis];
      const least = Math.max(3, kernelSize[axis]);
      if (!Number.isInteger(side) || side < least || side > LARGEST_GRID) {
        return `${name} has a grid of ${side}`;
      }
    }
  }
  return null;
}
