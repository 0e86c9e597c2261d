import type { ByteSource } from "../bytes/byteSource.ts";
import type { Companions } from "../files/fileSet.ts";
import type { FormatId, Network } from "../network/network.ts";

/** How far a reader is. */
export interface ReadStep {
  /** Bytes of the file dealt with. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Convolution layers dealt with; both 0 while their number is not known. */
  readonly doneLayers: number;
  readonly totalLayers: number;
  /** The kernels are read; the whole file is gone through once more for its SHA-256. */
  readonly isChecksum?: true;
}

export type ReadProgress = (step: ReadStep) => void;

export interface ReadContext {
  readonly source: ByteSource;
  /** For weights that lie outside the model file. */
  readonly companions: Companions;
  readonly onProgress: ReadProgress;
  readonly signal: AbortSignal;
}

/**
 * A file format. Each lives in one file of this folder that exports one constant
 * of this type; `registry.ts` lists them. The name of a file is never looked at to
 * tell what it is.
 */
export interface ModelFormat {
  readonly id: FormatId;
  /** True if the content is of this format; reads as little as it can. */
  matches(source: ByteSource): Promise<boolean>;
  /**
   * Reads the network.
   * @throws ConvAtlasError `truncated`, `malformed`, `unsupported`, `no-weights`,
   * `missing-companion-file`, `encrypted`, `hidden-weights`, `too-large` or `cancelled`.
   */
  read(context: ReadContext): Promise<Network>;
}
