import { ConvAtlasError } from "../../errors.ts";
import { MAX_KERNEL_ENTRIES } from "../readKernels.ts";
import type { StorageFiles, TorchTensor } from "./torchTensor.ts";

/** Why a tensor's numbers cannot be had from its storage. */
export type TensorFault = "beyond its storage" | "expanded";

/**
 * Whether the view lies within what is stored. An expanded tensor repeats numbers (a stride of
 * 0) or overlaps itself: no trained kernel does, and a file of a few bytes could claim any size.
 */
export function tensorFault(tensor: TorchTensor, storedBytes: number): TensorFault | null {
  const { elements, span, byteOffset, elementType } = tensor;
  if (elements === 0) return null;
  const isWithin = byteOffset + span * elementType.bytes <= storedBytes;
  if (!isWithin) return "beyond its storage";
  return elements > span ? "expanded" : null;
}

/**
 * All entries of a tensor as float32, row-major whatever its strides, dequantized.
 *
 * @throws ConvAtlasError `malformed` if the view does not lie within its storage, `unsupported`
 * if it is expanded, `too-large` if it is scattered over gigabytes.
 */
export async function readTensor(
  name: string,
  tensor: TorchTensor,
  files: StorageFiles,
): Promise<Float32Array> {
  const numbers = await readNumbers(name, tensor, files);
  const { quantizer } = tensor;
  if (quantizer === null) return numbers;
  if (quantizer.kind === "tensor") {
    const { scale, zeroPoint } = quantizer;
    return numbers.map((stored) => (stored - zeroPoint) * scale);
  }
  const scales = await readNumbers(name, quantizer.scales, files);
  const zeroPoints = await readNumbers(name, quantizer.zeroPoints, files);
  const { axis } = quantizer;
  const channels = tensor.shape[axis];
  if (scales.length !== channels || zeroPoints.length !== channels) {
    throw tensorError(name, `${scales.length} scales for axis ${axis} of ${tensor.shape}`);
  }
  const inner = tensor.shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  return numbers.map((stored, index) => {
    const channel = Math.floor(index / inner) % channels;
    return (stored - zeroPoints[channel]) * scales[channel];
  });
}

async function readNumbers(
  name: string,
  tensor: TorchTensor,
  files: StorageFiles,
): Promise<Float32Array> {
  if (tensor.elements === 0) return new Float32Array(0);
  const { span, byteOffset, elementType, storage } = tensor;
  const bytes = await files.open(storage);
  const fault = tensorFault(tensor, bytes.byteLength);
  if (fault !== null) throw faultError(name, fault);
  if (span > MAX_KERNEL_ENTRIES) {
    throw new ConvAtlasError(
      "too-large",
      `The tensor “${name}” is scattered over ${Math.round((span * elementType.bytes) / 2 ** 20)} MiB of its file; save the model's state_dict again with contiguous tensors.`,
    );
  }
  const end = byteOffset + span * elementType.bytes;
  const stored = await bytes.slice(byteOffset, end);
  // Typed arrays need aligned starts.
  const aligned = stored.byteOffset % 8 === 0 ? stored : new Uint8Array(stored);
  return gather(elementType.decode(aligned), tensor);
}

/** Entries in row-major order of a view whose first entry is the first of `numbers`. */
function gather(
  numbers: ArrayLike<number>,
  { shape, strides, elements, span }: TorchTensor,
): Float32Array {
  if (isRowMajor(shape, strides) && numbers instanceof Float32Array && span === elements) {
    return numbers;
  }
  const gathered = new Float32Array(elements);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < elements; to += 1) {
    gathered[to] = numbers[from];
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis] += 1;
      from += strides[axis];
      if (index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return gathered;
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    if (shape[axis] > 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

export function faultError(name: string, fault: TensorFault): ConvAtlasError {
  switch (fault) {
    case "beyond its storage":
      return tensorError(name, "view beyond its storage");
    case "expanded":
      return new ConvAtlasError(
        "unsupported",
        `The tensor “${name}” repeats a few numbers to look larger (an expanded view), which no trained kernel does; save the model's state_dict again with contiguous tensors.`,
      );
  }
}

export function missingStorageError(name: string, key: string): ConvAtlasError {
  return tensorError(name, `storage ${key} is missing`);
}

function tensorError(name: string, details: string): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `The file is damaged: the tensor “${name}” asks for numbers that are not stored; download or copy the file again.`,
    details,
  );
}
