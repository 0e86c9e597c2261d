import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import type { Role } from "../../core/network/structure.ts";

export interface LayerGroup {
  readonly role: Role;
  readonly title: string;
  /** The group's name in plain words. */
  readonly meaning: string;
  readonly layers: readonly AnalysedLayer[];
}

const ROLES: readonly { readonly role: Role; readonly title: string; readonly meaning: string }[] =
  [
    { role: "encoder", title: "Encoder", meaning: "shrinks the image" },
    { role: "bottleneck", title: "Bottleneck", meaning: "smallest map" },
    { role: "decoder", title: "Decoder", meaning: "grows it back" },
    { role: "other", title: "Other", meaning: "place not known" },
  ];

/** Layers by their half of the network, each in the network's order; no empty group. */
export function layerGroups(analysis: Analysis): readonly LayerGroup[] {
  return ROLES.map((one) => ({
    ...one,
    layers: analysis.layers.filter((layer) => layer.place.role === one.role),
  })).filter((group) => group.layers.length > 0);
}

/** True if every word of the search occurs in the layer's name, role or map size. */
export function matchesSearch(layer: AnalysedLayer, search: string): boolean {
  const { name, operator } = layer.description;
  const text =
    `${name} ${operator} ${layer.place.role} ${layer.place.grid.join("x")}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Names in the order of the list, as far as the search lets them through. */
export function listedLayerNames(analysis: Analysis, search: string): readonly string[] {
  return layerGroups(analysis).flatMap((group) =>
    group.layers
      .filter((layer) => matchesSearch(layer, search))
      .map((layer) => layer.description.name),
  );
}

/** The name `step` places on in the list; the first one if none is selected. */
export function neighbourLayer(
  names: readonly string[],
  selected: string | null,
  step: 1 | -1,
): string | null {
  const at = selected === null ? -1 : names.indexOf(selected);
  if (at < 0) return names[0] ?? null;
  return names[Math.min(names.length - 1, Math.max(0, at + step))] ?? null;
}
