import { itemsOf, PickledDictionary, PickledObject, type PickledValue } from "../pickle/values.ts";
import {
  attributesOf,
  type FoundTensor,
  keyName,
  moduleAttributes,
  moduleTensors,
  OnceOnly,
  scriptAttributes,
  scriptTensors,
} from "./moduleTensors.ts";
import { NumpyArray } from "./numpyArray.ts";
import { packedConvolution } from "./packedConvolution.ts";
import { StoredTensor, TorchTensor } from "./torchTensor.ts";

/** A set of weights in a checkpoint. */
export interface FoundNetwork {
  /** Keys that lead to it: ["model_state_dict"]. */
  readonly path: readonly string[];
  readonly tensors: readonly FoundTensor[];
}

/** Levels of dictionaries in a checkpoint; training programs use three or four. */
const MAX_DEPTH = 16;

/** What training keeps beside the weights, often tensors of the same shapes. */
const NOT_WEIGHTS =
  /optim|sched|scaler|grad|loss|metric|callbacks|hyper_parameters|rng|shadow_params|collected_params/i;

/** Entries of an optimizer's state, whatever the dictionary is called (torch/optim). */
const OPTIMIZER_ENTRIES: ReadonlySet<string> = new Set([
  "param_groups",
  "exp_avg",
  "exp_avg_sq",
  "momentum_buffer",
  "square_avg",
]);

/**
 * All sets of weights in what a file holds, in the file's order. NumPy arrays count only where
 * there are no tensors: beside those they are notes of the training.
 */
export function findNetworks(content: PickledValue): readonly FoundNetwork[] {
  const all = withoutNotes(new NetworkSearch().visit(content, [], 0));
  const torch = all
    .map(({ path, tensors }) => ({ path, tensors: tensors.filter(isTorch) }))
    .filter(({ tensors }) => tensors.length > 0);
  return torch.length > 0 ? torch : all;
}

const isTorch = ({ tensor }: FoundTensor) => tensor instanceof TorchTensor;

class NetworkSearch {
  readonly #once = new OnceOnly();
  readonly #visited = new Set<PickledValue>();

  visit(value: PickledValue, path: readonly string[], depth: number): FoundNetwork[] {
    if (typeof value !== "object" || value === null) return [];
    if (isTensor(value)) {
      return network(path, [{ name: "tensor", tensor: value, module: null }]);
    }
    if (this.#visited.has(value) || depth > MAX_DEPTH) return [];
    this.#visited.add(value);
    if (moduleAttributes(value) !== null) return network(path, moduleTensors(value, this.#once));
    if (scriptAttributes(value) !== null) return network(path, scriptTensors(value, this.#once));
    return this.#visitContainer(value, path, depth);
  }

  #visitContainer(value: PickledValue, path: readonly string[], depth: number): FoundNetwork[] {
    const children = this.#childrenOf(value);
    if (children.some(([name]) => OPTIMIZER_ENTRIES.has(name))) return [];
    const direct: FoundTensor[] = [];
    const inner: FoundNetwork[] = [];
    for (const [name, child] of children) {
      const packed = packedConvolution(child);
      if (isTensor(child)) direct.push({ name, tensor: child, module: null });
      else if (packed !== null) {
        direct.push({ name, tensor: packed.tensor, module: packed.settings });
      } else if (!NOT_WEIGHTS.test(name)) {
        for (const one of this.visit(child, [...path, name], depth + 1)) inner.push(one);
      }
    }
    return [...network(path, direct), ...inner];
  }

  /** Names and values within a container or an object of a class that is not known. */
  #childrenOf(value: PickledValue): readonly (readonly [string, PickledValue])[] {
    if (value instanceof PickledDictionary) return this.#named(value.entries);
    if (value instanceof NumpyArray) return this.#numbered(value.objects);
    if (!(value instanceof PickledObject)) return this.#numbered(itemsOf(value));
    return [
      ...this.#named(value.entries),
      ...this.#named(attributesOf(value)),
      ...this.#numbered(value.items),
      ...this.#numbered(value.args),
    ];
  }

  #named(entries: ReadonlyMap<PickledValue, PickledValue> | null) {
    return [...this.#once.entries(entries)].map(([key, value]) => [keyName(key), value] as const);
  }

  #numbered(items: readonly PickledValue[] | null) {
    const names = items !== null && isLayer(items) ? LAYER_NAMES : null;
    return this.#once
      .items(items)
      .map((item, index) => [names?.[index] ?? String(index), item] as const);
  }
}

/** Arrays of Python objects are lists in disguise. */
function isTensor(value: PickledValue): value is StoredTensor {
  return value instanceof StoredTensor && !(value instanceof NumpyArray && value.objects !== null);
}

/** Weights and bias in a list of their own, as in the files of VGG that went round as .npy. */
function isLayer([weights, bias, ...others]: readonly PickledValue[]): boolean {
  const isPair = weights instanceof StoredTensor && bias instanceof StoredTensor;
  return isPair && others.length === 0 && weights.shape.length === 4 && bias.shape.length === 1;
}

const LAYER_NAMES = ["W", "b"];

function network(path: readonly string[], tensors: readonly FoundTensor[]): FoundNetwork[] {
  return tensors.length === 0 ? [] : [{ path, tensors }];
}

/** Arrays noted beside the weights (a mean, a confusion matrix) are not a network of their own. */
function withoutNotes(networks: readonly FoundNetwork[]): readonly FoundNetwork[] {
  const real = networks.filter(({ tensors }) =>
    tensors.some(({ name, tensor }) => tensor.shape.length >= 3 || WEIGHT_NAMES.test(name)),
  );
  return real.length > 0 ? real : networks;
}

const WEIGHT_NAMES =
  /(^|[._])(weight|bias|running_mean|running_var|num_batches_tracked|gamma|beta)$/;
