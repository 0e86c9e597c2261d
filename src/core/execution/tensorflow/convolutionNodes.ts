import type { Padding } from "../../network/graph.ts";
import type { Size2d } from "../../network/size2d.ts";
import { type MovingWindow, reach, samePads } from "../movingWindow.ts";
import type { AttributeValue } from "../onnxModel.ts";
import type { AppliedConvolution, ModelKernels } from "./appliedConvolutions.ts";
import { placesOf } from "./dimensions.ts";
import type { MapGraph } from "./mapGraph.ts";
import {
  type ComputedValue,
  computed,
  elementsOf,
  knownIntegers,
  type MapOrder,
  type MapValue,
} from "./mapValues.ts";
import { Untranslatable } from "./untranslatable.ts";

export interface ConvolutionParts {
  readonly maps: MapValue;
  readonly kernels: ModelKernels;
  /** One number per output channel; null for none. */
  readonly bias: MapValue | null;
  readonly groups: number;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  readonly padding: Padding;
  /** How the network itself orders the axes of these maps. */
  readonly layout: "channelsFirst" | "channelsLast";
  readonly label: string;
  /** Name in `Network.layers`; null for one that is not listed there. */
  readonly layer: string | null;
}

export interface Convolved {
  readonly value: ComputedValue;
  readonly applied: AppliedConvolution;
}

/** Height and width, and the name of the map as (N,C,H,W), of a map in either layout. */
export function spatialInput(
  graph: MapGraph,
  maps: MapValue,
  layout: "channelsFirst" | "channelsLast",
) {
  const { dimensions } = maps;
  if (dimensions !== null && dimensions.length !== 4) {
    throw new Untranslatable(`it takes a map of ${dimensions.length} axes`);
  }
  const [batch, second, third, fourth] = dimensions ?? [null, null, null, null];
  const isFirst = layout === "channelsFirst";
  return {
    name: isFirst ? graph.asStated(maps) : graph.wholeChannelsFirst(maps),
    batch,
    channels: isFirst ? second : fourth,
    size: isFirst ? ([third, fourth] as const) : ([second, third] as const),
    /** A map that ONNX makes of it, in the network's terms. */
    made: (
      name: string,
      channels: number | null,
      [height, width]: readonly (number | null)[],
      more: Pick<Partial<ComputedValue>, "elements" | "apart"> = {},
    ) => {
      const order: MapOrder = isFirst ? "asStated" : "channelsFirst";
      const made = isFirst ? [batch, channels, height, width] : [batch, height, width, channels];
      return computed(name, made, { ...more, order });
    },
  };
}

/** Attributes of ONNX for a padding; `same` is written out wherever the sizes are known. */
export function paddingAttributes(
  padding: Padding,
  window: MovingWindow,
  size: readonly (number | null)[],
): Readonly<Record<string, AttributeValue>> {
  const explicit = explicitPadding(padding, window, size);
  if (explicit !== null) return { pads: { ints: explicit } };
  if (window.dilation.some((step) => step !== 1)) {
    throw new Untranslatable("it is dilated and moves in steps over a map whose size is open");
  }
  return { auto_pad: { text: "SAME_UPPER" } };
}

/** Padding before height and width, then behind both; null where it depends on an open size. */
function explicitPadding(
  padding: Padding,
  window: MovingWindow,
  size: readonly (number | null)[],
): readonly number[] | null {
  if (padding.kind === "same") return samePads(window, size);
  const pads = [...padding.before, ...padding.after];
  if (pads.some((length) => length < 0)) throw new Untranslatable("it crops what it convolves");
  return pads;
}

/** A convolution; one on a map that was taken apart is dilated instead. */
export function convolve(graph: MapGraph, parts: ConvolutionParts): Convolved {
  const { maps, kernels, bias, groups, stride, label, layer } = parts;
  const apart = maps.kind === "computed" ? maps.apart : null;
  if (apart !== null && (parts.padding.kind === "same" || stride.some((step) => step !== 1))) {
    throw new Untranslatable("it convolves parts of a map in a way that no dilation means");
  }
  const { dilation, padding } = apart ?? parts;
  const [outChannels, , height, width] = kernels.dimensions;
  const window: MovingWindow = { size: [height, width], stride, dilation };
  const input = spatialInput(graph, maps, parts.layout);
  const inputs = [input.name, kernels.value];
  if (bias !== null) inputs.push(graph.asStated(bias));
  const output = graph.node("Conv", inputs, label, {
    attributes: {
      kernel_shape: { ints: window.size },
      strides: { ints: stride },
      dilations: { ints: dilation },
      group: { int: groups },
      ...paddingAttributes(padding, window, input.size),
    },
  });
  kernels.nodes.push(output);
  const sides = ([0, 1] as const).map((axis) => placesOf(input.size[axis], window, padding, axis));
  return {
    value: input.made(output, outChannels, sides, { apart }),
    applied: { layer, input: input.name, output, kernels },
  };
}

/**
 * A transposed convolution: what a convolution with these settings would pass back to its input.
 *
 * @param outputSize numbers for height and width, or for all four axes; where they are not known
 * the map is cut to size when it is made. Null: as large as the settings make it.
 */
export function convolveTransposed(
  graph: MapGraph,
  parts: ConvolutionParts,
  outputSize: MapValue | null,
): Convolved {
  const input = spatialInput(graph, parts.maps, parts.layout);
  const sizes = knownIntegers(outputSize);
  const target = outputSize === null ? usualSize(parts, input.size) : targetOf(sizes, parts.layout);
  const [, , height, width] = parts.kernels.dimensions;
  const { stride, dilation } = parts;
  const window: MovingWindow = { size: [height, width], stride, dilation };
  const isKnown = target?.every((length) => length !== null) && !input.size.includes(null);
  const outChannels = parts.kernels.dimensions[1] * parts.groups;
  if (target === null || !isKnown) {
    if (outputSize === null) throw new Untranslatable("the size of its map is open");
    return cutToSize(graph, parts, window, outputSize, outChannels);
  }
  const pads: number[] = [];
  const outputPadding: number[] = [];
  for (const axis of [0, 1] as const) {
    const full = (Number(input.size[axis]) - 1) * parts.stride[axis] + reach(window, axis);
    const wanted = Number(target[axis]);
    const before = paddingBefore(parts.padding, axis, Math.max(0, full - wanted));
    pads[axis] = before;
    pads[axis + 2] = Math.max(0, full - before - wanted);
    outputPadding[axis] = Math.max(0, before + wanted - full);
  }
  const inputs = [input.name, parts.kernels.value];
  if (parts.bias !== null) inputs.push(graph.asStated(parts.bias));
  const output = graph.node("ConvTranspose", inputs, parts.label, {
    attributes: {
      ...transposedAttributes(parts, window),
      pads: { ints: pads },
      output_padding: { ints: outputPadding },
    },
  });
  parts.kernels.nodes.push(output);
  const { layer, kernels } = parts;
  return {
    value: input.made(output, outChannels, target),
    applied: { layer, input: input.name, output, kernels },
  };
}

function usualSize({ stride }: ConvolutionParts, size: readonly (number | null)[]) {
  return size.map((length, axis) => (length === null ? null : length * stride[axis]));
}

function targetOf(
  sizes: readonly number[] | null,
  layout: ConvolutionParts["layout"],
): readonly number[] | null {
  if (sizes?.length === 2) return sizes;
  if (sizes?.length !== 4) return null;
  return layout === "channelsFirst" ? sizes.slice(2) : sizes.slice(1, 3);
}

function paddingBefore(padding: Padding, axis: 0 | 1, total: number): number {
  return padding.kind === "same" ? Math.floor(total / 2) : padding.before[axis];
}

function transposedAttributes({ groups, stride }: ConvolutionParts, window: MovingWindow) {
  return {
    kernel_shape: { ints: window.size },
    strides: { ints: stride },
    dilations: { ints: window.dilation },
    group: { int: groups },
  };
}

/** All that the kernels reach, of which the wanted part is cut out when its size is known. */
function cutToSize(
  graph: MapGraph,
  parts: ConvolutionParts,
  window: MovingWindow,
  outputSize: MapValue,
  outChannels: number,
): Convolved {
  const { label, layer, kernels, stride, padding } = parts;
  const input = spatialInput(graph, parts.maps, parts.layout);
  const full = graph.node("ConvTranspose", [input.name, kernels.value], `${label}_full`, {
    attributes: transposedAttributes(parts, window),
  });
  kernels.nodes.push(full);
  const vector = (name: string, ...numbers: number[]) =>
    graph.integers(`${label}_${name}`, numbers);
  // Kernels smaller than the stride leave rows behind the last one that nothing reaches.
  const pads = vector("pads", 0, 0, 0, 0, 0, 0, stride[0], stride[1]);
  const padded = graph.node("Pad", [full, pads], `${label}_padded`);
  const wanted = wantedSize(graph, outputSize, parts);
  const start =
    padding.kind === "explicit"
      ? vector("start", ...padding.before)
      : computedStart(graph, full, wanted, label);
  const end = graph.node("Add", [start, wanted], `${label}_end`);
  const axes = vector("axes", 2, 3);
  let output = graph.node("Slice", [padded, start, end, axes], label);
  if (parts.bias !== null) {
    const bias = biasOperand(graph, parts.bias);
    output = graph.node("Add", [output, bias], `${label}_bias`, { role: "bias" });
  }
  const known = targetOf(knownIntegers(outputSize), parts.layout) ?? [null, null];
  return {
    value: input.made(output, outChannels, known),
    applied: { layer, input: input.name, output, kernels },
  };
}

/** Half of what there is too much, which goes in front. */
function computedStart(graph: MapGraph, full: string, wanted: string, label: string): string {
  const [zero, two, four] = [0, 2, 4].map((number) => graph.integers(`${label}_number`, [number]));
  const shape = graph.node("Shape", [full], `${label}_shape`);
  const size = graph.node("Slice", [shape, two, four, zero], `${label}_size`);
  const more = graph.node("Sub", [size, wanted], `${label}_more`);
  const cut = graph.node("Max", [more, zero], `${label}_cut`);
  return graph.node("Div", [cut, two], `${label}_start`);
}

/** Height and width out of the vector that holds them. */
function wantedSize(graph: MapGraph, sizes: MapValue, { layout, label }: ConvolutionParts): string {
  const name = graph.asStated(sizes);
  if (elementsOf(sizes) !== "int64") throw new Untranslatable("its size is no whole number");
  if (sizes.dimensions?.[0] === 2) return name;
  const bounds = layout === "channelsFirst" ? [2, 4] : [1, 3];
  const [start, end] = bounds.map((bound) => graph.integers(`${label}_bound`, [bound]));
  return graph.node("Slice", [name, start, end], `${label}_wanted`);
}

/** A bias as (C,1,1), which goes with every (N,C,H,W). */
export function biasOperand(graph: MapGraph, bias: MapValue): string {
  const axes = graph.integers("axes", [1, 2]);
  return graph.node("Unsqueeze", [graph.asStated(bias), axes], "bias");
}
