import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import type { Role } from "../../core/network/structure.ts";
import { countText } from "../figures/text.ts";
import { type LayerFilter, passesFilter } from "./layerFilter.ts";
import { featureSorts, type LayerSort, SORTS, sortedLayers } from "./layerSort.ts";
import { matchesSearch } from "./matchesSearch.ts";
import { layerWordsOf } from "./searchOptions.ts";

export interface LayerGroup {
  readonly role: Role;
  readonly title: string;
  /** The group's name in plain words. */
  readonly meaning: string;
  readonly layers: readonly AnalysedLayer[];
}

export const ROLES: readonly {
  readonly role: Role;
  readonly title: string;
  readonly meaning: string;
}[] = [
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

/** What a person chose to see of the list, and in which order. */
export interface LayerChoice {
  readonly search: string;
  readonly filter: LayerFilter;
  readonly sort: LayerSort;
}

export interface ListedGroup {
  /** Null where the list is sorted across the network's halves. */
  readonly role: Role | null;
  readonly title: string;
  readonly meaning: string;
  readonly cards: readonly {
    readonly layer: AnalysedLayer;
    readonly isListed: boolean;
  }[];
}

/** The list as it is shown; layers that are left out stay in it, so that none is built anew. */
export function listedGroups(analysis: Analysis, choice: LayerChoice): readonly ListedGroup[] {
  const { filter, sort } = choice;
  const search = layerWordsOf(analysis, choice.search);
  const cardsOf = (layers: readonly AnalysedLayer[]) =>
    layers.map((layer) => ({
      layer,
      isListed:
        matchesSearch(layer, search) && passesFilter(layer, analysis.features.length, filter),
    }));
  if (sort === "network") {
    return layerGroups(analysis).map(({ role, title, meaning, layers }) => ({
      role,
      title,
      meaning,
      cards: cardsOf(layers),
    }));
  }
  const sorts = [...SORTS, ...featureSorts(analysis.features)];
  const title = sorts.find((one) => one.sort === sort)?.title ?? "";
  return [{ role: null, title, meaning: "", cards: cardsOf(sortedLayers(analysis, sort)) }];
}

/** Names in the order of the list, as far as search and filter let them through. */
export function listedLayerNames(analysis: Analysis, choice: LayerChoice): readonly string[] {
  return listedGroups(analysis, choice).flatMap(({ cards }) =>
    cards.filter(({ isListed }) => isListed).map(({ layer }) => layer.description.name),
  );
}

/** "18 layers", "7 of 18 layers shown". */
export function listedText(listed: number, all: number): string {
  return listed === all ? countText(all, "layer") : `${listed} of ${countText(all, "layer")} shown`;
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
