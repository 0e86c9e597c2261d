import { DEFAULT_SETTINGS, type Settings } from "../../core/analysis/settings.ts";
import { type Feature, POSTER_FEATURES } from "../../core/features/clinicalKernels.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";

export type ViewName = "atlas" | "layer" | "labels" | "table" | "compare" | "lab" | "report";

/** What is chosen, in every view at once. Layers are named, so that it outlives a change of settings. */
export interface Selection {
  readonly layer: string | null;
  /** The kernel that the inspector shows; it need not be in the group. */
  readonly kernel: number | null;
  /** Kernels that keep their colour while the rest turns grey. */
  readonly group: KernelGroup | null;
}

export const NOTHING_SELECTED: Selection = { layer: null, kernel: null, group: null };

/** How the large plot of a layer is drawn. */
export interface PlotChoice {
  readonly dimensions: 2 | 3;
  /** Indexes of the principal axes: across, up and, in three dimensions, towards the eye. */
  readonly axes: readonly [number, number, number];
  /** In three dimensions: turned about the axis up, and tilted towards the eye, degrees. */
  readonly turn: number;
  readonly tilt: number;
}

/**
 * All that a person chose about one model, as plain JSON. The same value is a step of the history,
 * the state in the address, and the session in an exported picture.
 */
export interface Choices {
  readonly settings: Settings;
  /** The features of `settings.features` "custom". */
  readonly ownFeatures: readonly Feature[];
  readonly view: ViewName;
  readonly colourBy: ColourBy;
  readonly plot: PlotChoice;
  readonly selection: Selection;
}

export const FIRST_CHOICES: Choices = {
  settings: DEFAULT_SETTINGS,
  ownFeatures: POSTER_FEATURES,
  view: "atlas",
  colourBy: "cluster",
  plot: { dimensions: 2, axes: [0, 1, 2], turn: 30, tilt: 20 },
  selection: NOTHING_SELECTED,
};

/** The choices among everything that a store holds. */
export function choicesOf(state: Choices): Choices {
  const { settings, ownFeatures, view, colourBy, plot, selection } = state;
  return { settings, ownFeatures, view, colourBy, plot, selection };
}
