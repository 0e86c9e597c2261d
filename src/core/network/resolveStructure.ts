import type { Settings } from "../analysis/settings.ts";
import { type Corrections, correctionOf, NO_CORRECTIONS } from "./corrections.ts";
import { guessLevels } from "./guessLevels.ts";
import { guessRoles, guessSentence } from "./guessRoles.ts";
import { mapOfLevel } from "./levelMaps.ts";
import type { ConvolutionLayer, Network } from "./network.ts";
import { rolesFromSizes } from "./roles.ts";
import type { Size2d } from "./size2d.ts";
import { inferSizes } from "./sizes.ts";
import { findSkips } from "./skips.ts";
import {
  LARGEST_GRID,
  type LayerPlace,
  type Role,
  SMALLEST_GRID,
  type Structure,
} from "./structure.ts";

/** Side of the grid where no map size can be derived (the poster's choice of grid). */
export const DEFAULT_GRID_SIDE = 64;

/**
 * Works out for each layer its half of the network and the size of the map it receives,
 * and the skip connections, from the graph where there is one, else from names and channel
 * numbers; a person's corrections win over both.
 */
export function resolveStructure(
  network: Network,
  settings: Pick<Settings, "grid" | "inputSize"> & Partial<Pick<Settings, "corrections">>,
): Structure {
  const { graph, layers } = network;
  const { corrections = NO_CORRECTIONS } = settings;
  const sizes = graph === null ? null : inferSizes(graph, settings.inputSize);
  const bySize = graph === null || sizes === null ? null : rolesFromSizes(layers, graph, sizes);
  const guessed = bySize === null ? guessRoles(layers) : null;
  const roles = bySize ?? guessed?.roles ?? [];
  const levels =
    graph === null ? guessLevels(layers, correctedRoles(layers, roles, corrections)) : [];
  const maps = layers.map(({ graphNode }, index) =>
    graphNode === null
      ? mapOfLevel(levels[index] ?? null, corrections.inputSide)
      : (sizes?.received[graphNode] ?? null),
  );
  const places = layers.map((layer, index): LayerPlace => {
    const { role, mapSize } = correctionOf(corrections, layer.name);
    return {
      role: role ?? roles[index],
      roleSource: role !== undefined ? "user" : guessed === null ? "graph" : "guess",
      ...gridOf(
        layer,
        mapSize ?? maps[index],
        settings.grid,
        mapSize !== undefined || layer.graphNode === null,
      ),
    };
  });
  return {
    places,
    skips: graph === null || sizes === null ? [] : findSkips(layers, graph, sizes),
    inputSize: sizes?.inputSize ?? null,
    inputSizeIsOpen: sizes?.inputSizeIsOpen ?? false,
    roleGuess: guessed?.guess ?? null,
    levels,
    warnings: [
      ...(guessed === null || layers.length === 0 ? [] : [guessSentence(guessed.guess)]),
      ...(graph === null ? [] : unknownMaps(places)),
      ...(settings.grid === "layer" ? largeMaps(layers, maps) : []),
    ],
  };
}

function correctedRoles(
  layers: readonly Pick<ConvolutionLayer, "name">[],
  roles: readonly Role[],
  corrections: Corrections,
): readonly Role[] {
  return layers.map(({ name }, index) => correctionOf(corrections, name).role ?? roles[index]);
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
  isStated: boolean,
): Pick<LayerPlace, "grid" | "gridSource"> {
  if (setting !== "layer") {
    return { grid: fitted([setting, setting], kernelSize), gridSource: "settings" };
  }
  if (map !== null) {
    return { grid: fitted(map, kernelSize), gridSource: isStated ? "settings" : "graph" };
  }
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
