import { textAttribute } from "./attributes.ts";
import type { TensorFlowNode } from "./graphDef.ts";
import type { NodeTable } from "./nodeTable.ts";
import type { TensorProto } from "./tensorProto.ts";

/** Nodes between what is restored and what it is assigned to. */
const MAX_STEPS = 16;

const ASSIGNMENTS: ReadonlySet<string> = new Set(["Assign", "AssignVariableOp"]);
const VARIABLES: ReadonlySet<string> = new Set(["Variable", "VariableV2", "VarHandleOp"]);

export function isVariable(node: TensorFlowNode): boolean {
  return VARIABLES.has(node.op);
}

/** What a variable's node calls it; without a shared name the node has the variable's own. */
export function variableName(node: TensorFlowNode): string {
  return textAttribute(node, "shared_name") || node.name;
}

/**
 * Keys of variables in the checkpoint, as the graph itself restores them: it assigns to each
 * variable one of the tensors that it reads by a list of keys.
 *
 * @param table all nodes, those of functions too.
 */
export function restoredKeys(
  table: NodeTable,
  tensors: ReadonlyMap<string, TensorProto>,
): ReadonlyMap<TensorFlowNode, string> {
  const keys = new Map<TensorFlowNode, string>();
  for (const assignment of table.nodes) {
    if (!ASSIGNMENTS.has(assignment.op)) continue;
    const variable = table.producer(assignment.inputs[0]);
    const key = restoredKey(assignment.inputs[1], table, tensors);
    if (variable !== null && key !== null) keys.set(variable.node, key);
  }
  return keys;
}

function restoredKey(
  input: string | undefined,
  table: NodeTable,
  tensors: ReadonlyMap<string, TensorProto>,
): string | null {
  let at = table.producer(input);
  for (let step = 0; step < MAX_STEPS && at !== null; step += 1) {
    if (at.node.op === "RestoreV2") {
      const names = table.producer(at.node.inputs[1]);
      const texts = names === null ? undefined : tensors.get(names.node.name)?.texts;
      return texts?.[at.output] ?? null;
    }
    if (at.node.op !== "Identity" && at.node.op !== "Cast") return null;
    at = table.producer(at.node.inputs[0]);
  }
  return null;
}
