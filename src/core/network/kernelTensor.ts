import { sharedFloat32Array } from "../memory/sharedArrays.ts";
import { type ConvolutionLayer, LARGEST_KERNEL_SIDE, type SkipReason } from "./network.ts";

/**
 * How a 2-D convolution's weights lie in a file, outermost axis first; `in/g` and `out/g` are
 * channels within one group.
 *
 * - `out,in/g,h,w`: ONNX `Conv`, PyTorch `Conv2d`
 * - `in,out/g,h,w`: ONNX `ConvTranspose`, PyTorch `ConvTranspose2d`
 * - `h,w,in/g,out`: TensorFlow and Keras `Conv2D`
 * - `h,w,out,in`: TensorFlow and Keras `Conv2DTranspose`
 * - `h,w,in,multiplier`: TensorFlow and Keras `DepthwiseConv2D`
 * - `out,h,w,in/g`: TensorFlow Lite `CONV_2D` and `TRANSPOSE_CONV`
 * - `1,h,w,out`: TensorFlow Lite `DEPTHWISE_CONV_2D`, one group per input channel
 */
export const KERNEL_LAYOUTS = [
  "out,in/g,h,w",
  "in,out/g,h,w",
  "h,w,in/g,out",
  "h,w,out,in",
  "h,w,in,multiplier",
  "out,h,w,in/g",
  "1,h,w,out",
] as const;

export type KernelLayout = (typeof KERNEL_LAYOUTS)[number];

/** What of a layer the axis lengths of its weights tell. */
export type KernelShape = Pick<
  ConvolutionLayer,
  "kernelSize" | "inChannels" | "outChannels" | "groups"
>;

/**
 * Channels and sides of a weight tensor, or why it is not analysed. `groups` is the file's
 * word; the layouts without groups ignore it.
 */
export function kernelShape(
  axes: readonly number[],
  layout: KernelLayout,
  groups: number,
): KernelShape | SkipReason {
  if (axes.length === 3) return "1-D convolution";
  if (axes.length === 5) return "3-D convolution";
  const isTensor = axes.length === 4 && axes.every((length) => length >= 1);
  if (!isTensor || !Number.isInteger(groups) || groups < 1) {
    return "weights do not have the shape of a convolution";
  }
  const shape = shapeOf(axes, layout, groups);
  const isWhole = shape.inChannels % shape.groups === 0 && shape.outChannels % shape.groups === 0;
  if (!isWhole || (layout === "1,h,w,out" && axes[0] !== 1)) {
    return "weights do not have the shape of a convolution";
  }
  const [height, width] = shape.kernelSize;
  if (height === 1 && width === 1) return "1x1 kernel";
  if (Math.max(height, width) > LARGEST_KERNEL_SIDE) return "kernel larger than 15 x 15";
  return shape;
}

function shapeOf(axes: readonly number[], layout: KernelLayout, groups: number): KernelShape {
  const [first, second, third, fourth] = axes;
  switch (layout) {
    case "out,in/g,h,w":
      return shaped(third, fourth, second * groups, first, groups);
    case "in,out/g,h,w":
      return shaped(third, fourth, first, second * groups, groups);
    case "h,w,in/g,out":
      return shaped(first, second, third * groups, fourth, groups);
    case "h,w,out,in":
      return shaped(first, second, fourth, third, 1);
    case "h,w,in,multiplier":
      return shaped(first, second, third, third * fourth, third);
    case "out,h,w,in/g":
      return shaped(second, third, fourth * groups, first, groups);
    case "1,h,w,out":
      return shaped(second, third, groups, fourth, groups);
  }
}

function shaped(
  height: number,
  width: number,
  inChannels: number,
  outChannels: number,
  groups: number,
): KernelShape {
  return { kernelSize: [height, width], inChannels, outChannels, groups };
}

/**
 * The slices of a weight tensor in the order of `ConvolutionLayer.kernels`: o outermost, then
 * i, then rows. `turned` turns each by 180 degrees, for frameworks that convolve where all
 * others correlate. May return `stored` itself.
 */
export function kernelSlices(
  stored: Float32Array,
  shape: KernelShape,
  layout: KernelLayout,
  turned = false,
): Float32Array {
  if (layout === "out,in/g,h,w" && !turned) return stored;
  const area = shape.kernelSize[0] * shape.kernelSize[1];
  const step = entryStep(shape, layout);
  const [offset, stride] = turned ? [(area - 1) * step, -step] : [0, step];
  const kernels = sharedFloat32Array(stored.length);
  forEachSlice(shape, layout, (slice, start) => {
    let from = start + offset;
    for (let to = slice * area, end = to + area; to < end; to += 1) {
      kernels[to] = stored[from];
      from += stride;
    }
  });
  return kernels;
}

/** The tensor that `kernelSlices` made these slices from; its inverse (unturned). */
export function storedFromSlices(
  kernels: Float32Array,
  shape: KernelShape,
  layout: KernelLayout,
): Float32Array {
  if (layout === "out,in/g,h,w") return kernels;
  const area = shape.kernelSize[0] * shape.kernelSize[1];
  const step = entryStep(shape, layout);
  const stored = new Float32Array(kernels.length);
  forEachSlice(shape, layout, (slice, start) => {
    let to = start;
    for (let from = slice * area, end = from + area; from < end; from += 1) {
      stored[to] = kernels[from];
      to += step;
    }
  });
  return stored;
}

/** The axis lengths of the tensor that holds a layer of this shape; inverse of `kernelShape`. */
export function storedAxes(shape: KernelShape, layout: KernelLayout): readonly number[] {
  const { kernelSize, inChannels, outChannels, groups } = shape;
  const [height, width] = kernelSize;
  switch (layout) {
    case "out,in/g,h,w":
      return [outChannels, inChannels / groups, height, width];
    case "in,out/g,h,w":
      return [inChannels, outChannels / groups, height, width];
    case "h,w,in/g,out":
      return [height, width, inChannels / groups, outChannels];
    case "h,w,out,in":
      return [height, width, outChannels, inChannels];
    case "h,w,in,multiplier":
      return [height, width, inChannels, outChannels / inChannels];
    case "out,h,w,in/g":
      return [outChannels, height, width, inChannels / groups];
    case "1,h,w,out":
      return [1, height, width, outChannels];
  }
}

/** How far apart neighbouring entries of one slice stand in the tensor. */
function entryStep(shape: KernelShape, layout: KernelLayout): number {
  const inputs = shape.inChannels / shape.groups;
  switch (layout) {
    case "out,in/g,h,w":
    case "in,out/g,h,w":
      return 1;
    case "h,w,in/g,out":
    case "h,w,out,in":
    case "h,w,in,multiplier":
      return shape.outChannels * inputs;
    case "out,h,w,in/g":
      return inputs;
    case "1,h,w,out":
      return shape.outChannels;
  }
}

/** Calls `visit` for each slice in order, with the position of its first entry in the tensor. */
function forEachSlice(
  shape: KernelShape,
  layout: KernelLayout,
  visit: (slice: number, start: number) => void,
): void {
  const { outChannels, inChannels, groups } = shape;
  const inputs = inChannels / groups;
  const start = sliceStart(shape, layout);
  let slice = 0;
  for (let output = 0; output < outChannels; output += 1) {
    for (let input = 0; input < inputs; input += 1) {
      visit(slice, start(output, input));
      slice += 1;
    }
  }
}

/** Where the first entry of slice K[output, input] stands. */
function sliceStart(
  { kernelSize, inChannels, outChannels, groups }: KernelShape,
  layout: KernelLayout,
): (output: number, input: number) => number {
  const area = kernelSize[0] * kernelSize[1];
  const inputs = inChannels / groups;
  const outputs = outChannels / groups;
  switch (layout) {
    case "out,in/g,h,w":
      return (output, input) => (output * inputs + input) * area;
    case "in,out/g,h,w":
      return (output, input) => {
        const channel = Math.floor(output / outputs) * inputs + input;
        return (channel * outputs + (output % outputs)) * area;
      };
    case "h,w,in/g,out":
      return (output, input) => input * outChannels + output;
    case "h,w,out,in":
      return (output, input) => output * inChannels + input;
    case "h,w,in,multiplier":
    case "1,h,w,out":
      // Output channel c * M + m is made by the m-th kernel of input channel c.
      return (output) => output;
    case "out,h,w,in/g":
      return (output, input) => output * area * inputs + input;
  }
}
