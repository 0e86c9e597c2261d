import type { AnalysedLayer } from "../../core/analysis/analysis.ts";

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
