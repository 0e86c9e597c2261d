import type { Dimensions, Graph, GraphNode, Operation, Padding } from "./graph.ts";
import { computeValue, type ShapeVector } from "./shapeValues.ts";
import type { Size2d } from "./size2d.ts";
import { slicePositions } from "./slicePositions.ts";
import { LARGEST_INPUT_SIZE } from "./structure.ts";

/** Map sizes of a graph, derived from the size of its input image. */
export interface GraphSizes {
  /** Per node: size of the map it makes; null where it is not known or no map. */
  readonly outputs: readonly (Size2d | null)[];
  /** Per node: size of the map that it receives, its first input. */
  readonly received: readonly (Size2d | null)[];
  /** The file leaves height or width of the image open. */
  readonly inputSizeIsOpen: boolean;
  /** Size of the first image input; null without one. */
  readonly inputSize: Size2d | null;
}

/** Gathers nested in each other double the rank; no real tensor has this many axes. */
const LARGEST_RANK = 32;

/** What is known of a node's output: its shape, and its numbers if it is a shape vector. */
interface Tensor {
  readonly dimensions: Dimensions | null;
  readonly value: ShapeVector | null;
}

const UNKNOWN: Tensor = { dimensions: null, value: null };

/** Axes of height and width in tensors of four axes. */
type SpatialAxes = readonly [height: number, width: number];

/**
 * Follows map sizes from the input to every node. Open heights and widths of image inputs
 * are taken as `inputSize` pixels; what cannot be derived is null.
 */
export function inferSizes(graph: Graph, inputSize: number): GraphSizes {
  const axes: SpatialAxes = graph.layout === "channelsFirst" ? [2, 3] : [1, 2];
  const channelsLastInputs = inputsThatAreTransposed(graph);
  const tensors: Tensor[] = [];
  let image: { size: Size2d | null; isOpen: boolean } | null = null;
  for (const [index, node] of graph.nodes.entries()) {
    const { operation } = node;
    if (operation.kind === "input") {
      const inputAxes: SpatialAxes = channelsLastInputs.has(index) ? [1, 2] : axes;
      const dimensions = bounded(filledIn(operation.dimensions, inputAxes, inputSize));
      tensors.push({ dimensions, value: null });
      if (dimensions?.length === 4) {
        image ??= {
          size: sizeOf(dimensions, inputAxes),
          isOpen: inputAxes.some((axis) => operation.dimensions[axis] === null),
        };
      }
      continue;
    }
    const inputs = node.inputs.map((input) => (input === null ? UNKNOWN : tensors[input]));
    const value = computeValue(
      operation,
      inputs.map((input) => input.value),
      inputs.map((input) => input.dimensions),
    );
    // The axes of single numbers are not followed until they are joined.
    const isJoined = value !== null && operation.kind === "concatenate";
    const dimensions = isJoined ? [value.length] : outputDimensions(node, inputs, axes);
    tensors.push({ dimensions: bounded(dimensions), value });
  }
  const outputs = tensors.map(({ dimensions }) => sizeOf(dimensions, axes));
  const received = graph.nodes.map(({ inputs }) => outputs[inputs[0] ?? -1] ?? null);
  return {
    outputs,
    received,
    inputSizeIsOpen: image?.isOpen ?? false,
    inputSize: image?.size ?? null,
  };
}

/**
 * Inputs stored with channels last in a channels-first graph: converters from TensorFlow
 * put a transpose (N,H,W,C to N,C,H,W) behind them, or behind what scales their pixels.
 */
function inputsThatAreTransposed(graph: Graph): ReadonlySet<number> {
  const inputs = new Set<number>();
  if (graph.layout !== "channelsFirst") return inputs;
  /** Per node: the input of which it is a scaled image; null if it is none. */
  const imageOf: (number | null)[] = [];
  for (const [index, { operation, inputs: sources }] of graph.nodes.entries()) {
    const images = sources.map((source) => (source === null ? null : imageOf[source]));
    const [first = null] = images;
    const scaled = operation.kind === "elementwise" ? images.find((image) => image !== null) : null;
    imageOf.push(operation.kind === "input" ? index : (scaled ?? null));
    const turns = operation.kind === "transpose" && operation.permutation.join() === "0,3,1,2";
    if (turns && first !== null) inputs.add(first);
  }
  return inputs;
}

function filledIn(dimensions: Dimensions, axes: SpatialAxes, side: number): Dimensions {
  if (dimensions.length !== 4) return dimensions;
  return dimensions.map((length, axis) => {
    if (length !== null) return length;
    if (axis === 0) return 1;
    return axes.includes(axis) ? side : null;
  });
}

function sizeOf(dimensions: Dimensions | null, axes: SpatialAxes): Size2d | null {
  if (dimensions?.length !== 4) return null;
  const height = dimensions[axes[0]];
  const width = dimensions[axes[1]];
  return height === null || width === null ? null : [height, width];
}

/** Ranks and lengths that no map can have become unknown: they are errors of a file. */
function bounded(dimensions: Dimensions | null): Dimensions | null {
  if (dimensions === null || dimensions.length > LARGEST_RANK) return null;
  const isPossible = (length: number | null) =>
    length === null || (Number.isInteger(length) && length >= 1 && length <= LARGEST_INPUT_SIZE);
  if (dimensions.every(isPossible)) return dimensions;
  return dimensions.map((length) => (isPossible(length) ? length : null));
}

function outputDimensions(
  node: GraphNode,
  inputs: readonly Tensor[],
  axes: SpatialAxes,
): Dimensions | null {
  const { operation } = node;
  const input = inputs[0]?.dimensions ?? null;
  const each = (change: SizeChange) => changedMap(input, axes, change);
  switch (operation.kind) {
    case "input":
    case "constant":
      return operation.dimensions;
    case "convolution": {
      const { kernelSize: window, stride, dilation, padding, outChannels } = operation;
      const shrink: SizeChange = (length, axis) =>
        windowed(length, axis, { window, stride, dilation, padding, roundUp: false });
      return withChannels(each(shrink), axes, outChannels);
    }
    case "transposedConvolution":
      return withChannels(
        each((length, axis) => transposed(length, axis, operation)),
        axes,
        operation.outChannels,
      );
    case "pool":
      return each((length, axis) => windowed(length, axis, operation));
    case "globalPool":
      return each(() => 1);
    case "resize":
      return resized(operation, inputs, axes);
    case "pad":
      return each((length, axis) =>
        length === null ? null : length + operation.before[axis] + operation.after[axis],
      );
    case "computedPad": {
      const pads = inputs[1]?.value ?? null;
      return each((length, axis) => padded(length, axes[axis], pads));
    }
    case "concatenate":
      return concatenated(inputs, operation.axis);
    case "elementwise":
    case "arithmetic":
      return broadcast(inputs.map(({ dimensions }) => dimensions));
    case "shapeOf":
      return input === null ? null : [input.length];
    case "fill":
      return inputs[0]?.value ?? null;
    case "reshapeVector":
      return reshaped(inputs[0], operation.axes);
    case "gather":
      return gathered(input, inputs[1]?.dimensions ?? null, operation.axis);
    case "slice":
      return sliced(input, operation);
    case "computedSlice": {
      const [, starts, ends] = inputs.map(({ value }) => value ?? []);
      return sliced(input, { ...operation, starts, ends });
    }
    case "transpose": {
      const { permutation } = operation;
      return input?.length === permutation.length ? permutation.map((axis) => input[axis]) : null;
    }
    case "opaque":
      return null;
  }
}

/** New length of a spatial axis (0 height, 1 width) from the old; null if unknown. */
type SizeChange = (length: number | null, axis: 0 | 1) => number | null;

function changedMap(input: Dimensions | null, axes: SpatialAxes, change: SizeChange): Dimensions {
  // Convolutions, pools and resizes act on maps, so that the rank is known even where the
  // input is not: an explicit output size can then still be taken over.
  const before = input?.length === 4 ? input : [null, null, null, null];
  return before.map((length, axis) => {
    if (axis === axes[0]) return change(length, 0);
    return axis === axes[1] ? change(length, 1) : length;
  });
}

function withChannels(dimensions: Dimensions, axes: SpatialAxes, channels: number): Dimensions {
  const channelAxis = axes[0] === 2 ? 1 : 3;
  return dimensions.map((length, axis) => (axis === channelAxis ? channels : length));
}

interface Window {
  readonly window: Size2d;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  readonly padding: Padding;
  readonly roundUp: boolean;
}

/** Output length of a convolution or pooling; null for a window that cannot be moved. */
function windowed(length: number | null, axis: 0 | 1, shape: Window): number | null {
  const stride = shape.stride[axis];
  const isWindow = shape.window[axis] >= 1 && stride >= 1 && shape.dilation[axis] >= 1;
  if (length === null || !isWindow) return null;
  if (shape.padding.kind === "same") return Math.ceil(length / stride);
  const before = shape.padding.before[axis];
  const padded = length + before + shape.padding.after[axis];
  const reach = shape.dilation[axis] * (shape.window[axis] - 1) + 1;
  const steps = (padded - reach) / stride;
  if (!shape.roundUp) return Math.floor(steps) + 1;
  const rounded = Math.ceil(steps) + 1;
  // A last window that would start in the padding behind the map is left out.
  return (rounded - 1) * stride >= length + before ? rounded - 1 : rounded;
}

function transposed(
  length: number | null,
  axis: 0 | 1,
  shape: Extract<Operation, { kind: "transposedConvolution" }>,
): number | null {
  if (shape.outputSize !== null) return shape.outputSize[axis];
  if (length === null) return null;
  if (shape.padding.kind === "same") return length * shape.stride[axis];
  const reach = shape.dilation[axis] * (shape.kernelSize[axis] - 1) + 1;
  const cropped = shape.padding.before[axis] + shape.padding.after[axis];
  return (length - 1) * shape.stride[axis] + reach + shape.outputPadding[axis] - cropped;
}

function resized(
  operation: Extract<Operation, { kind: "resize" }>,
  inputs: readonly Tensor[],
  axes: SpatialAxes,
): Dimensions {
  const value = operation.valueInput === null ? null : inputs[operation.valueInput]?.value;
  const isShape = operation.valueMeans === "shape";
  const computed = isShape && value?.length !== 4 ? null : pairOfVector(value ?? null, axes);
  const size = operation.size ?? (operation.valueMeans === "scales" ? null : computed);
  const scale = operation.scale ?? (operation.valueMeans === "scales" ? computed : null);
  return changedMap(inputs[0]?.dimensions ?? null, axes, (length, axis) => {
    if (size !== null) return size[axis];
    const factor = scale?.[axis] ?? null;
    if (length === null || factor === null) return null;
    // Scales are float32: 99 rows are 49 times 2.0204082, not one less.
    return Math.floor(Math.fround(length * factor));
  });
}

/** Height and width out of a vector for all four axes or for the two alone. */
function pairOfVector(
  vector: ShapeVector | null,
  axes: SpatialAxes,
): readonly [number | null, number | null] | null {
  if (vector?.length === 4) return [vector[axes[0]], vector[axes[1]]];
  return vector?.length === 2 ? [vector[0], vector[1]] : null;
}

/** `pads` before all axes, then after all; lengths whose pads are not known become unknown. */
function padded(length: number | null, axis: number, pads: ShapeVector | null): number | null {
  const before = pads?.length === 8 ? pads[axis] : null;
  const after = pads?.length === 8 ? pads[axis + 4] : null;
  return length === null || before === null || after === null ? null : length + before + after;
}

/** Axes of a shape vector after `reshapeVector`; null if they do not fit its length. */
function reshaped(tensor: Tensor | undefined, wanted: readonly number[]): Dimensions | null {
  const count = tensor?.value?.length;
  if (count === undefined) return null;
  const kept = wanted.map((length, axis) =>
    length === 0 ? (tensor?.dimensions?.[axis] ?? 0) : length,
  );
  const known = kept.reduce((product, length) => (length === -1 ? product : product * length), 1);
  return kept.map((length) => (length === -1 ? count / known : length));
}

function concatenated(inputs: readonly Tensor[], axis: number): Dimensions | null {
  const known = inputs.flatMap(({ dimensions }) => (dimensions === null ? [] : [dimensions]));
  const rank = known[0]?.length;
  if (rank === undefined || known.some((dimensions) => dimensions.length !== rank)) return null;
  const along = axis < 0 ? axis + rank : axis;
  return known[0].map((_, at) => {
    const lengths = known.map((dimensions) => dimensions[at]);
    if (at !== along) return lengths.find((length) => length !== null) ?? null;
    if (known.length < inputs.length) return null;
    return lengths.reduce(
      (sum, length) => (sum === null || length === null ? null : sum + length),
      0,
    );
  });
}

/** Where one operand's length is unknown the other's stands: few maps are ever repeated. */
function broadcast(shapes: readonly (Dimensions | null)[]): Dimensions | null {
  const known = shapes.filter((shape) => shape !== null);
  if (known.length <= 1) return known[0] ?? null;
  const rank = Math.max(...known.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, at) => {
    const lengths = known.flatMap((shape) => {
      const length = shape[at - (rank - shape.length)];
      return typeof length === "number" ? [length] : [];
    });
    return lengths.length === 0 ? null : Math.max(...lengths);
  });
}

function gathered(
  input: Dimensions | null,
  indices: Dimensions | null,
  axis: number,
): Dimensions | null {
  if (input === null || indices === null) return null;
  const along = axis < 0 ? axis + input.length : axis;
  return [...input.slice(0, along), ...indices, ...input.slice(along + 1)];
}

interface Slice {
  readonly starts: ShapeVector;
  readonly ends: ShapeVector;
  readonly axes: readonly number[];
  readonly steps: readonly number[];
}

function sliced(input: Dimensions | null, slice: Slice): Dimensions | null {
  if (input === null) return null;
  const lengths = [...input];
  for (const [index, stated] of slice.axes.entries()) {
    const axis = stated < 0 ? stated + input.length : stated;
    const length = lengths[axis] ?? null;
    if (length === null) continue;
    const [start, end] = [slice.starts[index] ?? null, slice.ends[index] ?? null];
    lengths[axis] =
      start === null || end === null
        ? null
        : slicePositions(length, start, end, slice.steps[index]).count;
  }
  return lengths;
}
