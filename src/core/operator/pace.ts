import { throwIfCancelled } from "../errors.ts";

/** Work between two breaths of the event loop, in milliseconds: a cancel feels immediate. */
const BREATH_MS = 30;

/** Operations between two looks at the clock: well under a millisecond. */
const OPERATIONS_PER_LOOK = 300_000;

/**
 * Keeps long arithmetic polite: it counts operations, and now and then reports progress,
 * lets messages in and gives up if they were a cancel.
 *
 *     if (pace.spend(operations)) await pace.breathe();
 */
export class Pace {
  readonly #total: number;
  readonly #onProgress: (share: number) => void;
  readonly #signal: AbortSignal;
  #done = 0;
  #sinceLook = 0;
  #breathedAt = performance.now();

  /** @param total operations expected; an estimate, progress never exceeds 1. */
  constructor(total: number, onProgress: (share: number) => void, signal: AbortSignal) {
    throwIfCancelled(signal);
    this.#total = total;
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  /** Counts operations. True when it is time to breathe. */
  spend(operations: number): boolean {
    this.#done += operations;
    this.#sinceLook += operations;
    if (this.#sinceLook < OPERATIONS_PER_LOOK) return false;
    this.#sinceLook = 0;
    return performance.now() - this.#breathedAt > BREATH_MS;
  }

  /** @throws ConvAtlasError `cancelled`. */
  async breathe(): Promise<void> {
    this.#onProgress(this.#total > 0 ? Math.min(1, this.#done / this.#total) : 0);
    await new Promise((resolve) => setTimeout(resolve, 0));
    throwIfCancelled(this.#signal);
    this.#breathedAt = performance.now();
  }
}
