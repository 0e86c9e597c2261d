import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { frozenGraphFormat } from "../../../src/core/formats/frozenGraph.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { savedModelFormat } from "../../../src/core/formats/savedModel.ts";
import { storedFromSlices } from "../../../src/core/network/kernelTensor.ts";
import type { ConvolutionLayer, Network } from "../../../src/core/network/network.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import { bytesField, intField, join, model } from "../../support/onnxWriter.ts";
import { readFiles } from "../../support/readModel.ts";
import { counted, frozenUnet, UNET_WEIGHTS } from "../../support/tensorflowModels.ts";
import {
  attribute,
  constant,
  floatList,
  floatTensor,
  graphDef,
  intTensor,
  moving,
  node,
  placeholder,
  TYPE,
  tensorProto,
} from "../../support/tensorflowWriter.ts";

const read = (bytes: Uint8Array) => readFiles({ "frozen.pb": bytes });

const AUTO = { grid: "layer", inputSize: 256 } as const;

function sizesOf(network: Network): readonly string[] {
  return resolveStructure(network, AUTO).places.map(({ grid }) => grid.join("x"));
}

/** The tensor as it was stored, out of the slices. */
function stored(layer: ConvolutionLayer, layout: Parameters<typeof storedFromSlices>[2]) {
  return Array.from(storedFromSlices(layer.kernels, layer, layout));
}

const NINE = counted(9, 1);
const IMAGE = placeholder("image", [null, 16, 16, 1]);
const WEIGHTS = constant("conv/kernel", floatTensor([3, 3, 1, 1], NINE));

/** A graph of one convolution with its weights. */
function convolutionOf(
  constants: readonly Uint8Array[],
  weights: string,
  { op = "Conv2D", attributes = moving(1, "SAME") } = {},
): Uint8Array {
  return graphDef([IMAGE, ...constants, node("conv/Conv2D", op, ["image", weights], attributes)]);
}

async function onlyLayer(bytes: Uint8Array): Promise<ConvolutionLayer> {
  const { layers } = await read(bytes);
  expect(layers).toHaveLength(1);
  return layers[0];
}

describe("a frozen U-Net", () => {
  it("is read with its kernels, in the order of the network", async () => {
    const network = await read(frozenUnet());
    expect(network.format).toBe("frozen-graph");
    const [down, bottom, up, last] = network.layers;
    expect(network.layers.map(({ name }) => name)).toEqual([
      "conv2d_down",
      "conv2d_bottom",
      "conv2d_transpose_up",
      "conv2d_join",
    ]);
    expect(stored(down, "h,w,in/g,out")).toEqual(UNET_WEIGHTS.down);
    expect(stored(bottom, "h,w,in/g,out")).toEqual(UNET_WEIGHTS.bottom);
    expect(stored(up, "h,w,out,in")).toEqual(UNET_WEIGHTS.up);
    expect(stored(last, "h,w,in/g,out")).toEqual(UNET_WEIGHTS.join);
    expect(up).toMatchObject({ operator: "ConvTranspose2d", inChannels: 4, outChannels: 2 });
    expect(network.parameters).toBe(18 + 72 + 32 + 108);
    expect(network.warnings).toEqual([]);
  });

  it("has its places and its skip connection from the graph", async () => {
    const structure = resolveStructure(await read(frozenUnet()), AUTO);
    expect(structure.places.map(({ role, grid }) => [role, ...grid])).toEqual([
      ["encoder", 16, 16],
      ["bottleneck", 8, 8],
      ["decoder", 8, 8],
      ["decoder", 16, 16],
    ]);
    expect(structure.skips).toEqual([{ from: 0, to: 3 }]);
  });
});

describe("operators", () => {
  const two = [constant("conv/kernel", floatTensor([3, 3, 1, 2], counted(18)))];

  it.each(["Conv2D", "_FusedConv2D"])("%s is a plain convolution", async (op) => {
    const layer = await onlyLayer(
      convolutionOf(two, "conv/kernel", {
        op,
        attributes: moving(2, "SAME", { fused_ops: attribute.texts(["BiasAdd", "Relu"]) }),
      }),
    );
    expect(layer).toMatchObject({ outChannels: 2, inChannels: 1, groups: 1, stride: [2, 2] });
  });

  it.each(["DepthwiseConv2dNative", "_FusedDepthwiseConv2dNative", "FusedDepthwiseConv2dNative"])(
    "%s has a group for each channel",
    async (op) => {
      const kernels = [constant("conv/kernel", floatTensor([3, 3, 2, 3], counted(54)))];
      const layer = await onlyLayer(convolutionOf(kernels, "conv/kernel", { op }));
      expect(layer).toMatchObject({ outChannels: 6, inChannels: 2, groups: 2 });
      expect(stored(layer, "h,w,in,multiplier")).toEqual(counted(54));
    },
  );

  it("tells the groups of a convolution from the channels of its map", async () => {
    const network = await read(
      graphDef([
        placeholder("image", [null, 16, 16, 4]),
        node("relu", "Relu", ["image"]),
        constant("w", floatTensor([3, 3, 2, 6], counted(108))),
        node("conv/Conv2D", "Conv2D", ["relu", "w"], moving(1, "SAME")),
      ]),
    );
    expect(network.layers[0]).toMatchObject({ groups: 2, inChannels: 4, outChannels: 6 });
  });

  it("reads strides and maps with the channels first", async () => {
    const network = await read(
      graphDef([
        placeholder("image", [null, 1, 16, 12]),
        WEIGHTS,
        node("conv/Conv2D", "Conv2D", ["image", "conv/kernel"], {
          strides: attribute.ints([1, 1, 2, 3]),
          dilations: attribute.ints([1, 1, 1, 1]),
          explicit_paddings: attribute.ints([0, 0, 0, 0, 1, 1, 2, 0]),
          padding: attribute.text("EXPLICIT"),
          data_format: attribute.text("NCHW"),
        }),
        node("next", "DepthwiseConv2dNative", ["conv/Conv2D", "other"], {
          ...moving(1, "VALID"),
          data_format: attribute.text("NCHW"),
        }),
        constant("other", floatTensor([3, 3, 1, 1], NINE)),
      ]),
    );
    expect(network.layers[0].stride).toEqual([2, 3]);
    // Height (16 + 2 - 3) / 2 + 1, width (12 + 2 - 3) / 3 + 1, both rounded down.
    expect(sizesOf(network)).toEqual(["16x12", "8x4"]);
  });

  it("sees the dilation in maps taken apart and put together", async () => {
    const network = await read(
      graphDef([
        IMAGE,
        WEIGHTS,
        constant("block", intTensor([2], [2, 2])),
        // A padding that keeps the size: two on each side of 16 pixels.
        constant("paddings", intTensor([2, 2], [2, 2, 2, 2])),
        constant("crops", intTensor([2, 2], [0, 0, 0, 0])),
        node("apart", "SpaceToBatchND", ["image", "block", "paddings"]),
        node("conv/Conv2D", "Conv2D", ["apart", "conv/kernel"], moving(1, "VALID")),
        node("bias", "BiasAdd", ["conv/Conv2D", "zero"]),
        constant("zero", floatList([1], [0])),
        node("together", "BatchToSpaceND", ["bias", "block", "crops"]),
        node("next", "Conv2D", ["together", "other"], moving(1, "SAME")),
        constant("other", floatTensor([3, 3, 1, 1], NINE)),
      ]),
    );
    expect(network.layers.map(({ dilation }) => dilation)).toEqual([
      [2, 2],
      [1, 1],
    ]);
    expect(sizesOf(network)).toEqual(["16x16", "16x16"]);
  });

  it("follows sizes that the graph computes before a resize", async () => {
    const network = await read(
      graphDef([
        placeholder("image", [null, null, 24, 1]),
        node("shape", "Shape", ["image"]),
        constant("one", intTensor([1], [1])),
        constant("three", intTensor([1], [3])),
        node("part", "StridedSlice", ["shape", "one", "three", "one"]),
        constant("twice", intTensor([2], [2, 3])),
        node("sizes", "Mul", ["part", "twice"]),
        node("larger", "ResizeNearestNeighbor", ["image", "sizes"]),
        node("rows", "Unpack", ["shape"]),
        node("pair", "Pack", ["rows:1", "rows:2"]),
        node("back", "ResizeBilinear", ["larger", "pair"]),
        WEIGHTS,
        constant("other", floatTensor([3, 3, 1, 1], NINE)),
        node("conv/Conv2D", "Conv2D", ["larger", "conv/kernel"], moving(1, "SAME")),
        node("next", "Conv2D", ["back", "other"], moving(1, "SAME")),
        node("sum", "AddV2", ["conv/Conv2D", "next"]),
      ]),
    );
    expect(sizesOf(network)).toEqual(["512x72", "256x24"]);
  });

  it.each<[string, readonly Uint8Array[], string]>([
    [
      "1-D convolution",
      [
        constant("conv/kernel", floatTensor([3, 1, 1], [1, 2, 3])),
        constant("axis", intTensor([], [0])),
        node("d", "ExpandDims", ["conv/kernel", "axis"]),
        node("conv/Conv2D", "Conv2D", ["image", "d"], moving(1, "SAME")),
      ],
      "conv",
    ],
    [
      "3-D convolution",
      [
        constant("conv/kernel", floatTensor([3, 1, 1, 1, 1], [1, 2, 3])),
        node("conv/Conv3D", "Conv3D", ["image", "conv/kernel"]),
      ],
      "conv",
    ],
    [
      "weights are computed while the network runs",
      [
        WEIGHTS,
        node("d", "Mul", ["conv/kernel", "image"]),
        node("conv/Conv2D", "Conv2D", ["image", "d"], moving(1, "SAME")),
      ],
      "conv",
    ],
    [
      "weights are not in the file",
      [
        node("conv/kernel", "VariableV2"),
        node("conv/Conv2D", "Conv2D", ["image", "conv/kernel"], moving(1, "SAME")),
      ],
      "conv",
    ],
    [
      "quantized weights of a kind not read yet",
      [
        constant(
          "conv/kernel",
          tensorProto(TYPE.quint8, [3, 3, 1, 1], bytesField(4, new Uint8Array(9))),
        ),
        node("conv/Conv2D", "QuantizedConv2D", ["image", "conv/kernel"], moving(1, "SAME")),
      ],
      "conv",
    ],
    [
      "weights do not have the shape of a convolution",
      [
        constant("conv/kernel", floatTensor([3, 3], NINE)),
        node("conv/Conv2D", "Conv2D", ["image", "conv/kernel"], moving(1, "SAME")),
      ],
      "conv",
    ],
  ])("lists a layer with the reason %s", async (reason, nodes, name) => {
    const network = await read(graphDef([IMAGE, ...nodes]));
    expect(network.layers).toEqual([]);
    expect(network.skipped).toEqual([{ name, reason }]);
  });
});

describe("names", () => {
  it.each([
    ["model/conv2d_3/Conv2D/ReadVariableOp/resource", "x", "model/conv2d_3"],
    ["StatefulPartitionedCall/model/conv2d/Conv2D_weights", "x", "model/conv2d"],
    ["conv2d_transpose_2/kernel", "x", "conv2d_transpose_2"],
    ["InceptionV3/Conv2d_1a_3x3/weights", "x", "InceptionV3/Conv2d_1a_3x3"],
    ["block/depthwise_kernel/read", "x", "block"],
    ["2687", "StatefulPartitionedCall/model_11/conv2d_33/Conv2D", "model_11/conv2d_33"],
    ["unknown_9", "net/depthwise", "net"],
    ["2687", "77", "2687"],
  ])("of weights %s in the node %s: %s", async (weights, nodeName, expected) => {
    const layer = await onlyLayer(
      graphDef([
        IMAGE,
        constant(weights, floatTensor([3, 3, 1, 1], NINE)),
        node(nodeName, "Conv2D", ["image", weights], moving(1, "SAME")),
      ]),
    );
    expect(layer.name).toBe(expected);
  });
});

describe("recognition", () => {
  const matches = (bytes: Uint8Array) => frozenGraphFormat.matches(memorySource("x", bytes));
  const text = (content: string) => new TextEncoder().encode(content);

  it("knows a graph by its first nodes, whole or cut short", async () => {
    expect(await matches(frozenUnet())).toBe(true);
    expect(await matches(frozenUnet().subarray(0, 400))).toBe(true);
    expect(await matches(join(bytesField(4, intField(1, 27)), frozenUnet()))).toBe(true);
    expect(await onnxFormat.matches(memorySource("x", frozenUnet()))).toBe(false);
    expect(await savedModelFormat.matches(memorySource("x", frozenUnet()))).toBe(false);
  });

  it.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["ONNX", model({})],
    ["text", text("\nconv1, relu, pool: the layers of this network in order")],
    ["HTML", text("<!DOCTYPE html><html></html>")],
    ["a node without an operator", bytesField(1, bytesField(1, "conv"))],
    [
      "a node whose name is none",
      bytesField(1, join(bytesField(1, "\u0001\u0002"), bytesField(2, "Conv2D"))),
    ],
    ["zeros", new Uint8Array(64)],
  ])("does not take %s for a graph", async (_, bytes) => {
    expect(await matches(bytes)).toBe(false);
  });
});
