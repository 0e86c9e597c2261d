import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ChanceBaseline } from "../action/chanceBaseline.ts";
import type { EngineRoom } from "../action/engineRoom.ts";
import type { ByteSource } from "../bytes/byteSource.ts";
import { ConvAtlasError, throwIfCancelled } from "../errors.ts";
import type { ReadProgress } from "../formats/format.ts";
import type { ChosenModel } from "../formats/recognise.ts";
import type { Network } from "../network/network.ts";
import type { OpenedModel } from "./analyse.ts";

/** Bytes hashed between two looks at the cancel signal. */
const HASH_CHUNK = 4 * 1024 * 1024;

/**
 * Web Crypto hashes a file in one piece, on a thread of its own, but holds it twice for a
 * moment. Up to this size that is no more memory than the analysis needs afterwards.
 */
const HASHED_WHOLE_AT_MOST = 128 * 1024 * 1024;

/**
 * Reads the network of a file whose format is known, and describes it.
 *
 * @throws ConvAtlasError with a sentence for the user for every file that cannot
 * be used, see `ErrorCode`.
 */
export async function openModel(
  model: ChosenModel,
  engines: EngineRoom,
  onProgress: ReadProgress,
  signal: AbortSignal,
): Promise<OpenedModel> {
  const startedAt = performance.now();
  const { source, companions } = model;
  const hashing = hashBeside(source);
  const read = await model.format.read({ source, companions, onProgress, signal });
  requireKernels(read, source.name);
  const network = { ...read, warnings: [...model.remarks(), ...read.warnings] };
  const files = [source, ...model.parts()];
  const bytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const layers = network.layers.length + network.skipped.length;
  const onHashed = (doneBytes: number) =>
    onProgress({
      doneBytes,
      totalBytes: bytes,
      doneLayers: layers,
      totalLayers: layers,
      isChecksum: true,
    });
  const isAlone = files.length === 1;
  const digest = (isAlone ? await hashing : null) ?? (await hashOf(files, onHashed, signal));
  throwIfCancelled(signal);
  return {
    network,
    description: {
      name: model.title,
      format: network.format,
      producer: network.producer,
      bytes,
      sha256: digest,
      parameters: network.parameters,
    },
    readMs: performance.now() - startedAt,
    engines,
    baseline: new ChanceBaseline(),
  };
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

/**
 * The hash of one file, made while its kernels are read: of a hundred megabytes it takes
 * longer than reading them. Null where the file is too large for that or Web Crypto is not
 * there (a page that is not served securely), and for a file that cannot be read, which the
 * reader reports.
 */
async function hashBeside(source: ByteSource): Promise<string | null> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined || source.byteLength > HASHED_WHOLE_AT_MOST) return null;
  try {
    const bytes = await source.slice(0, source.byteLength);
    return bytesToHex(new Uint8Array(await subtle.digest("SHA-256", bytes)));
  } catch {
    return null;
  }
}

/** Of one file as any tool sums it up; of several, one after the other. */
async function hashOf(
  files: readonly ByteSource[],
  onHashed: (doneBytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const hash = sha256.create();
  let done = 0;
  for (const source of files) {
    for (let start = 0; start < source.byteLength; start += HASH_CHUNK) {
      throwIfCancelled(signal);
      const end = Math.min(start + HASH_CHUNK, source.byteLength);
      hash.update(await source.slice(start, end));
      done += end - start;
      onHashed(done);
    }
  }
  return bytesToHex(hash.digest());
}
