import { throwIfCancelled } from "../errors.ts";
import { nextTurn } from "../nextTurn.ts";
import { type KernelSample, sampleKernels } from "../values/kernelSample.ts";
import { decoderFinding } from "./decoderFinding.ts";
import { encoderFinding } from "./encoderFinding.ts";
import { evenlySpaced } from "./evenlySpaced.ts";
import {
  CONFIDENCE,
  FALSE_ALARMS_AT_MOST,
  type Findings,
  KERNELS_AT_LEAST,
  type LayerStructure,
  QUESTION_LEVEL,
  type UnmeasuredStructure,
} from "./findings.ts";
import { filterFinding, layerLift } from "./labelLift.ts";
import { layerStructure, SAMPLE_SIZE, STRUCTURE_KERNELS } from "./layerStructure.ts";
import { type FindingsRequest, isThreeByThree } from "./request.ts";

/** Work between two turns of the event loop, ms: a cancel is heard within a blink. */
const TURN_MS = 30;

/** Of kernels, and of what is done with those of a layer; a layer has its own by its index. */
const SAMPLE_SEED = 1990;
const STRUCTURE_SEED = 1963;

/** Layers of a network have fewer than so many others before them. */
const SEEDS_APART = 100_000;

/**
 * The poster's three conclusions about one model, in turns of some 30 ms, between which the
 * event loop goes round. All samples are seeded: the same request gives the same findings.
 *
 * @param kernels those of each layer of the request.
 * @throws ConvAtlasError `cancelled`.
 */
export async function findingsInTurns(
  request: FindingsRequest,
  kernels: readonly Float32Array[],
  signal: AbortSignal,
): Promise<Findings> {
  const steps = findingSteps(request, kernels);
  let turnEndedAt = performance.now();
  throwIfCancelled(signal);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - turnEndedAt < TURN_MS) continue;
    await nextTurn();
    throwIfCancelled(signal);
    turnEndedAt = performance.now();
  }
}

/** The same in steps of a few milliseconds. */
function* findingSteps(
  { settings, features, layers }: FindingsRequest,
  kernels: readonly Float32Array[],
): Generator<void, Findings> {
  const lifts = layers.map((layer) => layerLift(layer, features));
  yield;
  const filters = filterFinding(layers, features);
  yield;
  const { structures, sampleSize } = yield* structuresOfLayers({ settings, layers }, kernels);
  const roles = layers.map(({ role }) => role);
  const { clusters } = settings;
  return {
    level: { allQuestions: FALSE_ALARMS_AT_MOST, eachQuestion: QUESTION_LEVEL },
    confidence: CONFIDENCE,
    filters,
    decoder: decoderFinding(roles, structures, { sampleSize, clusters }),
    encoder: yield* encoderFinding(layers),
    layers: layers.map((_, layer) => ({ lift: lifts[layer], structure: structures[layer] })),
  };
}

interface LayerSample {
  readonly layer: number;
  readonly sample: KernelSample;
}

/** The structure of each layer, from samples of one size for all. */
function* structuresOfLayers(
  { settings, layers }: Pick<FindingsRequest, "settings" | "layers">,
  kernels: readonly Float32Array[],
): Generator<void, { structures: readonly LayerStructure[]; sampleSize: number }> {
  const structures: LayerStructure[] = layers.map((layer) =>
    unmeasured(isThreeByThree(layer) ? "fewKernels" : "otherKernelSize"),
  );
  const large = layers.flatMap((layer, index) =>
    isThreeByThree(layer) && layer.kernelCount >= KERNELS_AT_LEAST ? index : [],
  );
  const chosen = evenlySpaced(large);
  for (const layer of large) structures[layer] = unmeasured("notSampled");
  const sampled: LayerSample[] = [];
  for (const layer of chosen) {
    const seed = SAMPLE_SEED + layer * SEEDS_APART;
    const sample = sampleKernels(kernels[layer], 9, STRUCTURE_KERNELS, seed);
    if (sample.available >= KERNELS_AT_LEAST) sampled.push({ layer, sample });
    else structures[layer] = unmeasured("fewKernels");
    yield;
  }
  const sampleSize = evenSampleSize(sampled);
  for (const { layer, sample } of sampled) {
    const seed = STRUCTURE_SEED + layer * SEEDS_APART;
    structures[layer] = yield* layerStructure(sample, 9, { ...settings, sampleSize }, seed);
  }
  return { structures, sampleSize };
}

function unmeasured(reason: UnmeasuredStructure["reason"]): UnmeasuredStructure {
  return { state: "notMeasured", reason };
}

/** What the smallest layer has, an even number for halves; 0 without layers. */
function evenSampleSize(sampled: readonly LayerSample[]): number {
  if (sampled.length === 0) return 0;
  const smallest = Math.min(...sampled.map(({ sample }) => sample.available));
  return 2 * Math.floor(Math.min(SAMPLE_SIZE, smallest) / 2);
}
