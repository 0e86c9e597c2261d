import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { kernelCount, type Network } from "../../../src/core/network/network.ts";
import {
  bytesField,
  doubleBytes,
  floatBytes,
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

const read = (bytes: Uint8Array): Promise<Network> =>
  readAs(onnxFormat, memorySource("model.onnx", bytes));

const counted = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const NINE = counted(9);
const image = value("image", [1, 1, 8, 8]);

/** One 3x3 convolution whose weights are the initializer given. */
function oneConvolution(initializer: Uint8Array, name = "conv.weight"): Uint8Array {
  const nodes = [node("Conv", ["image", name], "out")];
  return model({ nodes, initializers: [initializer], inputs: [image] });
}

describe("the sample networks", () => {
  it("reads the U-Net's layers in order with all its weights", async () => {
    const network = await read(readFileSync("public/samples/brain-unet.onnx"));
    expect(network.producer).toBe("pytorch 1.13.0");
    expect(network.parameters).toBe(46_530);
    expect(network.layers).toHaveLength(18);
    expect(network.skipped).toEqual([{ name: "head", reason: "1x1 kernel" }]);
    expect(network.layers.map(({ name }) => name).slice(7, 11)).toEqual([
      "encoder.3.conv2",
      "bottleneck.conv1",
      "bottleneck.conv2",
      "decoder.0.conv1",
    ]);
    expect(network.layers.reduce((sum, layer) => sum + kernelCount(layer), 0)).toBe(5_136);
    expect(Array.from(network.layers[0].kernels.subarray(0, 3))).toEqual([
      0.2077174037694931, -0.10539138317108154, 0.1640833020210266,
    ]);
  });

  it("reads strides, dilation, groups and transposed convolutions", async () => {
    const network = await read(readFileSync("tests/fixtures/brain-resunet.onnx"));
    const layer = (name: string) => network.layers.find((one) => one.name === name);
    expect(network.parameters).toBe(129_833);
    expect(layer("stem")).toMatchObject({ kernelSize: [5, 5], outChannels: 8 });
    expect(layer("encoder.1.conv1")).toMatchObject({ stride: [2, 2] });
    expect(layer("encoder.3.conv2")).toMatchObject({ dilation: [2, 2] });
    expect(layer("depthwise")).toMatchObject({ groups: 64, inChannels: 64, outChannels: 64 });
    expect(layer("decoder.0.up")).toMatchObject({
      operator: "ConvTranspose2d",
      inChannels: 64,
      outChannels: 32,
    });
    // First number of the slice of output and input channel 0, from another reader.
    expect(layer("decoder.0.up")?.kernels[0]).toBe(0.04314783588051796);
  });
});

describe("element types", () => {
  const expected = [0.5, -2, 1.5, 0, 1, -0.25, 8, -1, 3];
  const halves = [0x3800, 0xc000, 0x3e00, 0, 0x3c00, 0xb400, 0x4800, 0xbc00, 0x4200];
  const brains = expected.map(
    (number) => new Uint32Array(Float32Array.of(number).buffer)[0] >>> 16,
  );
  const packed = (numbers: readonly number[]) => join(...numbers.map(varint));
  const words = (numbers: readonly number[]) => new Uint8Array(Uint16Array.from(numbers).buffer);
  const unpacked = join(...expected.map((number) => join(varint(4 * 8 + 5), floatBytes([number]))));
  it.each([
    ["float32 raw", 1, bytesField(9, floatBytes(expected))],
    ["float32 typed", 1, bytesField(4, floatBytes(expected))],
    ["float32 typed, one field a number", 1, unpacked],
    ["float64 raw", 11, bytesField(9, doubleBytes(expected))],
    ["float64 typed", 11, bytesField(10, doubleBytes(expected))],
    ["float16 raw", 10, bytesField(9, words(halves))],
    ["float16 typed", 10, bytesField(5, packed(halves))],
    ["bfloat16 raw", 16, bytesField(9, words(brains))],
    ["bfloat16 typed", 16, bytesField(5, packed(brains))],
  ])("reads %s weights", async (_, dataType, data) => {
    const network = await read(oneConvolution(tensor("conv.weight", [1, 1, 3, 3], dataType, data)));
    expect(network.layers[0].name).toBe("conv");
    expect(Array.from(network.layers[0].kernels)).toEqual(expected);
    expect(network.parameters).toBe(9);
  });

  it("reads special float16 numbers", async () => {
    const bits = [0x7c00, 0xfc00, 0x7e00, 0x0001, 0x8000, 0x03ff, 0x0400, 0x7bff, 0x3555];
    const data = bytesField(9, words(bits));
    const { layers } = await read(oneConvolution(tensor("conv.weight", [1, 1, 3, 3], 10, data)));
    expect(Array.from(layers[0].kernels)).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      2 ** -24,
      -0,
      (1023 / 1024) * 2 ** -14,
      2 ** -14,
      65504,
      0.333251953125,
    ]);
  });

  it("dequantizes int8 weights with one scale for each output channel", async () => {
    const stored = new Uint8Array(Int8Array.from([...NINE, ...NINE.map((n) => -n)]).buffer);
    const nodes = [
      node("DequantizeLinear", ["q", "scale", "zero"], "w", { attributes: { axis: 0 } }),
      node("Conv", ["image", "w"], "out"),
    ];
    const initializers = [
      tensor("q", [2, 1, 3, 3], 3, bytesField(9, stored)),
      floatTensor("scale", [2], [0.5, 2]),
      tensor("zero", [2], 3, bytesField(9, Uint8Array.of(0, 1))),
    ];
    const network = await read(model({ nodes, initializers, inputs: [image] }));
    expect(Array.from(network.layers[0].kernels)).toEqual([
      ...NINE.map((n) => n / 2),
      ...NINE.map((n) => (-n - 1) * 2),
    ]);
    expect(network.parameters).toBe(18);
  });
});

describe("where weights come from", () => {
  it("takes them from a Constant node and names the layer after its node", async () => {
    const constant = floatTensor("", [1, 1, 3, 3], NINE);
    const nodes = [
      node("Constant", [], "onnx::Conv_12", { attributes: { value: constant } }),
      node("Conv", ["image", "onnx::Conv_12"], "out", {
        name: "/encoder/encoder.0/conv1/Conv",
      }),
    ];
    const { layers } = await read(model({ nodes, inputs: [image] }));
    expect(layers[0].name).toBe("encoder.0.conv1");
    expect(Array.from(layers[0].kernels)).toEqual(NINE);
  });

  it("follows Identity, Cast and two Transpose nodes", async () => {
    const values = counted(2 * 3 * 9);
    // Stored (kh, kw, Cin, Cout); the two transposes make (Cout, Cin, kh, kw).
    const nodes = [
      node("Identity", ["k"], "a"),
      node("Transpose", ["a"], "b", { attributes: { perm: [3, 0, 1, 2] } }),
      node("Cast", ["b"], "c", { attributes: { to: 1 } }),
      node("Transpose", ["c"], "d", { attributes: { perm: [0, 3, 1, 2] } }),
      node("Conv", ["image", "d"], "out"),
    ];
    const initializers = [floatTensor("k", [3, 3, 3, 2], values)];
    const { layers } = await read(model({ nodes, initializers, inputs: [image] }));
    const expected: number[] = [];
    for (let out = 0; out < 2; out += 1) {
      for (let input = 0; input < 3; input += 1) {
        for (let at = 0; at < 9; at += 1) expected.push(values[(at * 3 + input) * 2 + out]);
      }
    }
    expect(layers[0]).toMatchObject({ inChannels: 3, outChannels: 2 });
    expect(Array.from(layers[0].kernels)).toEqual(expected);
  });

  it("puts the output channel outermost in grouped transposed convolutions", async () => {
    // 4 input channels, 2 groups, 3 output channels in each: number = 100 * input + output.
    const values: number[] = [];
    for (let input = 0; input < 4; input += 1) {
      for (let output = 0; output < 3; output += 1) {
        for (let at = 0; at < 4; at += 1) values.push(100 * input + output);
      }
    }
    const nodes = [
      node("ConvTranspose", ["image", "up/kernel"], "out", { attributes: { group: 2 } }),
    ];
    const initializers = [floatTensor("up/kernel", [4, 3, 2, 2], values)];
    const { layers } = await read(model({ nodes, initializers, inputs: [image] }));
    expect(layers[0]).toMatchObject({ name: "up", inChannels: 4, outChannels: 6, groups: 2 });
    const firsts = counted(12).map((slice) => layers[0].kernels[(slice - 1) * 4]);
    expect(firsts).toEqual([0, 100, 1, 101, 2, 102, 200, 300, 201, 301, 202, 302]);
  });

  it("counts weights that two nodes share once", async () => {
    const nodes = [
      node("Conv", ["image", "shared.weight"], "a", { attributes: { pads: [1, 1, 1, 1] } }),
      node("Conv", ["a", "shared.weight"], "b"),
    ];
    const initializers = [floatTensor("shared.weight", [1, 1, 3, 3], NINE)];
    const network = await read(model({ nodes, initializers, inputs: [image] }));
    expect(network.layers).toHaveLength(1);
    expect(network.parameters).toBe(9);
    expect(network.warnings[0]).toContain("more than once");
  });

  it("gives equal names an ending", async () => {
    const nodes = [
      node("Conv", ["image", "c.weight"], "a"),
      node("Conv", ["a", "c_weight"], "b"),
      node("Conv", ["b", "7"], "out"),
    ];
    const initializers = ["c.weight", "c_weight", "7"].map((name) =>
      floatTensor(name, [1, 1, 3, 3], NINE),
    );
    const { layers } = await read(model({ nodes, initializers, inputs: [image] }));
    expect(layers.map(({ name }) => name)).toEqual(["c", "c (2)", "conv_2"]);
  });

  it("lists what it does not analyse with the reason", async () => {
    const shapes: readonly [string, readonly number[]][] = [
      ["pointwise", [1, 1, 1, 1]],
      ["signal", [1, 1, 3]],
      ["volume", [1, 1, 3, 3, 3]],
      ["huge", [1, 1, 33, 1]],
    ];
    const nodes = [
      ...shapes.map(([name]) => node("Conv", ["image", `${name}.weight`], `${name}-out`)),
      node("Relu", ["image"], "computed"),
      node("Conv", ["image", "computed"], "x"),
      node("Conv", ["image", "gone.weight"], "y"),
    ];
    const initializers = shapes.map(([name, dimensions]) => {
      const count = dimensions.reduce((product, length) => product * length, 1);
      return floatTensor(`${name}.weight`, dimensions, counted(count));
    });
    const { layers, skipped } = await read(model({ nodes, initializers, inputs: [image] }));
    expect(layers).toEqual([]);
    expect(skipped).toEqual([
      { name: "pointwise", reason: "1x1 kernel" },
      { name: "signal", reason: "1-D convolution" },
      { name: "volume", reason: "3-D convolution" },
      { name: "huge", reason: "kernel larger than 15 x 15" },
      { name: "computed", reason: "weights are computed while the network runs" },
      { name: "gone", reason: "weights are not in the file" },
    ]);
  });

  it("reads nodes in any order and keeps the shape vectors it meets", async () => {
    const nodes = [
      node("Conv", ["resized", "b.weight"], "out"),
      node("Resize", ["first", "", "", "sizes"], "resized"),
      node("Conv", ["image", "a.weight"], "first", { attributes: { pads: [1, 1, 1, 1] } }),
    ];
    const initializers = [
      floatTensor("a.weight", [1, 1, 3, 3], NINE),
      floatTensor("b.weight", [1, 1, 3, 3], NINE),
      int64Tensor("sizes", [1, 1, 20, 24]),
    ];
    const network = await read(model({ nodes, initializers, inputs: [image] }));
    expect(network.layers.map(({ name }) => name)).toEqual(["a", "b"]);
    const resize = network.graph?.nodes.find(({ operation }) => operation.kind === "resize");
    expect(resize?.operation).toMatchObject({ size: [20, 24] });
  });
});
