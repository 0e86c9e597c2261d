import { TO_CHANNELS_FIRST, TO_CHANNELS_LAST } from "../axisOrders.ts";
import { type AttributeValue, OnnxModelBuilder } from "../onnxModel.ts";
import type { KerasValue } from "./kerasValue.ts";

/** Builds an ONNX model out of values in Keras's terms, turning maps where it has to. */
export class KerasGraph {
  readonly builder = new OnnxModelBuilder();
  /** Values and their turned twins, by name, both ways. */
  readonly #twins = new Map<string, string>();

  /** Adds a node with one output; the name of that output, `name` if it is free. */
  node(
    operator: string,
    inputs: readonly string[],
    name: string,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    return this.builder.node(operator, inputs, attributes, name);
  }

  /** A vector of whole numbers. */
  integers(name: string, numbers: readonly number[]): string {
    return this.builder.initializer(name, [numbers.length], BigInt64Array.from(numbers, BigInt));
  }

  /** A single number, without axes. */
  number(name: string, value: number): string {
    return this.builder.initializer(name, [], Float32Array.of(value));
  }

  /** Name of the value with its axes in Keras's order. */
  asKeras(value: KerasValue): string {
    return value.isTurned ? this.#twin(value.name, TO_CHANNELS_LAST, "channels_last") : value.name;
  }

  /** The same for a value of four axes that Keras has as (N,H,W,C), as (N,C,H,W). */
  asTurned(value: KerasValue): string {
    return value.isTurned
      ? value.name
      : this.#twin(value.name, TO_CHANNELS_FIRST, "channels_first");
  }

  /** Values to be taken together entry by entry, all in one order: turned if one of them is. */
  inOneOrder(values: readonly KerasValue[]): readonly KerasValue[] {
    const full = values.filter(({ rank }) => rank > 0);
    const isTurned = full.some((value) => value.isTurned) && full.every(({ rank }) => rank === 4);
    return values.map((value) => {
      if (value.rank === 0) return value;
      const name = isTurned ? this.asTurned(value) : this.asKeras(value);
      return { ...value, name, isTurned };
    });
  }

  #twin(name: string, permutation: readonly number[], ending: string): string {
    const known = this.#twins.get(name);
    if (known !== undefined) return known;
    const twin = this.node("Transpose", [name], `${name}/${ending}`, {
      perm: { ints: permutation },
    });
    this.#twins.set(name, twin);
    this.#twins.set(twin, name);
    return twin;
  }
}
