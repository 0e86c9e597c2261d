import { ConvAtlasError, throwIfCancelled } from "../../errors.ts";
import type { ReadContext } from "../../formats/format.ts";
import type { Architecture } from "../../formats/keras/configGraph.ts";
import type { KerasModel } from "../../formats/keras/kerasModel.ts";
import { inKeras2Words } from "../../formats/keras/kerasOne.ts";
import type { ConvolutionLayer, Network } from "../../network/network.ts";
import type { Size2d } from "../../network/size2d.ts";
import { inferSizes } from "../../network/sizes.ts";
import { nextTurn } from "../../nextTurn.ts";
import type { ExecutableNetwork } from "../executable.ts";
import { repeatedLayers } from "../repeatedLayers.ts";
import { AppliedConvolutions } from "./appliedConvolutions.ts";
import { KerasGraph } from "./kerasGraph.ts";
import type { KerasValue } from "./kerasValue.ts";
import { type ModelTraits, refusal } from "./layerCall.ts";
import { isOfTraining, writeLayer } from "./layers.ts";
import { ModelWeights } from "./layerWeights.ts";
import { ModelCopies } from "./modelCopies.ts";
import { inputAxes } from "./modelInputs.ts";

/** Layers written between two turns of the event loop, which a cancel needs to be heard. */
const LAYERS_PER_TURN = 50;
/** Of layers that are called with `training=True`. */
const LEFT_OUT_REMARK =
  "This network drops or changes numbers at random even when it is used (training=True); here that is left out, so that an image gives the same result each time.";
/** Stands for sides that the configuration leaves open; what follows from it is not used. */
const OPEN_SIDE = 64;

/**
 * Writes a Keras model in ONNX.
 *
 * @param network what the reader made of the same file.
 * @throws ConvAtlasError `cannot-run` with the layer that stands in the way, `cancelled`, or what
 * reading the weights throws.
 */
export async function buildKeras(
  model: KerasModel,
  { source, signal }: Pick<ReadContext, "source" | "signal">,
  network: Network,
): Promise<ExecutableNetwork> {
  const { architecture } = model;
  if (architecture === null) throw weightsAlone(source.name);
  return new KerasTranslation(model, architecture, source.name, network).translate(signal);
}

function weightsAlone(fileName: string): ConvAtlasError {
  return new ConvAtlasError(
    "cannot-run",
    `${fileName} holds weights alone, not how the network computes with them; save the whole model with model.save(), or open the file together with the JSON file of model.to_json().`,
  );
}

class KerasTranslation {
  readonly #graph = new KerasGraph();
  readonly #applied = new AppliedConvolutions();
  readonly #architecture: Architecture;
  readonly #weights: ModelWeights;
  readonly #traits: ModelTraits;
  readonly #isTheano: boolean;
  readonly #copies: ModelCopies;
  /** By the layer's place in the configuration. */
  readonly #layers: ReadonlyMap<string, ConvolutionLayer>;
  /** Per node, sizes of the maps that it receives; null where the images' size is open. */
  readonly #received: readonly (Size2d | null)[];
  readonly #remarks = new Set<string>();
  readonly #results = new Set<string>();

  constructor(model: KerasModel, architecture: Architecture, fileName: string, network: Network) {
    this.#architecture = architecture;
    this.#weights = new ModelWeights(model, architecture, fileName);
    this.#isTheano = model.isTheano;
    this.#copies = new ModelCopies(architecture);
    this.#layers = layersByPlace(architecture, network);
    const sizes = inferSizes(architecture.graph, OPEN_SIDE);
    this.#received = sizes.received.map((size) => (sizes.inputSizeIsOpen ? null : size));
    const version = model.version ?? "2";
    const isKeras3 = Number.parseInt(version, 10) >= 3;
    const isOfTfjs = version.startsWith("tfjs-layers");
    this.#traits = { fileName, isKeras3, isOfTfjs, layout: architecture.graph.layout };
  }

  async translate(signal: AbortSignal): Promise<ExecutableNetwork> {
    const { graph, outputs } = this.#architecture;
    const results = outputs.filter((output) => output !== null);
    if (results.length === 0 || results.length < outputs.length) throw this.#noResult();
    const needed = this.#neededFor(results);
    const values: (KerasValue | null)[] = [];
    for (const index of graph.nodes.keys()) {
      values.push(needed.has(index) ? await this.#write(index, values) : null);
      if (index % LAYERS_PER_TURN === 0) await nextTurn();
      throwIfCancelled(signal);
    }
    for (const index of results) {
      const value = values[index];
      if (value !== null) this.#addResult(value);
    }
    const convolutions = this.#applied.list();
    return {
      model: this.#graph.builder.encode(),
      externalData: [],
      convolutions,
      remarks: [...this.#remarks, ...repeatedLayers(convolutions)],
    };
  }

  /** Nodes that the results depend on. */
  #neededFor(results: readonly number[]): ReadonlySet<number> {
    const needed = new Set<number>();
    const open = [...results];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (needed.has(index)) continue;
      needed.add(index);
      for (const input of this.#copies.inputsOf(index)) if (input !== null) open.push(input);
    }
    return needed;
  }

  async #write(index: number, values: readonly (KerasValue | null)[]): Promise<KerasValue> {
    const layer = this.#architecture.applied[index];
    const node = this.#architecture.graph.nodes[index];
    if (layer === null) return this.#addInput(index);
    const stated = this.#copies.inputsOf(index).map((input) => values[input ?? -1] ?? null);
    const inputs = stated.filter((input) => input !== null);
    const { operation } = node;
    const call = {
      graph: this.#graph,
      name: node.name,
      className: layer.className,
      config: inKeras2Words(layer.config),
      settings: layer.call,
      inputs,
      weights: this.#weights.of(layer.path),
      model: this.#traits,
      layer: this.#layers.get(placeKey(layer.path)) ?? null,
      isTheano: this.#isTheano,
      applied: this.#applied,
      receivedSize: this.#received[index],
      outputSize: "outputSize" in operation ? operation.outputSize : null,
    };
    if (inputs.length < stated.length) throw refusal(call, "takes what no other layer makes");
    if (this.#copies.dealWith(index) && inputs.length === 1) {
      this.#remarks.add(this.#copies.remark());
      return inputs[0];
    }
    if (isOfTraining(layer.className) && layer.call.keywords.training === true) {
      this.#remarks.add(LEFT_OUT_REMARK);
    }
    return writeLayer(call);
  }

  #addInput(index: number): KerasValue {
    const { name } = this.#architecture.graph.nodes[index];
    const axes = inputAxes(this.#architecture, index, this.#weights);
    const input = this.#graph.builder.input(name, "float32", axes);
    this.#results.add(input);
    return { name: input, rank: axes.length, isTurned: false };
  }

  /** ONNX wants each result under a name of its own, and no input among them. */
  #addResult(value: KerasValue): void {
    let name = this.#graph.asKeras(value);
    if (this.#results.has(name)) name = this.#graph.node("Identity", [name], `${name}/result`);
    this.#results.add(name);
    const axes = Array.from({ length: value.rank }, (_, axis) => `${name}/axis_${axis}`);
    this.#graph.builder.output(name, "float32", axes);
  }

  #noResult(): ConvAtlasError {
    return new ConvAtlasError(
      "cannot-run",
      `${this.#traits.fileName} cannot be run: its configuration does not tell which of its layers gives the result; save the model again with Keras.`,
    );
  }
}

function placeKey(path: readonly string[]): string {
  return JSON.stringify(path);
}

function layersByPlace(
  { applied }: Architecture,
  { layers }: Network,
): ReadonlyMap<string, ConvolutionLayer> {
  const byPlace = new Map<string, ConvolutionLayer>();
  for (const layer of layers) {
    const place = layer.graphNode === null ? null : applied[layer.graphNode];
    if (place != null) byPlace.set(placeKey(place.path), layer);
  }
  return byPlace;
}
