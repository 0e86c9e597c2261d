import { CannotFollow } from "./cannotFollow.ts";
import { isKey } from "./plainOperators.ts";
import { ScriptDictionary, ScriptList, type ScriptValue, TensorValue, UNKNOWN } from "./values.ts";

/**
 * `owner[index]`.
 * @throws CannotFollow beyond the end of a list.
 */
export function itemOf(owner: ScriptValue, index: ScriptValue): ScriptValue {
  if (owner instanceof ScriptList && typeof index === "number") {
    const item = owner.items.at(index);
    if (item === undefined) throw new CannotFollow("an item beyond the end of a list");
    return item;
  }
  if (owner instanceof ScriptDictionary && isKey(index)) return owner.entries.get(index) ?? UNKNOWN;
  // Lists of maps that are all alike are followed as one of them.
  return owner instanceof TensorValue ? owner : UNKNOWN;
}

/** What the variable at this place gets where several take a value apart. */
export function partOf(value: ScriptValue, at: number): ScriptValue {
  if (value instanceof ScriptList) return value.items[at];
  return value instanceof TensorValue ? value : UNKNOWN;
}
