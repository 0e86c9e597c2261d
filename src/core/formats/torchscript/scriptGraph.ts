import type { Dimensions, GraphNode, Operation } from "../../network/graph.ts";
import { StoredTensor } from "../pytorch/torchTensor.ts";
import { CannotFollow } from "./cannotFollow.ts";
import { type ConvolutionSettings, type ScriptValue, SizeNumber, TensorValue } from "./values.ts";

/** A convolution that the code applies. */
export interface ConvolutionUse {
  readonly weight: StoredTensor;
  /** Null for those that are not 2-D. */
  readonly settings: ConvolutionSettings | null;
  /** Index of the node of the graph. */
  readonly node: number;
}

/** Ten times the nodes of the largest networks in use; sizes are followed through each. */
const MAX_NODES = 100_000;

/** Inputs of all nodes together: two for each, and DenseNet's joins take up to 49. */
const MAX_INPUTS = 1_000_000;

/** Axes of an image: (N, C, H, W), all open, since no file tells them. */
const IMAGE: Dimensions = [null, null, null, null];

/** The graph while the code is followed. */
export class ScriptGraph {
  readonly nodes: GraphNode[] = [];
  readonly uses: ConvolutionUse[] = [];
  /** Numbers of short stored tensors, as traced arithmetic with sizes takes them. */
  readonly #numbers: ReadonlyMap<StoredTensor, readonly number[]>;
  readonly #stored = new Map<StoredTensor, number>();
  readonly #constants = new Map<string, number>();
  readonly #sizes = new Map<string, SizeNumber>();
  #inputs = 0;

  constructor(numbers: ReadonlyMap<StoredTensor, readonly number[]>) {
    this.#numbers = numbers;
  }

  addInput(name: string): TensorValue {
    return new TensorValue(
      this.#push(name, { kind: "input", dimensions: IMAGE }, []),
      IMAGE.length,
    );
  }

  /** A node for an operation on these values, of which only tensors count. */
  add(
    name: string,
    operation: Operation,
    inputs: readonly ScriptValue[],
    rank: number | null,
  ): TensorValue {
    const makers = inputs.map((input) => this.makerOf(input));
    return new TensorValue(this.#push(name, operation, makers), rank);
  }

  addUse(use: ConvolutionUse): void {
    this.uses.push(use);
  }

  /** The node that makes a value; null if it is not known, or a plain number. */
  makerOf(value: ScriptValue): number | null {
    if (value instanceof TensorValue || value instanceof SizeNumber) return value.node;
    if (!(value instanceof StoredTensor)) return null;
    const node =
      this.#stored.get(value) ??
      this.#push(
        "constant",
        { kind: "constant", dimensions: value.shape, value: this.#numbers.get(value) ?? null },
        [],
      );
    this.#stored.set(value, node);
    return node;
  }

  /** The number that a tensor of one element holds; undefined if it is not at hand. */
  numberIn(tensor: StoredTensor): number | undefined {
    const numbers = this.#numbers.get(tensor);
    return numbers?.length === 1 ? numbers[0] : undefined;
  }

  /** A vector of numbers, or a single one. */
  constant(values: readonly number[], isVector: boolean): number {
    const key = `${isVector}:${values.join()}`;
    const dimensions = isVector ? [values.length] : [];
    const node =
      this.#constants.get(key) ??
      this.#push("constant", { kind: "constant", dimensions, value: values }, []);
    this.#constants.set(key, node);
    return node;
  }

  /** Length of an axis of a tensor; negative axes count from the last. */
  sizeOf({ node, rank }: TensorValue, axis: number): SizeNumber {
    const at = axis < 0 && rank !== null ? axis + rank : axis;
    const key = `${node}:${at}`;
    const known = this.#sizes.get(key);
    if (known !== undefined) return known;
    const shape = this.#push("size", { kind: "shapeOf" }, [node]);
    const index = this.constant([at], false);
    const size = new SizeNumber(this.#push("size", { kind: "gather", axis: 0 }, [shape, index]));
    this.#sizes.set(key, size);
    return size;
  }

  /** Arithmetic with sizes of the image. */
  compute(
    operator: Extract<Operation, { kind: "arithmetic" }>["operator"],
    operands: readonly (number | SizeNumber)[],
  ): SizeNumber {
    const inputs = operands.map((operand) => this.#nodeOf(operand));
    return new SizeNumber(this.#push(operator, { kind: "arithmetic", operator }, inputs));
  }

  /** A vector for height and width, as a resize takes it. */
  pair(height: number | SizeNumber, width: number | SizeNumber): number {
    const inputs = [height, width].map((side) => this.#vectorOf(side));
    return this.#push("size", { kind: "concatenate", axis: 0 }, inputs);
  }

  /** A resize to or by a vector that the graph computes. */
  resizeBy(name: string, input: ScriptValue, vector: number, means: "scales" | "sizes") {
    const operation: Operation = {
      kind: "resize",
      scale: null,
      size: null,
      valueInput: 1,
      valueMeans: means,
    };
    return new TensorValue(this.#push(name, operation, [this.makerOf(input), vector]), 4);
  }

  #nodeOf(operand: number | SizeNumber): number {
    return operand instanceof SizeNumber ? operand.node : this.constant([operand], false);
  }

  #vectorOf(side: number | SizeNumber): number {
    return side instanceof SizeNumber ? side.node : this.constant([side], true);
  }

  #push(name: string, operation: Operation, inputs: readonly (number | null)[]): number {
    this.#inputs += inputs.length;
    const isPlausible = this.nodes.length < MAX_NODES && this.#inputs <= MAX_INPUTS;
    if (!isPlausible) throw new CannotFollow("more operations than any network");
    this.nodes.push({ name, operation, inputs });
    return this.nodes.length - 1;
  }
}
