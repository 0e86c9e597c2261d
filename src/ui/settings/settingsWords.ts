import type { Settings } from "../../core/analysis/settings.ts";

/** One choice of a setting: its value as text, and its words on the chip. */
export interface Choice {
  readonly value: string;
  readonly words: string;
}

/** A setting that is chosen from a list. */
export interface ChoiceSetting {
  readonly name: "Compare" | "Grid" | "Axes" | "Scale" | "Clusters";
  /** What the setting does, in plain words. */
  readonly meaning: string;
  readonly choices: readonly Choice[];
  readonly value: (settings: Settings) => string;
  readonly change: (value: string) => Partial<Settings>;
}

const GRID_SIDES = [16, 32, 64, 128, 256, 512] as const;

/** More clusters than this cannot be told apart by their marks. */
export const MOST_CLUSTERS = 8;

const CLUSTER_NUMBERS = Array.from({ length: MOST_CLUSTERS - 1 }, (_, index) => index + 2);

export const CHOICE_SETTINGS: readonly ChoiceSetting[] = [
  {
    name: "Compare",
    meaning:
      "Spectrum: how strongly a kernel passes each pattern of stripes. Sorted, as in the poster, or stripe by stripe",
    choices: [
      { value: "sorted", words: "sorted spectra" },
      { value: "response", words: "same frequency" },
    ],
    value: (settings) => settings.compare,
    change: (value) => ({ compare: value === "response" ? "response" : "sorted" }),
  },
  {
    name: "Grid",
    meaning: "Size of the image on which a kernel's action is computed",
    choices: [
      { value: "layer", words: "map of the layer" },
      ...GRID_SIDES.map((side) => ({ value: String(side), words: `${side} × ${side}` })),
    ],
    value: (settings) => String(settings.grid),
    change: (value) => ({ grid: value === "layer" ? "layer" : Number(value) }),
  },
  {
    name: "Axes",
    meaning: "Principal axes (PC1, PC2) of all kernels of the model, or of each layer alone",
    choices: [
      { value: "model", words: "whole model" },
      { value: "layer", words: "each layer" },
    ],
    value: (settings) => settings.basis,
    change: (value) => ({ basis: value === "layer" ? "layer" : "model" }),
  },
  {
    name: "Scale",
    meaning: "What is done to the numbers of a kernel before they are compared",
    choices: [
      { value: "none", words: "as stored" },
      { value: "unit", words: "unit length" },
      { value: "unit-signed", words: "unit length, centre ≥ 0" },
    ],
    value: (settings) => settings.normalisation,
    change: (value) => ({
      normalisation: value === "unit" || value === "unit-signed" ? value : "none",
    }),
  },
  {
    name: "Clusters",
    meaning: "Number of groups of similar kernels per layer (k of k-means)",
    choices: CLUSTER_NUMBERS.map((count) => ({ value: String(count), words: String(count) })),
    value: (settings) => String(settings.clusters),
    change: (value) => ({ clusters: Number(value) }),
  },
];

/** Choices including a value that is not on the list (from a default or a later version). */
export function choicesWith(setting: ChoiceSetting, value: string): readonly Choice[] {
  if (setting.choices.some((choice) => choice.value === value)) return setting.choices;
  return [...setting.choices, { value, words: value }];
}
