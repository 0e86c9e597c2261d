import { itemsOf, PickledDictionary, PickledObject, type PickledValue } from "../pickle/values.ts";
import {
  attributesOf,
  type FoundTensor,
  moduleAttributes,
  moduleTensors,
  scriptAttributes,
  scriptTensors,
} from "./moduleTensors.ts";
import { StoredTensor } from "./torchTensor.ts";

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
const OPTIMIZER_ENTRIES = [
  "param_groups",
  "exp_avg",
  "exp_avg_sq",
  "momentum_buffer",
  "square_avg",
];

/** All sets of weights in what a file holds, in the file's order. */
export function findNetworks(content: PickledValue): FoundNetwork[] {
  if (content instanceof StoredTensor) {
    return [{ path: [], tensors: [{ name: "tensor", tensor: content, module: null }] }];
  }
  return withoutRemarks(new NetworkSearch().visit(content, [], 0));
}

class NetworkSearch {
  readonly #visited = new Set<PickledValue>();

  visit(value: PickledValue, path: readonly string[], depth: number): FoundNetwork[] {
    if (typeof value !== "object" || value === null) return [];
    if (this.#visited.has(value) || depth > MAX_DEPTH) return [];
    this.#visited.add(value);
    if (moduleAttributes(value) !== null) return network(path, moduleTensors(value));
    if (scriptAttributes(value) !== null) return network(path, scriptTensors(value));
    return this.#visitContainer(value, path, depth);
  }

  #visitContainer(value: PickledValue, path: readonly string[], depth: number): FoundNetwork[] {
    const entries = childrenOf(value);
    if (OPTIMIZER_ENTRIES.some((name) => entries.some(([key]) => key === name))) return [];
    const direct: FoundTensor[] = [];
    const inner: FoundNetwork[] = [];
    for (const [name, child] of entries) {
      if (child instanceof StoredTensor) direct.push({ name, tensor: child, module: null });
      else if (!NOT_WEIGHTS.test(name))
        inner.push(...this.visit(child, [...path, name], depth + 1));
    }
    return [...network(path, direct), ...inner];
  }
}

function network(path: readonly string[], tensors: readonly FoundTensor[]): FoundNetwork[] {
  return tensors.length === 0 ? [] : [{ path, tensors }];
}

/** Names and values within a container or an object of a class that is not known. */
function childrenOf(value: PickledValue): readonly (readonly [string, PickledValue])[] {
  const items = itemsOf(value);
  if (items !== null) return items.map((item, index) => [String(index), item] as const);
  if (value instanceof PickledDictionary) return namedEntries(value.entries);
  if (!(value instanceof PickledObject)) return [];
  return [
    ...namedEntries(value.entries),
    ...namedEntries(attributesOf(value) ?? new Map()),
    ...value.items.map((item, index) => [String(index), item] as const),
    ...value.args.map((item, index) => [`argument ${index}`, item] as const),
  ];
}

function namedEntries(
  entries: ReadonlyMap<PickledValue, PickledValue>,
): readonly (readonly [string, PickledValue])[] {
  return [...entries].map(([key, value], index) => {
    const isName = typeof key === "string" || typeof key === "number";
    return [isName ? String(key) : String(index), value] as const;
  });
}

/** Numbers noted beside the weights (a mean, a best score) are not a network of their own. */
function withoutRemarks(networks: readonly FoundNetwork[]): FoundNetwork[] {
  const isNetwork = ({ tensors }: FoundNetwork) =>
    tensors.some(({ name, tensor }) => tensor.shape.length >= 2 || WEIGHT_NAMES.test(name));
  const real = networks.filter(isNetwork);
  return real.length > 0 ? real : [...networks];
}

const WEIGHT_NAMES =
  /(^|[._])(weight|bias|running_mean|running_var|num_batches_tracked|gamma|beta)$/;
