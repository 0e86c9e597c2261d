import { type Bytes, join } from "./onnxWriter.ts";
import {
  bytes,
  call,
  dictionary,
  type Entries,
  instance,
  int,
  ints,
  list,
  NONE,
  named,
  ordered,
  persistent,
  pickle,
  text,
  truth,
  tuple,
} from "./pickleWriter.ts";
import { writeZip, type ZipOptions } from "./zipWriter.ts";

/** Storage classes and how their numbers are made into bytes. */
const ENCODERS = {
  FloatStorage: (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer),
  DoubleStorage: (values: readonly number[]) => new Uint8Array(Float64Array.from(values).buffer),
  LongStorage: (values: readonly number[]) =>
    new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
  QInt8Storage: (values: readonly number[]) => new Uint8Array(Int8Array.from(values).buffer),
  /** Bits, not values. */
  HalfStorage: (bits: readonly number[]) => new Uint8Array(Uint16Array.from(bits).buffer),
  BFloat16Storage: (bits: readonly number[]) => new Uint8Array(Uint16Array.from(bits).buffer),
  UntypedStorage: (values: readonly number[]) => Uint8Array.from(values),
};

export type StorageType = keyof typeof ENCODERS;

interface WrittenStorage {
  readonly key: string;
  readonly elements: number;
  readonly content: Bytes;
}

export interface ZipForm extends ZipOptions {
  /** Folder of all members, as torch.save takes it from the file's name. */
  readonly root?: string;
  readonly byteOrder?: string;
  /** Other members, within the folder. */
  readonly others?: Readonly<Record<string, Uint8Array>>;
  /** Storages to leave out. */
  readonly without?: readonly string[];
}

/** The value that a pickle has for a storage, and the rest of its view. */
export interface View {
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides?: readonly number[];
}

/** Collects storages while the content of a file is put together, then writes the file. */
export class TorchWriter {
  readonly #storages: WrittenStorage[] = [];

  /** A storage with these numbers; `elements` is what the pickle claims of their count. */
  storage(
    values: readonly number[],
    type: StorageType = "FloatStorage",
    elements = values.length,
  ): Bytes {
    const key = String(this.#storages.length);
    this.#storages.push({ key, elements, content: ENCODERS[type](values) });
    return persistent(storageId(key, type, elements));
  }

  /** The storage that was written last, once more. */
  lastStorage(type: StorageType = "FloatStorage"): Bytes {
    const { key, elements } = this.#storages[this.#storages.length - 1];
    return persistent(storageId(key, type, elements));
  }

  /** A part of the storage that was written last, in the form of old streams. */
  storagePart(offset: number, elements: number, type: StorageType = "FloatStorage"): Bytes {
    const { key, elements: all } = this.#storages[this.#storages.length - 1];
    const part = tuple(text(`${key}.part`), int(offset), int(elements));
    return persistent(storageId(key, type, all, part));
  }

  /** A tensor with a storage of its own. */
  tensor(shape: readonly number[], values: readonly number[], type?: StorageType): Bytes {
    return tensorOf(this.storage(values, type), { shape });
  }

  /** A float32 tensor that counts up from `start`. */
  counting(shape: readonly number[], start = 1): Bytes {
    return this.tensor(shape, countingValues(shape, start));
  }

  /** The storages as members of an archive's folder, for a second pickle in it. */
  members(folder: string): Readonly<Record<string, Uint8Array>> {
    return Object.fromEntries(
      this.#storages.map(({ key, content }) => [`${folder}${key}`, content]),
    );
  }

  /** As torch.save writes since 1.6. */
  zip(content: Uint8Array, form: ZipForm = {}): Bytes {
    const { root = "archive", byteOrder, others = {}, without = [], ...options } = form;
    const word = (value: string) => new TextEncoder().encode(value);
    const members: Record<string, Uint8Array> = { [`${root}/data.pkl`]: pickle(content) };
    if (byteOrder !== undefined) members[`${root}/byteorder`] = word(byteOrder);
    for (const { key, content: stored } of this.#storages) {
      if (!without.includes(key)) members[`${root}/data/${key}`] = stored;
    }
    members[`${root}/version`] = word("3\n");
    for (const [path, stored] of Object.entries(others)) members[`${root}/${path}`] = stored;
    // General purpose bits as PyTorch sets them: sizes follow the data, names are UTF-8.
    return writeZip(members, { flags: 0x808, zip64End: true, ...options });
  }

  /** As torch.save wrote before 1.6. */
  stream(content: Uint8Array, { isLittleEndian = true, protocolVersion = 1001 } = {}): Bytes {
    const keys = this.#storages.map(({ key }) => text(key));
    const system = dictionary({
      protocol_version: int(protocolVersion),
      little_endian: truth(isLittleEndian),
    });
    return join(
      MAGIC_PICKLE,
      pickle(int(protocolVersion)),
      pickle(system),
      pickle(content),
      pickle(list(...keys)),
      ...this.#storages.flatMap(({ elements, content: stored }) => [
        new Uint8Array(BigInt64Array.of(BigInt(elements)).buffer),
        stored,
      ]),
    );
  }
}

/** LONG1 of 0x1950a86a20f9469cfc6c. */
export const MAGIC_PICKLE = pickle(
  Uint8Array.of(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19),
);

export function countingValues(shape: readonly number[], start = 1): number[] {
  const count = shape.reduce((product, length) => product * length, 1);
  return Array.from({ length: count }, (_, index) => start + index);
}

export function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, length) => product * length, 1),
  );
}

function storageId(
  key: string,
  type: StorageType,
  elements: number,
  ...part: readonly Uint8Array[]
): Bytes {
  const module = type === "UntypedStorage" ? "torch.storage" : "torch";
  return tuple(
    text("storage"),
    named(module, type),
    text(key),
    text("cpu"),
    int(elements),
    ...part,
  );
}

function viewArguments(storage: Uint8Array, { offset = 0, shape, strides }: View): Uint8Array[] {
  return [storage, int(offset), ints(...shape), ints(...(strides ?? rowMajor(shape)))];
}

/** `_rebuild_tensor_v2`. */
export function tensorOf(storage: Uint8Array, view: View): Bytes {
  return call(
    named("torch._utils", "_rebuild_tensor_v2"),
    ...viewArguments(storage, view),
    truth(false),
    ordered({}),
  );
}

/** `_rebuild_tensor_v3`: a view of untyped bytes. */
export function typedTensorOf(storage: Uint8Array, dataType: string, view: View): Bytes {
  return call(
    named("torch._utils", "_rebuild_tensor_v3"),
    ...viewArguments(storage, view),
    truth(false),
    ordered({}),
    named("torch", dataType),
    ordered({}),
  );
}

/** `_rebuild_qtensor`; the quantizer is (scheme, scale, zero point) or (scheme, scales, zero points, axis). */
export function quantizedTensorOf(storage: Uint8Array, view: View, quantizer: Uint8Array): Bytes {
  return call(
    named("torch._utils", "_rebuild_qtensor"),
    ...viewArguments(storage, view),
    quantizer,
    truth(false),
    ordered({}),
  );
}

export function parameter(tensor: Uint8Array): Bytes {
  return call(named("torch._utils", "_rebuild_parameter"), tensor, truth(true), ordered({}));
}

export interface ModuleContent {
  readonly parameters?: Entries;
  readonly buffers?: Entries;
  readonly modules?: Entries;
  readonly attributes?: Entries;
}

/** A pickled `torch.nn.Module`. */
export function moduleOf(
  module: string,
  name: string,
  { parameters = {}, buffers = {}, modules = {}, attributes = {} }: ModuleContent,
): Bytes {
  return instance(module, name, {
    training: truth(false),
    _parameters: ordered(parameters),
    _buffers: ordered(buffers),
    _non_persistent_buffers_set: call(named("__builtin__", "set"), list()),
    _modules: ordered(modules),
    ...attributes,
  });
}

/** The attributes of `torch.nn.Conv2d` and `ConvTranspose2d`. */
export function convolutionAttributes(
  transposed: boolean,
  groups = 1,
  stride: readonly [number, number] = [1, 1],
  dilation: readonly [number, number] = [1, 1],
): Entries {
  return {
    kernel_size: ints(3, 3),
    stride: ints(...stride),
    padding: ints(1, 1),
    dilation: ints(...dilation),
    transposed: truth(transposed),
    groups: int(groups),
  };
}

/** A NumPy array as `pickle.dump` writes it, in protocol 3. */
export function numpyArray(
  shape: readonly number[],
  values: Float32Array | Float64Array,
  { isColumnMajor = false, order = "<" } = {},
): Bytes {
  const code = values instanceof Float64Array ? "f8" : "f4";
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return arrayOf(shape, code, order, isColumnMajor, bytes(content));
}

/** A NumPy array of Python objects. */
export function objectArray(shape: readonly number[], ...objects: readonly Uint8Array[]): Bytes {
  return arrayOf(shape, "O8", "|", false, list(...objects));
}

function arrayOf(
  shape: readonly number[],
  code: string,
  order: string,
  isColumnMajor: boolean,
  content: Uint8Array,
): Bytes {
  const dtype = join(
    call(named("numpy", "dtype"), text(code), truth(false), truth(true)),
    tuple(int(3), text(order), NONE, NONE, NONE, int(-1), int(-1), int(0)),
    Uint8Array.of(0x62),
  );
  return join(
    call(
      named("numpy.core.multiarray", "_reconstruct"),
      named("numpy", "ndarray"),
      ints(0),
      bytes(Uint8Array.of(0x62)),
    ),
    tuple(int(1), ints(...shape), dtype, truth(isColumnMajor), content),
    Uint8Array.of(0x62),
  );
}
