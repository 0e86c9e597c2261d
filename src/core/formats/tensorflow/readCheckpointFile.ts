import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError } from "../../errors.ts";
import type { Network } from "../../network/network.ts";
import type { ReadContext } from "../format.ts";
import { withFileName } from "../protobuf/errors.ts";
import { ChunkedFile } from "../protobuf/wire.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { assembleCheckpoint, namesIn } from "./checkpointNetwork.ts";
import { inlineFunctions } from "./inlineFunctions.ts";
import { networkOf, type SavedGraph, savedGraph } from "./readSavedModel.ts";
import { parseMetaGraphFile } from "./savedModelFile.ts";

/**
 * A checkpoint by its index, with the graph that TensorFlow 1 writes beside it (`.meta`); without
 * one, weights by their names.
 */
export async function readCheckpointFile(context: ReadContext): Promise<Network> {
  const { source, companions, signal } = context;
  const prefix = source.name.replace(/\.index$/, "");
  const checkpoint = await openCheckpoint(prefix, source, companions, signal);
  const meta = companions.get(`${prefix}.meta`);
  if (meta === undefined) return byNames(checkpoint, context, []);
  try {
    return await byGraph(checkpoint, meta, context);
  } catch (thrown) {
    const fault = withFileName(thrown, meta.name);
    if (!(fault instanceof ConvAtlasError) || !isUnusable(fault)) throw fault;
    return byNames(checkpoint, context, [
      `The graph in ${meta.name} cannot be read; the weights are shown by their names.`,
    ]);
  }
}

async function byGraph(
  checkpoint: Checkpoint,
  meta: ByteSource,
  context: ReadContext,
): Promise<Network> {
  return networkOf(await graphBeside(checkpoint, meta, context.signal), context);
}

async function graphBeside(checkpoint: Checkpoint, meta: ByteSource, signal: AbortSignal) {
  const model = await parseMetaGraphFile(new ChunkedFile(meta), signal);
  return savedGraph(model, inlineFunctions(model.graph), meta, checkpoint, signal);
}

/** The graph of a checkpoint of TensorFlow 1; null where it lies alone. */
export async function openCheckpointGraph(context: ReadContext): Promise<SavedGraph | null> {
  const { source, companions, signal } = context;
  const prefix = source.name.replace(/\.index$/, "");
  const meta = companions.get(`${prefix}.meta`);
  if (meta === undefined) return null;
  return graphBeside(await openCheckpoint(prefix, source, companions, signal), meta, signal);
}

function isUnusable({ code }: ConvAtlasError): boolean {
  return code === "malformed" || code === "truncated" || code === "not-a-model";
}

async function byNames(
  checkpoint: Checkpoint,
  context: ReadContext,
  warnings: readonly string[],
): Promise<Network> {
  const names = await namesIn(checkpoint, context.signal);
  const assembled = await assembleCheckpoint(checkpoint, names, context);
  return {
    format: "saved-model",
    producer: "TensorFlow",
    graph: null,
    ...assembled,
    warnings: [...warnings, ...assembled.warnings],
  };
}
