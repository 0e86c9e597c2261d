import { itemsOf, PickledDictionary, PickledObject, type PickledValue } from "../pickle/values.ts";
import { StoredTensor } from "../pytorch/torchTensor.ts";
import { unpacked } from "./convolutionOperators.ts";
import type { Effort } from "./effort.ts";
import { ScriptDictionary, ScriptList, type ScriptValue, UNKNOWN } from "./values.ts";

/** Lists within lists in what a file stores. */
const MAX_DEPTH = 16;

/** The values of a file as those of its code: one for each, so that lists keep their identity. */
export class StoredValues {
  readonly #effort: Effort;
  readonly #containers = new Map<PickledValue, ScriptValue>();

  constructor(effort: Effort) {
    this.#effort = effort;
  }

  valueOf(value: PickledValue, depth = 0): ScriptValue {
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "number" || typeof value === "string") return value;
    if (value instanceof StoredTensor) return value;
    if (value instanceof PickledObject) return unpacked(value) ?? value;
    const known = this.#containers.get(value);
    if (known !== undefined) return known;
    const made = depth > MAX_DEPTH ? UNKNOWN : this.#containerOf(value, depth + 1);
    this.#containers.set(value, made);
    return made;
  }

  #containerOf(value: PickledValue, depth: number): ScriptValue {
    const items = itemsOf(value);
    if (items !== null) {
      this.#effort.spend(items.length);
      return new ScriptList(items.map((item) => this.valueOf(item, depth)));
    }
    if (!(value instanceof PickledDictionary)) return UNKNOWN;
    const dictionary = new ScriptDictionary();
    this.#effort.spend(value.entries.size);
    for (const [key, entry] of value.entries) {
      const isName = typeof key === "string" || typeof key === "number";
      if (isName) dictionary.entries.set(key, this.valueOf(entry, depth));
    }
    return dictionary;
  }
}
