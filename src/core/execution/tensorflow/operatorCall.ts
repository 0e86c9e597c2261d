import type { TensorFlowNode } from "../../formats/tensorflow/graphDef.ts";
import type { AppliedConvolution, ModelKernels } from "./appliedConvolutions.ts";
import type { MapGraph } from "./mapGraph.ts";
import { knownIntegers, type MapValue } from "./mapValues.ts";
import { Untranslatable } from "./untranslatable.ts";

/** Weights of a convolution that lie in the file. */
export interface StoredKernels {
  readonly kernels: ModelKernels;
  /** Axis lengths as TensorFlow has them. */
  readonly shape: readonly number[];
}

/** What inputs hold; null for one that is left out, and for weights found in the file. */
export interface CallInputs {
  readonly inputs: readonly (MapValue | null)[];
}

/** A node of a GraphDef that is to be written in ONNX. */
export interface NodeCall extends CallInputs {
  readonly graph: MapGraph;
  readonly node: TensorFlowNode;
}

/** A node that may be a convolution, with what is known of its weights. */
export interface OperatorCall extends NodeCall {
  /** Weights of a convolution whose numbers lie in the file. */
  readonly stored: StoredKernels | null;
  /** Name of the layer in `Network.layers` that this node applies first; null if none. */
  readonly layer: string | null;
  /** Groups of that layer; null where it is not listed. */
  readonly groups: number | null;
  /** Takes down where a convolution is applied. */
  readonly note: (applied: AppliedConvolution) => void;
}

/** @throws Untranslatable where there is no such input. */
export function inputAt({ inputs }: CallInputs, position: number): MapValue {
  const value = inputs[position];
  if (value === null || value === undefined) throw new Untranslatable("an input of it is missing");
  return value;
}

/**
 * Numbers of an input that has to be known before the network runs.
 * @param what they are, to follow "its". @throws Untranslatable where they are computed.
 */
export function integersAt(call: CallInputs, position: number, what: string): readonly number[] {
  const numbers = knownIntegers(inputAt(call, position));
  if (numbers === null) throw new Untranslatable(`its ${what} is computed while the network runs`);
  return numbers;
}

/** A setting that is a real number. */
export function floatAttribute({ attributes }: TensorFlowNode, name: string, fallback: number) {
  const attribute = attributes.get(name);
  // JSON writes 1.0 as 1.
  return attribute?.kind === "float" || attribute?.kind === "int" ? attribute.value : fallback;
}

/** A setting that is a list of texts; empty where the node does not have it. */
export function textsAttribute({ attributes }: TensorFlowNode, name: string): readonly string[] {
  const attribute = attributes.get(name);
  return attribute?.kind === "texts" ? attribute.values : [];
}
