import type { Analysis } from "../../../core/analysis/analysis.ts";
import type { KernelGroup } from "../../../core/selection/kernelGroup.ts";
import { groupSize } from "../../../core/selection/membership.ts";
import { COLOUR_WORDS } from "../../figures/kernelGrouping.ts";
import { countText } from "../../figures/text.ts";
import { labelStyles } from "../../figures/theme.ts";
import type { Choices } from "../../state/choices.ts";

function featureName(analysis: Analysis, id: string): string {
  return labelStyles(analysis.features).find((style) => style.id === id)?.label ?? id;
}

function groupWords(analysis: Analysis, group: KernelGroup): string {
  switch (group.kind) {
    case "cluster":
      return `cluster ${group.cluster + 1} of ${group.layer}`;
    case "label":
      return `kernels${inLayer(group.layer)} that act like ${featureName(analysis, group.label)}`;
    case "nearest":
      return `kernels${inLayer(group.layer)} whose numbers are nearest to ${featureName(analysis, group.feature)}`;
    case "channel":
      return `kernels of ${group.side === "in" ? "input" : "output"} channel ${group.channel} of ${group.layer}`;
    case "region":
      return `kernels inside an outline drawn in ${group.layer}`;
    case "kernels":
      return `kernels chosen one by one in ${group.layer}`;
  }
}

function inLayer(layer: string | null): string {
  return layer === null ? "" : ` of ${layer}`;
}

/** What is in colour while the rest is grey; nothing without a group. */
export function groupSentences(analysis: Analysis, group: KernelGroup | null): readonly string[] {
  if (group === null) return [];
  const size = countText(groupSize(analysis, group), "kernel");
  return [`In colour: ${groupWords(analysis, group)} (${size}); all others are grey.`];
}

/** What colours and shapes mean, and what is grey: the sentences below plots of kernels. */
export function markSentences(
  analysis: Analysis,
  { colourBy, selection }: Pick<Choices, "colourBy" | "selection">,
): readonly string[] {
  return [COLOUR_WORDS[colourBy], ...groupSentences(analysis, selection.group)];
}
