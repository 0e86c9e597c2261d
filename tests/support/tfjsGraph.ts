import { attribute, constant, counting, graphNode } from "./tfjsWriter.ts";

const { text, ints, shape } = attribute;

/** Attributes of a convolution on (N, H, W, C) maps. */
function convolution(stride: number, padding = "SAME") {
  return {
    strides: ints(1, stride, stride, 1),
    dilations: ints(1, 1, 1, 1),
    padding: text(padding),
    data_format: text("NHWC"),
    explicit_paddings: { list: {} },
  };
}

/** A graph model that halves the map twice, mixes it depth by depth, and doubles it again. */
export const nodes = [
  constant("unknown_9"),
  constant("first/ReadVariableOp"),
  constant("first/Bias"),
  constant("up/kernel"),
  graphNode("up/size", "Const", [], { dtype: { type: "DT_INT32" } }),
  graphNode("image", "Placeholder", [], { shape: shape(-1, 32, 32, 1) }),
  graphNode("first/Relu", "_FusedConv2D", ["image", "first/ReadVariableOp", "first/Bias"], {
    ...convolution(2),
    fused_ops: { list: { s: ["Qmlhc0FkZA==", "UmVsdQ=="] } },
    num_args: { i: "1" },
  }),
  graphNode("deep", "DepthwiseConv2dNative", ["first/Relu", "unknown_9"], convolution(2)),
  graphNode("up", "Conv2DBackpropInput", ["up/size", "up/kernel", "deep"], convolution(2)),
  graphNode("Identity", "Identity", ["up"]),
];

export const weights = [
  counting("unknown_9", 3, 3, 4, 1),
  counting("first/ReadVariableOp", 3, 3, 1, 4),
  counting("first/Bias", 4),
  counting("up/kernel", 3, 3, 2, 4),
  { name: "up/size", shape: [4], dtype: "int32", values: [1, 16, 16, 2] },
] as const;

export const fields = {
  format: "graph-model",
  generatedBy: "2.19.0",
  convertedBy: "TensorFlow.js Converter v4.22.0",
};
