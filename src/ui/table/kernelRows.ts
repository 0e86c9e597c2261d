import type { Analysis } from "../../core/analysis/analysis.ts";
import type { KernelPlace } from "../../core/results/csv.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import { groupMembers } from "../../core/selection/membership.ts";

/** Which kernels have a row: those of one layer, of the selected group, or of the whole model. */
export type RowScope = "layer" | "group" | "model";

/** Rows looked at before it is seen whether the page wants a turn: a few milliseconds. */
export const ROWS_PER_STEP = 32_768;

/**
 * Kernels of the whole model by one number: those of the first layer come first. `starts` has one
 * entry more than there are layers.
 */
export interface KernelNumbers {
  readonly starts: Uint32Array;
}

export function kernelNumbers({ layers }: Pick<Analysis, "layers">): KernelNumbers {
  const starts = new Uint32Array(layers.length + 1);
  for (const [index, { kernelCount }] of layers.entries()) {
    starts[index + 1] = starts[index] + kernelCount;
  }
  return { starts };
}

/** Where a number belongs; numbers beyond the last kernel belong to the last layer. */
export function kernelPlace({ starts }: KernelNumbers, number: number): KernelPlace {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= number) low = middle;
    else high = middle - 1;
  }
  return { layer: low, kernel: number - starts[low] };
}

/** What decides which rows there are, before any filter. */
export interface RowChoice {
  readonly scope: RowScope;
  /** Index of the layer of scope "layer". */
  readonly layer: number;
  readonly group: KernelGroup | null;
}

/** Whether a kernel has a row; `layers` are those that may have some, in the network's order. */
export interface RowSource {
  readonly layers: readonly number[];
  /** 1 per kernel with a row; null: all of the layer. */
  readonly members: (layer: number) => Uint8Array | null;
}

export function rowSource(analysis: Analysis, { scope, layer, group }: RowChoice): RowSource {
  const all = [...analysis.layers.keys()];
  switch (scope) {
    case "layer":
      return { layers: all.filter((index) => index === layer), members: () => null };
    case "model":
      return { layers: all, members: () => null };
    case "group": {
      if (group === null) return { layers: [], members: () => null };
      const holds = (index: number) =>
        group.layer === null || group.layer === analysis.layers[index].description.name;
      return {
        layers: all.filter(holds),
        members: (index) => groupMembers(analysis, index, group),
      };
    }
  }
}

/** Tests one kernel of a layer; null where every kernel passes. */
export type KernelTest = ((kernel: number) => boolean) | null;

/**
 * The numbers of all kernels that have a row, in the network's order; worked out in steps.
 *
 * @param testOf a further test per layer.
 */
export function* numbersOfRows(
  source: RowSource,
  numbers: KernelNumbers,
  testOf: (layer: number) => KernelTest,
): Generator<void, Uint32Array> {
  const { starts } = numbers;
  const most = source.layers.reduce((sum, layer) => sum + starts[layer + 1] - starts[layer], 0);
  const rows = new Uint32Array(most);
  let count = 0;
  for (const layer of source.layers) {
    const members = source.members(layer);
    const test = testOf(layer);
    const start = starts[layer];
    const kernels = starts[layer + 1] - start;
    for (let kernel = 0; kernel < kernels; kernel++) {
      const isMember = members === null || members[kernel] === 1;
      if (isMember && (test === null || test(kernel))) rows[count++] = start + kernel;
      if ((kernel + 1) % ROWS_PER_STEP === 0) yield;
    }
    yield;
  }
  return rows.subarray(0, count);
}
