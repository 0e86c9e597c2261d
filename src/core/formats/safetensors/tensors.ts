import type { ByteSource } from "../../bytes/byteSource.ts";
import { floatsFromBytes } from "../../bytes/floatNumbers.ts";
import type { Network } from "../../network/network.ts";
import type { ReadContext } from "../format.ts";
import { assembleWeights } from "../weights/assembleWeights.ts";
import type { LayoutConvention, NamedTensor } from "../weights/namedTensor.ts";
import type { StoredTensor } from "./header.ts";

/** A tensor of the header, read from its range when its numbers are asked for. */
export function namedTensor(source: ByteSource, stored: StoredTensor): NamedTensor {
  const { name, shape, type, start, end } = stored;
  return {
    name,
    shape,
    isFloat: type !== null,
    module: null,
    read: async () => floatsFromBytes(await source.slice(start, end), type ?? "float32"),
  };
}

/** Libraries as the key `format` of the metadata names them. */
const WRITERS: ReadonlyMap<string, readonly [producer: string, convention: LayoutConvention]> =
  new Map([
    ["pt", ["PyTorch", "torch"]],
    ["tf", ["TensorFlow", "tensorflow"]],
    ["flax", ["Flax", "tensorflow"]],
    ["mlx", ["MLX", "mlx"]],
    ["np", ["NumPy", "unknown"]],
  ]);

/** The network in the tensors of one file or of all shards. */
export async function safetensorsNetwork(
  tensors: readonly NamedTensor[],
  format: string | undefined,
  warnings: readonly string[],
  context: ReadContext,
): Promise<Network> {
  const [producer, convention] = WRITERS.get(format ?? "") ?? [null, "unknown" as const];
  const assembled = await assembleWeights(tensors, convention, context, "unknown");
  return {
    format: "safetensors",
    producer,
    graph: null,
    ...assembled,
    warnings: [...warnings, ...assembled.warnings],
  };
}
