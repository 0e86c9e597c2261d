import type { ModelFormat } from "./format.ts";
import { looksLikeSafetensors, readHeader } from "./safetensors/header.ts";
import { namedTensor, safetensorsNetwork } from "./safetensors/tensors.ts";
import { isIndexOf, readShards, type ShardForm } from "./shards/shardedWeights.ts";

const SHARDS: ShardForm = {
  label: "a safetensors file",
  endings: [".safetensors"],
  isShard: looksLikeSafetensors,
};

/** The index of weights that are split into several safetensors files, as Hugging Face writes it. */
export const safetensorsIndexFormat: ModelFormat = {
  id: "safetensors",
  matches: (source) => isIndexOf(SHARDS, source),
  async read(context) {
    let writer: string | undefined;
    const { tensors } = await readShards(SHARDS, context, async (shard) => {
      const header = await readHeader(shard);
      writer ??= header.metadata.format;
      const named = header.tensors.map((tensor) => namedTensor(shard, tensor));
      return { tensors: named, tiedNames: [], warnings: [] };
    });
    return safetensorsNetwork(tensors, writer, [], context);
  },
};
