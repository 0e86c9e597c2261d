import type { ByteSource } from "../../bytes/byteSource.ts";
import { Constructed } from "../pickle/values.ts";
import type { ElementType } from "./elementTypes.ts";

/** A tensor of a file, its numbers not read yet. */
export abstract class StoredTensor extends Constructed {
  abstract readonly shape: readonly number[];
  abstract readonly isFloat: boolean;

  get elements(): number {
    return this.shape.reduce((product, length) => product * length, 1);
  }

  /** Equal for two tensors that are the same numbers of the file; null if that is not known. */
  abstract readonly identity: string | null;
}

/** A run of numbers that tensors are views of. */
export class TorchStorage {
  readonly key: string;
  /** What the pickle says the numbers are; tensors may reinterpret them. */
  readonly elementType: ElementType;
  /** As the pickle says. */
  readonly byteLength: number;

  constructor(key: string, elementType: ElementType, byteLength: number) {
    this.key = key;
    this.elementType = elementType;
    this.byteLength = byteLength;
  }
}

/** What a pickle has in the place of a storage; in old files perhaps a part of a larger one. */
export class StorageView extends Constructed {
  readonly storage: TorchStorage;
  readonly byteOffset: number;

  constructor(storage: TorchStorage, byteOffset: number) {
    super();
    this.storage = storage;
    this.byteOffset = byteOffset;
  }
}

/** value = (stored - zeroPoint) * scale, one pair for all or one for each index of an axis. */
export type Quantizer =
  | { readonly kind: "tensor"; readonly scale: number; readonly zeroPoint: number }
  | {
      readonly kind: "channel";
      readonly scales: TorchTensor;
      readonly zeroPoints: TorchTensor;
      readonly axis: number;
    };

export interface TensorGeometry {
  /** In elements, like the strides. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A view of a storage. */
export class TorchTensor extends StoredTensor {
  readonly storage: TorchStorage;
  readonly elementType: ElementType;
  /** Where in the storage the first element is. */
  readonly byteOffset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly quantizer: Quantizer | null;

  constructor(
    view: StorageView,
    { offset, shape, strides }: TensorGeometry,
    elementType: ElementType = view.storage.elementType,
    quantizer: Quantizer | null = null,
  ) {
    super();
    this.storage = view.storage;
    this.elementType = elementType;
    this.byteOffset = view.byteOffset + offset * elementType.bytes;
    this.shape = shape;
    this.strides = strides;
    this.quantizer = quantizer;
  }

  get isFloat(): boolean {
    return this.elementType.isFloat || this.quantizer !== null;
  }

  /** Elements from the first to the last of the view, both included. */
  get span(): number {
    if (this.elements === 0) return 0;
    return this.shape.reduce((sum, length, axis) => sum + (length - 1) * this.strides[axis], 1);
  }

  get identity(): string | null {
    if (this.elements === 0) return null;
    return [this.storage.key, this.byteOffset, this.shape, this.strides].join(";");
  }
}

/** Where the numbers of storages lie. */
export interface StorageFiles {
  /** Bytes that are really there; null if the storage is not. */
  byteLengthOf(storage: TorchStorage): number | null;
  open(storage: TorchStorage): Promise<ByteSource>;
}
