import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import type { Selection } from "../state/choices.ts";

/**
 * The group of kernels picked one by one after one more was picked, or let go of; null when
 * none is left. The first pick takes along the kernel that was selected before.
 */
export function withPicked(
  { group, kernel: selected, layer: selectedLayer }: Selection,
  layer: string,
  kernel: number,
): KernelGroup | null {
  const isPicking = group?.kind === "kernels" && group.layer === layer;
  const before = isPicking
    ? group.kernels
    : selected !== null && selectedLayer === layer && group === null
      ? [selected]
      : [];
  const isIn = isPicking && before.includes(kernel);
  const after = isIn ? before.filter((one) => one !== kernel) : [...before, kernel];
  const kernels = [...new Set(after)].sort((a, b) => a - b);
  return kernels.length === 0 ? null : { kind: "kernels", layer, kernels };
}
