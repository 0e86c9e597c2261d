import type { ByteSource } from "../../bytes/byteSource.ts";
import { Constructed, type PickledBytes } from "../pickle/values.ts";
import type { ElementType } from "./elementTypes.ts";

/** A run of numbers that tensors are views of. */
export interface Storage {
  /** Tells the storages of a file apart. */
  readonly key: string;
  readonly elementType: ElementType;
  /** As the pickle says. */
  readonly byteLength: number;
  /** The numbers, where they stand in the pickle itself and not beside it. */
  readonly content: PickledBytes | null;
}

/** A storage, or in old files a part of one that has tensors of its own. */
export interface StoragePart {
  readonly storage: Storage;
  readonly byteOffset: number;
}

/** What a pickle has in the place of a storage. */
export class StorageView extends Constructed {
  /** Null while a storage that was saved as a file within the pickle has not been looked into. */
  part: StoragePart | null;

  constructor(part: StoragePart | null) {
    super();
    this.part = part;
  }
}

/** value = (stored - zeroPoint) * scale, one pair for all or one for each index of an axis. */
export type Quantizer =
  | { readonly kind: "tensor"; readonly scale: number; readonly zeroPoint: number }
  | {
      readonly kind: "channel";
      readonly scales: StoredTensor;
      readonly zeroPoints: StoredTensor;
      readonly axis: number;
    };

/** Where the numbers of a tensor lie. */
export interface TensorPlace extends StoragePart {
  readonly elementType: ElementType;
  readonly shape: readonly number[];
  /** In elements. */
  readonly strides: readonly number[];
  readonly quantizer: Quantizer | null;
}

/** A tensor of a file, its numbers not read yet. */
export abstract class StoredTensor extends Constructed {
  abstract readonly shape: readonly number[];
  /** Null if the file does not say it in a way that can be read. */
  abstract locate(): TensorPlace | null;
}

export interface TensorGeometry {
  /** In elements, like the strides. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A `torch.Tensor`. */
export class TorchTensor extends StoredTensor {
  readonly shape: readonly number[];
  readonly #view: StorageView;
  readonly #geometry: TensorGeometry;
  readonly #dataType: ElementType | null;
  readonly #quantizer: Quantizer | null;

  /** `dataType` null means that of the storage. */
  constructor(
    view: StorageView,
    geometry: TensorGeometry,
    dataType: ElementType | null,
    quantizer: Quantizer | null,
  ) {
    super();
    this.shape = geometry.shape;
    this.#view = view;
    this.#geometry = geometry;
    this.#dataType = dataType;
    this.#quantizer = quantizer;
  }

  locate(): TensorPlace | null {
    const { part } = this.#view;
    if (part === null) return null;
    const { storage } = part;
    const elementType = this.#dataType ?? storage.elementType;
    const { offset, shape, strides } = this.#geometry;
    const byteOffset = part.byteOffset + offset * elementType.bytes;
    return { storage, elementType, byteOffset, shape, strides, quantizer: this.#quantizer };
  }
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Where the numbers of storages lie that the pickle does not hold itself. */
export interface StorageFiles {
  /**
   * Bytes that are really there.
   * @throws ConvAtlasError `malformed` or `missing-companion-file` if none are.
   */
  byteLengthOf(storage: Storage): number;
  open(storage: Storage): Promise<ByteSource>;
}
