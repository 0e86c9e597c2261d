import type { Analysis } from "../../core/analysis/analysis.ts";
import { notableLifts, ratioText } from "./lift.ts";
import { mapText } from "./mapText.ts";
import { countText, percentText } from "./text.ts";
import { labelStyles } from "./theme.ts";

const ROLE_WORDS = {
  encoder: "encoder",
  bottleneck: "bottleneck",
  decoder: "decoder",
  other: "other part of the network",
} as const;

/** A layer in one sentence: name, half, map, kernels, and what is most unlike chance. */
export function layerSentence(analysis: Analysis, index: number): string {
  const { description, place, kernelCount, action, baseline } = analysis.layers[index];
  const start = `${description.name}, ${ROLE_WORDS[place.role]}, ${mapText(place)}, ${countText(kernelCount, "kernel")}`;
  if (action === null || baseline === null) return `${start}.`;
  const top = notableLifts(action.counts, baseline.gaussian).find(
    ({ index: label, standardErrors }) => label < analysis.features.length && standardErrors > 0,
  );
  if (top === undefined) return `${start}; no feature more often than chance.`;
  const { label } = labelStyles(analysis.features)[top.index];
  const times = top.ratio === null ? "chance 0" : `${ratioText(top.ratio)} chance`;
  return `${start}; most above chance: ${label} ${percentText(top.share)} (${times}).`;
}
