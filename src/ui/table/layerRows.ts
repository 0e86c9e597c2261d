import { sharesFromCounts } from "../../core/action/labels.ts";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { labelStyles } from "../figures/theme.ts";
import type { GridSort } from "./gridSort.ts";
import type { GridColumn } from "./SortedGrid.tsx";

/** What is said of each label, indeterminate included. */
export type ShareKind = "share" | "noise" | "shuffled" | "lift";

export type LayerColumnId = "layer" | "role" | "map" | "kernels" | `${ShareKind}:${string}`;

const KINDS: readonly {
  readonly kind: ShareKind;
  readonly words: string;
  readonly meaning: string;
}[] = [
  { kind: "share", words: "share", meaning: "Share of the layer's kernels that act like it" },
  { kind: "noise", words: "noise", meaning: "Share that random kernels get on the same map" },
  {
    kind: "shuffled",
    words: "shuffled",
    meaning: "Share that the layer's kernels get with their numbers in random order",
  },
  {
    kind: "lift",
    words: "lift",
    meaning: "Share over noise: how many times as often as by chance",
  },
];

/** Columns of the table of layers: one of each kind per label. */
export function layerColumns({ features }: Analysis): readonly GridColumn<LayerColumnId>[] {
  const ofLabels = labelStyles(features).flatMap(({ id, label }) =>
    KINDS.map(({ kind, words, meaning }) => ({
      id: `${kind}:${id}` as const,
      title: `${label}, ${words}`,
      meaning,
      width: 104,
      isNumber: true,
    })),
  );
  return [
    { id: "layer", title: "Layer", meaning: "In the network's order", width: 168, isNumber: false },
    {
      id: "role",
      title: "Role",
      meaning: "Half of the network: the encoder shrinks the image, the decoder grows it back",
      width: 96,
      isNumber: false,
    },
    {
      id: "map",
      title: "Map",
      meaning: "Height and width of what the layer receives, in pixels",
      width: 88,
      isNumber: true,
    },
    { id: "kernels", title: "Kernels", meaning: "Number of kernels", width: 80, isNumber: true },
    ...ofLabels,
  ];
}

/** Index of a label among the shares; features first, indeterminate last. */
function labelIndex({ features }: Analysis, id: string): number {
  const index = features.findIndex((feature) => feature.id === id);
  return index < 0 ? features.length : index;
}

/** The kind and the label of a column of shares; null for the others. */
export function shareColumn(
  analysis: Analysis,
  column: LayerColumnId,
): { readonly kind: ShareKind; readonly label: number } | null {
  const at = column.indexOf(":");
  const kind = KINDS.find((one) => one.kind === column.slice(0, at))?.kind;
  return kind === undefined ? null : { kind, label: labelIndex(analysis, column.slice(at + 1)) };
}

/**
 * A share, or a lift, of one label in a layer.
 *
 * @returns NaN while it is not known; a lift is infinite where noise never gets the label.
 */
export function layerShare(layer: AnalysedLayer, kind: ShareKind, label: number): number {
  const { action, baseline } = layer;
  const share = action === null ? Number.NaN : (sharesFromCounts(action.counts)[label] ?? 0);
  const noise = baseline?.gaussian[label] ?? Number.NaN;
  switch (kind) {
    case "share":
      return share;
    case "noise":
      return noise;
    case "shuffled":
      return baseline?.shuffled[label] ?? Number.NaN;
    case "lift":
      return share === 0 && noise === 0 ? Number.NaN : share / noise;
  }
}

function sortValue(analysis: Analysis, index: number, column: LayerColumnId): number {
  const layer = analysis.layers[index];
  const share = shareColumn(analysis, column);
  if (share !== null) return layerShare(layer, share.kind, share.label);
  switch (column) {
    case "kernels":
      return layer.kernelCount;
    case "map":
      return layer.place.grid[0] * layer.place.grid[1];
    case "role":
      return ["encoder", "bottleneck", "decoder", "other"].indexOf(layer.place.role);
    default:
      return index;
  }
}

/** Layers in the order of a column, equals in the network's; those without a number last. */
export function sortedLayerRows(
  analysis: Analysis,
  sort: GridSort<LayerColumnId> | null,
): readonly number[] {
  const order = [...analysis.layers.keys()];
  if (sort === null) return order;
  const values = order.map((index) => sortValue(analysis, index, sort.column));
  const sign = sort.descending ? -1 : 1;
  return order.sort((a, b) => {
    const [one, other] = [values[a], values[b]];
    if (Number.isNaN(one) || Number.isNaN(other)) {
      return Number(Number.isNaN(one)) - Number(Number.isNaN(other)) || a - b;
    }
    return one === other ? a - b : one < other ? -sign : sign;
  });
}
