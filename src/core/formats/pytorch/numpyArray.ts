import type { Constructor } from "../pickle/pickleRules.ts";
import { Constructed, itemsOf, PickledBytes, type PickledValue } from "../pickle/values.ts";
import { type ElementType, numpyElementType } from "./elementTypes.ts";
import { countsOf } from "./pickledNumbers.ts";
import { elementsOf, type Storage, StoredTensor, type TensorPlace } from "./torchTensor.ts";

/** `numpy.dtype`: a letter and a size, and in its state the byte order. */
class NumpyType extends Constructed {
  readonly #code: string;
  #order = "|";

  constructor(code: string) {
    super();
    this.#code = code;
  }

  /** (version, byte order, ...): numpy/_core/src/multiarray/descriptor.c, `arraydescr_reduce`. */
  override setState(state: PickledValue): void {
    const [, order] = itemsOf(state) ?? [];
    if (typeof order === "string") this.#order = order;
  }

  get elementType(): ElementType | null {
    return numpyElementType(this.#code, this.#order === ">" ? "big" : "little");
  }
}

/** A `numpy.ndarray`, whose numbers stand in the pickle itself. */
export class NumpyArray extends StoredTensor {
  shape: readonly number[] = [];
  #type: PickledValue = null;
  #isColumnMajor = false;
  #bytes: PickledValue = null;
  #storage: Storage | null = null;

  /** (version, shape, type, is column-major, bytes or objects): methods.c, `array_reduce`. */
  override setState(state: PickledValue): void {
    const [, shape, type = null, isColumnMajor, bytes = null] = itemsOf(state) ?? [];
    this.#set(shape, type, isColumnMajor === true, bytes);
  }

  /** (bytes, type, shape, order): numeric.py, `_frombuffer`. */
  static fromBuffer([bytes, type, shape, order]: readonly PickledValue[]): NumpyArray {
    const array = new NumpyArray();
    array.#set(shape, type, order === "F", bytes);
    return array;
  }

  #set(
    shape: PickledValue | undefined,
    type: PickledValue,
    isColumnMajor: boolean,
    bytes: PickledValue,
  ): void {
    this.shape = countsOf(shape) ?? [];
    this.#type = type;
    this.#isColumnMajor = isColumnMajor;
    this.#bytes = bytes;
  }

  /** The entries of an array of Python objects; null for arrays of numbers. */
  get objects(): readonly PickledValue[] | null {
    return itemsOf(this.#bytes);
  }

  locate(): TensorPlace | null {
    this.#storage ??= storageOf(this.#type, this.#bytes);
    if (this.#storage === null) return null;
    return {
      storage: this.#storage,
      byteOffset: 0,
      elementType: this.#storage.elementType,
      shape: this.shape,
      strides: stridesOf(this.shape, this.#isColumnMajor),
      quantizer: null,
    };
  }
}

function storageOf(type: PickledValue, bytes: PickledValue): Storage | null {
  const elementType = type instanceof NumpyType ? type.elementType : null;
  const content = typeof bytes === "string" ? bytesOfText(bytes) : bytes;
  if (elementType === null || !(content instanceof PickledBytes)) return null;
  return { key: "", elementType, byteLength: content.byteLength, content };
}

/** Python 2 wrote bytes as text, which is taken for text if it happens to be valid UTF-8. */
function bytesOfText(text: string): PickledBytes | null {
  if (text.length > MAX_TEXT) return null;
  return new PickledBytes(new TextEncoder().encode(text));
}

/** That the bytes of more than a few numbers are valid UTF-8 hardly happens. */
const MAX_TEXT = 4096;

function stridesOf(shape: readonly number[], isColumnMajor: boolean): number[] {
  return shape.map((_, axis) =>
    elementsOf(isColumnMajor ? shape.slice(0, axis) : shape.slice(axis + 1)),
  );
}

/** The functions that rebuild arrays, by full name. */
export const NUMPY_CONSTRUCTORS: ReadonlyMap<string, Constructor> = new Map<string, Constructor>([
  ["numpy.dtype", ([code]) => (typeof code === "string" ? new NumpyType(code) : undefined)],
  ["numpy.core.multiarray._reconstruct", () => new NumpyArray()],
  ["numpy.core.numeric._frombuffer", (args) => NumpyArray.fromBuffer(args)],
]);
