import type { Dimensions, Graph, Padding } from "../../network/graph.ts";
import type { Size2d } from "../../network/size2d.ts";
import type { TensorFlowNode } from "./graphDef.ts";

type Layout = Graph["layout"];

export function textAttribute(node: TensorFlowNode, name: string): string | null {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "text" ? attribute.value : null;
}

export function intAttribute(node: TensorFlowNode, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "int" ? attribute.value : fallback;
}

export function boolAttribute(node: TensorFlowNode, name: string): boolean {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "bool" && attribute.value;
}

export function intsAttribute(node: TensorFlowNode, name: string): readonly number[] {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "ints" ? attribute.values : [];
}

export function typeAttribute(node: TensorFlowNode, name: string): string | null {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "type" ? attribute.value : null;
}

/** Shape of the first output as the file states it; null if it does not. */
export function statedShape(node: TensorFlowNode): Dimensions | null {
  for (const name of ["shape", "_output_shapes", "output_shapes"]) {
    const attribute = node.attributes.get(name);
    if (attribute?.kind === "shape") return attribute.dimensions;
    if (attribute?.kind === "shapes") return attribute.values[0] ?? null;
  }
  return null;
}

/** Order of axes that a node works in; TensorFlow's default where it does not say. */
export function layoutOf(node: TensorFlowNode): Layout {
  const format = textAttribute(node, "data_format");
  return format?.startsWith("NC") ? "channelsFirst" : "channelsLast";
}

/** Height and width out of a list for all four axes, in the order of the node's axes. */
export function spatialPair(list: readonly number[], layout: Layout): Size2d | null {
  if (list.length !== 4) return null;
  return layout === "channelsFirst" ? [list[2], list[3]] : [list[1], list[2]];
}

/** `strides`, `dilations`: 1 where the node does not say, or says what cannot be. */
export function pairAttribute(node: TensorFlowNode, name: string): Size2d {
  const pair = spatialPair(intsAttribute(node, name), layoutOf(node));
  return pair?.every((steps) => steps >= 1) ? pair : [1, 1];
}

/** Padding before and after height and width, of a list of such pairs for all four axes. */
export function paddingOfPairs(pairs: readonly number[], layout: Layout): Padding | null {
  if (pairs.length !== 8) return null;
  const before = spatialPair([pairs[0], pairs[2], pairs[4], pairs[6]], layout);
  const after = spatialPair([pairs[1], pairs[3], pairs[5], pairs[7]], layout);
  return before === null || after === null ? null : { kind: "explicit", before, after };
}

export function paddingOf(node: TensorFlowNode): Padding {
  const mode = textAttribute(node, "padding");
  if (mode === "SAME") return { kind: "same" };
  const stated = paddingOfPairs(intsAttribute(node, "explicit_paddings"), layoutOf(node));
  if (mode === "EXPLICIT" && stated !== null) return stated;
  return { kind: "explicit", before: [0, 0], after: [0, 0] };
}
