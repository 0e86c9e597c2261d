import type { NamedTensor } from "../weights/namedTensor.ts";
import type { FoundTensor } from "./moduleTensors.ts";
import { faultError, readTensor, tensorFault } from "./readTensor.ts";
import type { TorchFile } from "./torchFile.ts";
import { elementsOf, type Storage, type TensorPlace } from "./torchTensor.ts";

export interface NamedTensors {
  readonly tensors: readonly NamedTensor[];
  /** Second names of tensors that are listed under their first. */
  readonly tiedNames: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * The tensors as all formats of bare weights give them, each once: tied weights are one tensor
 * under two names.
 *
 * @throws ConvAtlasError `malformed` if a tensor claims more than the file holds, `unsupported` if
 * a kernel is an expanded view, `missing-companion-file`.
 */
export function namedTensors(found: readonly FoundTensor[], file: TorchFile): NamedTensors {
  const seen = new SeenPlaces();
  const tensors: NamedTensor[] = [];
  const tiedNames: string[] = [];
  for (const { name, tensor, module } of found) {
    const place = tensor.locate();
    if (place === null) continue;
    if (seen.has(place)) {
      tiedNames.push(name);
      continue;
    }
    const { shape, elementType, quantizer } = place;
    const fault = tensorFault(place, file.files.byteLengthOf(place.storage));
    // Buffers are sometimes expanded; only as kernels would they matter.
    if (fault === "expanded" && shape.length !== 4) continue;
    if (fault !== null) throw faultError(file.name, name, fault);
    const isFloat = elementType.isFloat || quantizer !== null;
    tensors.push({ name, shape, isFloat, module, read: () => readTensor(name, place, file) });
  }
  const warnings = tiedNames.length === 0 ? [] : [repeatRemark(tiedNames.length)];
  return { tensors, tiedNames, warnings };
}

/** Remembers which numbers of the file have been seen. */
class SeenPlaces {
  readonly #views = new Map<Storage, Set<string>>();

  /** Whether these numbers were asked for before; remembers them. */
  has({ storage, byteOffset, shape, strides }: TensorPlace): boolean {
    if (elementsOf(shape) === 0) return false;
    const views = this.#views.get(storage) ?? new Set();
    this.#views.set(storage, views);
    const view = [byteOffset, shape, strides].join(";");
    if (views.has(view)) return true;
    views.add(view);
    return false;
  }
}

function repeatRemark(repeats: number): string {
  return repeats === 1
    ? "One tensor has a second name in the file (tied weights); it is counted once."
    : `${repeats} tensors have a second name in the file (tied weights); they are counted once.`;
}
