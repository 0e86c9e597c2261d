import { ConvAtlasError, throwIfCancelled } from "../errors.ts";
import { inSharedMemory } from "../memory/sharedArrays.ts";
import {
  type KernelLayout,
  type KernelShape,
  kernelShape,
  kernelSlices,
} from "../network/kernelTensor.ts";
import type {
  ConvolutionLayer,
  ConvolutionOperator,
  SkippedLayer,
  SkipReason,
} from "../network/network.ts";
import type { Size2d } from "../network/size2d.ts";
import { nextTurn } from "../nextTurn.ts";
import type { ReadContext } from "./format.ts";
import { UniqueNames } from "./uniqueNames.ts";

/** 1 GiB of kernels as float32: ten times the convolutions of the largest networks in use. */
export const MAX_KERNEL_ENTRIES = 2 ** 28;

/** From here on a person is told how much memory the kernels take: a fifth of a small laptop's. */
const LARGE_KERNEL_ENTRIES = 2 ** 27;

/** Entries read between two turns of the event loop, which a cancel needs to be heard. */
const ENTRIES_PER_TURN = 2 ** 21;

/** A convolution whose weights are known to lie in the file, not yet read. */
export interface PlannedLayer {
  /** What the file calls it; made unique if another layer has the name. */
  readonly name: string;
  readonly operator: ConvolutionOperator;
  /** Axis lengths of the stored tensor. */
  readonly axes: readonly number[];
  readonly layout: KernelLayout;
  /** The file's word; 1 where the layout tells. */
  readonly groups: number;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  /** Index in `Graph.nodes`; null without a graph. */
  readonly graphNode: number | null;
  /** True if the framework convolves where all others correlate (Theano). */
  readonly turned?: boolean;
  /** All entries as float32, row-major in `axes`; or why they are not to be had. */
  readonly read: () => Promise<Float32Array | SkipReason>;
}

export type LayerPlan = PlannedLayer | SkippedLayer;

export interface ReadKernels {
  readonly layers: readonly ConvolutionLayer[];
  readonly skipped: readonly SkippedLayer[];
  /** The name that each plan's layer got, in the order of the plans. */
  readonly names: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Reads the kernels of all planned layers, one tensor at a time, in order. Nothing is read of
 * layers that are not analysed, and nothing at all if the kernels would not fit in memory. They
 * stand in memory that workers can share.
 *
 * @throws ConvAtlasError `too-large` before anything is read, `cancelled`, or what a plan's
 * `read` throws.
 */
export async function readKernels(
  plans: readonly LayerPlan[],
  { source, onProgress, signal }: Pick<ReadContext, "source" | "onProgress" | "signal">,
): Promise<ReadKernels> {
  const prepared = prepare(plans);
  const totalEntries = prepared.reduce((sum, { entries }) => sum + entries, 0);
  const warnings = checkMemory(totalEntries, source.name);
  const layers: ConvolutionLayer[] = [];
  const skipped: SkippedLayer[] = [];
  let entries = 0;
  let entriesAtLastTurn = 0;
  for (const { name, content, entries: own } of prepared) {
    throwIfCancelled(signal);
    const found = typeof content === "string" ? content : await readLayer(name, content);
    if (typeof found === "string") skipped.push({ name, reason: found });
    else layers.push(found);
    entries += own;
    onProgress({
      doneBytes: Math.floor((source.byteLength * entries) / Math.max(1, totalEntries)),
      totalBytes: source.byteLength,
      doneLayers: layers.length + skipped.length,
      totalLayers: plans.length,
    });
    if (entries - entriesAtLastTurn > ENTRIES_PER_TURN) {
      entriesAtLastTurn = entries;
      await nextTurn();
    }
  }
  return { layers, skipped, names: prepared.map(({ name }) => name), warnings };
}

interface Readable {
  readonly plan: PlannedLayer;
  readonly shape: KernelShape;
}

interface Prepared {
  readonly name: string;
  readonly content: Readable | SkipReason;
  /** Entries that will be read. */
  readonly entries: number;
}

function prepare(plans: readonly LayerPlan[]): readonly Prepared[] {
  const unique = new UniqueNames();
  return plans.map((plan) => {
    const name = unique.claim(plan.name);
    if ("reason" in plan) return { name, content: plan.reason, entries: 0 };
    const shape = kernelShape(plan.axes, plan.layout, plan.groups);
    if (typeof shape === "string") return { name, content: shape, entries: 0 };
    return { name, content: { plan, shape }, entries: entriesOf(plan.axes) };
  });
}

async function readLayer(
  name: string,
  { plan, shape }: Readable,
): Promise<ConvolutionLayer | SkipReason> {
  const stored = await plan.read();
  if (typeof stored === "string") return stored;
  const { operator, stride, dilation, graphNode, layout, turned = false } = plan;
  const kernels = inSharedMemory(kernelSlices(stored, shape, layout, turned));
  return { name, operator, ...shape, stride, dilation, kernels, graphNode };
}

function entriesOf(axes: readonly number[]): number {
  return axes.reduce((product, length) => product * length, 1);
}

function checkMemory(entries: number, fileName: string): string[] {
  const mebibytes = Math.round((entries * 4) / 2 ** 20);
  if (entries > MAX_KERNEL_ENTRIES) {
    throw new ConvAtlasError(
      "too-large",
      `The convolution kernels of ${fileName} take more than 1 GiB, more than can be compared at once; choose a smaller network.`,
      `${mebibytes} MiB of kernels`,
    );
  }
  if (entries <= LARGE_KERNEL_ENTRIES) return [];
  return [
    `The convolution kernels of this network take ${mebibytes} MiB of memory; the analysis needs about three times that.`,
  ];
}
