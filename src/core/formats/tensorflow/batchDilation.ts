import type { Padding } from "../../network/graph.ts";
import type { Size2d } from "../../network/size2d.ts";
import type { StoredTensors, TensorFlowNode } from "./graphDef.ts";
import type { NodeTable } from "./nodeTable.ts";

/** A bias or an activation may stand between a convolution and the way back. */
const MAX_STEPS = 4;
/** Users of one map looked at; there is one, or a few in a dense block. */
const MAX_CONSUMERS = 16;

/** The dilation of a convolution whose map was taken apart first, and its padding. */
export interface BatchDilation {
  readonly dilation: Size2d;
  readonly padding: Padding;
}

/**
 * TensorFlow runs dilated convolutions by taking each map apart into several (`SpaceToBatchND`)
 * and putting them together afterwards (`BatchToSpaceND`); null where a convolution is no such.
 */
export function batchDilation(
  convolution: TensorFlowNode,
  dataInput: number,
  table: NodeTable,
  constants: StoredTensors,
): BatchDilation | null {
  const ints = (node: TensorFlowNode, position: number) => {
    const producer = table.producer(node.inputs[position]);
    return producer === null ? null : (constants(producer.node.name)?.smallInts() ?? null);
  };
  const apart = table.producer(convolution.inputs[dataInput])?.node;
  if (apart?.op !== "SpaceToBatchND") return null;
  const block = ints(apart, 1);
  if (block?.length !== 2 || block.some((length) => length < 1)) return null;
  const together = wayBack(convolution, table);
  const paddings = ints(apart, 2);
  const crops = together === null ? null : ints(together, 2);
  const dilation: Size2d = [block[0], block[1]];
  // The sum makes both sides of the map divisible by the dilation; what is cropped was added
  // for that alone. Sums computed from open map sizes come from padding that keeps the size.
  if (paddings?.length !== 4 || crops?.length !== 4) {
    return { dilation, padding: { kind: "same" } };
  }
  const [top, bottom, left, right] = paddings.map((length, index) => length - crops[index]);
  return { dilation, padding: { kind: "explicit", before: [top, left], after: [bottom, right] } };
}

function wayBack(convolution: TensorFlowNode, table: NodeTable): TensorFlowNode | null {
  let at: TensorFlowNode | undefined = convolution;
  for (let step = 0; step < MAX_STEPS && at !== undefined; step += 1) {
    const next: readonly TensorFlowNode[] = table.consumers(at).slice(0, MAX_CONSUMERS);
    const found = next.find(({ op }) => op === "BatchToSpaceND");
    if (found !== undefined) return found;
    at = next[0];
  }
  return null;
}
