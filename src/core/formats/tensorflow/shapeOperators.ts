import type { Operation } from "../../network/graph.ts";
import { first, type Translation } from "../translation.ts";
import type { TensorFlowNode } from "./graphDef.ts";
import { all, type NodeSurroundings, opaque } from "./operators.ts";
import { stridedSlice } from "./stridedSlice.ts";

type Arithmetic = Extract<Operation, { kind: "arithmetic" }>["operator"];

/** What these operators do to shape vectors. */
const SHAPE_ARITHMETIC: ReadonlyMap<string, Arithmetic> = new Map([
  ["Add", "add"],
  ["AddV2", "add"],
  ["Sub", "subtract"],
  ["Mul", "multiply"],
  ["Div", "divide"],
  ["RealDiv", "divide"],
  ["Floor", "floor"],
  ["Ceil", "ceil"],
  ["Cast", "identity"],
  ["ExpandDims", "identity"],
  ["Identity", "identity"],
  ["Reshape", "identity"],
  ["Squeeze", "identity"],
  // Its outputs are parts of what it makes here.
  ["Unpack", "identity"],
]);

const OTHERS: ReadonlySet<string> = new Set([
  "Concat",
  "ConcatV2",
  "FloorDiv",
  "Gather",
  "GatherV2",
  "Pack",
  "StridedSlice",
]);

const UNARY: ReadonlySet<string> = new Set([
  "Cast",
  "ExpandDims",
  "Identity",
  "Reshape",
  "Squeeze",
  "StridedSlice",
  "Unpack",
]);

/** Inputs that must be shape vectors for the node to compute with shapes; null if it never does. */
export function shapeInputs(node: TensorFlowNode): readonly number[] | null {
  if (!SHAPE_ARITHMETIC.has(node.op) && !OTHERS.has(node.op)) return null;
  return UNARY.has(node.op) ? [0] : all(node, { kind: "elementwise" }).inputs;
}

/** The meaning of a node that computes with shapes; see `shapeInputs`. */
export function translateShapeNode(node: TensorFlowNode, around: NodeSurroundings): Translation {
  const operator = SHAPE_ARITHMETIC.get(node.op);
  if (operator === "identity") return first({ kind: "arithmetic", operator });
  if (operator !== undefined) return all(node, { kind: "arithmetic", operator });
  const { inputs } = all(node, { kind: "elementwise" });
  switch (node.op) {
    case "Pack":
      return { operation: { kind: "concatenate", axis: 0 }, inputs };
    case "ConcatV2":
      return { operation: { kind: "concatenate", axis: 0 }, inputs: inputs.slice(0, -1) };
    case "Concat":
      return { operation: { kind: "concatenate", axis: 0 }, inputs: inputs.slice(1) };
    case "Gather":
    case "GatherV2":
      return { operation: { kind: "gather", axis: 0 }, inputs: inputs.slice(0, 2) };
    case "FloorDiv":
      // Followed by the rounding that the builder adds.
      return all(node, { kind: "arithmetic", operator: "divide" });
    case "StridedSlice":
      return stridedSlice(node, around) ?? opaque(node);
    default:
      return opaque(node);
  }
}

/** Whole numbers divided lose their fraction. */
export function cutsFraction(node: TensorFlowNode): boolean {
  return node.op === "FloorDiv" || node.op === "Div";
}
