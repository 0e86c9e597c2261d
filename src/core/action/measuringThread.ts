import { ConvAtlasError } from "../errors.ts";
import { POSTER_FEATURES } from "../features/clinicalKernels.ts";
import type { BlockMeasurer } from "./blockMeasurer.ts";
import { type Comparison, EXACT_TOLERANCE, FEATURE_SIZE } from "./comparison.ts";
import { COMPARISONS_READY, KernelModule } from "./kernelModule.ts";
import { gaussianKernels } from "./noiseKernels.ts";

/**
 * What a measuring thread is sent: first how many modules it may make, then a comparison once
 * and blocks that name it. A comparison holds all features, and copying those would cost more
 * than many a block.
 */
export type ThreadMessage =
  | { readonly kind: "start"; readonly modules: number }
  | { readonly kind: "comparison"; readonly number: number; readonly comparison: Comparison }
  | {
      readonly kind: "block";
      readonly id: number;
      readonly comparison: number;
      readonly kernels: Float32Array;
    };

export interface DistancesMessage {
  readonly id: number;
  readonly distances: Float32Array<ArrayBuffer>;
}

/** Its answer to a block. */
export type ThreadAnswer =
  | DistancesMessage
  /** The thread is of no use any more. */
  | { readonly id: number; readonly failure: string };

/** The end of a channel to a measuring thread: Web Workers and Node's differ only here. */
export interface ThreadPort {
  post(message: ThreadMessage, transfer: ArrayBuffer[]): void;
  onAnswer(receive: (message: ThreadAnswer) => void): void;
  /** Called when the thread cannot be loaded or has died. */
  onLost(lose: (details: string) => void): void;
  close(): void;
}

/** More threads than this gain little: memory, shared by all, becomes the limit. */
const MOST_THREADS = 16;

/**
 * Modules of all threads together. Chromium reserves some 10 GB of addresses for each and has
 * 1 TB of them for a page (V8, `kAddressSpaceLimit`): measured, between 90 and 100 modules. A
 * model that is being closed and one that is compared may hold as many again.
 */
const MODULES_OF_ALL_THREADS = 30;

/** How many modules each of so many threads may make. */
export function modulesPerThread(threads: number): number {
  return Math.min(Math.max(Math.floor(MODULES_OF_ALL_THREADS / threads), 1), COMPARISONS_READY);
}

/** One for each core; the thread that asks only waits. */
export function threadCount(cores: number | undefined): number {
  return Math.min(Math.max(cores ?? 1, 1), MOST_THREADS);
}

/**
 * Measures on a thread of its own, which listens with `threadReceiver`.
 *
 * @param modules that the thread may make.
 */
export function threadMeasurer(port: ThreadPort, modules: number): BlockMeasurer {
  const pending = new Map<
    number,
    { resolve: (distances: Float32Array) => void; reject: (error: ConvAtlasError) => void }
  >();
  const known = new Map<string, number>();
  const numbers = new WeakMap<Comparison, number>();
  let nextId = 0;
  let lost: ConvAtlasError | null = null;
  port.onAnswer((answer) => {
    if ("failure" in answer) {
      lose(answer.failure);
      return;
    }
    pending.get(answer.id)?.resolve(answer.distances);
    pending.delete(answer.id);
  });
  port.onLost(lose);
  port.post({ kind: "start", modules }, []);
  function lose(details: string): void {
    lost = new ConvAtlasError(
      "engine-unavailable",
      "A computing thread of ConvAtlas stopped, perhaps for lack of memory; close other programs and try again.",
      details,
    );
    for (const { reject } of pending.values()) reject(lost);
    pending.clear();
  }
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
async function loadWarm(modules: number): Promise<KernelModule> {
  const module = await KernelModule.load(modules);
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
 * @param answer sends what a block's distances are, or why there are none: who waits for a
 * thread that says nothing waits for ever.
 */
export function threadReceiver(
  answer: (message: ThreadAnswer) => void,
): (message: ThreadMessage) => void {
  let loading: Promise<KernelModule> | null = null;
  const comparisons: Comparison[] = [];
  return (message) => {
    switch (message.kind) {
      case "start":
        loading = loadWarm(message.modules);
        // A thread that could not start says so with its first block.
        loading.catch(() => {});
        return;
      case "comparison":
        comparisons[message.number] = message.comparison;
        return;
      case "block": {
        const { id, comparison, kernels } = message;
        loading ??= loadWarm(1);
        loading
          .then((module) => module.distances(comparisons[comparison], kernels))
          .then(
            (distances) => answer({ id, distances }),
            (thrown: unknown) => answer({ id, failure: String(thrown) }),
          );
        return;
      }
    }
  };
}
