import type { FlatTable } from "../../formats/tflite/flatBuffer.ts";
import type { TfliteOperator, TfliteTensor } from "../../formats/tflite/model.ts";
import type { AppliedConvolution, ModelKernels } from "../tensorflow/appliedConvolutions.ts";
import { type UnaryOperator, unary } from "../tensorflow/entryNodes.ts";
import type { MapGraph } from "../tensorflow/mapGraph.ts";
import type { MapValue } from "../tensorflow/mapValues.ts";
import type { CallInputs } from "../tensorflow/operatorCall.ts";
import { Untranslatable } from "../tensorflow/untranslatable.ts";

/** An operator of TensorFlow Lite that is to be written in ONNX. */
export interface TfliteCall extends CallInputs {
  readonly graph: MapGraph;
  readonly operator: TfliteOperator;
  readonly options: FlatTable | null;
  /** Its results as the file describes them. */
  readonly outputs: readonly [TfliteTensor, ...TfliteTensor[]];
  /** Weights of a convolution whose numbers lie in the file. */
  readonly kernels: ModelKernels | null;
  /** Name of the layer in `Network.layers` that this operator applies first; null if none. */
  readonly layer: string | null;
  /** What nodes are called after. */
  readonly label: string;
  readonly note: (applied: AppliedConvolution) => void;
}

/** `ActivationFunctionType` of schema.fbs. */
const ACTIVATIONS: ReadonlyMap<number, UnaryOperator> = new Map([
  [1, "relu"],
  [2, "relu1"],
  [3, "relu6"],
  [4, "tanh"],
]);

/** The activation that an operator applies to what it makes; `field` of its options names it. */
export function withActivation(call: TfliteCall, value: MapValue, field: number): MapValue {
  const code = call.options?.int8(field) ?? 0;
  if (code === 0) return value;
  const activation = ACTIVATIONS.get(code);
  if (activation === undefined) throw new Untranslatable("it applies an unknown activation");
  return unary(call.graph, activation, value, `${call.label}_${activation}`);
}
