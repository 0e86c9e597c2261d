import type { Dimensions } from "../../network/graph.ts";
import { slicePositions } from "../../network/slicePositions.ts";
import { TO_CHANNELS_LAST } from "../axisOrders.ts";
import { concatenate, expandDimensions, squeeze } from "./axisNodes.ts";
import { normalAxis } from "./dimensions.ts";
import type { MapGraph } from "./mapGraph.ts";
import {
  type ComputedValue,
  computed,
  elementsOf,
  knownIntegers,
  knownNumbers,
  type MapValue,
  type StoredValue,
} from "./mapValues.ts";
import { Untranslatable } from "./untranslatable.ts";

// Operators that take values apart, and put parts together.

/** Beyond every axis, in both directions. */
const FAR = 2 ** 31 - 1;

/** Parts of one split; a network's heads and groups are a few dozen. */
const MOST_PARTS = 4096;

/** From a place to another in steps, for one axis of TensorFlow's. */
interface Range {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Settings of `StridedSlice`: bits of a mask stand for positions in its lists. */
export interface StridedParts {
  readonly begin: MapValue;
  readonly end: MapValue;
  readonly strides: MapValue;
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkMask: number;
  readonly label: string;
}

/** https://www.tensorflow.org/api_docs/python/tf/strided_slice */
export function stridedSlice(graph: MapGraph, value: MapValue, parts: StridedParts): MapValue {
  const [begin, end, strides] = [parts.begin, parts.end, parts.strides].map(knownIntegers);
  const { label } = parts;
  if (begin === null || end === null || strides === null) {
    throw new Untranslatable("it cuts out a part whose place is computed while the network runs");
  }
  const isSet = (mask: number, position: number) => ((mask >> position) & 1) === 1;
  const ranges: Range[] = [];
  const shrunk: number[] = [];
  const added: number[] = [];
  /** Axis of the value that a position speaks of, and of what is made before any goes. */
  let axis = 0;
  let made = 0;
  for (const position of begin.keys()) {
    if (isSet(parts.ellipsisMask, position)) {
      const left = begin.length - 1 - position - count(parts.newAxisMask >> (position + 1));
      const skipped = (value.dimensions?.length ?? Number.NaN) - axis - left;
      if (Number.isNaN(skipped)) throw new Untranslatable("its axes are not known");
      axis += skipped;
      made += skipped;
    } else if (isSet(parts.newAxisMask, position)) {
      added.push(made);
      made += 1;
    } else {
      const step = strides[position];
      const isSingle = isSet(parts.shrinkMask, position);
      const at = begin[position];
      const first = step > 0 ? 0 : FAR;
      const start = isSet(parts.beginMask, position) && !isSingle ? first : at;
      const last = step > 0 ? FAR : -FAR;
      const stop = isSet(parts.endMask, position) ? last : end[position];
      const after = at === -1 ? FAR : at + 1;
      ranges.push({ axis, start, end: isSingle ? after : stop, step: isSingle ? 1 : step });
      if (isSingle) shrunk.push(made);
      axis += 1;
      made += 1;
    }
  }
  let cut = slice(graph, value, ranges, label);
  for (const at of added) cut = expandDimensions(graph, cut, at, `${label}_axis`);
  return shrunk.length === 0 ? cut : squeeze(graph, cut, shrunk, `${label}_single`);
}

function count(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
}

/** `Slice`: a place and lengths, -1 for all that follows. */
export function sliceOfSize(
  graph: MapGraph,
  value: MapValue,
  begin: MapValue,
  size: MapValue,
  label: string,
): MapValue {
  const [starts, sizes] = [knownIntegers(begin), knownIntegers(size)];
  if (starts !== null && sizes !== null) {
    const ranges = starts.map((start, axis) => ({
      axis,
      start,
      end: sizes[axis] === -1 ? FAR : start + sizes[axis],
      step: 1,
    }));
    return slice(graph, value, ranges, label);
  }
  if (sizes?.includes(-1)) {
    throw new Untranslatable("it cuts out a part whose place is computed while the network runs");
  }
  const first = graph.asStated(begin);
  const last = graph.node("Add", [first, graph.asStated(size)], `${label}_end`);
  const name = graph.node("Slice", [graph.asStated(value), first, last], label);
  const open = value.dimensions?.map((_, axis) => sizes?.[axis] ?? null) ?? null;
  return computed(name, open, { elements: elementsOf(value) });
}

function slice(
  graph: MapGraph,
  value: MapValue,
  ranges: readonly Range[],
  label: string,
): MapValue {
  const dimensions = slicedDimensions(value.dimensions, ranges);
  const cut = cutNumbers(value, ranges);
  if (cut !== null) return { ...cut, label };
  const wanted = ranges.filter(
    ({ start, end, step }) => !(start === 0 && end >= FAR && step === 1),
  );
  if (wanted.length === 0) return value;
  const isFirst = value.kind === "computed" && value.order === "channelsFirst";
  const name = isFirst ? graph.channelsFirst(value) : graph.asStated(value);
  const list = (what: string, of: (range: Range) => number) =>
    graph.integers(`${label}_${what}`, wanted.map(of));
  const inputs = [
    name,
    list("starts", ({ start }) => start),
    list("ends", ({ end }) => end),
    list("axes", ({ axis }) => (isFirst ? TO_CHANNELS_LAST[axis] : axis)),
    list("steps", ({ step }) => step),
  ];
  const made = graph.node("Slice", inputs, label);
  const order = isFirst ? "channelsFirst" : "asStated";
  return computed(made, dimensions, { order, elements: elementsOf(value) });
}

function slicedDimensions(
  dimensions: Dimensions | null,
  ranges: readonly Range[],
): Dimensions | null {
  if (dimensions === null) return null;
  return dimensions.map((length, axis) => {
    const range = ranges.find((each) => each.axis === axis);
    if (range === undefined || length === null) return length;
    return slicePositions(length, range.start, range.end, range.step).count;
  });
}

/** A part of a short vector whose numbers are known. */
function cutNumbers(value: MapValue, [range, ...others]: readonly Range[]): StoredValue | null {
  const numbers = knownNumbers(value);
  if (value.kind !== "stored" || value.dimensions.length !== 1 || range === undefined) return null;
  if (numbers === null || others.length > 0) return null;
  const { first, count: length } = slicePositions(
    numbers.length,
    range.start,
    range.end,
    range.step,
  );
  const kept = Array.from({ length }, (_, index) => numbers[first + index * range.step]);
  const isFloat = value.numbers instanceof Float32Array;
  return { ...value, dimensions: [length], numbers: isFloat ? Float32Array.from(kept) : kept };
}

/** @param sizes of the parts; null for `parts` equal ones. */
export function split(
  graph: MapGraph,
  value: MapValue,
  axis: number,
  parts: number,
  sizes: readonly number[] | null,
  label: string,
): readonly ComputedValue[] {
  if (!(parts >= 1 && parts <= MOST_PARTS)) throw new Untranslatable(`it makes ${parts} parts`);
  const { dimensions } = value;
  const isFirst = value.kind === "computed" && value.order === "channelsFirst";
  const name = isFirst ? graph.channelsFirst(value) : graph.asStated(value);
  const rank = dimensions?.length ?? 0;
  const at = isFirst ? TO_CHANNELS_LAST[normalAxis(axis, 4)] : normalAxis(axis, rank);
  const inputs = sizes === null ? [name] : [name, graph.integers(`${label}_sizes`, sizes)];
  const labels = Array.from({ length: parts }, (_, part) =>
    part === 0 ? label : `${label}:${part}`,
  );
  const names = graph.nodeOf("Split", inputs, labels, { attributes: { axis: { int: at } } });
  const order = isFirst ? "channelsFirst" : "asStated";
  return names.map((output, part) => {
    const own =
      dimensions?.map((length, along) => {
        if (along !== normalAxis(axis, rank)) return length;
        return sizes === null ? length && length / parts : sizes[part];
      }) ?? null;
    return computed(output, own, { order, elements: elementsOf(value) });
  });
}

/** Joins values along a new axis. */
export function pack(
  graph: MapGraph,
  values: readonly MapValue[],
  axis: number,
  label: string,
): MapValue {
  const wide = values.map((value, index) =>
    expandDimensions(graph, value, axis, `${label}_${index}`),
  );
  return concatenate(graph, wide, axis, label);
}

/** The inverse: each entry along an axis, which goes. */
export function unpack(
  graph: MapGraph,
  value: MapValue,
  axis: number,
  parts: number,
  label: string,
): readonly MapValue[] {
  const numbers = knownNumbers(value);
  if (value.kind === "stored" && numbers !== null && value.dimensions.length === 1) {
    const isFloat = value.numbers instanceof Float32Array;
    return numbers.map((number) => ({
      ...value,
      label,
      dimensions: [],
      numbers: isFloat ? Float32Array.of(number) : [number],
    }));
  }
  const pieces = split(graph, value, axis, parts, null, `${label}_parts`);
  return pieces.map((piece) => squeeze(graph, piece, [axis], label));
}

/**
 * The parts along an axis that `indices` names; its axes stand where that one stood.
 * @param batchAxes leading axes along which each has places of its own.
 */
export function gather(
  graph: MapGraph,
  value: MapValue,
  indices: MapValue,
  axis: number,
  label: string,
  batchAxes = 0,
): MapValue {
  if (batchAxes !== 0) {
    const own = placesOfOne(graph, value, indices, batchAxes, label);
    return gather(graph, value, own, axis, label);
  }
  const [numbers, places] = [knownNumbers(value), knownIntegers(indices)];
  if (value.kind === "stored" && value.dimensions.length === 1 && numbers && places) {
    const kept = places.map((place) => numbers[place]);
    const isFloat = value.numbers instanceof Float32Array;
    return {
      ...value,
      label,
      dimensions: indices.dimensions?.map(Number) ?? [],
      numbers: isFloat ? Float32Array.from(kept) : kept,
    };
  }
  const inputs = [graph.asStated(value), graph.asStated(indices)];
  const name = graph.node("Gather", inputs, label, { attributes: { axis: { int: axis } } });
  const { dimensions } = value;
  const along = normalAxis(axis, dimensions?.length ?? 0);
  const made =
    dimensions === null || indices.dimensions === null
      ? null
      : [...dimensions.slice(0, along), ...indices.dimensions, ...dimensions.slice(along + 1)];
  return computed(name, made, { elements: elementsOf(value) });
}

/** Of places that are told for each image by itself, those of the only image. */
function placesOfOne(
  graph: MapGraph,
  value: MapValue,
  indices: MapValue,
  batchAxes: number,
  label: string,
): MapValue {
  const axes = Array.from({ length: Math.max(0, batchAxes) }, (_, axis) => axis);
  const areOnes = [value, indices].every(({ dimensions }) =>
    axes.every((axis) => dimensions?.[axis] === 1),
  );
  if (axes.length === 0 || !areOnes) {
    throw new Untranslatable("it takes other places of each image");
  }
  return squeeze(graph, indices, axes, `${label}_places`);
}
