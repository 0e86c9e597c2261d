import type { Analysis } from "../../core/analysis/analysis.ts";
import { INDETERMINATE_ID, type KernelGroup } from "../../core/selection/kernelGroup.ts";

/** A selected group as a heading: what its kernels have in common. */
export function groupTitle(analysis: Analysis, group: KernelGroup): string {
  switch (group.kind) {
    case "cluster":
      return `Cluster ${group.cluster + 1}`;
    case "label":
      return group.label === INDETERMINATE_ID
        ? "Kernels like none of the filters"
        : `Kernels that act like ${featureName(analysis, group.label)}`;
    case "nearest":
      return `Kernels with numbers nearest to ${featureName(analysis, group.feature)}`;
    case "channel":
      return group.side === "in"
        ? `Kernels that read input ${group.channel}`
        : `Kernels that write output ${group.channel}`;
    case "region":
      return "Kernels inside the outline";
    case "kernels":
      return "Chosen kernels";
  }
}

function featureName({ features }: Analysis, id: string): string {
  return features.find((feature) => feature.id === id)?.label ?? id;
}
