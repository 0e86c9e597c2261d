import { itemsOf, PickledDictionary, PickledObject, type PickledValue } from "../pickle/values.ts";
import type { ModuleSettings } from "../weights/namedTensor.ts";
import { settingsFrom, sizeFrom } from "./convolutionSettings.ts";
import { packedConvolution } from "./packedConvolution.ts";
import { StoredTensor } from "./torchTensor.ts";

/** A tensor with the name that `state_dict()` gives it. */
export interface FoundTensor {
  readonly name: string;
  readonly tensor: StoredTensor;
  readonly module: ModuleSettings | null;
}

/** Modules within modules; the deepest networks in use have about ten levels. */
const MAX_MODULE_DEPTH = 64;

type Attributes = ReadonlyMap<PickledValue, PickledValue>;

/**
 * The attributes of a pickled `torch.nn.Module`, whatever its class: every module has dictionaries
 * of its parameters and of the modules within it. Null for anything else.
 */
export function moduleAttributes(value: PickledValue): Attributes | null {
  const attributes = value instanceof PickledDictionary ? value.entries : attributesOf(value);
  if (attributes === null) return null;
  const isModule = MODULE_MEMBERS.every((name) => entriesOf(attributes.get(name)) !== null);
  return isModule ? attributes : null;
}

const MODULE_MEMBERS = ["_parameters", "_modules"];

/** The attributes of a TorchScript object; null for anything else. */
export function scriptAttributes(value: PickledValue): Attributes | null {
  if (!(value instanceof PickledObject)) return null;
  return value.type?.module.startsWith("__torch__") ? attributesOf(value) : null;
}

/** All weights and buffers of a module, in the order and with the names of its state dict. */
export function moduleTensors(module: PickledValue, once: OnceOnly): FoundTensor[] {
  const found: FoundTensor[] = [];
  const visit = (value: PickledValue, prefix: string, depth: number): void => {
    const packed = packedConvolution(value);
    if (packed !== null) {
      found.push({ name: `${prefix}weight`, tensor: packed.tensor, module: packed.settings });
    }
    const attributes = moduleAttributes(value);
    if (attributes === null || depth > MAX_MODULE_DEPTH) return;
    const settings = convolutionSettings(attributes);
    const passing = passingBuffers(attributes);
    for (const member of ["_parameters", "_buffers"]) {
      for (const [name, tensor] of once.entries(entriesOf(attributes.get(member)))) {
        if (!(tensor instanceof StoredTensor) || passing.includes(name)) continue;
        found.push({ name: `${prefix}${keyName(name)}`, tensor, module: settings });
      }
    }
    for (const [name, inner] of once.entries(entriesOf(attributes.get("_modules")))) {
      visit(inner, `${prefix}${keyName(name)}.`, depth + 1);
    }
  };
  visit(module, "", 0);
  return found;
}

/** Names of buffers that a state dict leaves out. */
function passingBuffers(attributes: Attributes): readonly PickledValue[] {
  const names = itemsOf(attributes.get("_non_persistent_buffers_set")) ?? [];
  return names.length <= MAX_PASSING_BUFFERS ? names : [];
}

/** Modules have a handful. */
const MAX_PASSING_BUFFERS = 1000;

/** All tensors of a TorchScript object: its attributes are parameters, buffers and modules alike. */
export function scriptTensors(script: PickledValue, once: OnceOnly): FoundTensor[] {
  const found: FoundTensor[] = [];
  const visit = (
    value: PickledValue,
    prefix: string,
    depth: number,
    owner: ModuleSettings | null,
  ): void => {
    if (depth > MAX_MODULE_DEPTH) return;
    const packed = packedConvolution(value);
    if (packed !== null) {
      const name = packedName(value, prefix);
      found.push({ name, tensor: packed.tensor, module: packed.settings ?? owner });
    }
    const settings = value instanceof PickledObject ? scriptSettings(value) : owner;
    for (const [name, inner] of once.entries(scriptAttributes(value) ?? entriesOf(value))) {
      const path = `${prefix}${keyName(name)}`;
      if (inner instanceof StoredTensor)
        found.push({ name: path, tensor: inner, module: settings });
      else visit(inner, `${path}.`, depth + 1, settings);
    }
    for (const [index, inner] of once.items(itemsOf(value)).entries()) {
      const path = `${prefix}${index}`;
      if (inner instanceof StoredTensor) found.push({ name: path, tensor: inner, module: null });
      else visit(inner, `${path}.`, depth + 1, null);
    }
  };
  visit(script, "", 0, null);
  return found;
}

/**
 * Gives the content of each container once, since a pickle of a few bytes can have the same
 * ones in any number of places.
 */
export class OnceOnly {
  readonly #given = new Set<object>();

  entries(entries: Attributes | null): Iterable<readonly [PickledValue, PickledValue]> {
    return entries !== null && this.#isNew(entries) ? entries : [];
  }

  items(items: readonly PickledValue[] | null): readonly PickledValue[] {
    return items !== null && this.#isNew(items) ? items : [];
  }

  #isNew(container: object): boolean {
    if (this.#given.has(container)) return false;
    this.#given.add(container);
    return true;
  }
}

/** A key as part of a name; names of layers are far shorter than what a pickle can hold. */
export function keyName(key: PickledValue): string {
  const isName = typeof key === "string" || typeof key === "number";
  return isName ? String(key).slice(0, MAX_KEY_CHARACTERS) : "?";
}

const MAX_KEY_CHARACTERS = 200;

/**
 * The name of packed weights as layers that are not packed have it: `_packed_params` and the like
 * stand where the weight would.
 */
function packedName(value: PickledValue, prefix: string): string {
  const isModule = value instanceof PickledObject && /\dd$/.test(value.type?.name ?? "");
  return isModule ? `${prefix}weight` : prefix.replace(/[^.]*\.$/, "weight");
}

/** What `BUILD` gave an object: a dictionary, or a pair of one with the slots of its class. */
export function attributesOf(value: PickledValue): Attributes | null {
  if (!(value instanceof PickledObject)) return null;
  for (const state of value.states) {
    const [own = state, slots] = itemsOf(state) ?? [];
    if (own instanceof PickledDictionary) return own.entries;
    if (slots instanceof PickledDictionary) return slots.entries;
  }
  // Modules that a program rewrote (torch.fx) bring their attributes as an argument.
  const [first] = value.args;
  return first instanceof PickledDictionary ? first.entries : null;
}

function entriesOf(value: PickledValue | undefined): Attributes | null {
  const isMapping = value instanceof PickledDictionary || value instanceof PickledObject;
  return isMapping ? value.entries : null;
}

/** Stride, dilation and groups of a 2-D convolution, which its class keeps as attributes. */
function convolutionSettings(attributes: Attributes): ModuleSettings | null {
  if (sizeFrom(attributes.get("kernel_size")) === null) return null;
  return settingsFrom({
    transposed: attributes.get("transposed"),
    groups: attributes.get("groups"),
    stride: attributes.get("stride"),
    dilation: attributes.get("dilation"),
  });
}

/** TorchScript keeps strides and groups in its code; where that is not followed, the class tells the operator. */
function scriptSettings({ type }: PickledObject): ModuleSettings | null {
  const match = /^Conv(Transpose)?[A-Za-z]*2d$/.exec(type?.name ?? "");
  if (match === null) return null;
  const operator = match[1] === undefined ? "Conv2d" : "ConvTranspose2d";
  return { operator, groups: null, stride: null, dilation: null };
}
