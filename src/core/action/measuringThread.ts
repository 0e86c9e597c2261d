import { ConvAtlasError } from "../errors.ts";
import { POSTER_FEATURES } from "../features/clinicalKernels.ts";
import type { BlockMeasurer } from "./blockMeasurer.ts";
import { type Comparison, EXACT_TOLERANCE, FEATURE_SIZE } from "./comparison.ts";
import { KernelModule } from "./kernelModule.ts";
import { gaussianKernels } from "./noiseKernels.ts";

/**
 * What a measuring thread is sent: a comparison once, then blocks that name it. A comparison
 * holds all features, and copying those would cost more than many a block.
 */
export type ThreadMessage =
  | { readonly kind: "comparison"; readonly number: number; readonly comparison: Comparison }
  | {
      readonly kind: "block";
      readonly id: number;
      readonly comparison: number;
      readonly kernels: Float32Array;
    };

/** Its answer. */
export interface DistancesMessage {
  readonly id: number;
  readonly distances: Float32Array<ArrayBuffer>;
}

/** The end of a channel to a measuring thread: Web Workers and Node's differ only here. */
export interface ThreadPort {
  post(message: ThreadMessage, transfer: ArrayBuffer[]): void;
  onAnswer(receive: (message: DistancesMessage) => void): void;
  /** Called when the thread cannot be loaded or has died. */
  onLost(lose: (details: string) => void): void;
  close(): void;
}

/** More threads than this gain little: memory, shared by all, becomes the limit. */
const MOST_THREADS = 16;

/** One for each core; the thread that asks only waits. */
export function threadCount(cores: number | undefined): number {
  return Math.min(Math.max(cores ?? 1, 1), MOST_THREADS);
}

/** Measures on a thread of its own, which listens with `threadReceiver`. */
export function threadMeasurer(port: ThreadPort): BlockMeasurer {
  const pending = new Map<
    number,
    { resolve: (distances: Float32Array) => void; reject: (error: ConvAtlasError) => void }
  >();
  const known = new Map<string, number>();
  const numbers = new WeakMap<Comparison, number>();
  let nextId = 0;
  let lost: ConvAtlasError | null = null;
  port.onAnswer(({ id, distances }) => {
    pending.get(id)?.resolve(distances);
    pending.delete(id);
  });
  port.onLost((details) => {
    lost = new ConvAtlasError(
      "engine-unavailable",
      "A computing thread of ConvAtlas stopped, perhaps for lack of memory; close other programs and try again.",
      details,
    );
    for (const { reject } of pending.values()) reject(lost);
    pending.clear();
  });
  /** The number under which the thread knows a comparison. */
  function numberOf(comparison: Comparison): number {
    const key = JSON.stringify(comparison);
    const number = known.get(key) ?? known.size;
    if (!known.has(key)) {
      known.set(key, number);
      port.post({ kind: "comparison", number, comparison }, []);
    }
    numbers.set(comparison, number);
    return number;
  }

  return {
    measure(comparison, kernels) {
      return new Promise((resolve, reject) => {
        if (lost !== null) {
          reject(lost);
          return;
        }
        const id = nextId++;
        pending.set(id, { resolve, reject });
        const number = numbers.get(comparison) ?? numberOf(comparison);
        const block = { kind: "block", id, comparison: number } as const;
        // Shared memory is seen by all threads; other memory is copied once and handed over.
        if (kernels.buffer instanceof ArrayBuffer) {
          const copy = kernels.slice();
          port.post({ ...block, kernels: copy }, [copy.buffer]);
        } else {
          port.post({ ...block, kernels }, []);
        }
      });
    },
    close: () => port.close(),
  };
}

/** Kernels that are computed for nothing, some 10 ms of them. */
const WARM_UP_KERNELS = 300;

/**
 * A module that has been compiled well: engines do that only once code has run for a while,
 * and threads have nothing to do while a file is read.
 */
async function loadWarm(): Promise<KernelModule> {
  const module = await KernelModule.load();
  module.makeSpareModules();
  const kernels = gaussianKernels(9).subarray(0, 9 * WARM_UP_KERNELS);
  const comparison = {
    kernelSize: FEATURE_SIZE,
    features: POSTER_FEATURES,
    compare: "sorted",
    tolerance: EXACT_TOLERANCE,
  } as const;
  module.distances({ ...comparison, grid: [64, 64] }, kernels);
  module.distances({ ...comparison, grid: [16, 16] }, kernels);
  return module;
}

/**
 * The other end, in the thread: takes messages in the order in which they come.
 *
 * @param answer sends what a block's distances are.
 */
export function threadReceiver(
  answer: (message: DistancesMessage) => void,
): (message: ThreadMessage) => void {
  const loading = loadWarm();
  const comparisons: Comparison[] = [];
  return (message) => {
    switch (message.kind) {
      case "comparison":
        comparisons[message.number] = message.comparison;
        return;
      case "block": {
        const { id, comparison, kernels } = message;
        void loading.then((module) => {
          answer({ id, distances: module.distances(comparisons[comparison], kernels) });
        });
        return;
      }
    }
  };
}
