import { throwIfCancelled } from "../../errors.ts";
import { POSTER_FEATURES } from "../../features/clinicalKernels.ts";
import { type Comparison, EXACT_TOLERANCE } from "../comparison.ts";
import type { ActionEngine, DistanceRequest } from "../engine.ts";
import { exactMeasure } from "../exactMeasure.ts";
import { hasSpectrum, largestMagnitude } from "../response.ts";
import { distancePlan } from "./distancePlan.ts";
import { type DevicePlan, engineUnavailable, GpuJs, type GpuJsMode } from "./gpuJs.ts";
import { valueList } from "./valueList.ts";

/**
 * Plans that are kept, each with its compiled passes, tables and memory: an analysis goes
 * through a handful of grids, level by level, again and again. On WebAssembly each also has
 * threads of its own, one for every core.
 */
const PLANS_AT_MOST: Readonly<Record<GpuJsMode, number>> = { webgpu: 12, webgl2: 12, webasm: 4 };

/**
 * List entries per batch, at least and at most. A plan has about eight arrays of them, so
 * memory stays below 64 MB a plan; fewer than the least would leave a card idle.
 */
const ENTRIES_AT_LEAST = 1 << 16;
const ENTRIES_AT_MOST = 1 << 20;

/** Kernels per batch, at least and at most; z of a WebGPU dispatch ends at 65,535. */
const BATCH_AT_LEAST = 4;
const BATCH_AT_MOST = 4096;

/** A cancel is heard after this long, as far as the last batches foretell; in milliseconds. */
const BATCH_MS = 50;

/** Distances of an engine that works are within this of the CPU engine's (`ActionEngine`). */
const DEVICE_TOLERANCE = 2e-5;

interface PreparedPlan {
  readonly plan: DevicePlan;
  /** Kernels per batch, the check's included. */
  readonly batch: number;
  readonly entries: number;
  readonly check: readonly number[];
  readonly checkDistances: Float32Array;
}

/** An engine on GPU.js; one request after the other. */
class GpuJsEngine implements ActionEngine {
  readonly name: GpuJsMode;
  readonly #device: GpuJs;
  readonly #plans = new Map<string, PreparedPlan>();
  #entriesPerBatch = ENTRIES_AT_LEAST;
  #queue: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(device: GpuJs) {
    this.name = device.mode;
    this.#device = device;
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
    for (const { plan } of this.#plans.values()) plan.destroy();
    this.#plans.clear();
    this.#device.close();
  }

  async #measure(
    request: DistanceRequest,
    onProgress: (doneKernels: number) => void,
    signal: AbortSignal,
  ): Promise<Float32Array> {
    const { kernels, kernelSize, features } = request;
    const entries = kernelSize[0] * kernelSize[1];
    const count = kernels.length / entries;
    const distances = new Float32Array(count * features.length).fill(Number.NaN);
    for (let done = 0; done < count; ) {
      throwIfCancelled(signal);
      if (this.#isClosed) throw engineUnavailable(this.name, "the engine was closed");
      const prepared = this.#prepare(request, count - done);
      const taken = Math.min(prepared.batch - 1, count - done);
      const startedAt = performance.now();
      const rows = await prepared.plan.run(
        this.#device.array(
          scaledBatch(prepared, kernels.subarray(done * entries, (done + taken) * entries)),
          [entries, prepared.batch],
        ),
      );
      this.#checkRows(prepared, rows);
      for (let k = 0; k < taken; k++) {
        if (!hasSpectrum(kernels, (done + k) * entries, entries)) continue;
        for (let f = 0; f < features.length; f++) {
          distances[(done + k) * features.length + f] = rows[f][k + 1];
        }
      }
      this.#learnSpeed(prepared, performance.now() - startedAt);
      done += taken;
      onProgress(done);
      await breath();
    }
    return distances;
  }

  /** A plan for up to `count` kernels, from the last ones used or new. */
  #prepare(comparison: Comparison, count: number): PreparedPlan {
    const { kernelSize, grid, compare, features } = comparison;
    const entries = valueList(grid).length;
    const batch = Math.min(batchFor(count), batchOf(this.#entriesPerBatch / entries));
    const key = JSON.stringify([kernelSize, grid, compare, features, batch]);
    const kept = this.#plans.get(key);
    const prepared = kept ?? this.#newPlan(comparison, batch, entries);
    this.#plans.delete(key);
    this.#plans.set(key, prepared);
    for (const [oldest, { plan }] of this.#plans) {
      if (this.#plans.size <= PLANS_AT_MOST[this.name]) break;
      this.#plans.delete(oldest);
      plan.destroy();
    }
    return prepared;
  }

  #newPlan(comparison: Comparison, batch: number, entries: number): PreparedPlan {
    const check = checkKernel(comparison.kernelSize[0] * comparison.kernelSize[1]);
    return {
      plan: distancePlan(this.#device, comparison, batch),
      batch,
      entries,
      check,
      checkDistances: exactMeasure(comparison)(Float32Array.from(check)),
    };
  }

  /** The first kernel of every batch is known; a device that is lost or wrong shows there. */
  #checkRows({ checkDistances }: PreparedPlan, rows: readonly Float32Array[]): void {
    for (const [f, expected] of checkDistances.entries()) {
      const got = rows[f][0];
      if (!(Math.abs(got - expected) <= DEVICE_TOLERANCE)) {
        throw engineUnavailable(this.name, `distance ${f} came out ${got}, not ${expected}`);
      }
    }
  }

  /** Batches grow or shrink by halves until one takes about as long as it may. */
  #learnSpeed({ batch, entries }: PreparedPlan, milliseconds: number): void {
    const size = batch * entries;
    if (size < this.#entriesPerBatch / 2) return;
    if (milliseconds > 2 * BATCH_MS) this.#entriesPerBatch /= 2;
    else if (milliseconds < BATCH_MS / 4) this.#entriesPerBatch *= 2;
    this.#entriesPerBatch = Math.min(
      ENTRIES_AT_MOST,
      Math.max(ENTRIES_AT_LEAST, this.#entriesPerBatch),
    );
  }
}

/** Few sizes, so that few plans: powers of two, with a place for the check. */
function batchFor(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(BATCH_AT_LEAST, count + 1)));
}

function batchOf(kernels: number): number {
  const whole = 2 ** Math.floor(Math.log2(Math.max(1, kernels)));
  return Math.min(BATCH_AT_MOST, Math.max(BATCH_AT_LEAST, whole));
}

/** The check and the kernels, each divided by its largest |entry|; ones without spectrum replaced. */
function scaledBatch({ check, batch }: PreparedPlan, kernels: Float32Array): Float32Array {
  const entries = check.length;
  const scaled = new Float32Array(batch * entries);
  for (let k = 0; k < batch; k++) scaled.set(check, k * entries);
  for (let at = 0; at < kernels.length; at += entries) {
    if (!hasSpectrum(kernels, at, entries)) continue;
    const largest = largestMagnitude(kernels, at, entries);
    for (let i = 0; i < entries; i++) scaled[entries + at + i] = kernels[at + i] / largest;
  }
  return scaled;
}

/** A kernel without symmetry, so that nothing cancels by chance. */
function checkKernel(entries: number): number[] {
  return Array.from({ length: entries }, (_, i) => (i === 0 ? 1 : 0.5 * Math.sin(i * i + 1)));
}

/** Lets the event loop of this thread hear a cancel. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Lists are short enough to be counted on the first of these grids, and sorted on the second. */
const TRIAL_GRIDS = [
  [9, 12],
  [36, 40],
] as const;

/**
 * Opens a back end and tries it.
 *
 * @throws ConvAtlasError `engine-unavailable`.
 */
export async function makeGpuJsEngine(mode: GpuJsMode): Promise<ActionEngine> {
  const engine = new GpuJsEngine(await GpuJs.open(mode));
  const never = new AbortController().signal;
  try {
    for (const grid of TRIAL_GRIDS) {
      for (const compare of ["sorted", "response"] as const) {
        const request: DistanceRequest = {
          kernels: new Float32Array([0, 1, 0, 1, -4, 1, 0, 1, 0]),
          kernelSize: [3, 3],
          grid,
          features: POSTER_FEATURES.slice(0, 2),
          compare,
          tolerance: EXACT_TOLERANCE,
        };
        await engine.distances(request, () => {}, never);
      }
    }
  } catch (thrown) {
    engine.close();
    throw engineUnavailable(mode, thrown);
  }
  return engine;
}
