/** Small TensorFlow networks for tests, as the programs of its users write them. */

import type { Files } from "./readModel.ts";
import {
  attribute,
  checkpoint,
  constant,
  floatTensor,
  floatVariable,
  functionDef,
  graphDef,
  intTensor,
  moving,
  node,
  objectGraph,
  placeholder,
  type SavedModelParts,
  type StoredVariable,
  savedModel,
  textTensor,
  variable,
} from "./tensorflowWriter.ts";

/** Numbers that tell where they stand. */
export function counted(count: number, from = 0): readonly number[] {
  return Array.from({ length: count }, (_, index) => (from + index) / 64);
}

/** Shapes of the U-Net below: two levels, and back up by a transposed convolution. */
export const UNET = {
  down: [3, 3, 1, 2],
  bottom: [3, 3, 2, 4],
  up: [2, 2, 2, 4],
  join: [3, 3, 4, 3],
} as const;

export const UNET_WEIGHTS: Readonly<Record<keyof typeof UNET, readonly number[]>> = {
  down: counted(18),
  bottom: counted(72, 100),
  up: counted(32, 200),
  join: counted(108, 300),
};

const NAMES = Object.keys(UNET) as (keyof typeof UNET)[];

/** Name of a variable as Keras gives it. */
export function variableName(layer: keyof typeof UNET): string {
  return layer === "up" ? "conv2d_transpose_up/kernel" : `conv2d_${layer}/kernel`;
}

/** The nodes of the U-Net; `within` writes the inputs as functions do. */
function unetNodes(image: string, weights: (layer: keyof typeof UNET) => string, within: boolean) {
  const out = (name: string, output = "output") => (within ? `${name}:${output}:0` : name);
  return [
    node("down/Conv2D", "Conv2D", [image, weights("down")], moving(1, "SAME")),
    node("down/Relu", "Relu", [out("down/Conv2D")]),
    node("pool", "MaxPool", [out("down/Relu", "activations")], {
      ...moving(2, "VALID"),
      ksize: attribute.ints([1, 2, 2, 1]),
    }),
    node("bottom/Conv2D", "Conv2D", [out("pool"), weights("bottom")], moving(1, "SAME")),
    node("up/Shape", "Shape", [out("bottom/Conv2D")]),
    node(
      "up/transpose",
      "Conv2DBackpropInput",
      [out("up/Shape"), weights("up"), out("bottom/Conv2D")],
      moving(2, "SAME"),
    ),
    constant("concat/axis", intTensor([], [3])),
    node("concat", "ConcatV2", [
      out("up/transpose"),
      out("down/Relu", "activations"),
      out("concat/axis"),
    ]),
    node("join/Conv2D", "Conv2D", [out("concat"), weights("join")], moving(1, "SAME")),
  ];
}

/** A frozen graph: weights behind an Identity each, as `convert_variables_to_constants` leaves. */
export function frozenUnet(): Uint8Array {
  const weights = NAMES.flatMap((layer) => [
    constant(variableName(layer), floatTensor(UNET[layer], UNET_WEIGHTS[layer])),
    node(`${variableName(layer)}/read`, "Identity", [variableName(layer)]),
  ]);
  const nodes = unetNodes("image", (layer) => `${variableName(layer)}/read`, false);
  return graphDef([placeholder("image", [null, 16, 16, 1]), ...weights, ...nodes]);
}

const KEY = (index: number) => `variables/${index}/.ATTRIBUTES/VARIABLE_VALUE`;

/** Variables with their moments, under keys whose alphabetical order is not theirs. */
export function unetVariables(): readonly StoredVariable[] {
  const kernels = NAMES.map((layer, index) =>
    floatVariable(KEY(index + 8), UNET[layer], UNET_WEIGHTS[layer]),
  );
  const slots = NAMES.map((layer, index) =>
    floatVariable(
      `variables/${index + 8}/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE`,
      UNET[layer],
      counted(UNET_WEIGHTS[layer].length, 1000),
    ),
  );
  const names = Object.fromEntries(
    NAMES.map((layer, index) => [KEY(index + 8), variableName(layer)]),
  );
  return [...kernels, ...slots, objectGraph(names)];
}

/** The graph of TensorFlow 2: the network in a function in a function, another that restores. */
export function unetParts(): SavedModelParts {
  const reads = NAMES.map((layer) => node(`read_${layer}`, "ReadVariableOp", [`arg_${layer}`]));
  const parameters = ["image", ...NAMES.map((layer) => `arg_${layer}`)];
  const body = unetNodes("image", (layer) => `read_${layer}:value:0`, true);
  const inner = functionDef("inner", parameters, [...reads, ...body], ["join/Conv2D:output:0"]);
  const call = node("call", "StatefulPartitionedCall", parameters, { f: attribute.calls("inner") });
  const outer = functionDef("outer", parameters, [call], ["call:output:0"]);
  const keys = NAMES.map((_, index) => KEY(index + 8));
  const restored = functionDef(
    "restore",
    NAMES.map((layer) => `arg_${layer}`),
    [
      constant("prefix", textTensor(["variables"])),
      constant("names", textTensor(keys)),
      node("RestoreV2", "RestoreV2", ["prefix:output:0", "names:output:0", "prefix:output:0"]),
      ...NAMES.flatMap((layer, index) => [
        node(`Identity_${index}`, "Identity", [`RestoreV2:tensors:${index}`]),
        node(`Assign_${index}`, "AssignVariableOp", [`arg_${layer}`, `Identity_${index}:output:0`]),
      ]),
    ],
    [],
  );
  // The nodes of the variables do not have the variables' names: only restoring tells.
  const handles = NAMES.map((layer) => `handle_${layer}`);
  const nodes = [
    placeholder("serving_default_image", [null, 16, 16, 1]),
    ...NAMES.map((layer) => variable(`handle_${layer}`, UNET[layer])),
    node("serve", "StatefulPartitionedCall", ["serving_default_image", ...handles], {
      f: attribute.calls("outer"),
    }),
    node("restore", "StatefulPartitionedCall", handles, { f: attribute.calls("restore") }),
  ];
  return {
    graph: graphDef(nodes, [inner, outer, restored]),
    signatures: { serving_default: ["serve:0"], __saved_model_init_op: ["restore"] },
    trainable: NAMES.map((layer) => UNET[layer]),
  };
}

/** The folder of the U-Net as a SavedModel. */
export function savedUnet(): Files {
  return {
    "unet/saved_model.pb": savedModel(unetParts()),
    ...checkpoint("unet/variables/variables", unetVariables()),
  };
}
