import type { Network } from "../../network/network.ts";
import type { ReadContext } from "../format.ts";
import { assembleWeights } from "../weights/assembleWeights.ts";
import type { ModuleSettings, NamedTensor } from "../weights/namedTensor.ts";
import { inNetworkOrder } from "../weights/networkOrder.ts";
import type { BundleEntry } from "./bundle.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { variableNames } from "./objectGraph.ts";

/** Key of the tensor that describes the objects of a TensorFlow 2 model. */
const OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";
/** Moments and such of an optimizer, by the keys of TensorFlow 2. */
const OPTIMIZER_KEY = /\.OPTIMIZER_SLOT\/|^(optimizer|_optimizer|keras_api)\/|\/keras_api\//;
/** What stands behind the path of an object in the keys of TensorFlow 2. */
const VALUE_ENDING = /\/\.ATTRIBUTES\/VARIABLE_VALUE$/;
/** Numbers in keys that follow the order of the network. */
const KEY_ORDER = /(?:^|\/)(?:variables\/|layer_with_weights-)(\d+)(?=\/)/;
/** Keras' own names for its layers leave no doubt about what they are. */
const KERAS_LAYER = /(?:^|\/)conv2d(_transpose)?(?:_\d+)?\/kernel$/;

export type CheckpointNetwork = Pick<
  Network,
  "layers" | "skipped" | "questions" | "parameters" | "warnings"
>;

/** Names of the variables by their keys; none in checkpoints of TensorFlow 1, whose keys are names. */
export async function namesIn(
  checkpoint: Checkpoint,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const entry = checkpoint.bundle.entries.get(OBJECT_GRAPH);
  const text = entry === undefined ? null : await checkpoint.text(entry);
  return text === null ? new Map() : variableNames(text, signal);
}

/** The convolutions of a checkpoint by the names of its variables. */
export async function assembleCheckpoint(
  checkpoint: Checkpoint,
  names: ReadonlyMap<string, string>,
  context: ReadContext,
): Promise<CheckpointNetwork> {
  const all = [...checkpoint.bundle.entries.values()];
  const inParts = all.filter(({ isInParts }) => isInParts);
  const entries = withoutCopies(all, names).filter(({ isInParts }) => !isInParts);
  const tensors = entries
    .toSorted((one, other) => orderOf(one) - orderOf(other))
    .map((entry) => namedTensor(checkpoint, entry, nameOf(entry, names)));
  const isOrdered = entries.some((entry) => KEY_ORDER.test(entry.key));
  const ordered = isOrdered ? tensors : inNetworkOrder(tensors, "tensorflow");
  const assembled = await assembleWeights(ordered, "tensorflow", context);
  return { ...assembled, warnings: [...partWarnings(inParts), ...assembled.warnings] };
}

/** Variables of the network alone, each once though it may be saved under two keys. */
function withoutCopies(
  entries: readonly BundleEntry[],
  names: ReadonlyMap<string, string>,
): readonly BundleEntry[] {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    if (OPTIMIZER_KEY.test(entry.key)) return false;
    if (entry.checksum === null) return true;
    const identity = `${nameOf(entry, names)} ${entry.size} ${entry.checksum}`;
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}

function nameOf({ key }: BundleEntry, names: ReadonlyMap<string, string>): string {
  return names.get(key) ?? key.replace(VALUE_ENDING, "");
}

function orderOf({ key }: BundleEntry): number {
  return Number(KEY_ORDER.exec(key)?.[1] ?? Number.MAX_SAFE_INTEGER);
}

function namedTensor(checkpoint: Checkpoint, entry: BundleEntry, name: string): NamedTensor {
  const { shape, isFloat, read } = checkpoint.tensor(entry, name);
  return { name, shape, isFloat, read, module: shape.length === 4 ? moduleOf(name) : null };
}

/** What Keras calls the layer; null for names that people gave. */
function moduleOf(name: string): ModuleSettings | null {
  const layer = KERAS_LAYER.exec(name);
  if (layer === null) return null;
  const operator = layer[1] === undefined ? "Conv2d" : "ConvTranspose2d";
  return { operator, groups: null, stride: null, dilation: null };
}

function partWarnings({ length }: readonly BundleEntry[]): string[] {
  if (length === 0) return [];
  return [`${length} variables are stored in parts (partitioned), which are not read.`];
}
