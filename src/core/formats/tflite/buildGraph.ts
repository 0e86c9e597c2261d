import { throwIfCancelled } from "../../errors.ts";
import type { Dimensions, Graph, GraphNode, Operation } from "../../network/graph.ts";
import { isConvolution, weightInput } from "./convolutions.ts";
import {
  isFloatType,
  type TfliteOperator,
  type TfliteSubgraph,
  type TfliteTensor,
} from "./model.ts";
import { translateOperator } from "./operators.ts";
import type { SubgraphValues } from "./values.ts";
import { findWeight } from "./weights.ts";

/** An input whose rank the file does not state is taken as an image. */
const UNSTATED: Dimensions = [null, null, null, null];

export interface BuiltGraph {
  readonly graph: Graph;
  /** Where the operators of the file stand in the graph. */
  readonly positions: ReadonlyMap<TfliteOperator, number>;
}

/** Translates a subgraph, whose operators are in order, into the graph from which sizes follow. */
export async function buildGraph(
  { inputs, operators }: TfliteSubgraph,
  values: SubgraphValues,
  signal: AbortSignal,
): Promise<BuiltGraph> {
  const builder = new GraphBuilder(values);
  for (const input of inputs) builder.addInput(input);
  for (const operator of operators) {
    throwIfCancelled(signal);
    await builder.addOperator(operator);
  }
  return {
    graph: { layout: "channelsLast", nodes: builder.nodes },
    positions: builder.positions,
  };
}

class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly positions = new Map<TfliteOperator, number>();
  private readonly values: SubgraphValues;
  /** Graph node that makes a tensor. */
  private readonly makers = new Map<number, number>();

  constructor(values: SubgraphValues) {
    this.values = values;
  }

  addInput(index: number): void {
    const tensor = this.values.tensor(index);
    if (tensor === null) return;
    const dimensions = tensor.dimensions.length === 0 ? UNSTATED : tensor.dimensions;
    this.makers.set(index, this.push(tensor.name, { kind: "input", dimensions }, []));
  }

  async addOperator(operator: TfliteOperator): Promise<void> {
    const output = this.values.tensor(operator.outputs[0]);
    const constants = await this.constantsOf(operator);
    const { operation, inputs } = translateOperator(operator, {
      constant: (position) => constants[position] ?? null,
      weightAxes: isConvolution(operator) ? await this.weightAxes(operator) : null,
      outputDimensions: output?.dimensions ?? [],
    });
    const makers = inputs.map((position) =>
      this.makerOf(operator.inputs[position] ?? -1, constants[position] ?? null),
    );
    const name = output?.name ?? operator.operator;
    let at = this.push(name, operation, makers);
    if (operation.kind === "arithmetic" && cutsFraction(operator, output)) {
      at = this.push(name, { kind: "arithmetic", operator: "floor" }, [at]);
    }
    this.positions.set(operator, at);
    for (const made of operator.outputs) this.makers.set(made, at);
  }

  /** Biases are short too, but only sizes, axes and factors of sizes are looked at. */
  private async constantsOf(operator: TfliteOperator) {
    const makesVector = (this.values.tensor(operator.outputs[0])?.dimensions.length ?? 0) <= 1;
    return Promise.all(
      operator.inputs.map((index) => {
        const tensor = this.values.tensor(index);
        if (tensor === null || (isFloatType(tensor.type) && !makesVector)) return null;
        return this.values.shapeVector(index);
      }),
    );
  }

  private async weightAxes(operator: TfliteOperator): Promise<readonly number[] | null> {
    const index = weightInput(operator);
    const weight = await findWeight(index, this.values);
    return typeof weight === "string" ? (this.values.tensor(index)?.shape ?? null) : weight.axes;
  }

  private makerOf(index: number, value: readonly number[] | null): number | null {
    const maker = this.makers.get(index);
    if (maker !== undefined) return maker;
    const tensor = this.values.tensor(index);
    if (tensor === null) return null;
    const at = this.push(tensor.name, { kind: "constant", dimensions: tensor.shape, value }, []);
    this.makers.set(index, at);
    return at;
  }

  private push(name: string, operation: Operation, inputs: readonly (number | null)[]): number {
    this.nodes.push({ name, operation, inputs });
    return this.nodes.length - 1;
  }
}

/** Whole numbers divided, or turned into whole numbers, lose their fraction. */
function cutsFraction({ operator }: TfliteOperator, output: TfliteTensor | null): boolean {
  if (operator === "FLOOR_DIV") return true;
  const isWhole = output !== null && !isFloatType(output.type);
  return isWhole && (operator === "DIV" || operator === "CAST");
}
