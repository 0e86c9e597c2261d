import type { Size2d } from "../../network/size2d.ts";
import { itemsOf, type PickledValue } from "../pickle/values.ts";
import type { ModuleSettings } from "../weights/namedTensor.ts";

/** What a pickle says of a convolution beside its weights. */
interface PickledSettings {
  readonly transposed: PickledValue | undefined;
  readonly groups: PickledValue | undefined;
  readonly stride: PickledValue | undefined;
  readonly dilation: PickledValue | undefined;
}

/** The settings of a 2-D convolution; null if they are those of anything else. */
export function settingsFrom({
  transposed,
  groups,
  stride,
  dilation,
}: PickledSettings): ModuleSettings | null {
  const isWhole = typeof groups === "number" && Number.isInteger(groups) && groups >= 1;
  if (typeof transposed !== "boolean" || !isWhole) return null;
  return {
    operator: transposed ? "ConvTranspose2d" : "Conv2d",
    groups,
    stride: sizeFrom(stride),
    dilation: sizeFrom(dilation),
  };
}

/** Two positive numbers; null for anything else, as those of 1-D and 3-D convolutions. */
export function sizeFrom(value: PickledValue | undefined): Size2d | null {
  const [height, width, ...more] = itemsOf(value) ?? [];
  const isSize = typeof height === "number" && typeof width === "number" && more.length === 0;
  return isSize && height >= 1 && width >= 1 ? [height, width] : null;
}
