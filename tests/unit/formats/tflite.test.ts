import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { tfliteFormat } from "../../../src/core/formats/tflite.ts";
import { kernelCount } from "../../../src/core/network/network.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import { floatBytes, join } from "../../support/onnxWriter.ts";
import { chosen, readAs } from "../../support/readModel.ts";
import {
  counted,
  floats,
  int8Bytes,
  int32Bytes,
  oneConvolution,
  sizes,
  smallUNetFile,
} from "../../support/tfliteModels.ts";
import {
  CODE,
  convolutionOptions,
  type SubgraphParts,
  TYPE,
  writeTflite,
} from "../../support/tfliteWriter.ts";
import { writeZip } from "../../support/zipWriter.ts";

const readBytes = (bytes: Uint8Array) => readAs(tfliteFormat, memorySource("model.tflite", bytes));
const read = (...subgraphs: readonly SubgraphParts[]) => readBytes(writeTflite(subgraphs));

const kernelsOf = async (subgraph: SubgraphParts) =>
  Array.from((await read(subgraph)).layers[0].kernels);

/** Numbers stored as (out, height, width, in), as K[o, i] with nine entries each. */
function fromOhwi(values: readonly number[], outputs: number, inputs: number): readonly number[] {
  const kernels: number[] = [];
  for (let output = 0; output < outputs; output += 1) {
    for (let input = 0; input < inputs; input += 1) {
      for (let at = 0; at < 9; at += 1) kernels.push(values[(output * 9 + at) * inputs + input]);
    }
  }
  return kernels;
}

describe("a small U-Net", () => {
  it("has its layers, names, sizes and roles", async () => {
    const network = await readBytes(smallUNetFile());
    expect(network.producer).toBe("MLIR converter for TensorFlow Lite 1.14.0 or later");
    expect(network.warnings).toEqual([]);
    expect(network.parameters).toBe(9 * (1 * 4 + 4 * 8 + 12 * 4 + 4 * 2));
    const { places, inputSizeIsOpen } = resolveStructure(network, { grid: "layer", inputSize: 16 });
    expect(inputSizeIsOpen).toBe(true);
    const found = network.layers.map((layer, index) => [
      layer.name,
      layer.operator,
      layer.inChannels,
      layer.outChannels,
      places[index].role,
      places[index].grid[0],
    ]);
    expect(found).toEqual([
      ["conv2d", "Conv2d", 1, 4, "encoder", 16],
      ["conv2d_1", "Conv2d", 4, 8, "bottleneck", 8],
      ["conv2d_2", "Conv2d", 12, 4, "decoder", 16],
      ["conv2d_transpose", "ConvTranspose2d", 4, 2, "decoder", 16],
    ]);
    expect(network.layers[3].stride).toEqual([2, 2]);
    const last = network.graph?.nodes.at(-1)?.operation;
    expect(last).toMatchObject({ kind: "transposedConvolution", outputSize: [32, 32] });
  });

  it("is recognised by its identifier alone", async () => {
    const bytes = smallUNetFile();
    expect(await tfliteFormat.matches(memorySource("x.bin", bytes))).toBe(true);
    expect(await tfliteFormat.matches(memorySource("x.tflite", bytes.subarray(0, 7)))).toBe(false);
    bytes[4] = 0;
    expect(await tfliteFormat.matches(memorySource("x.tflite", bytes))).toBe(false);
  });
});

describe("files with descriptions packed behind them", () => {
  it("are recognised as what they begin with", async () => {
    const bytes = join(smallUNetFile(), writeZip({ "labels.txt": new Uint8Array(20) }));
    const { format, source } = await chosen("model.tflite", bytes);
    expect(format.id).toBe("tflite");
    expect((await readAs(format, source)).layers).toHaveLength(4);
  });
});

describe("weights", () => {
  it("puts the output channel outermost, then the input channel", async () => {
    const values = counted(2 * 9 * 3);
    const subgraph = oneConvolution(floats("w", [2, 3, 3, 3]), { channels: 3 });
    expect(await kernelsOf(subgraph)).toEqual(fromOhwi(values, 2, 3));
  });

  it("finds groups from the channels of the map", async () => {
    const { layers } = await read(oneConvolution(floats("w", [6, 3, 3, 2]), { channels: 6 }));
    expect(layers[0]).toMatchObject({ groups: 3, inChannels: 6, outChannels: 6 });
  });

  it("does not take weights for a convolution whose channels do not fit the map", async () => {
    const { skipped } = await read(oneConvolution(floats("w", [2, 3, 3, 4]), { channels: 6 }));
    expect(skipped[0].reason).toBe("weights do not have the shape of a convolution");
  });

  it("reads depthwise weights, whatever the multiplier says", async () => {
    const { layers } = await read(
      oneConvolution(floats("w", [1, 3, 3, 4]), {
        code: CODE.depthwise,
        channels: 2,
        options: convolutionOptions({ multiplier: 7, dilation: 2, stride: 2 }),
      }),
    );
    expect(layers[0]).toMatchObject({
      groups: 2,
      inChannels: 2,
      outChannels: 4,
      stride: [2, 2],
      dilation: [2, 2],
    });
    expect(kernelCount(layers[0])).toBe(4);
    expect(Array.from(layers[0].kernels.subarray(0, 9))).toEqual(
      counted(9).map((at) => 4 * at - 3),
    );
  });

  const stored = counted(18).map((number) => number - 9);
  const real = (scale: readonly number[], zero: readonly number[]) =>
    stored.map((number, at) => {
      const channel = scale.length === 1 ? 0 : Math.floor(at / 9);
      return (number - zero[channel]) * scale[channel];
    });

  it.each<[string, readonly number[], readonly number[]]>([
    ["one scale", [0.5], [3]],
    ["a scale per output channel", [0.5, 0.125], [0, -2]],
  ])("dequantizes int8 with %s", async (_, scale, zeroPoint) => {
    const weight = {
      shape: [2, 3, 3, 1],
      type: TYPE.int8,
      data: int8Bytes(stored),
      quantization: { scale, zeroPoint },
    };
    expect(await kernelsOf(oneConvolution(weight))).toEqual(real(scale, zeroPoint));
  });

  it("dequantizes uint8 along another axis", async () => {
    const weight = {
      shape: [1, 3, 3, 2],
      type: TYPE.uint8,
      data: Uint8Array.from(counted(18)),
      quantization: { scale: [1, 0.5], zeroPoint: [128, 0], axis: 3 },
    };
    const kernels = await kernelsOf(
      oneConvolution(weight, {
        code: CODE.depthwise,
        channels: 2,
        options: convolutionOptions({ multiplier: 1 }),
      }),
    );
    expect(kernels.slice(0, 3)).toEqual([1 - 128, 3 - 128, 5 - 128]);
    expect(kernels.slice(9, 12)).toEqual([1, 2, 3]);
  });

  it("unpacks int4", async () => {
    const weight = {
      shape: [1, 3, 3, 1],
      type: TYPE.int4,
      data: Uint8Array.of(0x21, 0x43, 0x75, 0xf8, 0x0e),
      quantization: { scale: [2] },
    };
    const expected = [1, 2, 3, 4, 5, 7, -8, -1, -2].map((number) => 2 * number);
    expect(await kernelsOf(oneConvolution(weight))).toEqual(expected);
  });

  it("reads float16 behind a conversion and counts shared buffers once", async () => {
    const halves = new Uint8Array(Uint16Array.from(counted(9), () => 0x4200).buffer);
    const network = await read({
      tensors: [
        { name: "image", shape: [1, 8, 8, 1] },
        { name: "a/Kernel", shape: [1, 3, 3, 1], type: TYPE.float16, data: halves },
        { name: "a/Kernel_dequantize", shape: [1, 3, 3, 1] },
        { name: "a", shape: [1, 8, 8, 1] },
        { name: "b/Kernel", shape: [1, 3, 3, 1], type: TYPE.float16, sharesWith: 1 },
        { name: "b/Kernel_dequantize", shape: [1, 3, 3, 1] },
        { name: "b", shape: [1, 8, 8, 1] },
      ],
      operators: [
        { code: CODE.dequantize, inputs: [1], outputs: [2] },
        { code: CODE.conv2d, inputs: [0, 2], outputs: [3], options: convolutionOptions() },
        { code: CODE.dequantize, inputs: [4], outputs: [5] },
        { code: CODE.conv2d, inputs: [3, 5], outputs: [6], options: convolutionOptions() },
      ],
    });
    expect(network.layers.map(({ name }) => name)).toEqual(["a"]);
    expect(Array.from(network.layers[0].kernels)).toEqual(counted(9).map(() => 3));
    expect(network.parameters).toBe(9);
    expect(network.warnings[0]).toContain("more than once (1 further uses)");
  });

  it("follows reshapes and transposes of constants, scales included", async () => {
    // Stored (in, out, 9); the network makes (out, 3, 3, in) of it.
    const network = await read({
      tensors: [
        { name: "image", shape: [1, 8, 8, 2] },
        {
          name: "stored",
          shape: [2, 3, 9],
          type: TYPE.int8,
          data: int8Bytes(counted(54)),
          quantization: { scale: [1, 10, 100], axis: 1 },
        },
        sizes([1, 2, 0]),
        { name: "turned", shape: [3, 9, 2] },
        sizes([3, 3, 3, 2]),
        { name: "shaped", shape: [3, 3, 3, 2] },
        { name: "conv", shape: [1, 8, 8, 3] },
      ],
      operators: [
        { code: CODE.transpose, inputs: [1, 2], outputs: [3] },
        { code: CODE.reshape, inputs: [3, 4], outputs: [5] },
        { code: CODE.conv2d, inputs: [0, 5], outputs: [6], options: convolutionOptions() },
      ],
    });
    const { kernels, inChannels, outChannels } = network.layers[0];
    expect([inChannels, outChannels]).toEqual([2, 3]);
    // K[2, 1] is row (1, 2) of the stored tensor, times 100.
    expect(Array.from(kernels.subarray(45, 54))).toEqual(
      counted(9).map((at) => 100 * (27 + 18 + at)),
    );
  });

  it("reads weights that lie behind the FlatBuffer", async () => {
    const network = await readBytes(
      writeTflite([oneConvolution({ shape: [1, 3, 3, 1], dataBehind: floatBytes(counted(9)) })]),
    );
    expect(Array.from(network.layers[0].kernels)).toEqual(counted(9));
  });
});

describe("what is listed without being read", () => {
  const quantized = { shape: [1, 3, 3, 1], type: TYPE.int8, data: int8Bytes(counted(9)) };
  it.each<[string, SubgraphParts, string]>([
    ["sparse", oneConvolution({ ...floats("w", [1, 3, 3, 1]), isSparse: true }), "sparse weights"],
    ["no scales", oneConvolution(quantized), "quantized weights of a kind not read yet"],
    [
      "another quantization",
      oneConvolution({ ...quantized, quantization: { scale: [1], details: 1 } }),
      "quantized weights of a kind not read yet",
    ],
    [
      "scales that do not fit",
      oneConvolution({ ...quantized, quantization: { scale: [1, 2] } }),
      "quantized weights of a kind not read yet",
    ],
    ["no numbers", oneConvolution({ shape: [1, 3, 3, 1] }), "weights are not in the file"],
    ["1x1", oneConvolution(floats("w", [2, 1, 1, 1])), "1x1 kernel"],
    ["3-D", oneConvolution(floats("w", [1, 3, 3, 1, 1]), { code: CODE.conv3d }), "3-D convolution"],
    [
      "computed",
      {
        tensors: [
          { shape: [1, 8, 8, 1] },
          floats("w", [1, 3, 3, 1]),
          { shape: [1, 3, 3, 1] },
          { shape: [1, 8, 8, 1] },
        ],
        operators: [
          { code: CODE.relu, inputs: [1], outputs: [2] },
          { code: CODE.conv2d, inputs: [0, 2], outputs: [3], options: convolutionOptions() },
        ],
      },
      "weights are computed while the network runs",
    ],
  ])("%s", async (_, subgraph, reason) => {
    const { layers, skipped } = await read(subgraph);
    expect(layers).toEqual([]);
    expect(skipped.map((skip) => skip.reason)).toEqual([reason]);
  });

  it("reads MediaPipe's own transposed convolution", async () => {
    const { layers } = await read({
      tensors: [
        { name: "image", shape: [1, 8, 8, 3] },
        floats("w", [2, 3, 3, 3]),
        { name: "segment", shape: [1, 16, 16, 2] },
      ],
      operators: [
        { code: CODE.custom, inputs: [0, 1], outputs: [2], custom: "Convolution2DTransposeBias" },
      ],
    });
    expect(layers).toMatchObject([
      { name: "segment", operator: "ConvTranspose2d", stride: [2, 2], inChannels: 3 },
    ]);
    expect(Array.from(layers[0].kernels)).toEqual(fromOhwi(counted(2 * 9 * 3), 2, 3));
  });

  it("takes no custom operator for a convolution, whatever it is called", async () => {
    const subgraph = oneConvolution(floats("w", [1, 3, 3, 1]), { code: CODE.custom });
    const [operator] = subgraph.operators;
    const network = await read({ ...subgraph, operators: [{ ...operator, custom: "CONV_2D" }] });
    expect([...network.layers, ...network.skipped]).toEqual([]);
  });
});

describe("names", () => {
  const nameOf = async (output: string, weight: string) =>
    (await read(oneConvolution(floats(weight, [1, 3, 3, 1]), { output }))).layers[0].name;
  it.each([
    ["model/conv2d_5/Relu;model/conv2d_5/BiasAdd;model/conv2d_5/Conv2D", "x", "conv2d_5"],
    [
      "functional_1_1/conv2d_15_1/convolution;functional_1_1/conv2d_15_1/Squeeze1",
      "",
      "conv2d_15_1",
    ],
    // The converter mixes in the name of a layer with an equal constant.
    [
      "model/act/Relu;model/norm/FusedBatchNormV3;model/conv2d/BiasAdd/ReadVariableOp/resource;model/conv2d/BiasAdd;model/conv2d_2/Conv2D;model/conv2d/Conv2D1",
      "",
      "conv2d",
    ],
    ["StatefulPartitionedCall:0", "model/encoder/conv_a/Conv2D", "encoder/conv_a"],
    ["Identity", "tfl.pseudo_qconst7", "conv_0"],
    ["UNet_u/torch.nn.modules.conv.Conv2d_enc1;", "arith.constant3", "enc1"],
    ["conv2d_9", "conv2d_9/Kernel", "conv2d_9"],
  ])("%s", async (output, weight, expected) => {
    expect(await nameOf(output, weight)).toBe(expected);
  });
});

describe("graph", () => {
  it("lists convolutions of other subgraphs, without a place in the graph", async () => {
    const { layers, graph } = await read(
      oneConvolution(floats("w", [1, 3, 3, 1]), { output: "first" }),
      oneConvolution(floats("w", [1, 5, 5, 1]), { output: "second" }),
    );
    expect(layers.map(({ name, graphNode }) => [name, graphNode === null])).toEqual([
      ["first", false],
      ["second", true],
    ]);
    expect(graph?.nodes.filter(({ operation }) => operation.kind === "convolution")).toHaveLength(
      1,
    );
  });

  it("sees the dilation of a convolution between space and batch", async () => {
    const { layers } = await read({
      tensors: [
        { name: "image", shape: [1, 8, 8, 1] },
        sizes([2, 2]),
        { shape: [2, 2], type: TYPE.int32, data: int32Bytes([2, 2, 2, 2]) },
        { name: "batches", shape: [4, 6, 6, 1] },
        floats("w", [1, 3, 3, 1]),
        { name: "conv", shape: [4, 4, 4, 1] },
      ],
      operators: [
        { code: CODE.spaceToBatch, inputs: [0, 1, 2], outputs: [3] },
        {
          code: CODE.conv2d,
          inputs: [3, 4],
          outputs: [5],
          options: convolutionOptions({ padding: 1 }),
        },
      ],
    });
    expect(layers[0].dilation).toEqual([2, 2]);
  });

  it("takes the stated size for what it does not understand", async () => {
    const { graph } = await read({
      tensors: [
        { name: "image", shape: [1, 8, 8, 1] },
        { name: "made", shape: [1, 20, 24, 1] },
      ],
      operators: [{ code: CODE.custom, inputs: [0], outputs: [1], custom: "Upsample" }],
    });
    expect(graph?.nodes[1].operation).toMatchObject({ kind: "resize", size: [20, 24] });
  });

  it("reads small parts of the file only", async () => {
    const subgraph = oneConvolution(floats("w", [1, 3, 3, 1]));
    const ballast = { name: "dense", shape: [5_000_000], data: new Uint8Array(5_000_000) };
    const source = memorySource(
      "big.tflite",
      writeTflite([
        { ...subgraph, tensors: [...subgraph.tensors, { ...ballast, type: TYPE.uint8 }] },
      ]),
    );
    let bytes = 0;
    const network = await readAs(tfliteFormat, {
      name: source.name,
      byteLength: source.byteLength,
      slice: (start, end) => {
        bytes += end - start;
        return source.slice(start, end);
      },
    });
    expect(network.layers).toHaveLength(1);
    expect(bytes).toBeLessThan(100_000);
  });
});
