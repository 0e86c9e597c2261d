import type { PickledValue } from "../pickle/values.ts";
import type { TorchPickle } from "./torchPickle.ts";
import type { StorageFiles } from "./torchTensor.ts";

/** A PyTorch file whose pickle has been read and whose weights have not. */
export interface TorchFile {
  /** What `torch.load` would give. */
  readonly content: PickledValue;
  /** What was asked for while the pickle was read. */
  readonly pickle: TorchPickle;
  readonly files: StorageFiles;
  /** The program that wrote the file, as far as its form tells. */
  readonly producer: string;
  readonly isTorch: boolean;
}
