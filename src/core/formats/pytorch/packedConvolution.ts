import { itemsOf, PickledObject, type PickledValue } from "../pickle/values.ts";
import type { ModuleSettings } from "../weights/namedTensor.ts";
import { settingsFrom } from "./convolutionSettings.ts";
import { StoredTensor } from "./torchTensor.ts";

/** The weights of a convolution that its class packs into one tuple with all that it needs. */
export interface PackedConvolution {
  readonly tensor: StoredTensor;
  /** Null where the tuple keeps them in tensors of its own. */
  readonly settings: ModuleSettings | null;
}

/** The convolution packed into an object; null for anything else. */
export function packedConvolution(value: PickledValue): PackedConvolution | null {
  if (!(value instanceof PickledObject) || value.type === null) return null;
  const { module, name } = value.type;
  const state = itemsOf(value.states[0]);
  if (state === null) return null;
  if (module === `${CLASSES}.xnnpack`) return prepacked(state, name);
  if (module === `${CLASSES}.quantized`) return packedParameters(state);
  const isQuantized = QUANTIZED_MODULES.test(module) && /^Conv\w*\dd$/.test(name);
  return isQuantized ? quantizedModule(state) : null;
}

/** Classes that are not written in Python. */
const CLASSES = "__torch__.torch.classes";

/** `torch.ao.nn.quantized.modules.conv`, `torch.nn.quantized`, in TorchScript with more around them. */
const QUANTIZED_MODULES = /(^|\.)torch\.(ao\.)?nn\.(intrinsic\.)?quantized\./;

/**
 * What optimize_for_mobile makes of a convolution: (weight, bias, stride, padding, dilation, groups,
 * limits), where transposed ones have the padding of their output before the dilation
 * (ATen, native/xnnpack/OpContext.h).
 */
function prepacked(state: readonly PickledValue[], name: string): PackedConvolution | null {
  const transposed = name === "TransposeConv2dOpContext";
  if (!transposed && name !== "Conv2dOpContext") return null;
  const [tensor, , stride] = state;
  const [dilation, groups] = state.slice(transposed ? 5 : 4);
  if (!(tensor instanceof StoredTensor)) return null;
  return { tensor, settings: settingsFrom({ transposed, groups, stride, dilation }) };
}

/**
 * (version, [settings, weight], [bias]), the settings as a tensor
 * (ATen, native/quantized/cpu/conv_serialization.h).
 */
function packedParameters(state: readonly PickledValue[]): PackedConvolution | null {
  const [, tensor] = itemsOf(state[1]) ?? [];
  return tensor instanceof StoredTensor ? { tensor, settings: null } : null;
}

/**
 * (input channels, output channels, kernel size, stride, padding, dilation, transposed, output padding,
 * groups, padding mode, weight, bias, ...) (`__getstate__` of torch/ao/nn/quantized/modules/conv.py).
 */
function quantizedModule(state: readonly PickledValue[]): PackedConvolution | null {
  const [, , , stride, , dilation, transposed, , groups, , tensor] = state;
  if (!(tensor instanceof StoredTensor)) return null;
  return { tensor, settings: settingsFrom({ transposed, groups, stride, dilation }) };
}
