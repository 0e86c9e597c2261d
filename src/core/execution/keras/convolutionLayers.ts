import { permuteAxes } from "../../formats/arrays/permuteAxes.ts";
import { positivePair, wholeNumber } from "../../formats/keras/configValues.ts";
import { type KernelLayout, storedAxes, storedFromSlices } from "../../network/kernelTensor.ts";
import type { ConvolutionLayer } from "../../network/network.ts";
import type { Size2d } from "../../network/size2d.ts";
import type { AttributeValue } from "../onnxModel.ts";
import { activate, activationIn } from "./activationFunctions.ts";
import type { AppliedConvolutions } from "./appliedConvolutions.ts";
import type { KerasValue } from "./kerasValue.ts";
import { inputOf, isSame, type LayerCall, type Maps, mapsOf, refusal } from "./layerCall.ts";
import type { WeightForm, WeightRole } from "./layerWeights.ts";
import { samePadding, transposedPads } from "./padding.ts";

/** A convolution of the configuration, with what the reader made of it. */
export interface ConvolutionCall extends LayerCall {
  /** Null for kernels that are not analysed. */
  readonly layer: ConvolutionLayer | null;
  readonly isTheano: boolean;
  /** The size of its maps where Keras 1 states it, as it does of transposed convolutions. */
  readonly outputSize: Size2d | null;
  readonly applied: AppliedConvolutions;
}

type OnnxLayout = Extract<KernelLayout, "out,in/g,h,w" | "in,out/g,h,w">;

const ONE: Size2d = [1, 1];
/** From Keras's (h, w, in, out) of Conv2D and (h, w, out, in) of Conv2DTranspose alike. */
const TO_ONNX = [3, 2, 0, 1];
/** From (h, w, in, multiplier) to (in, multiplier, h, w): ONNX has the outputs in that order. */
const DEPTHWISE_TO_ONNX = [2, 3, 0, 1];

/** `Conv2D`, `DepthwiseConv2D`. */
export async function convolution(call: ConvolutionCall): Promise<KerasValue> {
  const isDepthwise = call.className.startsWith("Depthwise");
  const kernel = await kernelOf(call, isDepthwise ? "depthwise" : "plain");
  const groups = isDepthwise ? kernel.dimensions[0] / multiplierOf(call) : groupsOf(call);
  const maps = mapsOf(call);
  const attributes = { ...windowAttributes(call, kernel.dimensions), group: { int: groups } };
  return finish(call, maps, kernel, "Conv", attributes);
}

/**
 * `SeparableConv2D`: a depthwise convolution, whose kernels are the layer's, and a 1 x 1 one that
 * mixes what it makes.
 */
export async function separableConvolution(call: ConvolutionCall): Promise<KerasValue> {
  const { graph, name } = call;
  const kernel = await kernelOf(call, "depthwise");
  const maps = mapsOf(call);
  const groups = kernel.dimensions[0] / multiplierOf(call);
  const depthwise = graph.node("Conv", [maps.name, kernel.value], `${name}/depthwise`, {
    ...windowAttributes(call, kernel.dimensions),
    group: { int: groups },
  });
  call.applied.add(call.layer, { input: maps.name, output: depthwise, activated: null, kernel });
  const roles = rolesOf(call);
  const pointwise = await call.weights.initializer(graph, "pointwise_kernel", async () => {
    const { shape } = call.weights.find("pointwise_kernel", roles);
    const numbers = await call.weights.numbers("pointwise_kernel", roles);
    return moved(numbers, shape, TO_ONNX);
  });
  const inputs = [depthwise, pointwise, ...(await biasOf(call))];
  const activation = activationIn(call);
  const mixed = maps.made(graph.node("Conv", inputs, linearName(name, activation)));
  return activation === null ? mixed : activate(call, mixed, activation);
}

/** `Conv2DTranspose`. */
export async function transposedConvolution(call: ConvolutionCall): Promise<KerasValue> {
  const kernel = await kernelOf(call, "transposed");
  const maps = mapsOf(call);
  const [, , height, width] = kernel.dimensions;
  const stride = positivePair(call.config.strides, ONE);
  const dilation = positivePair(call.config.dilation_rate, ONE);
  const window = { size: [height, width] as const, stride, dilation };
  const { pads, outputPadding } = transposedPads(call, window, call.outputSize);
  return finish(call, maps, kernel, "ConvTranspose", {
    kernel_shape: { ints: [height, width] },
    strides: { ints: stride },
    dilations: { ints: dilation },
    pads: { ints: pads },
    output_padding: { ints: outputPadding },
  });
}

/** `Dense`: works on the last axis, which of turned maps is that of the channels. */
export async function dense(call: LayerCall): Promise<KerasValue> {
  const { graph, name, weights } = call;
  const input = inputOf(call);
  const roles: readonly WeightRole[] = hasBias(call) ? ["kernel", "bias"] : ["kernel"];
  const { shape } = weights.find("kernel", roles);
  if (shape.length !== 2 || input.rank < 2) throw refusal(call, "has weights of another shape");
  const activation = activationIn(call);
  const linear = linearName(name, activation);
  const kernel = () => weights.numbers("kernel", roles);
  const bias = hasBias(call) ? [await biasOf(call, roles)].flat() : [];
  let made: string;
  if (input.isTurned) {
    const [inputs, units] = shape;
    const form = async () => moved(await kernel(), [1, 1, inputs, units], TO_ONNX);
    const value = await weights.initializer(graph, "kernel_1x1", form);
    made = graph.node("Conv", [input.name, value, ...bias], linear);
  } else {
    const form = async () => ({ dimensions: shape, values: await kernel() });
    const value = await weights.initializer(graph, "kernel", form);
    const product = bias.length === 0 ? linear : `${name}/product`;
    made = graph.node("MatMul", [input.name, value], product);
    if (bias.length > 0) made = graph.node("Add", [made, ...bias], linear);
  }
  const result = { ...input, name: made };
  return activation === null ? result : activate(call, result, activation);
}

/** A kernel in the model. */
export interface ModelKernel {
  /** Name of its value. */
  readonly value: string;
  readonly layout: OnnxLayout;
  readonly dimensions: readonly number[];
}

/** The kernel as ONNX has it: of what was read already, else out of the file. */
async function kernelOf(
  call: ConvolutionCall,
  kind: "plain" | "transposed" | "depthwise",
): Promise<ModelKernel> {
  const { graph, layer, weights, isTheano } = call;
  const layout: OnnxLayout = kind === "transposed" ? "in,out/g,h,w" : "out,in/g,h,w";
  const { shape } = weights.find("kernel", rolesOf(call));
  if (shape.length !== 4 || shape.some((length) => length < 1)) {
    throw refusal(call, "has kernels of another shape than a convolution's");
  }
  const dimensions =
    kind === "depthwise"
      ? [shape[2] * shape[3], 1, shape[0], shape[1]]
      : TO_ONNX.map((axis) => shape[axis]);
  const make = async (): Promise<WeightForm> => {
    if (layer !== null && storedAxes(layer, layout).join() === dimensions.join()) {
      return { dimensions, values: storedFromSlices(layer.kernels, layer, layout) };
    }
    const numbers = await weights.numbers("kernel", rolesOf(call));
    const order = kind === "depthwise" ? DEPTHWISE_TO_ONNX : TO_ONNX;
    const { values } = moved(numbers, shape, order);
    const isTurned = isTheano && kind !== "depthwise";
    return { dimensions, values: isTurned ? turned(values, shape[0] * shape[1]) : values };
  };
  return { value: await weights.initializer(graph, "kernel", make), layout, dimensions };
}

/** Adds the node, its bias and its activation, and notes where the layer stands. */
async function finish(
  call: ConvolutionCall,
  maps: Maps,
  kernel: ModelKernel,
  operator: "Conv" | "ConvTranspose",
  attributes: Readonly<Record<string, AttributeValue>>,
): Promise<KerasValue> {
  const activation = activationIn(call);
  const inputs = [maps.name, kernel.value, ...(await biasOf(call))];
  const output = call.graph.node(operator, inputs, linearName(call.name, activation), attributes);
  const linear = maps.made(output);
  const made = activation === null ? linear : activate(call, linear, activation);
  const activated = activation === null ? null : made.name;
  call.applied.add(call.layer, { input: maps.name, output, activated, kernel });
  return made;
}

/** A layer's result has the layer's name; what it is before the activation has a longer one. */
function linearName(name: string, activation: object | null): string {
  return activation === null ? name : `${name}/linear`;
}

function rolesOf(call: LayerCall): readonly WeightRole[] {
  const kernels: readonly WeightRole[] = call.className.startsWith("Separable")
    ? ["kernel", "pointwise_kernel"]
    : ["kernel"];
  return hasBias(call) ? [...kernels, "bias"] : kernels;
}

/** Keras 1 says `bias`. */
function hasBias({ config }: LayerCall): boolean {
  return (config.use_bias ?? config.bias) !== false;
}

/** The bias's name in the model, in a list; none if the layer has no bias. */
async function biasOf(call: LayerCall, roles = rolesOf(call)): Promise<readonly string[]> {
  if (!hasBias(call)) return [];
  const form = async () => {
    const values = await call.weights.numbers("bias", roles);
    return { dimensions: [values.length], values };
  };
  return [await call.weights.initializer(call.graph, "bias", form)];
}

function multiplierOf(call: LayerCall): number {
  return call.weights.find("kernel", rolesOf(call)).shape[3];
}

function groupsOf({ config }: LayerCall): number {
  return wholeNumber(config.groups) || 1;
}

/** Window, steps and padding. */
function windowAttributes(
  call: ConvolutionCall,
  dimensions: readonly number[],
): Readonly<Record<string, AttributeValue>> {
  const size: Size2d = [dimensions[2], dimensions[3]];
  const stride = positivePair(call.config.strides, ONE);
  const dilation = positivePair(call.config.dilation_rate, ONE);
  return {
    kernel_shape: { ints: size },
    strides: { ints: stride },
    dilations: { ints: dilation },
    ...(isSame(call) ? samePadding(call, { size, stride, dilation }) : {}),
  };
}

function moved(
  numbers: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): WeightForm {
  return {
    dimensions: order.map((axis) => shape[axis]),
    values: permuteAxes(numbers, shape, order),
  };
}

/** Each kernel turned by 180 degrees: its `area` entries backwards. */
function turned(values: Float32Array, area: number): Float32Array {
  const result = values.slice();
  for (let start = 0; start < result.length; start += area) {
    result.subarray(start, start + area).reverse();
  }
  return result;
}
