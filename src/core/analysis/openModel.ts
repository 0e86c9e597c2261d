import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ChanceBaseline } from "../action/chanceBaseline.ts";
import type { ActionEngine } from "../action/engine.ts";
import type { ByteSource } from "../bytes/byteSource.ts";
import { ConvAtlasError, throwIfCancelled } from "../errors.ts";
import type { Companions, ModelFormat, ReadProgress } from "../formats/format.ts";
import { HEAD_BYTES, unrecognisedFileError } from "../formats/notAModel.ts";
import { FORMATS } from "../formats/registry.ts";
import type { Network } from "../network/network.ts";
import type { OpenedModel } from "./analyse.ts";

/** Bytes hashed between two looks at the cancel signal. */
const HASH_CHUNK = 4 * 1024 * 1024;

export interface ModelFiles {
  readonly source: ByteSource;
  /** Files that came with it, by name: external weights. */
  readonly companions: Companions;
}

/**
 * Finds the format of a file by its content, reads the network and describes it.
 *
 * @throws ConvAtlasError with a sentence for the user for every file that cannot
 * be used, see `ErrorCode`.
 */
export async function openModel(
  files: ModelFiles,
  engine: ActionEngine,
  onProgress: ReadProgress,
  signal: AbortSignal,
): Promise<OpenedModel> {
  const startedAt = performance.now();
  const { source } = files;
  const format = await recogniseFormat(source);
  const network = await format.read({ ...files, onProgress, signal });
  requireKernels(network, source.name);
  const digest = await hashOf(source, signal);
  return {
    network,
    description: {
      name: source.name,
      format: network.format,
      producer: network.producer,
      bytes: source.byteLength,
      sha256: digest,
      parameters: network.parameters,
    },
    readMs: performance.now() - startedAt,
    engine,
    baseline: new ChanceBaseline(engine),
  };
}

/**
 * Of several files, the one to open and those that belong to it. A model file may
 * be named after its weights or the other way round, so each is looked at.
 *
 * @throws ConvAtlasError if none of them is a model, with the reason of the first.
 */
export async function chooseModelFile(sources: readonly ByteSource[]): Promise<ModelFiles> {
  const [first] = sources;
  if (first === undefined) {
    throw new ConvAtlasError("empty-file", "There is no file here; choose a model file.");
  }
  let firstError: unknown = null;
  for (const source of sources) {
    try {
      await recogniseFormat(source);
    } catch (error) {
      firstError ??= error;
      continue;
    }
    const others = sources.filter((other) => other !== source);
    return { source, companions: new Map(others.map((other) => [other.name, other])) };
  }
  throw firstError;
}

async function recogniseFormat(source: ByteSource): Promise<ModelFormat> {
  if (source.byteLength === 0) {
    throw new ConvAtlasError(
      "empty-file",
      `${source.name} is empty (0 bytes); the download or copy probably failed, so get the file again.`,
    );
  }
  for (const format of FORMATS) {
    if (await format.matches(source)) return format;
  }
  const head = await source.slice(0, Math.min(HEAD_BYTES, source.byteLength));
  throw unrecognisedFileError(source.name, head);
}

function requireKernels(network: Network, name: string): void {
  if (network.layers.length > 0) return;
  const reasons = [...new Set(network.skipped.map((layer) => layer.reason))];
  if (reasons.length > 0) {
    throw new ConvAtlasError(
      "no-convolutions",
      `${name} has ${network.skipped.length} convolution layers, but none with kernels to compare (${reasons.join("; ")}); choose a network with 3x3 convolutions.`,
    );
  }
  throw new ConvAtlasError(
    "no-convolutions",
    `${name} is a readable model, but has no convolution layers; choose a network with 3x3 convolutions.`,
  );
}

async function hashOf(source: ByteSource, signal: AbortSignal): Promise<string> {
  const hash = sha256.create();
  for (let start = 0; start < source.byteLength; start += HASH_CHUNK) {
    throwIfCancelled(signal);
    hash.update(await source.slice(start, Math.min(start + HASH_CHUNK, source.byteLength)));
  }
  return bytesToHex(hash.digest());
}
