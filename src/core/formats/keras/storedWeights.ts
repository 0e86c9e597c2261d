/** One weight tensor of a Keras model, wherever it is stored. */
export interface StoredWeight {
  /** As Keras names it, split at "/", without ":0": ["conv2d_1", "kernel"]. */
  readonly name: readonly string[];
  readonly shape: readonly number[];
  /** False for integers and other kinds, which cannot be read as kernels. */
  readonly isFloat: boolean;
  /** All values as float32, row-major. */
  read(): Promise<Float32Array> | Float32Array;
}

/** The weights of one layer of the outermost model. */
export interface WeightGroup {
  readonly layer: string;
  readonly weights: readonly StoredWeight[];
}

/** What a convolution's weight is for. */
export type KernelPart =
  | "kernel"
  | "depthwise_kernel"
  | "pointwise_kernel"
  /** What a recurrent convolution makes of its own last output. */
  | "recurrent_kernel";

/** "conv2d_1/kernel:0" as path entries without the tensor number. */
export function weightName(name: string): readonly string[] {
  return name
    .replace(/:\d+$/, "")
    .split("/")
    .filter((part) => part !== "");
}

const PARTS: ReadonlyMap<string, KernelPart> = new Map([
  ["kernel", "kernel"],
  ["depthwise_kernel", "depthwise_kernel"],
  ["pointwise_kernel", "pointwise_kernel"],
  ["recurrent_kernel", "recurrent_kernel"],
  ["W", "kernel"],
]);

/** How Keras 1 names weights: the layer's name, then W or what a kernel is for. */
const KERAS_ONE_NAME = /^(.+)_(W|depthwise_kernel|pointwise_kernel)$/;

/** Which kernel a weight is by its name; null for biases and all others. */
export function kernelPart(weight: StoredWeight): KernelPart | null {
  const last = weight.name.at(-1) ?? "";
  const role = KERAS_ONE_NAME.exec(last)?.[2] ?? last.replace(/_\d+$/, "");
  return PARTS.get(role) ?? null;
}

/** Name of the layer that a weight says it belongs to; "" if it does not say. */
export function weightOwner(weight: StoredWeight): string {
  return KERAS_ONE_NAME.exec(weight.name.at(-1) ?? "")?.[1] ?? weight.name.at(-2) ?? "";
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
