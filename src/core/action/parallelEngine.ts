import { throwIfCancelled } from "../errors.ts";
import type { BlockMeasurer } from "./blockMeasurer.ts";
import type { ActionEngine } from "./engine.ts";

/**
 * Grid values in a block: some 2 ms of work, long enough that handing it over costs
 * little, short enough that a cancel is heard at once and threads end together.
 */
const VALUES_PER_BLOCK = 1_500_000;

/** On tiny grids a kernel costs more than its values: some 2 ms of work again. */
const KERNELS_PER_BLOCK_AT_MOST = 1024;

/** Blocks handed to a measurer at a time: the second waits while the first is under way. */
const BLOCKS_IN_FLIGHT = 2;

/** Our own engine, on as many threads as there are measurers. */
export function parallelEngine(measurers: readonly BlockMeasurer[]): ActionEngine {
  return {
    name: "cpu",
    async distances({ kernels, ...comparison }, onProgress, signal) {
      throwIfCancelled(signal);
      const { kernelSize, grid, features } = comparison;
      const entries = kernelSize[0] * kernelSize[1];
      const count = kernels.length / entries;
      const distances = new Float32Array(count * features.length);
      // Small requests are divided too, so that no thread waits.
      const fairShare = Math.ceil(count / (BLOCKS_IN_FLIGHT * measurers.length));
      const perBlock = Math.min(kernelsPerBlock(grid[0] * grid[1]), Math.max(fairShare, 1));
      let next = 0;
      let done = 0;
      const takeBlocks = async (measurer: BlockMeasurer) => {
        while (next < count) {
          const first = next;
          const end = Math.min(first + perBlock, count);
          next = end;
          const block = kernels.subarray(first * entries, end * entries);
          const found = await measurer.measure(comparison, block);
          throwIfCancelled(signal);
          distances.set(found, first * features.length);
          done += end - first;
          onProgress(done);
        }
      };
      const lanes = Array.from({ length: BLOCKS_IN_FLIGHT }, () => measurers.map(takeBlocks));
      await Promise.all(lanes.flat());
      return distances;
    },
    close() {
      for (const measurer of measurers) measurer.close();
    },
  };
}

function kernelsPerBlock(gridValues: number): number {
  const kernels = Math.floor(VALUES_PER_BLOCK / gridValues);
  return Math.min(Math.max(kernels, 1), KERNELS_PER_BLOCK_AT_MOST);
}
