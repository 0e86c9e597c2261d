import { throwIfCancelled } from "../errors.ts";
import type { BlockMeasurer } from "./blockMeasurer.ts";
import type { Comparison } from "./comparison.ts";
import type { ActionEngine, DistanceRequest } from "./engine.ts";

/**
 * Work in a block, in milliseconds: long enough that handing it over costs little, short
 * enough that a cancel is heard at once and threads end together.
 */
const BLOCK_MS = 2;

/** What a kernel costs, measured on 16 x 16 to 512 x 512; a guess is enough here. */
const NANOSECONDS_PER_KERNEL = 1500;
const NANOSECONDS_PER_VALUE = 0.9;

/** Blocks handed to a measurer at a time: the second waits while the first is under way. */
const BLOCKS_IN_FLIGHT = 2;

const NO_KERNELS = new Float32Array(0);

/** A request that has blocks left to hand out. */
interface Task {
  readonly comparison: Comparison;
  readonly count: number;
  /** Kernels from the next block on have not been handed out. */
  next: number;
  /** Measures the next block. */
  take(measurer: BlockMeasurer): Promise<void>;
}

/** Our own engine, on as many threads as there are measurers. */
export function parallelEngine(measurers: readonly BlockMeasurer[]): ActionEngine {
  /** Places for a block, the one that has been free longest first. */
  const free = Array.from({ length: BLOCKS_IN_FLIGHT }, () => measurers).flat();
  const tasks: Task[] = [];

  /** Earlier requests first: their layers are complete sooner. */
  function handOut(): void {
    while (free.length > 0 && tasks.length > 0) {
      const [task] = tasks;
      const measurer = free.shift();
      if (measurer === undefined) return;
      const measuring = task.take(measurer);
      if (task.next >= task.count) tasks.shift();
      void measuring.finally(() => {
        free.push(measurer);
        handOut();
      });
    }
  }

  return {
    name: "cpu",
    distances(request, onProgress, signal) {
      return new Promise((resolve, reject) => {
        throwIfCancelled(signal);
        const task = taskOf(request, onProgress, signal, resolve, (thrown) => {
          const at = tasks.indexOf(task);
          if (at >= 0) tasks.splice(at, 1);
          reject(thrown);
        });
        if (task.count === 0) {
          resolve(new Float32Array(0));
          return;
        }
        tasks.push(task);
        handOut();
      });
    },
    prepare(comparisons) {
      // Tables and features of a comparison are made with its first block, be it empty.
      for (const comparison of comparisons) {
        for (const measurer of measurers) {
          measurer.measure(comparison, NO_KERNELS).catch(() => {});
        }
      }
    },
    close() {
      for (const measurer of measurers) measurer.close();
    },
  };
}

function taskOf(
  { kernels, ...comparison }: DistanceRequest,
  onProgress: (doneKernels: number) => void,
  signal: AbortSignal,
  resolve: (distances: Float32Array) => void,
  reject: (thrown: unknown) => void,
): Task {
  const { kernelSize, grid, features } = comparison;
  const entries = kernelSize[0] * kernelSize[1];
  const count = kernels.length / entries;
  const distances = new Float32Array(count * features.length);
  const perBlock = kernelsPerBlock(grid[0] * grid[1]);
  let done = 0;
  return {
    comparison,
    count,
    next: 0,
    async take(measurer) {
      const first = this.next;
      const end = Math.min(first + perBlock, count);
      this.next = end;
      try {
        throwIfCancelled(signal);
        const block = kernels.subarray(first * entries, end * entries);
        const found = await measurer.measure(comparison, block);
        throwIfCancelled(signal);
        distances.set(found, first * features.length);
        done += end - first;
        onProgress(done);
        if (done === count) resolve(distances);
      } catch (thrown) {
        reject(thrown);
      }
    },
  };
}

function kernelsPerBlock(gridValues: number): number {
  const nanoseconds = NANOSECONDS_PER_KERNEL + NANOSECONDS_PER_VALUE * gridValues;
  return Math.max(Math.round((BLOCK_MS * 1e6) / nanoseconds), 1);
}
