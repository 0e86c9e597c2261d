import type { Size2d } from "../../network/size2d.ts";
import { itemsOf, PickledDictionary, PickledObject, type PickledValue } from "../pickle/values.ts";
import type { ModuleSettings } from "../weights/namedTensor.ts";
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
  const isModule = [...MODULE_MEMBERS].every((name) => entriesOf(attributes.get(name)) !== null);
  return isModule ? attributes : null;
}

const MODULE_MEMBERS = ["_parameters", "_modules"];

/** The attributes of a TorchScript object; null for anything else. */
export function scriptAttributes(value: PickledValue): Attributes | null {
  if (!(value instanceof PickledObject)) return null;
  return value.type?.module.startsWith("__torch__") ? attributesOf(value) : null;
}

/** All weights and buffers of a module, in the order and with the names of its state dict. */
export function moduleTensors(module: PickledValue): FoundTensor[] {
  const found: FoundTensor[] = [];
  const visited = new Set<PickledValue>();
  const visit = (value: PickledValue, prefix: string, depth: number): void => {
    const attributes = moduleAttributes(value);
    if (attributes === null || visited.has(value) || depth > MAX_MODULE_DEPTH) return;
    visited.add(value);
    const settings = convolutionSettings(attributes);
    const passing = new Set(itemsOf(attributes.get("_non_persistent_buffers_set")) ?? []);
    for (const member of ["_parameters", "_buffers"]) {
      for (const [name, tensor] of entriesOf(attributes.get(member)) ?? []) {
        if (!(tensor instanceof StoredTensor) || passing.has(name)) continue;
        found.push({ name: `${prefix}${String(name)}`, tensor, module: settings });
      }
    }
    for (const [name, inner] of entriesOf(attributes.get("_modules")) ?? []) {
      visit(inner, `${prefix}${String(name)}.`, depth + 1);
    }
  };
  visit(module, "", 0);
  return found;
}

/** All tensors of a TorchScript object: its attributes are parameters, buffers and modules alike. */
export function scriptTensors(script: PickledValue): FoundTensor[] {
  const found: FoundTensor[] = [];
  const visited = new Set<PickledValue>();
  const visit = (value: PickledValue, prefix: string, depth: number): void => {
    if (visited.has(value) || depth > MAX_MODULE_DEPTH) return;
    visited.add(value);
    const settings = value instanceof PickledObject ? scriptSettings(value) : null;
    for (const [name, inner] of scriptAttributes(value) ?? listEntries(value)) {
      const path = `${prefix}${String(name)}`;
      found.push(...packedWeight(inner, prefix, settings));
      if (inner instanceof StoredTensor)
        found.push({ name: path, tensor: inner, module: settings });
      else if (typeof inner === "object" && inner !== null) visit(inner, `${path}.`, depth + 1);
    }
  };
  visit(script, "", 0);
  return found;
}

/**
 * The weight within the packed parameters of a quantized layer, under the name that it has in layers
 * that are not: its state is (version, [settings, weight], [bias]) (ATen,
 * native/quantized/cpu/conv_serialization.h).
 */
function packedWeight(
  value: PickledValue,
  prefix: string,
  module: ModuleSettings | null,
): FoundTensor[] {
  const isPacked =
    value instanceof PickledObject && value.type?.module.startsWith("__torch__.torch.classes");
  if (!isPacked) return [];
  const tensors = itemsOf(itemsOf(value.states[0])?.[1]) ?? [];
  const weight = tensors.find((item) => item instanceof StoredTensor && item.shape.length >= 2);
  return weight instanceof StoredTensor
    ? [{ name: `${prefix}weight`, tensor: weight, module }]
    : [];
}

/** Items of lists and entries of dictionaries. */
function listEntries(value: PickledValue): Iterable<readonly [PickledValue, PickledValue]> {
  return entriesOf(value) ?? itemsOf(value)?.entries() ?? [];
}

/** What `BUILD` gave an object: a dictionary, or a pair of one with the slots of its class. */
export function attributesOf(value: PickledValue): Attributes | null {
  if (!(value instanceof PickledObject)) return null;
  for (const state of value.states) {
    const dictionary = itemsOf(state)?.find((item) => item instanceof PickledDictionary) ?? state;
    if (dictionary instanceof PickledDictionary) return dictionary.entries;
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
  const transposed = attributes.get("transposed");
  const groups = attributes.get("groups");
  const kernelSize = sizeOf(attributes.get("kernel_size"));
  if (typeof transposed !== "boolean" || typeof groups !== "number" || kernelSize === null) {
    return null;
  }
  return {
    operator: transposed ? "ConvTranspose2d" : "Conv2d",
    groups,
    stride: sizeOf(attributes.get("stride")),
    dilation: sizeOf(attributes.get("dilation")),
  };
}

function sizeOf(value: PickledValue | undefined): Size2d | null {
  const [height, width, ...more] = itemsOf(value) ?? [];
  const isSize = typeof height === "number" && typeof width === "number" && more.length === 0;
  return isSize && height >= 1 && width >= 1 ? [height, width] : null;
}

/** TorchScript keeps strides and groups in its code, which is not read; the class tells the operator. */
function scriptSettings({ type }: PickledObject): ModuleSettings | null {
  const match = /^Conv(Transpose)?[A-Za-z]*2d$/.exec(type?.name ?? "");
  if (match === null) return null;
  const operator = match[1] === undefined ? "Conv2d" : "ConvTranspose2d";
  return { operator, groups: null, stride: null, dilation: null };
}
