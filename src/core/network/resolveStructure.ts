import type { Settings } from "../analysis/settings.ts";
import type { ConvolutionLayer, Network } from "./network.ts";
import { rolesFromSizes, rolesWithoutSizes } from "./roles.ts";
import type { Size2d } from "./size2d.ts";
import { inferSizes } from "./sizes.ts";
import { findSkips } from "./skips.ts";
import { LARGEST_GRID, type LayerPlace, SMALLEST_GRID, type Structure } from "./structure.ts";

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
  const maps = layers.map(({ graphNode }) =>
    graphNode === null ? null : (sizes?.received[graphNode] ?? null),
  );
  const places = layers.map((layer, index): LayerPlace => {
    return { role: roles[index], ...gridOf(layer, maps[index], settings.grid) };
  });
  return {
    places,
    skips: graph === null || sizes === null ? [] : findSkips(layers, graph, sizes),
    inputSize: sizes?.inputSize ?? null,
    inputSizeIsOpen: sizes?.inputSizeIsOpen ?? false,
    warnings: [
      ...warnings,
      ...(graph === null ? [] : unknownMaps(places)),
      ...(settings.grid === "layer" ? largeMaps(layers, maps) : []),
    ],
  };
}

function unknownMaps(places: readonly LayerPlace[]): string[] {
  const unknown = places.filter(({ gridSource }) => gridSource === "default").length;
  if (unknown === 0) return [];
  const side = DEFAULT_GRID_SIDE;
  return [
    `The map sizes of ${unknown} of ${places.length} layers could not be derived; they are analysed on ${side} x ${side}.`,
  ];
}

/** One sentence for each size of map that is larger than the largest grid. */
function largeMaps(
  layers: readonly Pick<ConvolutionLayer, "name" | "kernelSize">[],
  maps: readonly (Size2d | null)[],
): string[] {
  const found = new Map<string, { first: string; others: number }>();
  for (const [index, { name, kernelSize }] of layers.entries()) {
    const map = maps[index];
    if (map === null || Math.max(...map) <= LARGEST_GRID) continue;
    const grid = fitted(map, kernelSize);
    const what = `maps of ${map.join(" x ")}, analysed on ${grid.join(" x ")}`;
    const known = found.get(what);
    if (known === undefined) found.set(what, { first: name, others: 0 });
    else known.others += 1;
  }
  return [...found].map(([what, { first, others }]) => {
    const receivers = others === 0 ? `${first} receives` : `${first} and ${others} more receive`;
    return `${receivers} ${what}; a larger grid changes no distance by 0.0001.`;
  });
}

function gridOf(
  { kernelSize }: Pick<ConvolutionLayer, "kernelSize">,
  map: Size2d | null,
  setting: Settings["grid"],
): Pick<LayerPlace, "grid" | "gridSource"> {
  if (setting !== "layer") {
    return { grid: fitted([setting, setting], kernelSize), gridSource: "settings" };
  }
  if (map !== null) return { grid: fitted(map, kernelSize), gridSource: "graph" };
  const side = DEFAULT_GRID_SIDE;
  return { grid: fitted([side, side], kernelSize), gridSource: "default" };
}

/** A grid of the map's sides, with room for one whole kernel and feature, and not too large. */
function fitted(map: Size2d, kernelSize: Size2d): Size2d {
  // Each side on its own: scaling both would coarsen the shorter one, which does count.
  const side = (axis: 0 | 1) =>
    Math.max(Math.min(map[axis], LARGEST_GRID), kernelSize[axis], SMALLEST_GRID);
  return [side(0), side(1)];
}
