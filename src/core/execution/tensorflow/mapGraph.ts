import { permuteAxes } from "../../formats/arrays/permuteAxes.ts";
import type { Dimensions } from "../../network/graph.ts";
import { TO_CHANNELS_FIRST, TO_CHANNELS_LAST } from "../axisOrders.ts";
import { type AttributeValue, OnnxModelBuilder } from "../onnxModel.ts";
import { broadcastDimensions, product } from "./dimensions.ts";
import {
  type ComputedValue,
  computed,
  elementsOf,
  type MapOrder,
  type MapValue,
  type StoredValue,
} from "./mapValues.ts";
import { Untranslatable } from "./untranslatable.ts";

/** What a node means to a convolution whose output it takes. */
export type NodeRole = "bias" | "activation" | "other";

export interface ValueUse {
  readonly role: NodeRole;
  /** What the node makes. */
  readonly output: string;
}

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly role?: NodeRole;
}

/** Operands of one broadcast in one order of axes. */
export interface Broadcast {
  readonly names: readonly string[];
  readonly order: MapOrder;
  readonly dimensions: Dimensions | null;
  readonly apart: ComputedValue["apart"];
}

/** Builds an ONNX model out of values in TensorFlow's terms, turning maps where it has to. */
export class MapGraph {
  readonly builder = new OnnxModelBuilder();
  readonly #initializers = new Map<StoredValue, Map<string, string>>();
  /** Values turned into the other order, by name. */
  readonly #turned = new Map<string, string>();
  readonly #uses = new Map<string, ValueUse[]>();
  /** Names that are kept for results. */
  readonly #reserved = new Set<string>();

  /** Keeps a name for a result: nodes before it are called otherwise. */
  reserve(name: string): void {
    this.#reserved.add(name);
  }

  /** Adds a node with one output and returns that output's name. */
  node(
    operator: string,
    inputs: readonly string[],
    label: string,
    { attributes = {}, role = "other" }: NodeOptions = {},
  ): string {
    return this.nodeOf(operator, inputs, [label], { attributes, role })[0];
  }

  nodeOf(
    operator: string,
    inputs: readonly string[],
    labels: readonly string[],
    { attributes = {}, role = "other" }: NodeOptions = {},
  ): readonly string[] {
    for (const value of Object.values(attributes)) requireWholeNumbers(value);
    const names = labels.map((label) => (this.#reserved.has(label) ? `${label}_value` : label));
    const outputs = this.builder.nodeOf(operator, inputs, attributes, names);
    for (const input of inputs) {
      const uses = this.#uses.get(input);
      const use = { role, output: outputs[0] };
      if (uses === undefined) this.#uses.set(input, [use]);
      else uses.push(use);
    }
    return outputs;
  }

  /** Nodes that take a value, so far. */
  usesOf(name: string): readonly ValueUse[] {
    return this.#uses.get(name) ?? [];
  }

  /** Whole numbers as a vector of the model. */
  integers(label: string, numbers: readonly number[]): string {
    requireWholeNumbers({ ints: numbers });
    return this.builder.initializer(label, [numbers.length], BigInt64Array.from(numbers, BigInt));
  }

  /** A single number of the model, without axes. */
  number(label: string, value: number): string {
    return this.builder.initializer(label, [], Float32Array.of(value));
  }

  /** Name of the value in TensorFlow's own order of axes. */
  asStated(value: MapValue): string {
    if (value.kind === "stored") return this.#stored(value, "asStated");
    requireWhole(value);
    if (value.order === "asStated") return value.name;
    return this.#turn(value.name, TO_CHANNELS_LAST, "channels_last");
  }

  /** Name of a map, which has four axes, as (N,C,H,W). */
  channelsFirst(value: MapValue): string {
    if (value.kind === "computed") requireWhole(value);
    return this.wholeChannelsFirst(value);
  }

  /** The same of a map that TensorFlow has taken apart: the whole of it. */
  wholeChannelsFirst(value: MapValue): string {
    if ((value.dimensions?.length ?? 4) !== 4) {
      throw new Untranslatable(`it takes a map of ${value.dimensions?.length} axes`);
    }
    if (value.kind === "stored") return this.#stored(value, "channelsFirst");
    if (value.order === "channelsFirst") return value.name;
    return this.#turn(value.name, TO_CHANNELS_FIRST, "channels_first");
  }

  /** The operands of an operator that goes entry by entry; maps stay as they lie where they can. */
  broadcast(values: readonly MapValue[]): Broadcast {
    const dimensions = broadcastDimensions(values.map((value) => value.dimensions));
    const maps = values.filter((value) => value.kind === "computed");
    const apart = maps.length === 1 ? maps[0].apart : null;
    if (apart === null) maps.forEach(requireWhole);
    const hasFirst = maps.some(({ order }) => order === "channelsFirst");
    const fits = values.every((value) => value.dimensions !== null && value.dimensions.length <= 4);
    if (hasFirst && fits) {
      const names = values.map((value) => this.#aligned(value));
      return { names, order: "channelsFirst", dimensions, apart };
    }
    if (apart !== null && hasFirst) throw new Untranslatable("it takes a map that is taken apart");
    const names = values.map((value) =>
      value.kind === "computed" && value.order === "asStated" ? value.name : this.asStated(value),
    );
    return { names, order: "asStated", dimensions, apart };
  }

  /** What an operator makes of each entry. */
  entrywise(
    operator: string,
    values: readonly MapValue[],
    label: string,
    options: NodeOptions & Pick<Partial<ComputedValue>, "elements"> = {},
  ): ComputedValue {
    const { names, dimensions, order, apart } = this.broadcast(values);
    const name = this.node(operator, names, label, options);
    const { elements = elementsOf(values[0]) } = options;
    return computed(name, dimensions, { order, apart, elements });
  }

  /** An operand of at most four axes beside a map that lies as (N,C,H,W). */
  #aligned(value: MapValue): string {
    if (value.kind === "stored") {
      return this.#stored(value, value.dimensions.length === 0 ? "asStated" : "channelsFirst");
    }
    const rank = value.dimensions?.length ?? 4;
    if (value.order === "channelsFirst" || rank === 0) return value.name;
    if (rank === 4) return this.channelsFirst(value);
    const axes = this.integers(
      "axes",
      Array.from({ length: 4 - rank }, (_, axis) => axis),
    );
    const wide = this.node("Unsqueeze", [value.name, axes], `${value.name}_four_axes`);
    return this.#turn(wide, TO_CHANNELS_FIRST, "channels_first");
  }

  #turn(name: string, permutation: readonly number[], ending: string): string {
    const key = `${name} ${ending}`;
    const known = this.#turned.get(key);
    if (known !== undefined) return known;
    const attributes = { perm: { ints: permutation } };
    const turned = this.node("Transpose", [name], `${name}_${ending}`, { attributes });
    this.#turned.set(key, turned);
    return turned;
  }

  #stored(value: StoredValue, order: MapOrder): string {
    const forms = this.#initializers.get(value) ?? new Map<string, string>();
    this.#initializers.set(value, forms);
    const known = forms.get(order);
    if (known !== undefined) return known;
    const { label, numbers } = value;
    if (product(value.dimensions) !== numbers.length) throw contradiction();
    const wide = [...Array<number>(4 - Math.min(4, value.dimensions.length)).fill(1)].concat(
      value.dimensions,
    );
    const isFirst = order === "channelsFirst";
    const dimensions = isFirst ? TO_CHANNELS_FIRST.map((axis) => wide[axis]) : value.dimensions;
    const floats = numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
    const turned = isFirst ? permuteAxes(floats, wide, TO_CHANNELS_FIRST) : floats;
    const written =
      numbers instanceof Float32Array
        ? turned
        : BigInt64Array.from(isFirst ? turned : numbers, BigInt);
    const name = this.builder.initializer(label, dimensions, written);
    forms.set(order, name);
    return name;
  }
}

/** Damaged files ask for windows of half a pixel. */
function requireWholeNumbers(value: AttributeValue): void {
  const numbers = "ints" in value ? value.ints : [];
  const all = "int" in value ? [value.int] : numbers;
  if (!all.every(Number.isSafeInteger)) throw contradiction();
}

function contradiction(): Untranslatable {
  return new Untranslatable("its settings contradict each other");
}

function requireWhole({ apart }: ComputedValue): void {
  if (apart !== null) {
    throw new Untranslatable("it works on a map that was taken apart for a dilated convolution");
  }
}
