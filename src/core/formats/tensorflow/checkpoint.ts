import type { ByteSource } from "../../bytes/byteSource.ts";
import { FLOAT_BYTES, floatsFromBytes } from "../../bytes/floatNumbers.ts";
import { sectionSource } from "../../bytes/sectionSource.ts";
import { ConvAtlasError } from "../../errors.ts";
import { type Companions, fileName } from "../../files/fileSet.ts";
import { malformedFile, truncatedFile, withFileName } from "../protobuf/errors.ts";
import { VarintReader } from "../protobuf/wire.ts";
import { type Bundle, type BundleEntry, readBundle } from "./bundle.ts";
import { floatType, integerType } from "./dataTypes.ts";
import type { StoredTensor } from "./graphDef.ts";
import { integersFromBytes } from "./tensorProto.ts";

/** Length of one text and checksum of the lengths stand before it (tensor_bundle.cc). */
const TEXT_HEADER_BYTES = 10 + 4;
const CHECKSUM_BYTES = 4;

/** The variables of a checkpoint: an index, and files with the numbers. */
export class Checkpoint {
  readonly bundle: Bundle;
  readonly #shards: readonly ByteSource[];

  constructor(bundle: Bundle, shards: readonly ByteSource[]) {
    this.bundle = bundle;
    this.#shards = shards;
  }

  /** @param name what the tensor is called where a person reads it. */
  tensor(entry: BundleEntry, name: string): StoredTensor {
    const { dataType, shape } = entry;
    return {
      name,
      shape,
      isFloat: floatType(dataType) !== null,
      read: () => this.#numbers(entry),
      smallInts: () => null,
    };
  }

  /** The single text of a string tensor as a file of its own; null if it is none. */
  async text(entry: BundleEntry): Promise<ByteSource | null> {
    if (entry.dataType !== "DT_STRING" || entry.elements !== 1) return null;
    const { shard, start, end } = this.#place(entry);
    const header = await shard.slice(start, Math.min(end, start + TEXT_HEADER_BYTES));
    const varints = new VarintReader(header);
    const length = varints.next();
    const from = start + varints.position + CHECKSUM_BYTES;
    if (length === null || from + length !== end) return null;
    return sectionSource(shard.name, shard, from, end);
  }

  async #numbers(entry: BundleEntry): Promise<Float32Array> {
    const float = floatType(entry.dataType);
    const integer = integerType(entry.dataType);
    const bytes = float === null ? (integer?.bytes ?? 0) : FLOAT_BYTES[float];
    const { shard, start, end } = this.#place(entry);
    if (bytes === 0 || end - start !== entry.elements * bytes) {
      const fault = malformedFile(
        `${entry.key} does not hold as many numbers as its shape says`,
        `shape ${entry.shape.join(" x ")}, type ${entry.dataType}, ${end - start} bytes`,
      );
      throw withFileName(fault, shard.name);
    }
    const stored = await shard.slice(start, end);
    if (float !== null) return floatsFromBytes(stored, float);
    return integer === null
      ? new Float32Array(0)
      : Float32Array.from(integersFromBytes(stored, integer));
  }

  #place(entry: BundleEntry) {
    const shard = this.#shards[entry.shard];
    const [start, end] = [entry.offset, entry.offset + entry.size];
    if (end > shard.byteLength) throw truncatedFile(shard, end, `the variable ${entry.key}`);
    return { shard, start, end };
  }
}

/** Names of the files that belong to a checkpoint, e.g. of "variables/variables". */
export function indexFile(prefix: string): string {
  return `${prefix}.index`;
}

export function shardFile(prefix: string, shard: number, shards: number): string {
  const digits = (number: number) => String(number).padStart(5, "0");
  return `${prefix}.data-${digits(shard)}-of-${digits(shards)}`;
}

/**
 * Opens a checkpoint whose index is at hand.
 *
 * @param prefix path of its files without their endings, as `companions` know them.
 * @throws ConvAtlasError `missing-companion-file` that names all that are missing.
 */
export async function openCheckpoint(
  prefix: string,
  index: ByteSource,
  companions: Companions,
  signal: AbortSignal,
): Promise<Checkpoint> {
  const bundle = await indexOf(index, signal);
  const missing: string[] = [];
  const shards: ByteSource[] = [];
  for (let shard = 0; shard < bundle.shards; shard += 1) {
    const path = shardFile(prefix, shard, bundle.shards);
    const source = companions.get(path);
    if (source === undefined) missing.push(fileName(path));
    else shards.push(source);
  }
  if (missing.length > 0) throw missingCheckpoint(index.name, missing);
  return new Checkpoint(bundle, shards);
}

async function indexOf(index: ByteSource, signal: AbortSignal): Promise<Bundle> {
  try {
    return await readBundle(index, signal);
  } catch (thrown) {
    throw withFileName(thrown, index.name);
  }
}

/** Names in one sentence; the list that comes with it names all. */
const NAMES_IN_MESSAGE = 3;

/** The error that asks for the files of a checkpoint that are not at hand. */
export function missingCheckpoint(name: string, missing: readonly string[]): ConvAtlasError {
  const shown = missing.slice(0, NAMES_IN_MESSAGE).join(", ");
  const more =
    missing.length > NAMES_IN_MESSAGE ? ` and ${missing.length - NAMES_IN_MESSAGE} more` : "";
  return new ConvAtlasError(
    "missing-companion-file",
    `The weights of ${name} lie in other files (${shown}${more}); open the whole folder, or all its files together.`,
    "",
    missing,
  );
}
