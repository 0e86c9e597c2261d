import type { Padding } from "../../network/graph.ts";
import type { Size2d } from "../../network/size2d.ts";
import type { OnnxNode } from "./model.ts";

/** A pair of an attribute such as `strides`; `fallback` for both where it is left out. */
export function pairAttribute(node: OnnxNode, name: string, fallback: number): Size2d {
  const ints = node.attributes.get(name)?.ints ?? [];
  return ints.length === 2 ? [ints[0], ints[1]] : [fallback, fallback];
}

/** Padding of a convolution or pooling node from `auto_pad` and `pads`. */
export function paddingOf(node: OnnxNode): Padding {
  const mode = node.attributes.get("auto_pad")?.text ?? "NOTSET";
  if (mode === "SAME_UPPER") return { kind: "same" };
  if (mode === "SAME_LOWER") return { kind: "same", odd: "before" };
  const pads = node.attributes.get("pads")?.ints ?? [];
  if (mode === "VALID" || pads.length !== 4) {
    return { kind: "explicit", before: [0, 0], after: [0, 0] };
  }
  return { kind: "explicit", before: [pads[0], pads[1]], after: [pads[2], pads[3]] };
}

/**
 * Padding of a transposed convolution whose result has a stated size: worked out from that, and
 * `pads` are not looked at (onnx/docs/Operators.md, ConvTranspose).
 */
export function paddingToSize(node: OnnxNode): Padding {
  const mode = node.attributes.get("auto_pad")?.text;
  return mode === "SAME_UPPER" ? { kind: "same" } : { kind: "same", odd: "before" };
}

/** Groups of a convolution node; 1 where it does not say. */
export function groupsOf(node: OnnxNode): number {
  return node.attributes.get("group")?.int ?? 1;
}
