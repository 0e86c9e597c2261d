import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import type { Role } from "../../core/network/structure.ts";
import { sizeText } from "../figures/text.ts";
import { topLift } from "./topLift.ts";

/** What a person tells apart in a list of convolutions. */
export type OperatorKind = "plain" | "transposed" | "depthwise" | "grouped";

/** Which layers are listed; an empty list lets all of its kind through. Plain JSON. */
export interface LayerFilter {
  readonly roles: readonly Role[];
  /** As `sizeText` writes them. */
  readonly kernelSizes: readonly string[];
  readonly operators: readonly OperatorKind[];
  /** Only layers in which some filter is clearly more frequent than by chance. */
  readonly aboveChance: boolean;
}

export const NO_FILTER: LayerFilter = {
  roles: [],
  kernelSizes: [],
  operators: [],
  aboveChance: false,
};

export function operatorKind({ description }: AnalysedLayer): OperatorKind {
  const { operator, groups, inChannels } = description;
  if (operator === "ConvTranspose2d") return "transposed";
  if (groups === 1) return "plain";
  return groups === inChannels ? "depthwise" : "grouped";
}

export function kernelSizeOf({ description }: AnalysedLayer): string {
  return sizeText(description.kernelSize);
}

/** Layers whose labels are not known yet stay: nothing is left out on suspicion. */
export function passesFilter(layer: AnalysedLayer, features: number, filter: LayerFilter): boolean {
  const { roles, kernelSizes, operators, aboveChance } = filter;
  const lets = <T>(chosen: readonly T[], value: T) => chosen.length === 0 || chosen.includes(value);
  return (
    lets(roles, layer.place.role) &&
    lets(kernelSizes, kernelSizeOf(layer)) &&
    lets(operators, operatorKind(layer)) &&
    (!aboveChance || layer.baseline === null || topLift(layer, features) !== null)
  );
}

/** How many filters are set. */
export function filterCount({ roles, kernelSizes, operators, aboveChance }: LayerFilter): number {
  return roles.length + kernelSizes.length + operators.length + (aboveChance ? 1 : 0);
}

/** A list with `value` taken in, or taken out if it was in. */
export function toggled<T>(chosen: readonly T[], value: T): readonly T[] {
  return chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
}

/** The values that occur, in the order of their first layers. */
export function occurring<T>(
  layers: readonly AnalysedLayer[],
  read: (layer: AnalysedLayer) => T,
): readonly T[] {
  return [...new Set(layers.map(read))];
}
