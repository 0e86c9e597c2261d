import type { Translation } from "../translation.ts";
import { intAttribute } from "./attributes.ts";
import type { TensorFlowNode } from "./graphDef.ts";
import type { NodeSurroundings } from "./operators.ts";

/** Longer than any axis: the end of one. */
const TO_THE_END = 2 ** 31 - 1;

/**
 * `StridedSlice` with stored bounds; null where it adds or removes axes of a map. On a shape
 * vector, a single entry is a vector of one.
 */
export function stridedSlice(node: TensorFlowNode, around: NodeSurroundings): Translation | null {
  const [begin, end, strides] = [around.constant(1), around.constant(2), around.constant(3)];
  if (begin === null || end === null || strides === null) return null;
  const isSet = (name: string, axis: number) => ((intAttribute(node, name, 0) >> axis) & 1) === 1;
  if (intAttribute(node, "ellipsis_mask", 0) !== 0) return null;
  if (intAttribute(node, "new_axis_mask", 0) !== 0) return null;
  const shrinks = intAttribute(node, "shrink_axis_mask", 0) !== 0;
  if (begin.length !== end.length || begin.length !== strides.length) return null;
  if ((shrinks && begin.length > 1) || strides.some((step) => step < 1)) return null;
  const starts = begin.map((start, axis) => (isSet("begin_mask", axis) ? 0 : start));
  const ends = end.map((stop, axis) => {
    if (shrinks) return starts[axis] === -1 ? TO_THE_END : starts[axis] + 1;
    return isSet("end_mask", axis) ? TO_THE_END : stop;
  });
  return {
    operation: {
      kind: "slice",
      starts,
      ends,
      axes: begin.map((_, axis) => axis),
      steps: [...strides],
    },
    inputs: [0],
  };
}
