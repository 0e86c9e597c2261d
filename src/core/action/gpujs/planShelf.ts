import type { Comparison } from "../comparison.ts";
import { exactMeasure } from "../exactMeasure.ts";
import { type ComparisonTables, comparisonTables, distancePlan } from "./distancePlan.ts";
import type { DevicePlan, GpuJs, GpuJsMode } from "./gpuJs.ts";
import { valueList } from "./valueList.ts";

/** A plan for batches of one size. */
export interface PreparedPlan {
  readonly plan: DevicePlan;
  /** Kernels per batch, the check's included. */
  readonly batch: number;
  /** List entries of a whole batch. */
  readonly entries: number;
  readonly check: CheckKernel;
  /** False until it has run once, which compiles its passes. */
  isCompiled: boolean;
}

/** A kernel whose distances are known, to be measured along with others. */
export interface CheckKernel {
  readonly kernel: Float32Array;
  readonly distances: Float32Array;
}

/**
 * Plans that are kept, each with its compiled passes: an analysis goes through a handful of
 * grids, level by level, again and again. On WebAssembly each also has threads of its own,
 * one for every core.
 */
const PLANS_AT_MOST: Readonly<Record<GpuJsMode, number>> = { webgpu: 16, webgl2: 16, webasm: 4 };

/** Batch entries of all kept plans. Each is in about eight arrays of floats: 128 MB. */
const KEPT_ENTRIES_AT_MOST = 1 << 22;

/** Comparisons whose tables are kept; those of a 512 x 512 grid take 1 MB a feature. */
const TABLES_AT_MOST = 4;

/** Kernels per batch, at least and at most; z of a WebGPU dispatch ends at 65,535. */
const BATCH_AT_LEAST = 4;
const BATCH_AT_MOST = 4096;

/** A batch below this takes as long as one of this: launching the passes is what it costs. */
const ENTRIES_AT_LEAST = 1 << 13;

/** A plan for up to this many times the kernels will do: compiling takes longer than waste. */
const SPARE_AT_MOST = 8;

interface SharedTables {
  readonly tables: ComparisonTables;
  readonly check: CheckKernel;
}

/** Makes plans and keeps the last ones used. */
export class PlanShelf {
  readonly #device: GpuJs;
  readonly #plans = new Map<string, PreparedPlan>();
  readonly #tables = new Map<string, SharedTables>();

  constructor(device: GpuJs) {
    this.#device = device;
  }

  /** A plan for `kernels` kernels and the check, or as many as `entries` list entries hold. */
  take(comparison: Comparison, kernels: number, entries: number): PreparedPlan {
    const perKernel = valueList(comparison.grid).length;
    const limit = batchOf(entries / perKernel);
    const least = Math.max(BATCH_AT_LEAST, ENTRIES_AT_LEAST / perKernel, kernels + 1);
    const batch = Math.min(limit, 2 ** Math.ceil(Math.log2(least)));
    const { kernelSize, grid, compare, features } = comparison;
    const about = JSON.stringify([kernelSize, grid, compare, features]);
    let key = `${batch} ${about}`;
    for (let larger = batch; larger <= Math.min(limit, batch * SPARE_AT_MOST); larger *= 2) {
      if (!this.#plans.has(`${larger} ${about}`)) continue;
      key = `${larger} ${about}`;
      break;
    }
    const prepared = this.#plans.get(key) ?? this.#make(comparison, about, batch, perKernel);
    this.#plans.delete(key);
    this.#plans.set(key, prepared);
    this.#removeOldest();
    return prepared;
  }

  clear(): void {
    for (const { plan } of this.#plans.values()) plan.destroy();
    this.#plans.clear();
    this.#tables.clear();
  }

  #make(comparison: Comparison, about: string, batch: number, perKernel: number): PreparedPlan {
    const { tables, check } = this.#sharedTables(comparison, about);
    return {
      plan: distancePlan(this.#device, comparison, tables, batch),
      batch,
      entries: batch * perKernel,
      check,
      isCompiled: false,
    };
  }

  #sharedTables(comparison: Comparison, about: string): SharedTables {
    const kept = this.#tables.get(about);
    if (kept !== undefined) return kept;
    const kernel = checkKernel(comparison.kernelSize[0] * comparison.kernelSize[1]);
    const distances = exactMeasure(comparison)(kernel);
    const made = { tables: comparisonTables(comparison), check: { kernel, distances } };
    this.#tables.set(about, made);
    for (const oldest of this.#tables.keys()) {
      if (this.#tables.size <= TABLES_AT_MOST) break;
      this.#tables.delete(oldest);
    }
    return made;
  }

  #removeOldest(): void {
    let entries = 0;
    for (const plan of this.#plans.values()) entries += plan.entries;
    for (const [oldest, prepared] of this.#plans) {
      const isFull =
        this.#plans.size > PLANS_AT_MOST[this.#device.mode] || entries > KEPT_ENTRIES_AT_MOST;
      if (!isFull || this.#plans.size === 1) break;
      this.#plans.delete(oldest);
      entries -= prepared.entries;
      prepared.plan.destroy();
    }
  }
}

/** Few sizes, so that few plans: powers of two. */
function batchOf(kernels: number): number {
  const whole = 2 ** Math.floor(Math.log2(Math.max(1, kernels)));
  return Math.min(BATCH_AT_MOST, Math.max(BATCH_AT_LEAST, whole));
}

/** A kernel without symmetry, so that nothing cancels by chance; its largest entry is 1. */
function checkKernel(entries: number): Float32Array {
  return Float32Array.from({ length: entries }, (_, i) =>
    i === 0 ? 1 : 0.5 * Math.sin(i * i + 1),
  );
}
