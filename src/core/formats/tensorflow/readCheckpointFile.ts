import type { Network } from "../../network/network.ts";
import type { ReadContext } from "../format.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { assembleCheckpoint } from "./checkpointNetwork.ts";
import { variableNames } from "./objectGraph.ts";

/** Key of the tensor that describes the objects of a TensorFlow 2 model. */
const OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";

/** A checkpoint by its index: weights by their names. */
export async function readCheckpointFile(context: ReadContext): Promise<Network> {
  const { source, companions, signal } = context;
  const prefix = source.name.replace(/\.index$/, "");
  const checkpoint = await openCheckpoint(prefix, source, companions, signal);
  const names = await namesIn(checkpoint, signal);
  const assembled = await assembleCheckpoint(checkpoint, names, context);
  return { format: "saved-model", producer: "TensorFlow", graph: null, ...assembled };
}

/** Names of the variables by their keys; none in checkpoints of TensorFlow 1, whose keys are names. */
export async function namesIn(
  checkpoint: Checkpoint,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const entry = checkpoint.bundle.entries.get(OBJECT_GRAPH);
  const text = entry === undefined ? null : await checkpoint.text(entry);
  return text === null ? new Map() : variableNames(text, signal);
}
