import { permuteAxes } from "../../formats/arrays/permuteAxes.ts";
import { reduce } from "./axisNodes.ts";
import { spatialInput } from "./convolutionNodes.ts";
import { binary } from "./entryNodes.ts";
import type { MapGraph } from "./mapGraph.ts";
import { type ComputedValue, computed, type MapValue, storedFloats } from "./mapValues.ts";
import { Untranslatable } from "./untranslatable.ts";

// Dense layers and normalisation.

/** Product over the last two axes, each factor turned first where it says so. */
export function matrixProduct(
  graph: MapGraph,
  [first, second]: readonly [MapValue, MapValue],
  [turnsFirst, turnsSecond]: readonly [boolean, boolean],
  label: string,
): ComputedValue {
  const left = turnsFirst ? turnedMatrix(graph, first, `${label}_first`) : first;
  const right = turnsSecond ? turnedMatrix(graph, second, `${label}_second`) : second;
  const name = graph.node("MatMul", [graph.asStated(left), graph.asStated(right)], label);
  const [rows, columns] = [left.dimensions, right.dimensions];
  const dimensions =
    rows === null || columns === null || columns.length > rows.length
      ? null
      : [...rows.slice(0, -1), columns[columns.length - 1]];
  return computed(name, dimensions);
}

function turnedMatrix(graph: MapGraph, value: MapValue, label: string): MapValue {
  const { dimensions } = value;
  if (dimensions === null || dimensions.length < 2)
    throw new Untranslatable("its axes are not known");
  const last = dimensions.length - 1;
  const permutation = [...Array(last - 1).keys(), last, last - 1];
  const turned = permutation.map((axis) => dimensions[axis]);
  if (value.kind === "stored") {
    const numbers = Float32Array.from(value.numbers);
    const axes = value.dimensions;
    return storedFloats(label, turned.map(Number), permuteAxes(numbers, axes, permutation));
  }
  const attributes = { perm: { ints: permutation } };
  return computed(graph.node("Transpose", [graph.asStated(value)], label, { attributes }), turned);
}

export interface NormalizationParts {
  readonly maps: MapValue;
  readonly scale: MapValue;
  readonly offset: MapValue;
  readonly mean: MapValue;
  readonly variance: MapValue;
  readonly epsilon: number;
  readonly layout: "channelsFirst" | "channelsLast";
  /** By the mean and variance of the maps themselves, as while it is trained. */
  readonly usesOwnStatistics: boolean;
  readonly label: string;
}

/** Batch normalisation (Ioffe and Szegedy 2015, arXiv 1502.03167, algorithm 2). */
export function normalize(graph: MapGraph, parts: NormalizationParts): MapValue {
  if (parts.usesOwnStatistics) return normalizeByItself(graph, parts);
  const { maps, scale, offset, mean, variance, epsilon, label } = parts;
  if (maps.kind === "computed" && maps.apart !== null) {
    throw new Untranslatable("it normalises parts of a map");
  }
  const input = spatialInput(graph, maps, parts.layout);
  const settings = [scale, offset, mean, variance].map((value) => graph.asStated(value));
  const name = graph.node("BatchNormalization", [input.name, ...settings], label, {
    attributes: { epsilon: { float: epsilon } },
  });
  return input.made(name, input.channels, input.size);
}

function normalizeByItself(graph: MapGraph, parts: NormalizationParts): MapValue {
  const { maps, scale, offset, epsilon, label } = parts;
  if (parts.layout === "channelsFirst") {
    throw new Untranslatable("it normalises by the maps themselves, channels first");
  }
  const axes = [0, 1, 2];
  const mean = reduce(graph, "ReduceMean", maps, axes, true, `${label}_mean`);
  const difference = binary(graph, "subtract", maps, mean, `${label}_difference`);
  const square = binary(graph, "multiply", difference, difference, `${label}_square`);
  const variance = reduce(graph, "ReduceMean", square, axes, true, `${label}_variance`);
  const slack = storedFloats("epsilon", [], Float32Array.of(epsilon));
  const raised = binary(graph, "add", variance, slack, `${label}_raised`);
  const root = graph.entrywise("Sqrt", [raised], `${label}_root`);
  const standard = binary(graph, "divide", difference, root, `${label}_standard`);
  const scaled = binary(graph, "multiply", standard, scale, `${label}_scaled`);
  return binary(graph, "add", scaled, offset, label);
}

/** Divides by the root of the sum of squares along the last axis. */
export function normalizeLength(graph: MapGraph, value: MapValue, label: string): MapValue {
  const square = binary(graph, "multiply", value, value, `${label}_square`);
  const sum = reduce(graph, "ReduceSum", square, [-1], true, `${label}_sum`);
  const least = storedFloats("least", [], Float32Array.of(1e-12));
  const kept = binary(graph, "maximum", sum, least, `${label}_kept`);
  const root = graph.entrywise("Sqrt", [kept], `${label}_root`);
  return binary(graph, "divide", value, root, label);
}
