import type { Dimensions, Graph, GraphNode, Operation } from "../../network/graph.ts";
import { ChunkedFile } from "../protobuf/wire.ts";
import { convolutionKind, isConvolution, takesChannelsLast, weightInput } from "./convolutions.ts";
import { withoutScope } from "./flatten.ts";
import {
  DATA_TYPE,
  isFloatType,
  isIntegerType,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
} from "./model.ts";
import { computesWithShapes, translateNode } from "./operators.ts";
import { isReadableType, readTensorNumbers, type TensorFiles } from "./tensorNumbers.ts";
import type { GraphValues } from "./values.ts";
import type { WeightLookup } from "./weights.ts";

/** Shapes, axes, scales and pads have at most twice the rank of a tensor as entries. */
const LONGEST_SHAPE_VECTOR = 64;

/** Shape vectors stand close together between the nodes. */
const VECTOR_CHUNK_BYTES = 16 * 1024;

/** An image of a rank that the file does not state is taken as one with four axes. */
const UNSTATED: Dimensions = [null, null, null, null];

/** Operators that may take a short float vector as a scale or a factor of sizes. */
const TAKES_SCALES: ReadonlySet<string> = new Set([
  "Resize",
  "Upsample",
  "Add",
  "Sub",
  "Mul",
  "Div",
  "Concat",
  "Cast",
  "Floor",
  "Ceil",
]);

/** Numbers of the short vectors among the stored tensors that may describe shapes. */
export async function readShapeVectors(
  nodes: readonly OnnxNode[],
  values: GraphValues,
  files: TensorFiles,
): Promise<Map<string, readonly number[]>> {
  const chunked = new ChunkedFile(files.source, VECTOR_CHUNK_BYTES).asSource();
  const vectors = new Map<string, readonly number[]>();
  for (const node of nodes) {
    for (const input of node.inputs) {
      const tensor = values.tensors.get(input);
      if (tensor === undefined || vectors.has(input) || !isShapeVector(tensor, node)) continue;
      // Without its companion file a vector is unknown; the weights there are asked for later.
      if (tensor.data.kind === "external") continue;
      vectors.set(
        input,
        Array.from(await readTensorNumbers(tensor, { ...files, source: chunked })),
      );
    }
  }
  return vectors;
}

function isShapeVector(tensor: OnnxTensor, user: OnnxNode): boolean {
  if (tensor.dimensions.length > 1 || tensor.elements > LONGEST_SHAPE_VECTOR) return false;
  if (!isReadableType(tensor.dataType)) return false;
  return (
    isIntegerType(tensor.dataType) ||
    (isFloatType(tensor.dataType) && TAKES_SCALES.has(user.operator))
  );
}

export interface BuiltGraph {
  readonly graph: Graph;
  /** Where the nodes of the file stand in the graph. */
  readonly positions: ReadonlyMap<OnnxNode, number>;
}

/** Translates ordered ONNX nodes into the graph from which sizes are derived. */
export function buildGraph(
  nodes: readonly OnnxNode[],
  source: OnnxGraph,
  values: GraphValues,
  vectors: ReadonlyMap<string, readonly number[]>,
  weights: ReadonlyMap<OnnxNode, WeightLookup>,
): BuiltGraph {
  const builder = new GraphBuilder(source, values, vectors, weights, nodes.some(takesChannelsLast));
  for (const input of source.inputs) {
    // Old files list their stored tensors among the inputs too.
    if (!source.initializers.has(input.name)) builder.addInput(input.name, input.dimensions);
  }
  for (const node of nodes) if (node.operator !== "Constant") builder.addNode(node);
  return {
    graph: { layout: "channelsFirst", nodes: builder.nodes },
    positions: builder.positions,
  };
}

type NumberType = "integer" | "float";

class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly positions = new Map<OnnxNode, number>();
  private readonly source: OnnxGraph;
  private readonly values: GraphValues;
  private readonly vectors: ReadonlyMap<string, readonly number[]>;
  private readonly weights: ReadonlyMap<OnnxNode, WeightLookup>;
  private readonly hasChannelsLast: boolean;
  /** Graph node that makes a value. */
  private readonly makers = new Map<string, number>();
  /** Values that are shape vectors, by the type of their numbers. */
  private readonly shapeValues = new Map<string, NumberType>();

  constructor(
    source: OnnxGraph,
    values: GraphValues,
    vectors: ReadonlyMap<string, readonly number[]>,
    weights: ReadonlyMap<OnnxNode, WeightLookup>,
    hasChannelsLast: boolean,
  ) {
    this.source = source;
    this.values = values;
    this.vectors = vectors;
    this.weights = weights;
    this.hasChannelsLast = hasChannelsLast;
    for (const name of vectors.keys()) {
      const isInteger = isIntegerType(values.tensors.get(name)?.dataType ?? 0);
      this.shapeValues.set(name, isInteger ? "integer" : "float");
    }
  }

  addInput(name: string, dimensions: Dimensions | null): void {
    this.makers.set(
      name,
      this.push(name, { kind: "input", dimensions: dimensions ?? UNSTATED }, []),
    );
  }

  addNode(node: OnnxNode): void {
    const numbers = this.shapeNumbers(node);
    const { operation, inputs } = translateNode(node, {
      constant: (position) => this.vectors.get(node.inputs[position] ?? "") ?? null,
      weightDimensions: isConvolution(node) ? this.weightDimensions(node) : null,
      statedShape: this.source.shapes.get(node.outputs[0] ?? "") ?? null,
      worksOnShapes: numbers !== null && node.operator !== "Shape",
      ignoresTransposes: this.hasChannelsLast,
    });
    const makers = inputs.map((position) => this.makerOf(node.inputs[position] ?? ""));
    const name = node.name === "" ? (node.outputs[0] ?? node.operator) : node.name;
    let at = this.push(name, operation, makers);
    if (numbers === "integer" && this.cutsFraction(node)) {
      at = this.push(name, { kind: "arithmetic", operator: "floor" }, [at]);
    }
    this.positions.set(node, at);
    const result = this.partOfShape(node, at);
    for (const [position, output] of node.outputs.entries()) {
      const isScale = node.operator === "DynamicQuantizeLinear" && position > 0;
      this.makers.set(output, isScale ? this.unknownScalar(output) : result);
      if (numbers !== null) this.shapeValues.set(output, numbers);
    }
  }

  private unknownScalar(name: string): number {
    return this.push(name, { kind: "constant", dimensions: [], value: null }, []);
  }

  /** Whole numbers divided, or turned into whole numbers, lose their fraction. */
  private cutsFraction(node: OnnxNode): boolean {
    if (node.operator === "Div") return true;
    return node.operator === "Cast" && this.shapeValues.get(node.inputs[0] ?? "") === "float";
  }

  /** `Shape` may give part of the shape only (from opset 15 on). */
  private partOfShape(node: OnnxNode, at: number): number {
    const start = node.attributes.get("start")?.int ?? 0;
    const end = node.attributes.get("end")?.int ?? LONGEST_SHAPE_VECTOR;
    if (node.operator !== "Shape" || (start === 0 && end === LONGEST_SHAPE_VECTOR)) return at;
    const part: Operation = {
      kind: "slice",
      starts: [start],
      ends: [end],
      axes: [0],
      steps: [1],
    };
    return this.push(node.name, part, [at]);
  }

  /** Type of the shape vector that a node makes; null if it makes none. */
  private shapeNumbers(node: OnnxNode): NumberType | null {
    if (node.operator === "Shape" || node.operator === "Size") return "integer";
    if (!computesWithShapes(node.operator)) return null;
    const usesFirstOnly = !["Add", "Sub", "Mul", "Div", "Concat"].includes(node.operator);
    const inputs = usesFirstOnly ? node.inputs.slice(0, 1) : node.inputs;
    const types = inputs.map((input) => this.shapeValues.get(input) ?? null);
    if (types.length === 0 || types.includes(null)) return null;
    if (node.operator === "Cast") {
      const to = node.attributes.get("to")?.int ?? DATA_TYPE.float;
      return isIntegerType(to) ? "integer" : "float";
    }
    return types.includes("float") ? "float" : "integer";
  }

  /** Always in the order of ONNX's own convolutions, whatever the layout of this one's. */
  private weightDimensions(node: OnnxNode): readonly number[] | null {
    const found = this.weights.get(node);
    const dimensions =
      found === undefined || typeof found === "string"
        ? (this.values.tensors.get(weightInput(node))?.dimensions ?? null)
        : found.dimensions;
    if (convolutionKind(node)?.layout !== "out,h,w,in/g" || dimensions?.length !== 4) {
      return dimensions;
    }
    const [outputs, height, width, inputs] = dimensions;
    return [outputs, inputs, height, width];
  }

  private makerOf(value: string): number | null {
    const maker = this.makers.get(value);
    if (maker !== undefined) return maker;
    const tensor = this.values.tensors.get(value);
    if (tensor === undefined) return null;
    const numbers = this.vectors.get(value) ?? null;
    const at = this.push(
      value,
      { kind: "constant", dimensions: tensor.dimensions, value: numbers },
      [],
    );
    this.makers.set(value, at);
    return at;
  }

  private push(name: string, operation: Operation, inputs: readonly (number | null)[]): number {
    this.nodes.push({ name: withoutScope(name), operation, inputs });
    return this.nodes.length - 1;
  }
}
