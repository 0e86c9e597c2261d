import type { AxisLength } from "../onnxModel.ts";
import { expandDimensions } from "./axisNodes.ts";
import { cast } from "./entryNodes.ts";
import type { MapGraph } from "./mapGraph.ts";
import { type ComputedValue, elementsOf, type MapValue } from "./mapValues.ts";

/** A result of the network. */
export interface NamedOutput {
  readonly name: string;
  readonly value: ComputedValue;
  /** What the result is the index of the largest entry of; null for any other result. */
  readonly argument: MapValue | null;
}

/**
 * Makes values the model's results, in TensorFlow's order of axes and as floats. Where a result
 * tells which channel is the largest, the channels are a result as well: they can be compared,
 * numbers of classes cannot.
 *
 * @returns plain sentences about what was done.
 */
export function addOutputs(graph: MapGraph, outputs: readonly NamedOutput[]): readonly string[] {
  const remarks: string[] = [];
  for (const { name, value, argument } of outputs) {
    if (argument === null) {
      addOutput(graph, name, value);
      continue;
    }
    addOutput(graph, `${name}_channels`, argument);
    addOutput(graph, name, value.dimensions?.length === 3 ? withChannel(graph, value) : value);
    remarks.push(
      `The result ${name} is the number of the largest channel; the channels themselves are shown too.`,
    );
  }
  return remarks;
}

/** Tells of results that are left out, by their names. */
export function lostRemarks(lost: readonly string[]): readonly string[] {
  if (lost.length === 0) return [];
  return [`Results that take operators which are not run here are left out: ${lost.join(", ")}.`];
}

function withChannel(graph: MapGraph, value: MapValue): MapValue {
  return expandDimensions(graph, value, -1, "map_of_numbers");
}

function addOutput(graph: MapGraph, name: string, value: MapValue): void {
  const floats =
    elementsOf(value) === "float32" ? value : cast(graph, value, "float32", `${name}_number`);
  // A value may be a result and be taken on: a node of its own gives it the result's name.
  const output = graph.builder.node("Identity", [graph.asStated(floats)], {}, name);
  const lengths = value.dimensions ?? [];
  const dimensions: AxisLength[] = lengths.map((length, axis) =>
    length !== null && Number.isSafeInteger(length) ? length : `${output}_${axis}`,
  );
  graph.builder.output(output, "float32", dimensions);
}
