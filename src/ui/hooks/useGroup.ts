import { useMemo } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { groupMembers } from "../../core/selection/membership.ts";
import { usePage } from "./usePage.ts";

/**
 * Which kernels of a layer are in the selected group (1) and which are not (0); null without a
 * group: then all are drawn as usual.
 */
export function useGroupMembers(analysis: Analysis, layerIndex: number): Uint8Array | null {
  const group = usePage((state) => state.selection.group);
  return useMemo(
    () =>
      group === null || analysis.layers[layerIndex] === undefined
        ? null
        : groupMembers(analysis, layerIndex, group),
    [analysis, layerIndex, group],
  );
}
