import { ConvAtlasError } from "../../errors.ts";
import { shownName } from "../shownName.ts";
import type { TorchFile } from "./torchFile.ts";
import { elementsOf, type StoredTensor, type TensorPlace } from "./torchTensor.ts";

type TensorFile = Pick<TorchFile, "name" | "files">;

/** All numbers between the first and the last of a view are read: at most so many times its own ... */
const MAX_SCATTER = 16;
/** ... or these. */
const SURELY_QUICK_ENTRIES = 2 ** 20;

/** Why a tensor's numbers cannot be had from its storage. */
export type TensorFault = "beyond its storage" | "expanded";

/**
 * Whether the tensor lies within the `storedBytes` of its storage. An expanded tensor repeats
 * numbers (a stride of 0) or overlaps itself: no trained kernel does, and a file of a few bytes
 * could claim any size that way.
 */
export function tensorFault(place: TensorPlace, storedBytes: number): TensorFault | null {
  const elements = elementsOf(place.shape);
  if (elements === 0) return null;
  const span = spanOf(place);
  if (place.byteOffset + span * place.elementType.bytes > storedBytes) return "beyond its storage";
  return elements > span ? "expanded" : null;
}

/** Elements from the first to the last of a view that has any, both included. */
function spanOf({ shape, strides }: TensorPlace): number {
  return shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis], 1);
}

/**
 * All entries of a tensor as float32, row-major whatever its strides, dequantized.
 *
 * @throws ConvAtlasError `malformed` if the view does not lie within its storage, `unsupported`
 * if it is expanded, `too-large` if it is scattered over gigabytes.
 */
export async function readTensor(
  name: string,
  place: TensorPlace,
  file: TensorFile,
): Promise<Float32Array> {
  const numbers = await readNumbers(name, place, file);
  const { quantizer, shape } = place;
  if (quantizer === null) return numbers;
  if (quantizer.kind === "tensor") {
    const { scale, zeroPoint } = quantizer;
    return numbers.map((stored) => (stored - zeroPoint) * scale);
  }
  const { axis } = quantizer;
  const scales = await readPart(name, quantizer.scales, file);
  const zeroPoints = await readPart(name, quantizer.zeroPoints, file);
  const channels = shape[axis];
  if (scales.length !== channels || zeroPoints.length !== channels) {
    throw tensorError(file.name, name, `${scales.length} scales for axis ${axis} of ${shape}`);
  }
  const inner = elementsOf(shape.slice(axis + 1));
  return numbers.map((stored, index) => {
    const channel = Math.floor(index / inner) % channels;
    return (stored - zeroPoints[channel]) * scales[channel];
  });
}

async function readPart(name: string, part: StoredTensor, file: TensorFile): Promise<Float32Array> {
  const place = part.locate();
  if (place === null) throw tensorError(file.name, name, "scales that cannot be read");
  return readNumbers(name, place, file);
}

async function readNumbers(
  name: string,
  place: TensorPlace,
  file: TensorFile,
): Promise<Float32Array> {
  if (elementsOf(place.shape) === 0) return new Float32Array(0);
  const { byteOffset, elementType, storage } = place;
  const bytes = await file.files.open(storage);
  const fault = tensorFault(place, bytes.byteLength);
  if (fault !== null) throw faultError(file.name, name, fault);
  const span = spanOf(place);
  if (span > elementsOf(place.shape) * MAX_SCATTER && span > SURELY_QUICK_ENTRIES) {
    throw new ConvAtlasError(
      "too-large",
      `“${shownName(name)}” in ${file.name} is scattered over ${Math.round((span * elementType.bytes) / 2 ** 20)} MiB; save the model's state_dict again with contiguous tensors.`,
    );
  }
  const end = byteOffset + span * elementType.bytes;
  const stored = await bytes.slice(byteOffset, end);
  // Typed arrays need aligned starts.
  const aligned = stored.byteOffset % 8 === 0 ? stored : new Uint8Array(stored);
  return gather(elementType.decode(aligned), place);
}

/** Entries in row-major order of a view whose first entry is the first of `numbers`. */
function gather(numbers: ArrayLike<number>, { shape, strides }: TensorPlace): Float32Array {
  if (isRowMajor(shape, strides) && numbers instanceof Float32Array) return numbers;
  const gathered = new Float32Array(elementsOf(shape));
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < gathered.length; to += 1) {
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

export function faultError(fileName: string, name: string, fault: TensorFault): ConvAtlasError {
  switch (fault) {
    case "beyond its storage":
      return tensorError(fileName, name, "view beyond its storage");
    case "expanded":
      return new ConvAtlasError(
        "unsupported",
        `“${shownName(name)}” in ${fileName} repeats a few numbers to look larger (an expanded view), which no trained kernel does; save the model's state_dict again with contiguous tensors.`,
      );
  }
}

function tensorError(fileName: string, name: string, details: string): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${fileName} is damaged: “${shownName(name)}” in it asks for numbers that are not there; download or copy it again.`,
    details,
  );
}
