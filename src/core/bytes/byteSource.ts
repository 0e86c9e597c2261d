/**
 * A file seen as ranges of bytes, wherever it lies: a File the user dropped, a
 * URL, a file on disk, memory. Readers ask for the ranges they need and never
 * for the whole file, so that a checkpoint larger than memory can be opened.
 */
export interface ByteSource {
  /** File name as the user knows it, without folders. */
  readonly name: string;
  /** Size of the file in bytes. */
  readonly byteLength: number;
  /** Bytes [start, end), `0 <= start <= end <= byteLength`; a fresh array. */
  slice(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The same, at once, where the platform can (memory, a file on disk, a File
   * inside a worker). Libraries that read by callback (HDF5) need it.
   */
  readonly sliceSync?: (start: number, end: number) => Uint8Array<ArrayBuffer>;
}
