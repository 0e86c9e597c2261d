import { dotRoom, picked } from "../figures/greying.ts";
import type { ScoreLimits } from "../figures/scoreLimits.ts";
import { countText, groupedNumber } from "../figures/text.ts";
import type { KernelClass } from "./layerClasses.ts";
import { isWithin } from "./plotFrame.ts";
import { along, type ScorePlane } from "./scorePlane.ts";

/**
 * Points in one plot: 3,000 are drawn in a short turn, on a slow machine too, and as SVG, which is
 * sharp in every export. With WebGL Plotly draws more, but takes longer to begin, and a million
 * points stop the page for half a minute. More only blacken the plot.
 */
export const MOST_POINTS = 3000;

export interface DrawnClass extends KernelClass {
  /** Those that are drawn in the look of the class, ascending. */
  readonly drawn: Int32Array;
  /** Kernels of the class that are selected, drawn or not; null without a group. */
  readonly selected: number | null;
}

export interface DrawnKernels {
  readonly classes: readonly DrawnClass[];
  /** Those that are drawn grey, as they are not selected. */
  readonly others: Int32Array;
  /** Points drawn, grey ones too. */
  readonly drawn: number;
  /** Kernels that could be: those of a larger layer that lie within the limits, else all. */
  readonly inSight: number;
  /** With a group: of those drawn and in sight, the selected ones. */
  readonly selected: { readonly drawn: number; readonly inSight: number } | null;
}

export interface DrawnView {
  /** Whether a kernel lies within what is shown; of large layers only those are drawn. */
  readonly isSeen: (kernel: number) => boolean;
  /** 1 per selected kernel; null: no group, nothing is grey. */
  readonly members: Uint8Array | null;
  readonly most?: number;
}

/** Tells which kernels lie within the limits of a flat plot. */
export function seenWithin(
  scores: Float32Array,
  limits: ScoreLimits,
  { across, up }: ScorePlane,
): DrawnView["isSeen"] {
  return (kernel) => isWithin(along(scores, kernel, across), along(scores, kernel, up), limits);
}

/**
 * All kernels of a layer of at most MOST_POINTS. Of a larger one a seeded sample of those
 * within the limits: the selected ones first, of each class its share and at least one, so
 * that a closer look shows more of them.
 */
export function drawnKernels(
  classes: readonly KernelClass[],
  { isSeen, members, most = MOST_POINTS }: DrawnView,
): DrawnKernels {
  const total = classes.reduce((sum, { kernels }) => sum + kernels.length, 0);
  const isSampled = total > most;
  const split = splitClasses(classes, isSampled ? isSeen : null, members);
  const { others: rest } = split;
  const selected = split.seen.reduce((sum, { length }) => sum + length, 0);
  const room = isSampled
    ? dotRoom(selected, rest.length, most)
    : { members: selected, others: rest.length };
  const share = Math.min(1, room.members / (selected || 1));
  const drawn = classes.map((one, at) => ({
    ...one,
    drawn: picked(split.seen[at], Math.ceil(split.seen[at].length * share)),
    selected: members === null ? null : split.selected[at],
  }));
  const others = picked(rest, room.others).slice().sort();
  const drawnMembers = drawn.reduce((sum, one) => sum + one.drawn.length, 0);
  return {
    classes: drawn,
    others,
    drawn: drawnMembers + others.length,
    inSight: selected + rest.length,
    selected: members === null ? null : { drawn: drawnMembers, inSight: selected },
  };
}

/** "3,002 of 1,048,576 kernels drawn, an even sample"; null where all are drawn. */
export function sampleText({ drawn, inSight, selected }: DrawnKernels): string | null {
  if (drawn >= inSight) return null;
  const all = `${groupedNumber(drawn)} of ${countText(inSight, "kernel")} drawn`;
  if (selected === null) return `${all}, an even sample`;
  if (selected.drawn >= selected.inSight) return `${all}, all selected ones among them`;
  const ofThem = `${groupedNumber(selected.drawn)} of the ${groupedNumber(selected.inSight)} selected ones`;
  return `${all}, ${ofThem} among them`;
}

interface SplitClasses {
  /** Per class, those in sight that keep their look, ascending. */
  readonly seen: readonly Int32Array[];
  /** Per class, those that are selected, in sight or not. */
  readonly selected: readonly number[];
  /** Of all classes, those in sight that turn grey. */
  readonly others: Int32Array;
}

/** One pass over the kernels, and two arrays for all of them: a layer may have a million. */
function splitClasses(
  classes: readonly KernelClass[],
  isSeen: DrawnView["isSeen"] | null,
  members: Uint8Array | null,
): SplitClasses {
  const total = classes.reduce((sum, { kernels }) => sum + kernels.length, 0);
  const inside = new Int32Array(total);
  const outside = new Int32Array(members === null ? 0 : total);
  const selected: number[] = [];
  const seen: Int32Array[] = [];
  let [insideCount, outsideCount] = [0, 0];
  for (const { kernels } of classes) {
    const start = insideCount;
    let selectedCount = 0;
    for (let at = 0; at < kernels.length; at++) {
      const kernel = kernels[at];
      const isMember = members === null || members[kernel] === 1;
      if (isMember) selectedCount++;
      if (isSeen !== null && !isSeen(kernel)) continue;
      if (isMember) inside[insideCount++] = kernel;
      else outside[outsideCount++] = kernel;
    }
    seen.push(inside.subarray(start, insideCount));
    selected.push(selectedCount);
  }
  return { seen, selected, others: outside.subarray(0, outsideCount) };
}
