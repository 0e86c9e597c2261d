import type { ByteSource } from "../../bytes/byteSource.ts";
import { openBytes, type PickledValue } from "../pickle/values.ts";
import type { TorchScript } from "../torchscript/followScript.ts";
import type { TorchPickle } from "./torchPickle.ts";
import type { Storage, StorageFiles } from "./torchTensor.ts";

/** A PyTorch file whose pickle has been read and whose weights have not. */
export interface TorchFile {
  readonly name: string;
  /** What `torch.load` would give. */
  readonly content: PickledValue;
  /** What was asked for while the pickle was read. */
  readonly pickle: TorchPickle;
  readonly files: StorageFiles;
  /** The program that wrote the file, as far as its form tells. */
  readonly producer: string;
  /** False for pickles that any Python program may have written. */
  readonly isTorch: boolean;
  /** The program of TorchScript; left out for all other files. */
  readonly script?: TorchScript;
}

/** Storages in the pickle itself, and those beside it. */
export class PickleStorages implements StorageFiles {
  readonly #source: ByteSource;
  readonly #beside: StorageFiles;

  /** `source` is the file that the pickle stands in. */
  constructor(source: ByteSource, beside: StorageFiles) {
    this.#source = source;
    this.#beside = beside;
  }

  byteLengthOf(storage: Storage): number {
    return storage.content?.byteLength ?? this.#beside.byteLengthOf(storage);
  }

  async open(storage: Storage): Promise<ByteSource> {
    if (storage.content !== null) return openBytes(storage.content, this.#source);
    return this.#beside.open(storage);
  }
}
