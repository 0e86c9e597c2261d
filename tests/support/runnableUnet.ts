/** One small U-Net in four formats, and what it makes of an image by plain loops. */

import { int8, int32 } from "./flatBufferWriter.ts";
import { floatBytes } from "./onnxWriter.ts";
import type { Files } from "./readModel.ts";
import {
  entryAt,
  made,
  type Numbers,
  noise,
  slowConvolution,
  slowEntries,
  slowPool,
  slowTranspose,
  slowTransposed,
} from "./slowMaps.ts";
import { floats } from "./tensorflowRuns.ts";
import {
  attribute,
  checkpoint,
  constant,
  floatVariable,
  functionDef,
  graphDef,
  intTensor,
  moving,
  node,
  objectGraph,
  placeholder,
  savedModel,
  variable,
} from "./tensorflowWriter.ts";
import { graphNode, attribute as json, constant as jsonConstant, writeTfjs } from "./tfjsWriter.ts";
import { sizes } from "./tfliteModels.ts";
import {
  CODE,
  convolutionOptions,
  type OperatorParts,
  poolOptions,
  type TensorParts,
  writeTflite,
} from "./tfliteWriter.ts";

/** Height and width are even, not alike. */
export const UNET_IMAGE = noise([1, 12, 10, 2], 21);

/** Kernels (h,w,in,out), of `up` (h,w,out,in), and biases. */
export const UNET_PARAMETERS = {
  "down/kernel": noise([3, 3, 2, 3], 31),
  "down/bias": noise([3], 32),
  "bottom/kernel": noise([3, 3, 3, 4], 33),
  "bottom/bias": noise([4], 34),
  "up/kernel": noise([2, 2, 3, 4], 35),
  "up/bias": noise([3], 36),
  "join/kernel": noise([3, 3, 6, 2], 37),
  "join/bias": noise([2], 38),
} as const;

type Parameter = keyof typeof UNET_PARAMETERS;

const PARAMETERS = Object.keys(UNET_PARAMETERS) as Parameter[];

/** What the layers make before their activations, and what comes out. */
export function slowUnet(image: Numbers) {
  const same = { padding: "SAME" } as const;
  const biased = (maps: Numbers, layer: string) =>
    slowEntries([maps, UNET_PARAMETERS[`${layer}/bias` as Parameter]], (x, b) => x + b);
  const conv = (maps: Numbers, layer: string) =>
    biased(slowConvolution(maps, UNET_PARAMETERS[`${layer}/kernel` as Parameter], same), layer);
  const relu = (maps: Numbers) => slowEntries([maps], (x) => Math.max(0, x));
  const [, height, width] = image.shape;
  const down = conv(image, "down");
  const pooled = slowPool(relu(down), [2, 2], "max", { stride: [2, 2], padding: "VALID" });
  const bottom = conv(pooled, "bottom");
  const upKernel = UNET_PARAMETERS["up/kernel"];
  const doubled = { stride: [2, 2], padding: "SAME" } as const;
  const up = biased(slowTransposed(relu(bottom), upKernel, [height, width], doubled), "up");
  const joined = made([1, height, width, 6], ([n, y, x, c]) =>
    c < 3 ? entryAt(up, [n, y, x, c]) : Math.max(0, entryAt(down, [n, y, x, c - 3])),
  );
  const join = conv(joined, "join");
  const result = slowEntries([join], (x) => 1 / (1 + Math.exp(-x)));
  return { layers: { down, bottom, up, join }, result };
}

/** Nodes from the image on; `within` writes the inputs as functions do. */
function nodes(weight: (name: Parameter) => string, within: boolean) {
  const out = (name: string, output = "output") => (within ? `${name}:${output}:0` : name);
  const conv = (layer: string, maps: string) => [
    node(
      `${layer}/Conv2D`,
      "Conv2D",
      [maps, weight(`${layer}/kernel` as Parameter)],
      moving(1, "SAME"),
    ),
    node(`${layer}/BiasAdd`, "BiasAdd", [
      out(`${layer}/Conv2D`),
      weight(`${layer}/bias` as Parameter),
    ]),
  ];
  const relu = (layer: string) => node(`${layer}/Relu`, "Relu", [out(`${layer}/BiasAdd`)]);
  const activated = (layer: string) => out(`${layer}/Relu`, "activations");
  const number = (name: string, value: number) => constant(name, intTensor([1], [value]));
  const fixed = (name: string) => out(name);
  return [
    ...conv("down", "image"),
    relu("down"),
    node("pool", "MaxPool", [activated("down")], {
      ...moving(2, "VALID"),
      ksize: attribute.ints([1, 2, 2, 1]),
    }),
    ...conv("bottom", out("pool")),
    relu("bottom"),
    // The size is that of the map which it is joined to, as Keras computes sizes.
    node("up/Shape", "Shape", [activated("bottom")]),
    ...[number("up/one", 1), number("up/three", 3)],
    node("up/side", "StridedSlice", [
      out("up/Shape"),
      fixed("up/one"),
      fixed("up/three"),
      fixed("up/one"),
    ]),
    constant("up/twice", intTensor([2], [2, 2])),
    node("up/sides", "Mul", [out("up/side"), fixed("up/twice")]),
    constant("up/axis", intTensor([], [0])),
    node("up/size", "ConcatV2", [
      fixed("up/one"),
      out("up/sides", "z"),
      fixed("up/three"),
      fixed("up/axis"),
    ]),
    node(
      "up/conv2d_transpose",
      "Conv2DBackpropInput",
      [out("up/size"), weight("up/kernel"), activated("bottom")],
      moving(2, "SAME"),
    ),
    node("up/BiasAdd", "BiasAdd", [out("up/conv2d_transpose"), weight("up/bias")]),
    constant("join/axis", intTensor([], [3])),
    node("concat", "ConcatV2", [out("up/BiasAdd"), activated("down"), fixed("join/axis")]),
    ...conv("join", out("concat")),
    node("join/Sigmoid", "Sigmoid", [out("join/BiasAdd")]),
  ];
}

export function frozenForm(isOpen: boolean): Files {
  const weights = PARAMETERS.flatMap((name) => [
    floats(name, UNET_PARAMETERS[name]),
    node(`${name}/read`, "Identity", [name]),
  ]);
  const sides = isOpen ? [null, null] : UNET_IMAGE.shape.slice(1, 3);
  const image = placeholder("image", [null, ...sides, 2]);
  return { "unet.pb": graphDef([image, ...weights, ...nodes((name) => `${name}/read`, false)]) };
}

/** The network in a function, its variables in a checkpoint. */
export function savedForm(): Files {
  const argument = (name: Parameter) => `arg_${name.replace("/", "_")}`;
  const reads = PARAMETERS.map((name) =>
    node(`read_${argument(name)}`, "ReadVariableOp", [argument(name)]),
  );
  const body = nodes((name) => `read_${argument(name)}:value:0`, true);
  const parameters = ["image", ...PARAMETERS.map(argument)];
  const network = functionDef("network", parameters, [...reads, ...body], ["join/Sigmoid:y:0"]);
  const key = (index: number) => `variables/${index}/.ATTRIBUTES/VARIABLE_VALUE`;
  const names = Object.fromEntries(PARAMETERS.map((name, index) => [key(index), name]));
  const variables = PARAMETERS.map((name, index) => {
    const { shape, values } = UNET_PARAMETERS[name];
    return floatVariable(key(index), shape, [...values]);
  });
  const graph = graphDef(
    [
      placeholder("serving_default_image", [null, 12, 10, 2]),
      ...PARAMETERS.map((name) => variable(name, UNET_PARAMETERS[name].shape)),
      node("serve", "StatefulPartitionedCall", ["serving_default_image", ...PARAMETERS], {
        f: attribute.calls("network"),
      }),
    ],
    [network],
  );
  return {
    "unet/saved_model.pb": savedModel({ graph, signatures: { serving_default: ["serve:0"] } }),
    ...checkpoint("unet/variables/variables", [...variables, objectGraph(names)]),
  };
}

/** Fused as the converter of TensorFlow.js does it. */
export function tfjsForm(): Files {
  const settings = (stride: number, fused: readonly string[]) => ({
    strides: json.ints(1, stride, stride, 1),
    dilations: json.ints(1, 1, 1, 1),
    padding: json.text("SAME"),
    data_format: json.text("NHWC"),
    fused_ops: { list: { s: fused.map((name) => Buffer.from(name).toString("base64")) } },
  });
  const conv = (name: string, layer: string, maps: string, fused: readonly string[]) =>
    graphNode(name, "_FusedConv2D", [maps, `${layer}/kernel`, `${layer}/bias`], settings(1, fused));
  const pool = {
    ksize: json.ints(1, 2, 2, 1),
    strides: json.ints(1, 2, 2, 1),
    padding: json.text("VALID"),
    data_format: json.text("NHWC"),
  };
  const graph = [
    ...PARAMETERS.map(jsonConstant),
    graphNode("up/size", "Const", [], { dtype: { type: "DT_INT32" } }),
    graphNode("join/axis", "Const", [], { dtype: { type: "DT_INT32" } }),
    graphNode("image", "Placeholder", [], { shape: json.shape(-1, 12, 10, 2) }),
    conv("down/Relu", "down", "image", ["BiasAdd", "Relu"]),
    graphNode("pool", "MaxPool", ["down/Relu"], pool),
    conv("bottom/Relu", "bottom", "pool", ["BiasAdd", "Relu"]),
    graphNode(
      "up",
      "Conv2DBackpropInput",
      ["up/size", "up/kernel", "bottom/Relu"],
      settings(2, []),
    ),
    graphNode("up/BiasAdd", "BiasAdd", ["up", "up/bias"]),
    graphNode("concat", "ConcatV2", ["up/BiasAdd", "down/Relu", "join/axis"]),
    conv("join/BiasAdd", "join", "concat", ["BiasAdd"]),
    graphNode("join/Sigmoid", "Sigmoid", ["join/BiasAdd"]),
  ];
  const weights = PARAMETERS.map((name) => {
    const { shape, values } = UNET_PARAMETERS[name];
    return { name, shape, values: [...values] };
  });
  const shapes = [
    { name: "up/size", shape: [4], dtype: "int32", values: [1, 12, 10, 3] },
    { name: "join/axis", shape: [], dtype: "int32", values: [3] },
  ];
  const fields = { format: "graph-model", generatedBy: "2.9.1" };
  return writeTfjs({ node: graph }, [{ weights: [...weights, ...shapes] }], fields);
}

const RELU = int8(1);

export function tfliteForm(): Files {
  const tensors: TensorParts[] = [];
  const operators: OperatorParts[] = [];
  const tensor = (parts: TensorParts) => tensors.push(parts) - 1;
  const stored = (name: string, { shape, values }: Numbers) =>
    tensor({ name, shape, data: floatBytes([...values]) });
  const run = (
    code: number,
    inputs: readonly number[],
    name: string,
    shape: readonly number[],
    options = {},
  ) => {
    const output = tensor({ name, shape });
    operators.push({ code, inputs, outputs: [output], options });
    return output;
  };
  /** TensorFlow Lite keeps kernels as (out,h,w,in). */
  const kernel = (layer: string, permutation: readonly number[]) =>
    stored(
      `${layer}/kernel`,
      slowTranspose(UNET_PARAMETERS[`${layer}/kernel` as Parameter], permutation),
    );
  const bias = (layer: string) =>
    stored(`${layer}/bias`, UNET_PARAMETERS[`${layer}/bias` as Parameter]);
  const conv = (layer: string, maps: number, shape: readonly number[], isActivated: boolean) => {
    const inputs = [maps, kernel(layer, [3, 0, 1, 2]), bias(layer)];
    const options = { ...convolutionOptions(), ...(isActivated ? { 3: RELU } : {}) };
    return run(CODE.conv2d, inputs, `${layer}/Conv2D`, shape, options);
  };
  const image = tensor({ name: "image", shape: [1, 12, 10, 2] });
  const down = conv("down", image, [1, 12, 10, 3], true);
  const pooled = run(CODE.maxPool, [down], "pool", [1, 6, 5, 3], poolOptions(2, 2));
  const bottom = conv("bottom", pooled, [1, 6, 5, 4], true);
  const up = run(
    CODE.transposeConv,
    [tensor(sizes([1, 12, 10, 3])), kernel("up", [2, 0, 1, 3]), bottom, bias("up")],
    "up/conv2d_transpose",
    [1, 12, 10, 3],
    { 0: int8(0), 1: int32(2), 2: int32(2) },
  );
  const joined = run(CODE.concatenation, [up, down], "concat", [1, 12, 10, 6], { 0: int32(3) });
  const join = conv("join", joined, [1, 12, 10, 2], false);
  run(CODE.logistic, [join], "join/Sigmoid", [1, 12, 10, 2]);
  return { "unet.tflite": writeTflite([{ tensors, operators }]) };
}
