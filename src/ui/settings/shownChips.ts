import type { ViewName } from "../state/choices.ts";
import type { ChoiceSetting } from "./settingsWords.ts";

/** A chip over the view, with what belongs to it. */
export type ChipName = "filters" | ChoiceSetting["name"] | "threshold" | "inputSize";

const ALL: readonly ChipName[] = [
  "filters",
  "Compare",
  "Grid",
  "Axes",
  "Scale",
  "Clusters",
  "threshold",
  "inputSize",
];

/** Of each view the settings that change something in it. */
const SHOWN: Readonly<Record<ViewName, readonly ChipName[]>> = {
  atlas: ALL,
  layer: ALL,
  labels: ALL,
  table: ALL,
  compare: ALL,
  // It runs the network itself; where its test names kernels, the caption says how.
  lab: ["filters"],
  report: ALL,
};

export function showsChip(view: ViewName, chip: ChipName): boolean {
  return SHOWN[view].includes(chip);
}
