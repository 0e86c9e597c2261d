import type { Constructor, PickleRules } from "../pickle/pickleRules.ts";
import { malformedPickle } from "../pickle/pickleStream.ts";
import { STANDARD_CONSTRUCTORS } from "../pickle/standardConstructors.ts";
import {
  itemsOf,
  PickledBytes,
  PickledGlobal,
  PickledObject,
  type PickledValue,
} from "../pickle/values.ts";
import { DATA_TYPES, STORAGE_TYPES } from "./elementTypes.ts";
import { NUMPY_CONSTRUCTORS } from "./numpyArray.ts";
import { countsOf, isCount } from "./pickledNumbers.ts";
import {
  type Quantizer,
  type Storage,
  StorageView,
  StoredTensor,
  type TensorGeometry,
  TorchTensor,
} from "./torchTensor.ts";

/** Calls remembered, to name those that a person must know of; more are not told apart. */
const MAX_CALLS = 10_000;

/**
 * What PyTorch's pickles mean: its storages, the functions of torch/_utils.py that rebuild
 * tensors, and the standard containers. Everything else stays a record of itself.
 */
export class TorchPickle implements PickleRules {
  readonly constructors: ReadonlyMap<string, Constructor>;
  /** Storages that the file keeps outside the pickle, by key, in the order of their first mention. */
  readonly storages = new Map<string, Storage>();
  /** Storages pickled into bytes, each a file of its own, and who waits for them. */
  readonly embedded = new Map<PickledBytes, StorageView>();
  /** All classes and functions that were to be called, by full name. */
  readonly calls = new Map<string, PickledGlobal>();
  /** Functions whose results were to be called. */
  readonly indirectCalls = new Set<string>();
  readonly #fileName: string;

  constructor(fileName: string) {
    this.#fileName = fileName;
    this.constructors = new Map([
      ...STANDARD_CONSTRUCTORS,
      ...NUMPY_CONSTRUCTORS,
      ...this.#torchConstructors(),
    ]);
  }

  onCall = (callee: PickledGlobal): void => {
    if (this.calls.size < MAX_CALLS) this.calls.set(callee.path, callee);
  };

  onIndirectCall = (maker: PickledGlobal): void => {
    if (this.indirectCalls.size < MAX_CALLS) this.indirectCalls.add(maker.path);
  };

  /** `persistent_id` of torch/serialization.py. */
  persistent = (id: PickledValue): PickledValue => {
    const parts = itemsOf(id) ?? [];
    if (parts[0] === "storage") return this.#storage(parts);
    // Modules were once saved with their source: ("module", class, file, text).
    if (parts[0] === "module" && parts[1] instanceof PickledGlobal) return parts[1];
    return new PickledObject(null, [id]);
  };

  /** ("storage", type, key, location, number of elements, view), the last in old files alone. */
  #storage([, type, key, , elements, view = null]: readonly PickledValue[]): PickledValue {
    const elementType = type instanceof PickledGlobal ? STORAGE_TYPES.get(type.name) : undefined;
    if (elementType === undefined) {
      const name = type instanceof PickledGlobal ? type.path : "none";
      throw malformedPickle(this.#fileName, `storage of type ${name}`);
    }
    if (typeof key !== "string" || !isCount(elements)) {
      throw malformedPickle(this.#fileName, "storage without key and size");
    }
    const byteLength = elements * elementType.bytes;
    const storage = this.storages.get(key) ?? { key, elementType, byteLength, content: null };
    this.storages.set(key, storage);
    if (view === null) return new StorageView({ storage, byteOffset: 0 });
    const [, offset] = itemsOf(view) ?? [];
    if (!isCount(offset)) throw malformedPickle(this.#fileName, "view of a storage");
    return new StorageView({ storage, byteOffset: offset * elementType.bytes });
  }

  /** `pickle.dump` of a tensor: its storage is a file of torch.save, as bytes. */
  #embedded([bytes]: readonly PickledValue[]): StorageView | undefined {
    if (!(bytes instanceof PickledBytes)) return undefined;
    const view = this.embedded.get(bytes) ?? new StorageView(null);
    this.embedded.set(bytes, view);
    return view;
  }

  #torchConstructors(): [string, Constructor][] {
    const first: Constructor = ([value]) => (value instanceof StoredTensor ? value : undefined);
    const items: Constructor = ([value]) => (itemsOf(value) === null ? undefined : value);
    return [
      ["torch._utils._rebuild_tensor", (args) => this.#tensor(args, null)],
      ["torch._utils._rebuild_tensor_v2", (args) => this.#tensor(args, null)],
      ["torch._utils._rebuild_tensor_v3", (args) => this.#tensor(args, args[6])],
      ["torch._utils._rebuild_qtensor", (args) => this.#quantizedTensor(args)],
      ["torch.storage._load_from_bytes", (args) => this.#embedded(args)],
      ["torch._utils._rebuild_parameter", first],
      ["torch._utils._rebuild_parameter_with_state", first],
      ["torch.nn.parameter.Parameter", first],
      ["torch.nn.parameter.Buffer", first],
      ["torch.Tensor._make_subclass", ([, value]) => first([value ?? null], () => {})],
      ["torch._tensor._rebuild_from_type", (args, spend) => this.#delegate(args, spend)],
      ["torch._tensor._rebuild_from_type_v2", (args, spend) => this.#delegate(args, spend)],
      ["torch.tensor._rebuild_from_type", (args, spend) => this.#delegate(args, spend)],
      ["torch.Size", items],
      ["torch.jit._pickle.build_intlist", items],
      ["torch.jit._pickle.build_doublelist", items],
      ["torch.jit._pickle.build_boollist", items],
      ["torch.jit._pickle.build_tensorlist", items],
      ["torch.jit._pickle.restore_type_tag", ([value]) => value],
    ];
  }

  /** (function, type, arguments, state): subclasses of tensors, rebuilt as plain ones. */
  #delegate([callee, , args]: readonly PickledValue[], spend: (steps: number) => void) {
    if (!(callee instanceof PickledGlobal)) return undefined;
    const construct = this.constructors.get(callee.path);
    // A rebuilder that names a rebuilder could go on for ever.
    if (construct === undefined || callee.name.startsWith("_rebuild_from_type")) return undefined;
    return construct(itemsOf(args) ?? [], spend);
  }

  /** (storage, offset, shape, strides, ...). */
  #tensor(args: readonly PickledValue[], dataType: PickledValue): PickledValue | undefined {
    const [view] = args;
    if (!(view instanceof StorageView)) return undefined;
    const named = dataType instanceof PickledGlobal ? DATA_TYPES.get(dataType.name) : undefined;
    return new TorchTensor(view, this.#geometry(args), named ?? null, null);
  }

  /** (storage, offset, shape, strides, quantizer, ...). */
  #quantizedTensor(args: readonly PickledValue[]): PickledValue | undefined {
    const [view, , , , parameters] = args;
    const quantizer = quantizerOf(parameters);
    if (!(view instanceof StorageView) || quantizer === null) return undefined;
    return new TorchTensor(view, this.#geometry(args), null, quantizer);
  }

  #geometry([, offset, sizes, steps]: readonly PickledValue[]): TensorGeometry {
    const shape = countsOf(sizes);
    const strides = countsOf(steps);
    const isValid = shape !== null && strides !== null && shape.length === strides.length;
    if (!isValid || !isCount(offset)) throw malformedPickle(this.#fileName, "shape of a tensor");
    return { offset, shape, strides };
  }
}

/** (torch.per_tensor_affine, scale, zero point) or (torch.per_channel_affine, scales, zero points, axis). */
function quantizerOf(parameters: PickledValue | undefined): Quantizer | null {
  const [scheme, scale, zeroPoint, axis] = itemsOf(parameters) ?? [];
  if (!(scheme instanceof PickledGlobal)) return null;
  if (scheme.name === "per_tensor_affine") {
    if (typeof scale !== "number" || typeof zeroPoint !== "number") return null;
    return { kind: "tensor", scale, zeroPoint };
  }
  const isTensors = scale instanceof TorchTensor && zeroPoint instanceof TorchTensor;
  if (!scheme.name.startsWith("per_channel_affine") || !isTensors || !isCount(axis)) return null;
  return { kind: "channel", scales: scale, zeroPoints: zeroPoint, axis };
}
