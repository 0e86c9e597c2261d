import type { ByteSource } from "../bytes/byteSource.ts";
import type { FormatId, Network } from "../network/network.ts";

/** Files that came with the one to read: dropped together, or beside it on disk. */
export interface Companions {
  /** The file of that name (no folders), if there is one. */
  get(name: string): ByteSource | undefined;
}

/** How far a reader is: bytes of the file that it has dealt with. */
export type ReadProgress = (doneBytes: number, totalBytes: number) => void;

export interface ReadContext {
  readonly source: ByteSource;
  /** For weights that lie outside the model file. */
  readonly companions: Companions;
  readonly onProgress: ReadProgress;
  readonly signal: AbortSignal;
}

/**
 * A file format. Each lives in one file of this folder that exports one constant
 * of this type; `registry.ts` lists them. The file's name is never looked at.
 */
export interface ModelFormat {
  readonly id: FormatId;
  /** True if the content is of this format; reads as little as it can. */
  matches(source: ByteSource): Promise<boolean>;
  /**
   * Reads the network.
   * @throws ConvAtlasError `truncated`, `malformed`, `unsupported`, `no-weights`,
   * `missing-companion-file`, `too-large` or `cancelled`.
   */
  read(context: ReadContext): Promise<Network>;
}
