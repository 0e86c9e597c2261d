import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { looksLikeSafetensors, readHeader } from "./safetensors/header.ts";
import { namedTensor, safetensorsNetwork } from "./safetensors/tensors.ts";
import { partWarning } from "./shards/shardedWeights.ts";

/**
 * Weights in the safetensors format: the length of a JSON header, the header, the bytes of all
 * tensors (https://github.com/huggingface/safetensors#format).
 */
export const safetensorsFormat: ModelFormat = {
  id: "safetensors",
  matches: looksLikeSafetensors,
  read: readNetwork,
};

async function readNetwork(context: ReadContext): Promise<Network> {
  const { source } = context;
  const { tensors, metadata } = await readHeader(source);
  return safetensorsNetwork(
    tensors.map((tensor) => namedTensor(source, tensor)),
    metadata.format,
    partWarning(source.name),
    context,
  );
}
