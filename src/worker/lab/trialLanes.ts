import { ConvAtlasError } from "../../core/errors.ts";
import type { TrialResult } from "../../core/substitution/trial.ts";
import type { Answering } from "../answering.ts";
import { type AskedWorker, type Bridge, bridgeTo } from "../bridge.ts";
import type { RuntimeLoader } from "./runtime.ts";
import { modelStarter } from "./session.ts";
import { TrialRunner, type TrialTask } from "./trialTask.ts";

/** A worker that does trials of one task: it is greeted with the task and asked for trials. */
export type LaneAnswering = Answering<number, null, TrialResult>;

/** Where trials can be done beside each other. */
export interface TrialLanes {
  /** How many at once. */
  readonly count: number;
  start(): AskedWorker;
}

/**
 * Beyond four, lanes wait for memory more than they compute; each holds ONNX Runtime, some 50 MiB.
 */
const LANES_AT_MOST = 4;

/** Fewer runs than this are over before a second lane has started. */
const RUNS_AT_LEAST = 24;

/** Bytes of a network's kernels that each lane may hold once more. */
const LARGEST_KERNELS_BYTES = 2 ** 26;

/** Trials are what the whole machine is for while they run, the page's thread has little to do. */
export function laneCount(cores: number): number {
  return Math.max(1, Math.min(LANES_AT_MOST, cores));
}

/** What a lane's worker does. */
export function trialLane(task: TrialTask, loadRuntime: RuntimeLoader): LaneAnswering {
  let runner: Promise<TrialRunner> | null = null;
  async function started(): Promise<TrialRunner> {
    const starter = modelStarter(await loadRuntime());
    return new TrialRunner(task, await starter.start(task.model, task.externalData));
  }
  return async (trial, onEvent, signal) => {
    runner ??= started();
    return (await runner).run(trial, () => onEvent(null), signal);
  };
}

/** Whether lanes are worth their start and their memory. */
export function areLanesWorthwhile({ slices, trials, slots }: TrialTask): boolean {
  const bytes = slots.reduce((sum, { layer }) => sum + layer.kernels.byteLength, 0);
  return slices.length * trials.length >= RUNS_AT_LEAST && bytes <= LARGEST_KERNELS_BYTES;
}

type LaneBridge = Bridge<number, null, TrialResult>;

/**
 * Does all trials of a task in lanes.
 *
 * @param onResult called as they end, in any order.
 * @returns the trials that no lane could do, since all have failed (a machine short of memory).
 * @throws ConvAtlasError `cancelled`
 */
export async function runInLanes(
  task: TrialTask,
  lanes: TrialLanes,
  onRun: () => void,
  onResult: (result: TrialResult) => void,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const waiting = [...task.trials.keys()].reverse();
  async function work(bridge: LaneBridge): Promise<void> {
    for (let trial = waiting.pop(); trial !== undefined; trial = waiting.pop()) {
      try {
        onResult(await bridge.ask(trial, onRun, signal));
      } catch (error) {
        waiting.push(trial);
        if (error instanceof ConvAtlasError && error.code === "cancelled") throw error;
        return;
      }
    }
  }
  const count = Math.min(lanes.count, task.trials.length);
  const bridges = Array.from({ length: count }, () => laneBridge(task, lanes.start));
  try {
    await Promise.all(bridges.map(work));
  } finally {
    for (const bridge of bridges) bridge.close();
  }
  return waiting.sort((a, b) => a - b);
}

function laneBridge(task: TrialTask, start: () => AskedWorker): LaneBridge {
  return bridgeTo<TrialTask, number, null, TrialResult, never>({
    start,
    greeting: () => task,
    onNote: () => undefined,
    diedMessage: "A part of ConvAtlas that tries other kernels stopped unexpectedly.",
    cancelledMessage: "The test was cancelled.",
    cancelGraceMs: 0,
  });
}
