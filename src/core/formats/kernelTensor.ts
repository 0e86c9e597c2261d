import { type ConvolutionLayer, LARGEST_KERNEL_SIDE, type SkipReason } from "../network/network.ts";

/** 1 GiB of kernels as float32: ten times the convolutions of the largest networks in use. */
export const MAX_KERNEL_ENTRIES = 2 ** 28;

/**
 * How a 2-D convolution's weights lie in a file, outermost axis first; `in/g` and `out/g` are
 * channels within one group.
 *
 * - `out,in/g,h,w`: ONNX `Conv`, PyTorch `Conv2d`
 * - `in,out/g,h,w`: ONNX `ConvTranspose`, PyTorch `ConvTranspose2d`
 * - `h,w,in/g,out`: TensorFlow and Keras `Conv2D`
 * - `h,w,out,in`: TensorFlow and Keras `Conv2DTranspose`
 * - `h,w,in,multiplier`: TensorFlow and Keras `DepthwiseConv2D`
 */
export type KernelLayout =
  | "out,in/g,h,w"
  | "in,out/g,h,w"
  | "h,w,in/g,out"
  | "h,w,out,in"
  | "h,w,in,multiplier";

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
  if (shape.inChannels % shape.groups !== 0 || shape.outChannels % shape.groups !== 0) {
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
      return {
        kernelSize: [third, fourth],
        inChannels: second * groups,
        outChannels: first,
        groups,
      };
    case "in,out/g,h,w":
      return {
        kernelSize: [third, fourth],
        inChannels: first,
        outChannels: second * groups,
        groups,
      };
    case "h,w,in/g,out":
      return {
        kernelSize: [first, second],
        inChannels: third * groups,
        outChannels: fourth,
        groups,
      };
    case "h,w,out,in":
      return { kernelSize: [first, second], inChannels: fourth, outChannels: third, groups: 1 };
    case "h,w,in,multiplier":
      return {
        kernelSize: [first, second],
        inChannels: third,
        outChannels: third * fourth,
        groups: third,
      };
  }
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
  const { kernelSize, inChannels, outChannels, groups } = shape;
  const area = kernelSize[0] * kernelSize[1];
  const inputs = inChannels / groups;
  const start = sliceStart(shape, layout);
  // Entries of one slice stand together, or as far apart as there are slices.
  const step = layout.startsWith("h,w") ? outChannels * inputs : 1;
  const [offset, stride] = turned ? [(area - 1) * step, -step] : [0, step];
  const kernels = new Float32Array(stored.length);
  let to = 0;
  for (let output = 0; output < outChannels; output += 1) {
    for (let input = 0; input < inputs; input += 1) {
      let from = start(output, input) + offset;
      for (const end = to + area; to < end; to += 1) {
        kernels[to] = stored[from];
        from += stride;
      }
    }
  }
  return kernels;
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
      // Output channel c * M + m is made by the m-th kernel of input channel c.
      return (output) => output;
  }
}
