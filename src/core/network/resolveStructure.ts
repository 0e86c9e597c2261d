import type { Settings } from "../analysis/settings.ts";
import type { ConvolutionLayer, Network, Size2d } from "./network.ts";
import { rolesFromSizes, rolesWithoutSizes } from "./roles.ts";
import { type GraphSizes, inferSizes } from "./sizes.ts";
import { findSkips } from "./skips.ts";
import type { LayerPlace, Structure } from "./structure.ts";

/** Side of the grid where no map size can be derived (the poster's choice of grid). */
export const DEFAULT_GRID_SIDE = 64;

/**
 * Works out for each layer its half of the network and the size of the map it receives,
 * and the skip connections, from the graph where there is one.
 */
export function resolveStructure(
  network: Network,
  settings: Pick<Settings, "grid" | "inputSize">,
): Structure {
  const { graph, layers } = network;
  const sizes = graph === null ? null : inferSizes(graph, settings.inputSize);
  const bySize = graph === null || sizes === null ? null : rolesFromSizes(layers, graph, sizes);
  const { roles, warnings } = bySize ?? rolesWithoutSizes(layers);
  const places = layers.map((layer, index): LayerPlace => {
    return { role: roles[index], ...gridOf(layer, sizes, settings.grid) };
  });
  const unknown = places.filter(({ gridSource }) => gridSource === "default").length;
  const isPartly = graph !== null && unknown > 0;
  return {
    places,
    skips: graph === null || sizes === null ? [] : findSkips(layers, graph, sizes),
    inputSize: sizes?.inputSize ?? null,
    inputSizeIsOpen: sizes?.inputSizeIsOpen ?? false,
    warnings: isPartly ? [...warnings, unknownSizes(unknown, layers.length)] : warnings,
  };
}

function unknownSizes(unknown: number, all: number): string {
  const side = DEFAULT_GRID_SIDE;
  return `The map sizes of ${unknown} of ${all} layers could not be derived; they are analysed on ${side} x ${side}.`;
}

function gridOf(
  layer: Pick<ConvolutionLayer, "graphNode" | "kernelSize">,
  sizes: GraphSizes | null,
  setting: Settings["grid"],
): Pick<LayerPlace, "grid" | "gridSource"> {
  // The operator needs room for one whole kernel.
  const fitted = ([height, width]: Size2d): Size2d => [
    Math.max(height, layer.kernelSize[0]),
    Math.max(width, layer.kernelSize[1]),
  ];
  if (setting !== "layer") return { grid: fitted([setting, setting]), gridSource: "settings" };
  const received = layer.graphNode === null ? null : (sizes?.received[layer.graphNode] ?? null);
  if (received !== null) return { grid: fitted(received), gridSource: "graph" };
  return { grid: fitted([DEFAULT_GRID_SIDE, DEFAULT_GRID_SIDE]), gridSource: "default" };
}
