import type { Padding } from "../../network/graph.ts";
import type { Size2d } from "../../network/size2d.ts";
import type { MovingWindow } from "../movingWindow.ts";
import type { AttributeValue } from "../onnxModel.ts";
import { paddingAttributes, spatialInput } from "./convolutionNodes.ts";
import { placesOf } from "./dimensions.ts";
import type { MapGraph } from "./mapGraph.ts";
import { type ComputedValue, elementsOf, knownIntegers, type MapValue } from "./mapValues.ts";
import { Untranslatable } from "./untranslatable.ts";

// Operators that know height and width: pools, resampling, blocks.

type Layout = "channelsFirst" | "channelsLast";

export interface PoolParts {
  readonly kind: "MaxPool" | "AveragePool";
  readonly maps: MapValue;
  readonly window: Size2d;
  readonly stride: Size2d;
  readonly padding: Padding;
  readonly layout: Layout;
  readonly label: string;
}

/** What is padded counts for neither the largest entry nor the mean, in TensorFlow as in ONNX. */
export function pool(graph: MapGraph, parts: PoolParts): ComputedValue {
  const { kind, maps, stride, padding, layout, label } = parts;
  const window: MovingWindow = { size: parts.window, stride, dilation: [1, 1] };
  const input = spatialInput(graph, maps, layout);
  requireNoPart(maps);
  const padded = paddingAttributes(padding, window, input.size);
  // What ONNX Runtime works out by itself is negative there for pools, and refused (1.30).
  if ("auto_pad" in padded && stride.some((step, axis) => step > parts.window[axis])) {
    throw new Untranslatable("it pools a map of open size in steps that leave places out");
  }
  const attributes = {
    kernel_shape: { ints: parts.window },
    strides: { ints: stride },
    ...padded,
  };
  const output = graph.node(kind, [input.name], label, { attributes });
  const sides = ([0, 1] as const).map((axis) => placesOf(input.size[axis], window, padding, axis));
  return input.made(output, input.channels, sides);
}

function requireNoPart(maps: MapValue): void {
  if (maps.kind === "computed" && maps.apart !== null) {
    throw new Untranslatable("it pools parts of a map");
  }
}

export interface ResizeParts {
  readonly kind: "nearest" | "bilinear" | "bicubic";
  readonly maps: MapValue;
  /** Height and width. */
  readonly size: MapValue;
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
  readonly label: string;
}

/** Resampling of (N,H,W,C) to a size that may be computed. */
export function resize(graph: MapGraph, parts: ResizeParts): ComputedValue {
  const { maps, size, label } = parts;
  const input = spatialInput(graph, maps, "channelsLast");
  requireNoPart(maps);
  if (elementsOf(size) !== "int64") throw new Untranslatable("its size is no whole number");
  const [height, width] = knownIntegers(size) ?? [null, null];
  const isOpen = input.batch === null || input.channels === null;
  const sizes =
    isOpen || height === null || width === null
      ? computedSizes(graph, input.name, graph.asStated(size), label)
      : graph.integers(`${label}_sizes`, [
          Number(input.batch),
          Number(input.channels),
          height,
          width,
        ]);
  const output = graph.node("Resize", [input.name, "", "", sizes], label, {
    attributes: resamplingOf(parts),
  });
  return input.made(output, input.channels, [height, width]);
}

function computedSizes(graph: MapGraph, maps: string, size: string, label: string): string {
  const shape = graph.node("Shape", [maps], `${label}_shape`);
  const bounds = [0, 2].map((bound) => graph.integers(`${label}_bound`, [bound]));
  const kept = graph.node("Slice", [shape, ...bounds], `${label}_kept`);
  return graph.node("Concat", [kept, size], `${label}_sizes`, { attributes: { axis: { int: 0 } } });
}

/**
 * ONNX's words for how TensorFlow maps places (tensorflow/core/kernels/image/image_resizer_state.h,
 * resize_nearest_neighbor_op.cc: corners aligned round, else what lies before is taken).
 */
function resamplingOf({
  kind,
  alignCorners,
  halfPixelCenters,
}: ResizeParts): Readonly<Record<string, AttributeValue>> {
  const centers = halfPixelCenters ? "half_pixel" : "asymmetric";
  const places = { text: alignCorners ? "align_corners" : centers };
  if (kind === "bicubic") {
    // With half-pixel centres TensorFlow takes Keys' a = -0.5 and leaves out what lies outside.
    return {
      mode: { text: "cubic" },
      coordinate_transformation_mode: places,
      cubic_coeff_a: { float: halfPixelCenters ? -0.5 : -0.75 },
      exclude_outside: { int: halfPixelCenters ? 1 : 0 },
    };
  }
  if (kind === "bilinear") {
    return { mode: { text: "linear" }, coordinate_transformation_mode: places };
  }
  const isRounded = alignCorners || halfPixelCenters;
  return {
    mode: { text: "nearest" },
    coordinate_transformation_mode: places,
    nearest_mode: { text: isRounded ? "round_prefer_ceil" : "floor" },
  };
}

export interface BlockParts {
  readonly maps: MapValue;
  readonly block: number;
  readonly layout: Layout;
  readonly label: string;
}

/** Channels (y, x, c) of a block become places: ONNX's mode DCR. */
export function depthToSpace(graph: MapGraph, parts: BlockParts): ComputedValue {
  const { maps, block, layout, label } = parts;
  const input = spatialInput(graph, maps, layout);
  requireNoPart(maps);
  const output = graph.node("DepthToSpace", [input.name], label, {
    attributes: { blocksize: { int: block }, mode: { text: "DCR" } },
  });
  const channels = input.channels === null ? null : input.channels / block ** 2;
  const sides = input.size.map((length) => (length === null ? null : length * block));
  return input.made(output, channels, sides);
}

/** The inverse; ONNX orders the channels (y, x, c) too. */
export function spaceToDepth(graph: MapGraph, parts: BlockParts): ComputedValue {
  const { maps, block, layout, label } = parts;
  const input = spatialInput(graph, maps, layout);
  requireNoPart(maps);
  const output = graph.node("SpaceToDepth", [input.name], label, {
    attributes: { blocksize: { int: block } },
  });
  const channels = input.channels === null ? null : input.channels * block ** 2;
  const sides = input.size.map((length) => (length === null ? null : length / block));
  return input.made(output, channels, sides);
}
