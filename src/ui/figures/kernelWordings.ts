import type { Analysis } from "../../core/analysis/analysis.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import { memberCount } from "../../core/selection/membership.ts";
import { mapText } from "./mapText.ts";
import { countText, groupedNumber, sizeText } from "./text.ts";

/**
 * "256 \u00D7 256 map, 16 kernels" of a layer, or how many of them are in a group; longest
 * wording first, for `fittingText`.
 */
export function kernelWordings(
  analysis: Analysis,
  index: number,
  group: KernelGroup | null,
): readonly string[] {
  const { place, kernelCount } = analysis.layers[index];
  const kernels =
    group === null
      ? countText(kernelCount, "kernel")
      : `${groupedNumber(memberCount(analysis, index, group))} of ${groupedNumber(kernelCount)} selected`;
  return [`${mapText(place)}, ${kernels}`, `${sizeText(place.grid)}, ${kernels}`, kernels];
}
