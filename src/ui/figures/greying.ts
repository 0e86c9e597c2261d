import { sampledIndexes } from "../../core/random/sampledIndexes.ts";
import { mixedColour } from "./colour.ts";
import type { FigureTheme } from "./theme.ts";

/** Diameter of a greyed dot relative to a usual one. */
export const GREYED_SCALE = 0.6;

/** Share of the drawing that is left to what is not selected, so that it stays as context. */
const CONTEXT_SHARE = 0.25;

/** Dots of what is not selected: seen as context, far paler than any mark with a meaning. */
export function greyedColour(theme: FigureTheme): string {
  return mixedColour(theme.plot, theme.line, 0.5);
}

/** Room for dots in one drawing, shared between the members of a group and the rest. */
export interface DotRoom {
  readonly members: number;
  readonly others: number;
}

/** Members come first: a small group in a large layer is drawn whole. */
export function dotRoom(members: number, others: number, most: number): DotRoom {
  const context = Math.min(others, Math.ceil(most * CONTEXT_SHARE));
  const forMembers = Math.min(members, most - context);
  return { members: forMembers, others: Math.min(others, most - forMembers) };
}

export interface SplitKernels {
  /** Those that keep their colour, ascending. */
  readonly members: Int32Array;
  /** Those that turn grey, ascending. */
  readonly others: Int32Array;
}

/**
 * A seeded sample of at most `most` of these kernels, those of a group apart.
 *
 * @param members 1 per kernel of the group; null: no group, all are drawn in full colour.
 */
export function sampledSplit(
  kernels: Int32Array,
  members: Uint8Array | null,
  most: number,
): SplitKernels {
  if (members === null) return { members: picked(kernels, most), others: new Int32Array(0) };
  const split = splitKernels(kernels, members);
  const room = dotRoom(split.members.length, split.others.length, most);
  return {
    members: picked(split.members, room.members),
    others: picked(split.others, room.others),
  };
}

/** Kernels inside and outside a group. */
function splitKernels(kernels: Int32Array, members: Uint8Array): SplitKernels {
  const inside = new Int32Array(kernels.length);
  const outside = new Int32Array(kernels.length);
  let [insideCount, outsideCount] = [0, 0];
  for (let at = 0; at < kernels.length; at++) {
    const kernel = kernels[at];
    if (members[kernel] === 1) inside[insideCount++] = kernel;
    else outside[outsideCount++] = kernel;
  }
  return { members: inside.subarray(0, insideCount), others: outside.subarray(0, outsideCount) };
}

/** An even, seeded sample in ascending order. */
export function picked(kernels: Int32Array, most: number): Int32Array {
  if (kernels.length <= most) return kernels;
  return Int32Array.from(sampledIndexes(kernels.length, most), (index) => kernels[index]);
}
