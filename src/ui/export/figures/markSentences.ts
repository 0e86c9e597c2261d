import type { Analysis } from "../../../core/analysis/analysis.ts";
import type { KernelGroup } from "../../../core/selection/kernelGroup.ts";
import { groupSize } from "../../../core/selection/membership.ts";
import { COLOUR_WORDS } from "../../figures/kernelGrouping.ts";
import { countText } from "../../figures/text.ts";
import type { Choices } from "../../state/choices.ts";
import { groupTitle } from "../../words/groupWords.ts";

/** What is in colour while the rest is grey; nothing without a group. */
export function groupSentences(analysis: Analysis, group: KernelGroup | null): readonly string[] {
  if (group === null) return [];
  const size = countText(groupSize(analysis, group), "kernel");
  const where = group.layer === null ? "" : ` of ${group.layer}`;
  return [`In colour: ${groupTitle(analysis, group)}${where} (${size}); all others are grey.`];
}

/** What colours and shapes mean, and what is grey: the sentences below plots of kernels. */
export function markSentences(
  analysis: Analysis,
  { colourBy, selection }: Pick<Choices, "colourBy" | "selection">,
): readonly string[] {
  return [COLOUR_WORDS[colourBy], ...groupSentences(analysis, selection.group)];
}
