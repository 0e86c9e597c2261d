import type { ScriptGraph } from "./scriptGraph.ts";
import type { Parameter } from "./syntax.ts";
import { ScriptList, type ScriptValue, UNKNOWN } from "./values.ts";

/** What a network gets for a parameter: an image for each tensor; undefined for all others. */
export function inputFor(
  { name, type }: Pick<Parameter, "name" | "type">,
  graph: ScriptGraph,
): ScriptValue | undefined {
  if (type?.kind === "name" && type.name === "Tensor") return graph.addInput(name);
  const isTuple = type?.kind === "subscript" && type.of.kind === "name" && type.of.name === "Tuple";
  if (!isTuple) return undefined;
  const parts = type.index.kind === "list" ? type.index.items : [type.index];
  const items = parts.map((part, at) => {
    return inputFor({ name: `${name}.${at}`, type: part }, graph) ?? UNKNOWN;
  });
  return new ScriptList(items);
}
