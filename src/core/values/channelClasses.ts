import type { AnalysedLayer } from "../analysis/analysis.ts";
import { ORDERED_CLASSES } from "./orderedClasses.ts";

/** Output channels that share a class, both ends included, 0-based. */
export interface ChannelRange {
  readonly from: number;
  readonly to: number;
}

type Described = Pick<AnalysedLayer, "description">;

function classCount({ description }: Described): number {
  return Math.min(ORDERED_CLASSES, description.outChannels);
}

/** Output channels of a layer in equal ranges, ascending; one range per channel where there are few. */
export function channelRanges(layer: Described): readonly ChannelRange[] {
  const { outChannels } = layer.description;
  const classes = classCount(layer);
  const first = (index: number) => Math.ceil((index * outChannels) / classes);
  return Array.from({ length: classes }, (_, index) => ({
    from: first(index),
    to: first(index + 1) - 1,
  }));
}

const known = new WeakMap<Float32Array, Int8Array>();

/** Index in `channelRanges` of each kernel of a layer; shared between callers, not to be written to. */
export function channelClasses(
  layer: Pick<AnalysedLayer, "description" | "kernels" | "kernelCount">,
): Int8Array {
  const before = known.get(layer.kernels);
  if (before !== undefined) return before;
  const { inChannels, groups, outChannels } = layer.description;
  const classes = classCount(layer);
  const found = new Int8Array(layer.kernelCount);
  for (let kernel = 0; kernel < found.length; kernel++) {
    const output = Math.floor(kernel / (inChannels / groups));
    found[kernel] = Math.floor((output * classes) / outChannels);
  }
  known.set(layer.kernels, found);
  return found;
}
