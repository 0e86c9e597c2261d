import type { WrittenDataset, WrittenGroup } from "./hdf5Writer.ts";

/** A layer entry of a functional model's configuration in Keras 2's form. */
export function layer(
  className: string,
  name: string,
  config: Record<string, unknown> = {},
  ...inputs: readonly (string | readonly [string, number])[]
): Record<string, unknown> {
  const references = inputs.map((input) =>
    typeof input === "string" ? [input, 0, 0, {}] : [input[0], input[1], 0, {}],
  );
  return {
    class_name: className,
    name,
    config: { name, ...config },
    inbound_nodes: references.length === 0 ? [] : [references],
  };
}

export function image(name: string, height: number | null, channels = 1): Record<string, unknown> {
  return layer("InputLayer", name, { batch_input_shape: [null, height, height, channels] });
}

export function conv(
  name: string,
  input: string,
  config: Record<string, unknown> = {},
): Record<string, unknown> {
  return layer(
    "Conv2D",
    name,
    { filters: 2, kernel_size: [3, 3], padding: "same", ...config },
    input,
  );
}

export function functional(
  layers: readonly Record<string, unknown>[],
  output: string,
  input = "image",
): Record<string, unknown> {
  return {
    class_name: "Functional",
    config: {
      name: "model",
      layers,
      input_layers: [[input, 0, 0]],
      output_layers: [[output, 0, 0]],
    },
  };
}

/** Values 0, 1, 2, ... in this shape: each says where in the file it stood. */
export function counted(...shape: readonly number[]): WrittenDataset {
  const length = shape.reduce((product, side) => product * side, 1);
  return { shape, values: Array.from({ length }, (_, index) => index) };
}

/** Weights of layers: layer name, then "owner/role:0", then the tensor. */
export type WeightsByLayer = Readonly<Record<string, Readonly<Record<string, WrittenDataset>>>>;

/** The group that Keras writes weights to. */
export function weightsGroup(weights: WeightsByLayer): WrittenGroup {
  const groups: Record<string, WrittenGroup> = {};
  for (const [layerName, tensors] of Object.entries(weights)) {
    const names = Object.keys(tensors);
    groups[layerName] = {
      attributes: {
        weight_names: names.length > 0 ? { text: names, bytes: 40 } : new Float64Array(0),
      },
      ...nestedDatasets(tensors),
    };
  }
  return {
    attributes: { layer_names: { text: Object.keys(weights), bytes: 24 } },
    groups,
  };
}

/** "a/kernel:0" becomes a dataset one group deep; Keras 1's "a_W" stands in the layer's own. */
function nestedDatasets(tensors: Readonly<Record<string, WrittenDataset>>): WrittenGroup {
  const own: Record<string, WrittenDataset> = {};
  const owners: Record<string, { datasets: Record<string, WrittenDataset> }> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    const [owner, role] = name.split("/");
    if (role === undefined) {
      own[name] = tensor;
    } else {
      owners[owner] ??= { datasets: {} };
      owners[owner].datasets[role] = tensor;
    }
  }
  return { groups: owners, datasets: own };
}

/** A whole model as Keras 2 saves it, with optimizer copies that are no weights of its. */
export function wholeModel(
  config: unknown,
  weights: WeightsByLayer,
  attributes: WrittenGroup["attributes"] = {},
): WrittenGroup {
  return {
    attributes: {
      keras_version: { text: "2.4.0" },
      backend: { text: "tensorflow" },
      model_config: { text: typeof config === "string" ? config : JSON.stringify(config) },
      ...attributes,
    },
    groups: {
      model_weights: weightsGroup(weights),
      optimizer_weights: { groups: { Adam: { datasets: { "kernel:0": counted(3, 3, 4, 4) } } } },
    },
  };
}
