import { ConvAtlasError } from "../../errors.ts";
import type { JsonObject } from "../../formats/keras/configValues.ts";
import type { CallSettings } from "../../formats/keras/tensorReferences.ts";
import { shownName } from "../../formats/shownName.ts";
import type { Size2d } from "../../network/size2d.ts";
import type { KerasGraph } from "./kerasGraph.ts";
import type { KerasValue } from "./kerasValue.ts";
import type { LayerWeights } from "./layerWeights.ts";

/** A call of a Keras layer, to be written in ONNX. */
export interface LayerCall {
  readonly graph: KerasGraph;
  /** Names from the outermost model's layer down, joined: what its nodes are called. */
  readonly name: string;
  readonly className: string;
  /** Its settings in Keras 2's words. */
  readonly config: JsonObject;
  readonly settings: CallSettings;
  readonly inputs: readonly KerasValue[];
  readonly weights: LayerWeights;
  readonly model: ModelTraits;
  /** Size of the map that the layer receives; null where the configuration leaves it open. */
  readonly receivedSize: Size2d | null;
}

/** What all layers of a model have in common. */
export interface ModelTraits {
  readonly fileName: string;
  /** Keras 3 computes some functions otherwise than its forerunners. */
  readonly isKeras3: boolean;
  /** Made in TensorFlow.js, which resizes as TensorFlow 1 did. */
  readonly isOfTfjs: boolean;
  readonly layout: "channelsFirst" | "channelsLast";
}

/** The error a person sees; `reason` continues "layer x (Class) ...". */
export function refusal(
  { name, className, model }: Pick<LayerCall, "name" | "className" | "model">,
  reason: string,
): ConvAtlasError {
  return new ConvAtlasError(
    "cannot-run",
    `${model.fileName} cannot be run here: its layer “${shownName(name)}” (${shownName(className)}) ${reason}; export the model as ONNX with tf2onnx and open that file.`,
  );
}

/** The only tensor that a layer takes. */
export function inputOf(call: LayerCall): KerasValue {
  const [input] = call.inputs;
  if (input === undefined) throw refusal(call, "takes nothing that is known");
  if (call.inputs.length > 1) throw refusal(call, `takes ${call.inputs.length} tensors at once`);
  return input;
}

/** Maps on their way through a layer that works on height and width. */
export interface Maps {
  /** As (N,C,H,W). */
  readonly name: string;
  /** The same layer's result of that order, as a value of Keras's. */
  made(name: string): KerasValue;
}

/** The maps that a layer takes. @throws ConvAtlasError `cannot-run` where it is given none. */
export function mapsOf(call: LayerCall): Maps {
  const input = inputOf(call);
  if (input.rank !== 4) throw refusal(call, `takes a map and is given ${input.rank} axes`);
  const isTurned = !isChannelsFirst(call);
  return {
    name: isTurned ? call.graph.asTurned(input) : call.graph.asKeras(input),
    made: (name) => ({ name, rank: 4, isTurned }),
  };
}

/** Where the layer has the channels of its maps: what it says, else what the model's layers say. */
function isChannelsFirst({ config, model }: Pick<LayerCall, "config" | "model">): boolean {
  const { data_format: format } = config;
  if (format === "channels_first") return true;
  return format !== "channels_last" && model.layout === "channelsFirst";
}

/** A number, as Keras writes it or as a NumPy scalar of its; `otherwise` if it is none. */
export function numberOf(value: unknown, otherwise: number): number {
  if (typeof value === "number") return value;
  if (typeof value === "object" && value !== null && "value" in value) {
    return numberOf(value.value, otherwise);
  }
  return otherwise;
}

/** True for padding "same", false for "valid". @throws ConvAtlasError `cannot-run` for any other. */
export function isSame(call: LayerCall): boolean {
  const { padding = "valid" } = call.config;
  if (padding !== "same" && padding !== "valid") {
    throw refusal(call, `pads in a way that is not known (${shownName(String(padding))})`);
  }
  return padding === "same";
}
