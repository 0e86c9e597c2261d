import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import {
  bytesField,
  floatTensor,
  int64Tensor,
  join,
  model,
  node,
  tensor,
  value,
  varint,
} from "../../support/onnxWriter.ts";
import { readAs } from "../../support/readModel.ts";

const read = (bytes: Uint8Array) => readAs(onnxFormat, memorySource("model.onnx", bytes));

const DATA_TYPE = { uint8: 2, int8: 3, e4m3: 17, e5m2: 19, uint4: 21, int4: 22 };

const counted = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const NINE = counted(9);
const image = value("image", [1, 1, 8, 8]);
const raw = (numbers: readonly number[]) => bytesField(9, Uint8Array.from(numbers));

/** The kernels of the only convolution, which takes `weights`. */
async function kernels(
  nodes: readonly Uint8Array[],
  initializers: readonly Uint8Array[],
): Promise<readonly number[]> {
  const { layers, skipped } = await read(model({ nodes, initializers, inputs: [image] }));
  expect(skipped).toEqual([]);
  return Array.from(layers[0].kernels);
}

const conv = node("Conv", ["image", "w"], "out");

describe("DequantizeLinear", () => {
  const stored = tensor("q", [2, 1, 3, 3], DATA_TYPE.int8, raw([...NINE, ...NINE]));
  const scales = floatTensor("scale", [2], [0.5, 2]);
  const twoChannels = [...NINE.map((n) => n / 2), ...NINE.map((n) => 2 * n)];

  it("takes a negative axis from the end", async () => {
    const attributes = { axis: -4 };
    const nodes = [node("DequantizeLinear", ["q", "scale"], "w", { attributes }), conv];
    expect(await kernels(nodes, [stored, scales])).toEqual(twoChannels);
  });

  it("stands behind and before changes of the axes", async () => {
    // Stored (9, 1, 2): its scales follow the last axis, then everything is turned.
    const turned = tensor("q", [9, 2], DATA_TYPE.int8, raw(NINE.flatMap((n) => [n, n])));
    const nodes = [
      node("Unsqueeze", ["q", "one"], "a"),
      node("DequantizeLinear", ["a", "scale"], "b", { attributes: { axis: 2 } }),
      node("Transpose", ["b"], "c", { attributes: { perm: [2, 1, 0] } }),
      node("Reshape", ["c", "shape"], "w"),
      conv,
    ];
    const initializers = [
      turned,
      scales,
      int64Tensor("one", [1]),
      int64Tensor("shape", [0, 1, 3, -1]),
    ];
    expect(await kernels(nodes, initializers)).toEqual(twoChannels);
  });

  it("has a scale for each block", async () => {
    const scale = floatTensor("scale", [1, 1, 2, 3], [1, 10, 100, 2, 20, 200]);
    const nodes = [
      node("DequantizeLinear", ["q", "scale"], "w", { attributes: { axis: 2, block_size: 2 } }),
      conv,
    ];
    const one = tensor("q", [1, 1, 3, 3], DATA_TYPE.int8, raw(NINE));
    expect(await kernels(nodes, [one, scale])).toEqual([1, 20, 300, 4, 50, 600, 14, 160, 1800]);
  });

  const nibbles = [0x21, 0x43, 0x65, 0x87, 0x0f];
  it.each<[string, number, Uint8Array, readonly number[]]>([
    ["int4 raw", DATA_TYPE.int4, raw(nibbles), [1, 2, 3, 4, 5, 6, 7, -8, -1]],
    ["uint4 raw", DATA_TYPE.uint4, raw(nibbles), [1, 2, 3, 4, 5, 6, 7, 8, 15]],
    [
      "int4 typed",
      DATA_TYPE.int4,
      bytesField(5, join(...nibbles.map(varint))),
      [1, 2, 3, 4, 5, 6, 7, -8, -1],
    ],
    [
      "float8 E4M3",
      DATA_TYPE.e4m3,
      raw([0x38, 0xb8, 0x40, 0x3c, 0x00, 0x7e, 0x01, 0x30, 0x48]),
      [1, -1, 2, 1.5, 0, 448, 2 ** -9, 0.5, 4],
    ],
    [
      "float8 E5M2 typed",
      DATA_TYPE.e5m2,
      bytesField(5, join(...[0x3c, 0xbc, 0x40, 0x3e, 0, 0x7b, 1, 0x38, 0x44].map(varint))),
      [1, -1, 2, 1.5, 0, 57_344, 2 ** -16, 0.5, 4],
    ],
  ])("reads %s", async (_, dataType, data, expected) => {
    const nodes = [node("DequantizeLinear", ["q", "scale"], "w"), conv];
    const initializers = [tensor("q", [1, 1, 3, 3], dataType, data), floatTensor("scale", [], [2])];
    expect(await kernels(nodes, initializers)).toEqual(expected.map((number) => 2 * number));
  });

  it("undoes a quantization of floats, so that they are what the network computes with", async () => {
    const floats = [0.24, 0.25, 0.75, -0.6, 100, -100, 0, 1.24, -1.25];
    const nodes = [
      node("QuantizeLinear", ["f", "scale", "zero"], "q"),
      node("DequantizeLinear", ["q", "scale", "zero"], "w"),
      conv,
    ];
    const initializers = [
      floatTensor("f", [1, 1, 3, 3], floats),
      floatTensor("scale", [], [0.5]),
      tensor("zero", [], DATA_TYPE.int8, raw([0])),
    ];
    // Halves are rounded to even; int8 ends at -128 and 127.
    expect(await kernels(nodes, initializers)).toEqual(
      [0, 0, 1, -0.5, 63.5, -64, 0, 1, -1].map((number) => number + 0),
    );
  });

  it("lists scales that do not fit", async () => {
    const nodes = [
      node("DequantizeLinear", ["q", "three"], "w", { attributes: { axis: 0 } }),
      conv,
    ];
    const initializers = [stored, floatTensor("three", [3], [1, 2, 3])];
    const { skipped } = await read(model({ nodes, initializers, inputs: [image] }));
    expect(skipped[0].reason).toBe("quantized weights of a kind not read yet");
  });
});

describe("convolutions of whole numbers", () => {
  const stored = tensor("w_quantized", [2, 1, 3, 3], DATA_TYPE.uint8, raw([...NINE, ...NINE]));
  const zero = tensor("zero", [], DATA_TYPE.uint8, raw([5]));
  const convolution = node("ConvInteger", ["image", "w_quantized", "x_zero", "zero"], "sum");
  const dynamic = node("DynamicQuantizeLinear", ["image"], ["image_q", "x_scale", "x_zero"]);
  const cast = node("Cast", ["sum"], "real", { attributes: { to: 1 } });
  const shifted = [...NINE, ...NINE].map((number) => number - 5);

  it.each<[string, readonly string[], readonly string[]]>([
    ["last", ["real", "scales"], ["x_scale", "w_scale"]],
    ["first", ["scales", "real"], ["w_scale", "x_scale"]],
  ])("finds the scale where it stands %s", async (_, product, factors) => {
    const nodes = [
      dynamic,
      convolution,
      cast,
      node("Mul", factors, "scales"),
      node("Mul", product, "out"),
    ];
    const scale = floatTensor("w_scale", [], [0.25]);
    const expected = shifted.map((number) => number / 4);
    expect(await kernels(nodes, [stored, zero, scale])).toEqual(expected);
  });

  it.each([[[2, 1, 1]], [[1, 2, 1, 1]]])("takes a scale per channel of shape %j", async (shape) => {
    const nodes = [
      dynamic,
      convolution,
      cast,
      node("Mul", ["w_scale", "real"], "half"),
      node("Mul", ["half", "x_scale"], "out"),
    ];
    const scale = floatTensor("w_scale", shape, [2, 10]);
    const expected = shifted.map((number, at) => number * (at < 9 ? 2 : 10));
    expect(await kernels(nodes, [stored, zero, scale])).toEqual(expected);
  });

  it("takes a zero point per channel beside one scale", async () => {
    const nodes = [dynamic, convolution, cast, node("Mul", ["real", "w_scale"], "out")];
    const zeros = tensor("zero", [2], DATA_TYPE.uint8, raw([5, 1]));
    const scale = floatTensor("w_scale", [], [2]);
    const expected = [...NINE.map((n) => 2 * (n - 5)), ...NINE.map((n) => 2 * (n - 1))];
    expect(await kernels(nodes, [stored, zeros, scale])).toEqual(expected);
  });

  it("reads them without a scale, and says so, where none is found", async () => {
    const nodes = [dynamic, convolution, cast, node("Mul", ["real", "x_scale"], "out")];
    const network = await read(model({ nodes, initializers: [stored, zero], inputs: [image] }));
    expect(Array.from(network.layers[0].kernels)).toEqual(shifted);
    expect(network.layers[0].name).toBe("w");
    expect(network.warnings).toEqual([
      expect.stringContaining("No scale was found for the whole-number weights of one layer"),
    ]);
  });

  it.each([
    ["QLinearConv", [2, 1, 3, 3], [...NINE, ...NINE.map((n) => 10 * n)]],
    ["QLinearConvTranspose", [1, 2, 3, 3], [...NINE, ...NINE.map((n) => 10 * n)]],
  ])("takes the scales of %s by output channel", async (operator, shape, expected) => {
    const inputs = ["image", "xs", "xz", "q", "scale", "zero", "ys", "yz"];
    const initializers = [
      tensor("q", shape, DATA_TYPE.int8, raw([...NINE, ...NINE])),
      floatTensor("scale", [2], [1, 10]),
      tensor("zero", [2], DATA_TYPE.int8, raw([0, 0])),
    ];
    expect(await kernels([node(operator, inputs, "out")], initializers)).toEqual(expected);
  });
});

describe("weights that the network computes from stored ones", () => {
  it("multiplies, divides, adds and subtracts", async () => {
    const nodes = [
      node("Mul", ["factor", "stored"], "a"),
      node("Sub", ["a", "offset"], "b"),
      node("Div", ["b", "two"], "c"),
      node("Add", ["one", "c"], "w"),
      conv,
    ];
    const initializers = [
      floatTensor("stored", [2, 1, 3, 3], counted(18)),
      floatTensor("factor", [2, 1, 1, 1], [1, 100]),
      floatTensor("offset", [3], [1, 2, 3]),
      floatTensor("two", [], [2]),
      floatTensor("one", [1], [1]),
    ];
    const expected = counted(18).map(
      (number, at) => 1 + (number * (at < 9 ? 1 : 100) - ((at % 3) + 1)) / 2,
    );
    expect(await kernels(nodes, initializers)).toEqual(expected);
  });

  it("lists weights that depend on the image", async () => {
    const nodes = [
      node("GlobalAveragePool", ["image"], "mean"),
      node("Mul", ["stored", "mean"], "w"),
      conv,
    ];
    const initializers = [floatTensor("stored", [1, 1, 3, 3], NINE)];
    const { skipped } = await read(model({ nodes, initializers, inputs: [image] }));
    expect(skipped[0].reason).toBe("weights are computed while the network runs");
  });
});

describe("operators of ONNX Runtime", () => {
  it("reads NhwcConv, whose weights have their channels last, and follows its maps", async () => {
    const values = counted(2 * 9 * 3);
    const nodes = [
      node("Transpose", ["image"], "last", { attributes: { perm: [0, 2, 3, 1] } }),
      node("NhwcConv", ["last", "w"], "made", {
        domain: "com.microsoft",
        attributes: { pads: [1, 1, 1, 1], strides: [2, 2], kernel_shape: [3, 3] },
      }),
      node("Transpose", ["made"], "first", { attributes: { perm: [0, 3, 1, 2] } }),
      node("FusedConv", ["first", "v"], "out", { domain: "com.microsoft" }),
    ];
    const { layers, graph } = await read(
      model({
        nodes,
        initializers: [
          floatTensor("w", [2, 3, 3, 3], values),
          floatTensor("v", [1, 2, 3, 3], counted(18)),
        ],
        inputs: [value("image", [1, 3, 16, 20])],
      }),
    );
    expect(layers.map(({ inChannels, outChannels }) => [inChannels, outChannels])).toEqual([
      [3, 2],
      [2, 1],
    ]);
    expect(Array.from(layers[0].kernels.subarray(9, 18))).toEqual(NINE.map((at) => 3 * at - 1));
    expect(graph?.nodes.map(({ operation }) => operation.kind)).toEqual([
      "input",
      "elementwise",
      "convolution",
      "elementwise",
      "convolution",
    ]);
  });
});
