import type { NamedTensor } from "../weights/namedTensor.ts";
import type { FoundTensor } from "./moduleTensors.ts";
import { faultError, missingStorageError, readTensor, tensorFault } from "./readTensor.ts";
import type { TorchFile } from "./torchFile.ts";
import { TorchTensor } from "./torchTensor.ts";

export interface NamedTensors {
  readonly tensors: readonly NamedTensor[];
  readonly warnings: readonly string[];
}

/**
 * The tensors as all formats of bare weights give them, each once: tied weights are one tensor
 * under two names.
 *
 * @throws ConvAtlasError `malformed` if a tensor claims more than the file holds.
 */
export function namedTensors(found: readonly FoundTensor[], { files }: TorchFile): NamedTensors {
  const taken = new Set<string>();
  const tensors: NamedTensor[] = [];
  let repeats = 0;
  for (const { name, tensor, module } of found) {
    if (!(tensor instanceof TorchTensor)) continue;
    const { shape, isFloat, identity } = tensor;
    if (identity !== null && taken.has(identity)) {
      repeats += 1;
      continue;
    }
    if (identity !== null) taken.add(identity);
    const stored = files.byteLengthOf(tensor.storage);
    if (stored === null) throw missingStorageError(name, tensor.storage.key);
    const fault = tensorFault(tensor, stored);
    // Buffers are sometimes expanded; only as kernels would they matter.
    if (fault === "expanded" && shape.length !== 4) continue;
    if (fault !== null) throw faultError(name, fault);
    tensors.push({ name, shape, isFloat, module, read: () => readTensor(name, tensor, files) });
  }
  const warnings =
    repeats === 0
      ? []
      : [`${repeats} tensors are stored under a second name; they are counted once.`];
  return { tensors, warnings };
}
