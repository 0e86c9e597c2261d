import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import type { Selection } from "../state/choices.ts";

/**
 * The group with one kernel more, or one less if it was picked already. A group of another kind
 * or another layer gives way; the kernel that was looked at before is then the first of the new one.
 *
 * @returns null if nothing is left in it.
 */
export function toggledGroup(
  { group, ...selection }: Selection,
  layer: string,
  kernel: number,
): KernelGroup | null {
  if (group?.kind === "kernels" && group.layer === layer) {
    const isIn = group.kernels.includes(kernel);
    const kernels = isIn
      ? group.kernels.filter((one) => one !== kernel)
      : ascending([...group.kernels, kernel]);
    return kernels.length === 0 ? null : { kind: "kernels", layer, kernels };
  }
  const before =
    group === null && selection.layer === layer && selection.kernel !== null
      ? [selection.kernel]
      : [];
  return { kind: "kernels", layer, kernels: ascending([...new Set([...before, kernel])]) };
}

function ascending(kernels: readonly number[]): readonly number[] {
  return [...kernels].sort((a, b) => a - b);
}
