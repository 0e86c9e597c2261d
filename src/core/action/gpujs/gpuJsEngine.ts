import { throwIfCancelled } from "../../errors.ts";
import { POSTER_FEATURES } from "../../features/clinicalKernels.ts";
import { nextTurn } from "../../nextTurn.ts";
import { EXACT_TOLERANCE } from "../comparison.ts";
import type { ActionEngine, DistanceRequest } from "../engine.ts";
import { hasSpectrum, largestMagnitude } from "../response.ts";
import { engineUnavailable, GpuJs, type GpuJsMode } from "./gpuJs.ts";
import { PlanShelf, type PreparedPlan } from "./planShelf.ts";

/**
 * List entries per batch, at least and at most: fewer would leave a card idle, more would
 * take more than 64 MB of its memory.
 */
const ENTRIES_AT_LEAST = 1 << 16;
const ENTRIES_AT_MOST = 1 << 20;

/** Batches aim to take this long, so that a cancel is heard in time; in milliseconds. */
const BATCH_MS = 50;

/** Batches change in size where they take more than twice as long, or less than a quarter. */
const LONG_BATCH_MS = 2 * BATCH_MS;
const SHORT_BATCH_MS = BATCH_MS / 4;

/** Work between two breaths of the event loop, in which a cancel arrives; in milliseconds. */
const BREATH_MS = 30;

/** Distances of an engine that works are within this of the CPU engine's (`ActionEngine`). */
const DEVICE_TOLERANCE = 2e-5;

/**
 * An engine on GPU.js; one request after the other. All of a comparison runs on the device,
 * batch by batch: the transform of the zero-padded kernels, moduli, division by the largest,
 * ranks, distances. Only distances come back.
 */
class GpuJsEngine implements ActionEngine {
  readonly name: GpuJsMode;
  readonly #device: GpuJs;
  readonly #shelf: PlanShelf;
  #entriesPerBatch = ENTRIES_AT_LEAST;
  #queue: Promise<unknown> = Promise.resolve();
  #breathedAt = 0;
  #isClosed = false;

  constructor(device: GpuJs) {
    this.name = device.mode;
    this.#device = device;
    this.#shelf = new PlanShelf(device);
  }

  distances(
    request: DistanceRequest,
    onProgress: (doneKernels: number) => void,
    signal: AbortSignal,
  ): Promise<Float32Array> {
    const distances = this.#queue.then(() => this.#measure(request, onProgress, signal));
    this.#queue = distances.catch(() => {});
    return distances;
  }

  close(): void {
    this.#isClosed = true;
    this.#shelf.clear();
    this.#device.close();
  }

  async #measure(
    request: DistanceRequest,
    onProgress: (doneKernels: number) => void,
    signal: AbortSignal,
  ): Promise<Float32Array> {
    const { kernels, kernelSize, features } = request;
    const size = kernelSize[0] * kernelSize[1];
    const count = kernels.length / size;
    const distances = new Float32Array(count * features.length).fill(Number.NaN);
    for (let done = 0; done < count; ) {
      await this.#breathe();
      throwIfCancelled(signal);
      if (this.#isClosed) throw engineUnavailable(this.name, "the engine was closed");
      const prepared = this.#shelf.take(request, count, this.#entriesPerBatch);
      const taken = Math.min(prepared.batch - 1, count - done);
      const batch = kernels.subarray(done * size, (done + taken) * size);
      const rows = await this.#run(prepared, batch);
      for (let k = 0; k < taken; k++) {
        if (!hasSpectrum(batch, k * size, size)) continue;
        for (let f = 0; f < features.length; f++) {
          distances[(done + k) * features.length + f] = rows[f][k + 1];
        }
      }
      done += taken;
      onProgress(done);
    }
    return distances;
  }

  /** @returns a row per feature, its first distance the check's. */
  async #run(prepared: PreparedPlan, kernels: Float32Array): Promise<readonly Float32Array[]> {
    const { plan, batch, check } = prepared;
    const scaled = scaledBatch(prepared, kernels);
    const startedAt = performance.now();
    const rows = await plan.run(this.#device.array(scaled, [check.kernel.length, batch]));
    if (prepared.isCompiled) this.#learnSpeed(prepared, performance.now() - startedAt);
    prepared.isCompiled = true;
    // A device that is lost, or computes something else, shows in what is known.
    for (const [f, expected] of check.distances.entries()) {
      const got = rows[f][0];
      if (!(Math.abs(got - expected) <= DEVICE_TOLERANCE)) {
        throw engineUnavailable(this.name, `distance ${f} came out ${got}, not ${expected}`);
      }
    }
    return rows;
  }

  #learnSpeed({ entries }: PreparedPlan, milliseconds: number): void {
    // Of a small batch the time tells nothing about a large one.
    if (entries < this.#entriesPerBatch) return;
    if (milliseconds >= SHORT_BATCH_MS && milliseconds <= LONG_BATCH_MS) return;
    const fitting = 2 ** Math.floor(Math.log2((entries * BATCH_MS) / Math.max(1, milliseconds)));
    this.#entriesPerBatch = Math.min(ENTRIES_AT_MOST, Math.max(ENTRIES_AT_LEAST, fitting));
  }

  async #breathe(): Promise<void> {
    if (performance.now() - this.#breathedAt < BREATH_MS) return;
    await nextTurn();
    this.#breathedAt = performance.now();
  }
}

/**
 * The check and the kernels, each divided by its largest |entry|: squares of huge or denormal
 * kernels stay in range. Where there is no spectrum or no kernel, the check stands again.
 */
function scaledBatch({ check, batch }: PreparedPlan, kernels: Float32Array): Float32Array {
  const size = check.kernel.length;
  const scaled = new Float32Array(batch * size);
  for (let k = 0; k < batch; k++) scaled.set(check.kernel, k * size);
  for (let at = 0; at < kernels.length; at += size) {
    if (!hasSpectrum(kernels, at, size)) continue;
    const largest = largestMagnitude(kernels, at, size);
    for (let i = 0; i < size; i++) scaled[size + at + i] = kernels[at + i] / largest;
  }
  return scaled;
}

/** What is asked of a back end before anyone relies on it; small, since a person may wait. */
const TRIAL: DistanceRequest = {
  kernels: Float32Array.from(POSTER_FEATURES[0].kernel),
  kernelSize: [3, 3],
  grid: [6, 6],
  features: POSTER_FEATURES.slice(0, 2),
  compare: "sorted",
  tolerance: EXACT_TOLERANCE,
};

/**
 * Opens a back end and tries it, which shows whether GPU.js really runs on it.
 *
 * @throws ConvAtlasError `engine-unavailable`.
 */
export async function makeGpuJsEngine(mode: GpuJsMode): Promise<ActionEngine> {
  const engine = new GpuJsEngine(await GpuJs.open(mode));
  try {
    await engine.distances(TRIAL, () => {}, new AbortController().signal);
  } catch (thrown) {
    engine.close();
    throw engineUnavailable(mode, thrown);
  }
  return engine;
}
