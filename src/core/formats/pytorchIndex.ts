import type { ByteSource } from "../bytes/byteSource.ts";
import { NO_COMPANIONS } from "../files/fileSet.ts";
import type { ModelFormat } from "./format.ts";
import { dangerRemark } from "./pytorch/danger.ts";
import { findNetworks } from "./pytorch/findNetworks.ts";
import { namedTensors } from "./pytorch/namedTensors.ts";
import { isTorchFile, openTorchFile } from "./pytorch/openTorchFile.ts";
import {
  isIndexOf,
  readShards,
  type ShardContent,
  type ShardForm,
} from "./shards/shardedWeights.ts";
import { assembleWeights } from "./weights/assembleWeights.ts";

const SHARDS: ShardForm = {
  label: "a PyTorch file",
  endings: [".bin", ".pt", ".pth"],
  isShard: isTorchFile,
};

/**
 * The index of a state dict that is split into several files of torch.save, as Hugging Face writes
 * it: `pytorch_model.bin.index.json`.
 */
export const pytorchIndexFormat: ModelFormat = {
  id: "pytorch",
  matches: (source) => isIndexOf(SHARDS, source),
  async read(context) {
    const { signal } = context;
    const { tensors, warnings } = await readShards(SHARDS, context, (shard) =>
      readShard(shard, signal),
    );
    const assembled = await assembleWeights(tensors, "torch", context);
    return {
      format: "pytorch",
      producer: "PyTorch",
      graph: null,
      ...assembled,
      warnings: [...warnings, ...assembled.warnings],
    };
  },
};

async function readShard(source: ByteSource, signal: AbortSignal): Promise<ShardContent> {
  const file = await openTorchFile({ source, companions: NO_COMPANIONS, signal });
  const found = findNetworks(file.content).flatMap(({ tensors }) => tensors);
  const named = namedTensors(found, file);
  return { ...named, warnings: [...dangerRemark(file.pickle), ...named.warnings] };
}
