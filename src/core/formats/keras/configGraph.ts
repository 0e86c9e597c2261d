import { ConvAtlasError } from "../../errors.ts";
import type { Dimensions, Graph, GraphNode } from "../../network/graph.ts";
import { isObject, type JsonObject, listOf, wholeNumber } from "./configValues.ts";
import { inKeras2Words } from "./kerasOne.ts";
import { type ConvolutionSettings, describeLayer } from "./layerOperations.ts";
import {
  branchesOf,
  configOf,
  isModel,
  isSequential,
  layersOf,
  nameOf,
  plainClassName,
} from "./modelConfig.ts";
import {
  type CallSettings,
  callsOf,
  type LayerCall,
  NO_SETTINGS,
  referencesIn,
  type TensorReference,
} from "./tensorReferences.ts";

/** Models within models within models: Keras users nest two or three deep. */
const MAX_MODEL_DEPTH = 16;
/**
 * Layers and the inputs of their calls, nested models counted at each call, which a file
 * could let grow without end; eight copies of a network of a thousand layers take 30,000.
 */
const MAX_STEPS = 200_000;

/** A convolution layer of the configuration; a layer applied twice appears once. */
export interface ConfiguredConvolution extends ConvolutionSettings {
  /** Names from the outermost model's layer down to the layer itself. */
  readonly path: readonly string[];
  /** Index in `Graph.nodes` of its first call. */
  readonly graphNode: number;
}

/** A layer at one of its calls. */
export interface AppliedLayer {
  /** Names from the outermost model's layer down to the layer itself. */
  readonly path: readonly string[];
  readonly className: string;
  /** As the file states it, in whichever Keras's words. */
  readonly config: JsonObject;
  readonly call: CallSettings;
}

export interface Architecture {
  readonly graph: Graph;
  /** In order of execution. */
  readonly convolutions: readonly ConfiguredConvolution[];
  /** Which layer each of `Graph.nodes` applies; null for those that are inputs. */
  readonly applied: readonly (AppliedLayer | null)[];
  /** Indexes in `Graph.nodes` of what the network gives back; null where it is not known. */
  readonly outputs: readonly (number | null)[];
}

/** Indexes of graph nodes, one for each output of a model. */
type Outputs = readonly (number | null)[];

interface Translation {
  readonly layout: Graph["layout"];
  readonly nodes: GraphNode[];
  readonly applied: (AppliedLayer | null)[];
  readonly convolutions: Map<string, ConfiguredConvolution>;
  /** The calls of each functional model, which may be called many times itself. */
  readonly callTables: Map<JsonObject, CallTable>;
  steps: number;
  /** Models within models at this moment. */
  depth: number;
}

/**
 * Translates a model's configuration (`model_config` of an HDF5 file, `config.json` of a
 * .keras archive, `modelTopology.model_config` of TensorFlow.js) into a graph. The
 * channels that a depthwise convolution makes are 0 in it until the weights are known.
 *
 * @returns null if it is not the configuration of a model.
 * @throws ConvAtlasError `too-large` for models nested too deep or called too often.
 */
export function translateConfig(config: unknown): Architecture | null {
  if (!isObject(config) || !isModel(config)) return null;
  const layout = findLayout(config, MAX_MODEL_DEPTH) ?? "channelsLast";
  const translation: Translation = {
    layout,
    nodes: [],
    applied: [],
    convolutions: new Map(),
    callTables: new Map(),
    steps: 0,
    depth: 0,
  };
  const outputs = addModel(translation, config, [], []);
  return {
    graph: { layout, nodes: translation.nodes },
    convolutions: [...translation.convolutions.values()],
    applied: translation.applied,
    outputs,
  };
}

/** The first `data_format` that a layer states. */
function findLayout(model: JsonObject, depth: number): Graph["layout"] | null {
  for (const layer of layersOf(model)) {
    const { data_format: format } = inKeras2Words(configOf(layer));
    if (format === "channels_first") return "channelsFirst";
    if (format === "channels_last") return "channelsLast";
    const inner = depth > 0 && hasInputs(layer) ? findLayout(layer, depth - 1) : null;
    if (inner !== null) return inner;
  }
  return null;
}

/** Adds a model's nodes; `inputs` empty: the model is the network itself. */
function addModel(
  translation: Translation,
  model: JsonObject,
  path: readonly string[],
  inputs: Outputs,
): Outputs {
  countStep(translation, 1);
  return nested(translation, () =>
    isSequential(model)
      ? addSequential(translation, model, path, inputs)
      : addFunctional(translation, model, path, inputs),
  );
}

/** Goes one level deeper into models within models. */
function nested(translation: Translation, add: () => Outputs): Outputs {
  translation.depth += 1;
  if (translation.depth > MAX_MODEL_DEPTH) {
    throw new ConvAtlasError(
      "too-large",
      `The model's configuration nests more than ${MAX_MODEL_DEPTH} models in each other, so it cannot be followed.`,
    );
  }
  const outputs = add();
  translation.depth -= 1;
  return outputs;
}

function addSequential(
  translation: Translation,
  model: JsonObject,
  path: readonly string[],
  inputs: Outputs,
): Outputs {
  let previous = inputs;
  for (const [index, layer] of layersOf(model).entries()) {
    countStep(translation, 1);
    const isInput = plainClassName(layer.class_name) === "InputLayer";
    if (isInput && previous.length > 0) continue;
    if (index === 0 && previous.length === 0 && !isInput && !hasInputs(layer)) {
      const dimensions = inputDimensions(layer) ?? dimensionsOf(configOf(model).build_input_shape);
      previous = [addInput(translation, `${nameOf(layer)}_input`, path, dimensions)];
    }
    previous = addLayer(translation, layer, path, previous, NO_SETTINGS);
  }
  return previous;
}

/** True for layers that bring inputs of their own. */
function hasInputs(layer: JsonObject): boolean {
  return isModel(layer) || branchesOf(layer).length > 0;
}

/** A call of a layer in a functional model. */
interface Call extends LayerCall {
  readonly layer: JsonObject;
}

function addFunctional(
  translation: Translation,
  model: JsonObject,
  path: readonly string[],
  given: Outputs,
): Outputs {
  const table = translation.callTables.get(model) ?? callTable(model);
  translation.callTables.set(model, table);
  const { calls, find } = table;
  const givenTo = new Map(
    referencesIn(configOf(model).input_layers).map(({ layer }, index) => [layer, index]),
  );
  const results = new Map<Call, Outputs>();
  const resolve = (reference: TensorReference): number | null => {
    const call = find(reference);
    const outputs = call === null ? undefined : results.get(call);
    return outputs?.[reference.output] ?? outputs?.[0] ?? null;
  };
  for (const call of calls) countStep(translation, 1 + call.inputs.length);
  for (const call of inExecutionOrder(calls, find)) {
    const name = nameOf(call.layer);
    const input = given[givenTo.get(name) ?? -1];
    if (input !== undefined && plainClassName(call.layer.class_name) === "InputLayer") {
      results.set(call, [input]);
    } else {
      const inputs = call.inputs.map(resolve);
      results.set(call, addLayer(translation, call.layer, path, inputs, call));
    }
  }
  return referencesIn(configOf(model).output_layers).map(resolve);
}

/** All calls in the configuration's order, and how a reference finds its own. */
interface CallTable {
  readonly calls: readonly Call[];
  readonly find: (reference: TensorReference) => Call | null;
}

function callTable(model: JsonObject): CallTable {
  const byName = new Map<string, readonly Call[]>();
  for (const layer of layersOf(model)) {
    const listed = callsOf(layer.inbound_nodes);
    const calls = listed.length > 0 ? listed : [{ inputs: [], ...NO_SETTINGS }];
    byName.set(
      nameOf(layer),
      calls.map((call) => ({ ...call, layer })),
    );
  }
  const calls = [...byName.values()].flat();
  const highest = new Map<string, number>();
  const references = calls.flatMap(({ inputs }) => inputs);
  for (const { layer, call } of [...references, ...referencesIn(configOf(model).output_layers)]) {
    highest.set(layer, Math.max(highest.get(layer) ?? 0, call));
  }
  return {
    calls,
    find: ({ layer, call }) => {
      const own = byName.get(layer);
      if (own === undefined) return null;
      // A nested model's first call made the model itself and is not listed, but counted.
      const unlisted = Math.max(0, (highest.get(layer) ?? 0) - (own.length - 1));
      return own[Math.max(0, call - unlisted)] ?? null;
    },
  };
}

/** Each call after those that it depends on, else in the given order. */
function inExecutionOrder(
  calls: readonly Call[],
  find: (reference: TensorReference) => Call | null,
): readonly Call[] {
  const order: Call[] = [];
  const entered = new Set<Call>();
  const done = new Set<Call>();
  for (const first of calls) {
    const stack = [first];
    for (let call = stack.at(-1); call !== undefined; call = stack.at(-1)) {
      // A call seen for the second time: all that it needs is done (or depends on itself).
      if (entered.has(call)) {
        stack.pop();
        if (!done.has(call)) order.push(call);
        done.add(call);
        continue;
      }
      entered.add(call);
      for (const reference of [...call.inputs].reverse()) {
        const needed = find(reference);
        if (needed !== null && !entered.has(needed)) stack.push(needed);
      }
    }
  }
  return order;
}

function addLayer(
  translation: Translation,
  layer: JsonObject,
  path: readonly string[],
  inputs: Outputs,
  { keywords, constants }: CallSettings,
): Outputs {
  const name = nameOf(layer);
  const ownPath = [...path, name];
  const className = plainClassName(layer.class_name);
  if (className === "InputLayer") {
    return [addInput(translation, name, path, inputDimensions(layer))];
  }
  if (isModel(layer)) return addModel(translation, layer, ownPath, inputs);
  const branches = branchesOf(layer).flatMap((branch) => addBranch(translation, branch, path));
  const config = configOf(layer);
  const { operation, convolution } = describeLayer(className, config, keywords, translation.layout);
  const graphNode = addNode(
    translation,
    { name: ownPath.join("/"), operation, inputs: [...branches, ...inputs] },
    { path: ownPath, className, config, call: { keywords, constants } },
  );
  const key = JSON.stringify(ownPath);
  if (convolution !== null && !translation.convolutions.has(key)) {
    translation.convolutions.set(key, { ...convolution, path: ownPath, graphNode });
  }
  return [graphNode];
}

/**
 * A branch of the Merge that a Sequential model of Keras 1 starts with. It is no model of its
 * own: its layers' weights stand among those of the model around it.
 */
function addBranch(translation: Translation, branch: JsonObject, path: readonly string[]): Outputs {
  return nested(translation, () =>
    isModel(branch)
      ? addModel(translation, branch, path, [])
      : addLayer(translation, branch, path, [], NO_SETTINGS),
  );
}

function addInput(
  translation: Translation,
  name: string,
  path: readonly string[],
  dimensions: Dimensions | null,
): number {
  const operation = { kind: "input", dimensions: dimensions ?? [null, null, null, null] } as const;
  return addNode(translation, { name: [...path, name].join("/"), operation, inputs: [] }, null);
}

function addNode(translation: Translation, node: GraphNode, layer: AppliedLayer | null): number {
  translation.applied.push(layer);
  return translation.nodes.push(node) - 1;
}

function countStep(translation: Translation, steps: number): void {
  translation.steps += steps;
  if (translation.steps > MAX_STEPS) {
    throw new ConvAtlasError(
      "too-large",
      `The model's configuration describes more than ${MAX_STEPS} layers and connections, nested models counted at each use.`,
    );
  }
}

/** The shape of the image, batch axis included, that a first layer states. */
function inputDimensions(layer: JsonObject): Dimensions | null {
  const config = configOf(layer);
  const stated = config.batch_input_shape ?? config.batch_shape ?? layer.build_config;
  return dimensionsOf(isObject(stated) ? stated.input_shape : stated);
}

function dimensionsOf(value: unknown): Dimensions | null {
  const lengths = listOf(value);
  return lengths.length === 0 ? null : lengths.map((length) => wholeNumber(length) || null);
}
