import { throwIfCancelled } from "../errors.ts";
import { nextTurn } from "../nextTurn.ts";

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
  #total = 0;
  readonly #onProgress: (share: number) => void;
  readonly #signal: AbortSignal;
  #done = 0;
  #sinceLook = 0;
  #breathedAt = performance.now();

  /** @throws ConvAtlasError `cancelled` if it is already. */
  constructor(onProgress: (share: number) => void, signal: AbortSignal) {
    throwIfCancelled(signal);
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  /** How many operations are to come, an estimate: progress counts from here to 1. */
  expect(total: number): void {
    this.#total = total;
    this.#done = 0;
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
    if (this.#total > 0) this.#onProgress(Math.min(1, this.#done / this.#total));
    await nextTurn();
    throwIfCancelled(this.#signal);
    this.#breathedAt = performance.now();
  }
}
