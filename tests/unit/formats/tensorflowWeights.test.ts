import { describe, expect, it } from "vitest";
import type { ConvolutionLayer } from "../../../src/core/network/network.ts";
import { bytesField, floatBytes, join, varint } from "../../support/onnxWriter.ts";
import { readFiles } from "../../support/readModel.ts";
import { counted } from "../../support/tensorflowModels.ts";
import {
  attribute,
  constant,
  floatList,
  floatTensor,
  functionDef,
  graphDef,
  intTensor,
  moving,
  node,
  placeholder,
  TYPE,
  tensorProto,
} from "../../support/tensorflowWriter.ts";

const read = (bytes: Uint8Array) => readFiles({ "frozen.pb": bytes });

const NINE = counted(9, 1);
const IMAGE = placeholder("image", [null, 16, 16, 1]);
const WEIGHTS = constant("conv/kernel", floatTensor([3, 3, 1, 1], NINE));

/** A graph of one convolution, with what stands between it and its weights. */
function convolutionOf(between: readonly Uint8Array[], weights: string): Uint8Array {
  const conv = node("conv/Conv2D", "Conv2D", ["image", weights], moving(1, "SAME"));
  return graphDef([IMAGE, ...between, conv]);
}

async function onlyLayer(bytes: Uint8Array): Promise<ConvolutionLayer> {
  const { layers } = await read(bytes);
  expect(layers).toHaveLength(1);
  return layers[0];
}

describe("weights of a TensorFlow graph", () => {
  it.each<[string, readonly Uint8Array[], string]>([
    ["a constant", [WEIGHTS], "conv/kernel"],
    [
      "identities, casts and simulated quantization",
      [
        WEIGHTS,
        node("a", "Identity", ["conv/kernel"]),
        node("b", "Cast", ["a:0"]),
        node("c", "FakeQuantWithMinMaxVars", ["b", "image", "image"]),
        node("d", "QuantizeAndDequantizeV3", ["c", "^a"]),
      ],
      "d",
    ],
    [
      "a reshape",
      [
        constant("conv/kernel", floatTensor([9], NINE)),
        constant("shape", intTensor([4], [3, 3, -1, 1])),
        node("d", "Reshape", ["conv/kernel", "shape"]),
      ],
      "d",
    ],
    [
      "a transposition",
      [
        // (out, in, height, width), as converters from PyTorch leave them.
        constant("conv/kernel", floatTensor([1, 1, 3, 3], NINE)),
        constant("order", intTensor([4], [2, 3, 1, 0])),
        node("d", "Transpose", ["conv/kernel", "order"]),
      ],
      "d",
    ],
    [
      "one result of several",
      [WEIGHTS, node("all", "IdentityN", ["image", "conv/kernel"])],
      "all:1",
    ],
  ])("are found behind %s", async (_, between, weights) => {
    const layer = await onlyLayer(convolutionOf(between, weights));
    expect(layer.name).toBe("conv");
    expect(Array.from(layer.kernels)).toEqual(NINE);
  });

  it("are found behind calls of functions", async () => {
    const call = node("call", "PartitionedCall", ["conv/kernel"], { f: attribute.calls("keep") });
    const keep = functionDef(
      "keep",
      ["kept"],
      [node("same", "Identity", ["kept"])],
      ["same:output:0"],
    );
    const conv = node("conv/Conv2D", "Conv2D", ["image", "call"], moving(1, "SAME"));
    const layer = await onlyLayer(graphDef([IMAGE, WEIGHTS, call, conv], [keep]));
    expect(Array.from(layer.kernels)).toEqual(NINE);
  });

  const half = Uint8Array.from([0x3c00, 0xc000].flatMap((bits) => Array.from(varint(bits))));
  it.each<[string, Uint8Array, readonly number[]]>([
    ["a list of floats", floatList([3, 3, 1, 1], NINE), NINE],
    ["a repeated last number", floatList([3, 3, 1, 1], [1, 2, 3]), [1, 2, 3, 3, 3, 3, 3, 3, 3]],
    [
      "single numbers, each with its tag",
      tensorProto(
        TYPE.float,
        [3, 3, 1, 1],
        join(...NINE.map((value) => join(varint(5 * 8 + 5), floatBytes([value])))),
      ),
      NINE,
    ],
    [
      "half precision",
      tensorProto(TYPE.half, [3, 3, 1, 1], bytesField(13, half)),
      [1, -2, -2, -2, -2, -2, -2, -2, -2],
    ],
    [
      "bfloat16",
      tensorProto(TYPE.bfloat16, [3, 3, 1, 1], bytesField(13, varint(0x3f80))),
      new Array(9).fill(1),
    ],
    [
      "double precision",
      tensorProto(
        TYPE.double,
        [3, 3, 1, 1],
        bytesField(4, new Uint8Array(Float64Array.from(NINE).buffer)),
      ),
      NINE,
    ],
    [
      "no number at all",
      tensorProto(TYPE.float, [3, 3, 1, 1], new Uint8Array(0)),
      new Array(9).fill(0),
    ],
  ])("may be stored as %s", async (_, tensor, values) => {
    const layer = await onlyLayer(convolutionOf([constant("conv/kernel", tensor)], "conv/kernel"));
    expect(Array.from(layer.kernels)).toEqual(values);
  });

  it.each<[string, (value: number) => number]>([
    // The formulas of tf.quantization.dequantize for a range from -1 to 1.
    ["MIN_COMBINED", (value) => -1 + (2 * value) / 255],
    ["MIN_FIRST", (value) => (value - 128) * (2 / 255)],
    ["SCALED", (value) => value / 255],
  ])("of eight bits are brought back in the mode %s", async (mode, expected) => {
    const bytes = Uint8Array.from([0, 1, 2, 64, 127, 128, 200, 254, 255]);
    const layer = await onlyLayer(
      convolutionOf(
        [
          constant("conv/kernel", tensorProto(TYPE.quint8, [3, 3, 1, 1], bytesField(4, bytes))),
          constant("low", floatList([], [-1])),
          constant("high", floatList([], [1])),
          node("d", "Dequantize", ["conv/kernel", "low", "high"], {
            T: attribute.type(TYPE.quint8),
            mode: attribute.text(mode),
          }),
        ],
        "d",
      ),
    );
    for (const [at, value] of bytes.entries()) {
      expect(layer.kernels[at]).toBeCloseTo(expected(value), 6);
    }
  });

  it("used by several nodes count once", async () => {
    const network = await read(
      graphDef([
        IMAGE,
        WEIGHTS,
        node("first", "Conv2D", ["image", "conv/kernel"], moving(1, "SAME")),
        node("second", "Conv2D", ["first", "conv/kernel"], moving(1, "SAME")),
      ]),
    );
    expect(network.layers).toHaveLength(1);
    expect(network.warnings).toEqual([
      "Some layers are applied more than once (1 further uses); their kernels are counted once.",
    ]);
  });

  it("of the derivatives of a training graph are not counted again", async () => {
    const network = await read(
      graphDef([
        IMAGE,
        WEIGHTS,
        node("conv/Conv2D", "Conv2D", ["image", "conv/kernel"], moving(1, "SAME")),
        node(
          "gradients/conv_grad/Conv2DBackpropInput",
          "Conv2DBackpropInput",
          ["image", "conv/kernel", "conv/Conv2D"],
          moving(1, "SAME"),
        ),
      ]),
    );
    expect(network.layers.map(({ operator }) => operator)).toEqual(["Conv2d"]);
    expect(network.warnings).toEqual([]);
  });
});
