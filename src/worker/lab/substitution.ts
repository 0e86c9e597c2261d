import { ConvAtlasError, throwIfCancelled } from "../../core/errors.ts";
import { nextTurn } from "../../core/nextTurn.ts";
import type { SubstitutionResult, TrialResult } from "../../core/substitution/trial.ts";
import { inputFeed } from "./inputFeed.ts";
import { weightFeeds } from "./layerWeights.ts";
import type { ShownOutput } from "./modelValues.ts";
import { fedPicture, type PreparedSlice } from "./preparedSlice.ts";
import type {
  LabEvent,
  Maps,
  RunRequest,
  SliceRef,
  SubstitutionRequest,
  TestedOutput,
} from "./protocol.ts";
import type { RunnableNetwork } from "./runnableNetwork.ts";
import { areLanesWorthwhile, runInLanes, type TrialLanes } from "./trialLanes.ts";
import {
  type MeasuredOutput,
  measuredOutput,
  type ReadySlice,
  TrialMeasures,
  TrialRunner,
  type TrialTask,
} from "./trialTask.ts";

/** What a test takes from the rest of the lab. */
export interface SubstitutionParts {
  input(tested: RunRequest): Promise<PreparedSlice>;
  /** The right answer for a slice on pixels of an output; 1, 0 or `LEFT_OUT` each. */
  mask(given: SliceRef, of: RunRequest, output: Maps, tested: TestedOutput): Promise<Uint8Array>;
  /** Null where trials are done one after the other, between other questions to the lab. */
  readonly lanes: TrialLanes | null;
}

/**
 * What the slices of a test may take together, in bytes: inputs and the network's own outputs are
 * kept while trials run, beside the network itself.
 */
const LARGEST_SLICES_BYTES = 2 ** 29;

/**
 * Replaces kernels, runs the slices, and measures how the output changes; once per trial.
 *
 * @throws ConvAtlasError `bad-setting` for a layer or output that is not there, `cannot-run` where
 * kernels cannot be replaced, `too-large`, `cancelled` within one run.
 */
export async function substitute(
  runnable: RunnableNetwork,
  request: SubstitutionRequest,
  parts: SubstitutionParts,
  onEvent: (event: LabEvent) => void,
  signal: AbortSignal,
): Promise<SubstitutionResult> {
  const startedAt = performance.now();
  const { rule } = request.output;
  const measured = { output: outputOf(runnable, request.output), rule };
  for (const { targets } of request.trials) {
    for (const { layer } of targets) requireReplaceable(runnable, layer);
  }
  const runs = request.slices.length * (request.trials.length + 1);
  let done = 0;
  const onRun = () => {
    done = Math.min(runs, done + 1);
    onEvent({ kind: "progress", step: "running", share: done / runs });
  };

  const slices = await readySlices(runnable, request, measured, parts, onRun, signal);
  const asItIs = new TrialMeasures();
  for (const slice of slices) asItIs.add(slice, { values: slice.values, mask: slice.own });
  const original = asItIs.agreement();

  const { model, externalData, input, slots, running } = runnable;
  const { features, labels, trials } = request;
  const network = { model, externalData, input, slots };
  const task: TrialTask = { ...network, slices, measured, features, labels, trials };
  const results: TrialResult[] = [];
  const onResult = (result: TrialResult) => {
    results[result.trial] = result;
    onEvent({ kind: "trial", original, result });
  };
  const { lanes } = parts;
  const isInLanes = lanes !== null && lanes.count > 1 && areLanesWorthwhile(task);
  const left = isInLanes ? await runInLanes(task, lanes, onRun, onResult, signal) : trials.keys();
  const runner = new TrialRunner(task, running);
  for (const trial of left) onResult(await runner.run(trial, onRun, signal));
  return { original, trials: results, milliseconds: performance.now() - startedAt };
}

async function readySlices(
  { input, running, slots }: RunnableNetwork,
  { slices, output: tested }: Pick<SubstitutionRequest, "slices" | "output">,
  measured: MeasuredOutput,
  parts: SubstitutionParts,
  onRun: () => void,
  signal: AbortSignal,
): Promise<readonly ReadySlice[]> {
  const weights = weightFeeds(slots);
  const ready: ReadySlice[] = [];
  let bytes = 0;
  for (const { slice, mask: given, preprocessing } of slices) {
    const picture = fedPicture(await parts.input({ slice, preprocessing }));
    const feeds = { ...weights, ...inputFeed(input, picture) };
    const { values, mask: own, map } = await measuredOutput(running, feeds, measured);
    const hasRight = own !== null && given !== null;
    const shown = { slice, preprocessing };
    const right = hasRight ? await parts.mask(given, shown, map, tested) : null;
    ready.push({ picture, values, own, right });
    bytes += picture.values.byteLength + values.byteLength;
    requireRoom(bytes);
    onRun();
    await nextTurn();
    throwIfCancelled(signal);
  }
  return ready;
}

function outputOf({ outputs }: RunnableNetwork, { name, rule }: TestedOutput): ShownOutput {
  const found = outputs.find((output) => output.name === name);
  const { channel } = rule;
  const isThere = found !== undefined && channel >= 0 && channel < found.channels;
  if (isThere && Number.isInteger(channel)) return found;
  throw new ConvAtlasError(
    "bad-setting",
    `This network has no output ${name} with a channel ${channel}.`,
  );
}

function requireReplaceable({ layers }: RunnableNetwork, name: string): void {
  const found = layers.get(name);
  if (found === undefined) throw new ConvAtlasError("bad-setting", `There is no layer ${name}.`);
  const reason = fixedReason(found.convolution?.weights);
  if (reason === null) return;
  throw new ConvAtlasError("cannot-run", `The kernels of ${name} cannot be replaced: ${reason}`);
}

/** Why kernels cannot be replaced; null if they can. */
export function fixedReason(weights: object | string | undefined): string | null {
  if (weights === undefined) {
    return "the network does not apply this layer, or only inside a branch, a loop or a function.";
  }
  return typeof weights === "string" ? weights : null;
}

function requireRoom(bytes: number): void {
  if (bytes <= LARGEST_SLICES_BYTES) return;
  throw new ConvAtlasError(
    "too-large",
    `These slices take more than ${LARGEST_SLICES_BYTES / 2 ** 20} MiB in this test; choose fewer of them, or a smaller input size.`,
  );
}
