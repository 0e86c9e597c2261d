import type { EngineName } from "../analysis/analysis.ts";
import { toConvAtlasError } from "../errors.ts";
import { POSTER_FEATURES } from "../features/clinicalKernels.ts";
import type { Size2d } from "../network/size2d.ts";
import { EXACT_TOLERANCE } from "./comparison.ts";
import type { ActionEngine, EngineMaker } from "./engine.ts";
import { GAUSSIAN_BASELINE_KERNELS, gaussianKernels } from "./noiseKernels.ts";

/** Nanoseconds per grid value; engines that cannot run, or not in time, are left out. */
export type Speeds = Readonly<Partial<Record<EngineName, number>>>;

/** All of it must be over after this time: a person waits for labels. */
export const CALIBRATION_MS = 150;

/** Nobody waits for what is measured afterwards, but the machine is busy with it. */
const LATE_MS = 2000;

/** A measurement this long is good to some ten percent. */
const MEASURED_MS = 12;

/** Larger grids cost no less per value, and more time to measure. */
const LARGEST_SIDE = 128;

const FIRST_KERNELS = 16;

/** What was measured, and what was not ready in time. */
export interface Calibration {
  readonly speeds: Speeds;
  readonly late: readonly EngineMaker[];
}

/**
 * Measures our own engine and those others that are ready in time, on the kind of work there
 * is to do. A software adapter is found out by its speed, whatever it calls itself.
 *
 * @throws ConvAtlasError `cancelled`.
 */
export async function calibrate(
  cpu: ActionEngine,
  others: readonly EngineMaker[],
  mainGrid: Size2d,
  signal: AbortSignal,
): Promise<Calibration> {
  const deadline = performance.now() + CALIBRATION_MS;
  // What is slow to start does so while the others are measured.
  const makings = others.map((maker) => ({ maker, making: maker.make() }));
  const ownSpeed = await measuredSpeed(cpu, mainGrid, deadline, signal);
  const speeds: Partial<Record<EngineName, number>> = { cpu: ownSpeed ?? Number.MAX_VALUE };
  const late: EngineMaker[] = [];
  for (const { maker, making } of makings) {
    const engine = await inTime(making, deadline);
    const measuring = engine && measuredSpeed(engine, mainGrid, deadline, signal);
    const speed = measuring && (await inTime(measuring, deadline));
    if (speed === null) late.push(maker);
    else speeds[maker.name] = speed;
  }
  return { speeds, late };
}

/**
 * Measures what was late, when nobody waits for it any more; engines that cannot run at
 * all are left out.
 */
export async function measureLate(late: readonly EngineMaker[], mainGrid: Size2d): Promise<Speeds> {
  const { signal } = new AbortController();
  const speeds: Partial<Record<EngineName, number>> = {};
  for (const maker of late) {
    try {
      const engine = await maker.make();
      const speed = await measuredSpeed(engine, mainGrid, performance.now() + LATE_MS, signal);
      if (speed !== null) speeds[maker.name] = speed;
    } catch {
      // It said why to whoever insists on it.
    }
  }
  return speeds;
}

/** Null if there was no time even for a few kernels, or the engine failed. */
async function measuredSpeed(
  engine: ActionEngine,
  mainGrid: Size2d,
  deadline: number,
  signal: AbortSignal,
): Promise<number | null> {
  const grid: Size2d = [Math.min(mainGrid[0], LARGEST_SIDE), Math.min(mainGrid[1], LARGEST_SIDE)];
  const all = gaussianKernels(9);
  const elapsedFor = async (count: number) => {
    const startedAt = performance.now();
    const request = {
      kernels: all.subarray(0, count * 9),
      kernelSize: [3, 3],
      grid,
      features: POSTER_FEATURES,
      compare: "sorted",
      tolerance: EXACT_TOLERANCE,
    } as const;
    await engine.distances(request, () => {}, signal);
    return performance.now() - startedAt;
  };
  let speed: number | null = null;
  try {
    for (let count = FIRST_KERNELS; count <= GAUSSIAN_BASELINE_KERNELS; count *= 4) {
      // The first time compiles and fills caches, in some engines for each size of a batch.
      const unprepared = await elapsedFor(count);
      if (speed === null) speed = speedOf(unprepared, count, grid);
      if (performance.now() + unprepared > deadline) break;
      const elapsed = await elapsedFor(count);
      speed = speedOf(elapsed, count, grid);
      // The next round would take about four times as long, twice.
      if (elapsed > MEASURED_MS || performance.now() + 8 * elapsed > deadline) break;
    }
  } catch (thrown) {
    if (toConvAtlasError(thrown).code === "cancelled") throw thrown;
    return null;
  }
  return speed;
}

function speedOf(milliseconds: number, kernels: number, grid: Size2d): number {
  return (milliseconds * 1e6) / (kernels * grid[0] * grid[1]);
}

/** What a promise gives before the deadline; null later, or if it fails for other reasons than a cancel. */
async function inTime<Value>(promise: Promise<Value>, deadline: number): Promise<Value | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(deadline - performance.now(), 0));
  });
  try {
    return await Promise.race([promise, late]);
  } catch (thrown) {
    if (toConvAtlasError(thrown).code === "cancelled") throw thrown;
    return null;
  } finally {
    clearTimeout(timer);
  }
}
