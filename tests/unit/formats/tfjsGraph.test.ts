import { describe, expect, it } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { nodesOfGraph } from "../../../src/core/formats/tfjs/graphJson.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import { slice } from "../../support/kerasReading.ts";
import { readFiles } from "../../support/readModel.ts";
import { fields, nodes, weights } from "../../support/tfjsGraph.ts";
import { attribute, graphNode, writeTfjs } from "../../support/tfjsWriter.ts";

const { ints, shape } = attribute;

describe("graph models", () => {
  it("reads fused, depthwise and transposed convolutions in the order of the graph", async () => {
    const network = await readFiles(writeTfjs({ node: nodes }, [{ weights }], fields));
    expect(network.layers).toMatchObject([
      { operator: "Conv2d", inChannels: 1, outChannels: 4, groups: 1, stride: [2, 2] },
      { operator: "Conv2d", inChannels: 4, outChannels: 4, groups: 4, stride: [2, 2] },
      { operator: "ConvTranspose2d", inChannels: 4, outChannels: 2, groups: 1 },
    ]);
    expect(slice(network.layers[0], 3, 0)).toEqual([3, 7, 11, 15, 19, 23, 27, 31, 35]);
    expect(slice(network.layers[2], 1, 2)[0]).toBe(6);
    const { places } = resolveStructure(network, { grid: "layer", inputSize: 64 });
    expect(places.map(({ grid }) => grid)).toEqual([
      [32, 32],
      [16, 16],
      [8, 8],
    ]);
    expect(network).toMatchObject({
      format: "tfjs",
      parameters: 36 + 36 + 4 + 72,
      producer: "TensorFlow 2.19.0 (TensorFlow.js Converter v4.22.0)",
    });
  });

  it("reads weights quantized to float16 and to bytes", async () => {
    const half = {
      ...weights[1],
      quantization: { dtype: "float16" },
      values: new Array(36).fill(0x3800),
    };
    const bytes = { ...weights[0], quantization: { dtype: "uint8", scale: 0.25, min: -1 } };
    const network = await readFiles(
      writeTfjs({ node: nodes }, [{ weights: [bytes, half, ...weights.slice(2)] }], fields),
    );
    expect([...new Set(network.layers[0].kernels)]).toEqual([0.5]);
    expect(slice(network.layers[1], 2, 0)).toEqual([-0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]);
  });

  it("lists a convolution whose weights the manifest does not hold", async () => {
    const network = await readFiles(
      writeTfjs({ node: nodes }, [{ weights: weights.slice(1) }], fields),
    );
    expect(network.layers).toHaveLength(2);
    expect(network.skipped).toMatchObject([{ name: "deep" }]);
  });

  it("says that convolutions within a loop are not read", async () => {
    const nodeDef = [graphNode("inside", "Conv2D", ["x", "w"])];
    const library = { function: [{ signature: { name: "body" }, nodeDef }] };
    const network = await readFiles(writeTfjs({ node: nodes, library }, [{ weights }], fields));
    expect(network.warnings).toEqual([
      "Convolutions in the loops and branches of model.json are not read.",
    ]);
    const plain = await readFiles(writeTfjs({ node: nodes, library: {} }, [{ weights }], fields));
    expect(plain.warnings).toEqual([]);
  });

  it.each<[string, unknown]>([
    ["no graph", null],
    ["an empty graph", { node: [] }],
    ["a node that is none", { node: [null] }],
    ["a node without an operator", { node: [{ name: "a" }] }],
  ])("refuses %s", async (_, topology) => {
    const thrown = await readFiles(writeTfjs(topology, [{ weights }], fields)).catch(
      (error) => error,
    );
    expect(thrown).toBeInstanceOf(ConvAtlasError);
    expect(thrown.code).toBe("malformed");
  });
});

describe("the JSON form of attributes", () => {
  const parsed = (value: unknown) => {
    const [node] = nodesOfGraph({ node: [graphNode("a", "B", [], { it: value })] }, "model.json");
    return node.attributes.get("it");
  };

  it.each<[string, unknown, unknown]>([
    ["an integer as text", { i: "-3" }, { kind: "int", value: -3 }],
    ["an integer as number", { i: 7 }, { kind: "int", value: 7 }],
    ["a float", { f: 0.5 }, { kind: "float", value: 0.5 }],
    ["a truth value", { b: false }, { kind: "bool", value: false }],
    ["a text as base64", { s: "U0FNRQ==" }, { kind: "text", value: "SAME" }],
    ["a text as bytes", { s: [83, 65, 77, 69] }, { kind: "text", value: "SAME" }],
    ["a type", { type: "DT_INT32" }, { kind: "type", value: "DT_INT32" }],
    ["a function", { func: { name: "body" } }, { kind: "function", name: "body" }],
    ["a shape", shape(-1, 8, 1), { kind: "shape", dimensions: [null, 8, 1] }],
    [
      "a shape with a length left out",
      { shape: { dim: [{}] } },
      { kind: "shape", dimensions: [0] },
    ],
    ["the shape of a scalar", { shape: {} }, { kind: "shape", dimensions: [] }],
    ["an unknown shape", { shape: { unknownRank: true } }, { kind: "shape", dimensions: null }],
    ["integers", ints(1, 2), { kind: "ints", values: [1, 2] }],
    ["an empty list", { list: {} }, { kind: "ints", values: [] }],
    ["texts", { list: { s: ["UmVsdQ=="] } }, { kind: "texts", values: ["Relu"] }],
    ["shapes", { list: { shape: [{ dim: [{ size: "2" }] }] } }, { kind: "shapes", values: [[2]] }],
  ])("%s", (_, value, expected) => {
    expect(parsed(value)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ["nothing", {}],
    ["no object", 3],
    ["an integer that is none", { i: "three" }],
    ["an empty integer", { i: "" }],
    ["a fraction", { i: 0.5 }],
    ["a text that is no base64", { s: "%" }],
    ["a list of types", { list: { type: ["DT_FLOAT"] } }],
    ["a tensor", { tensor: { dtype: "DT_FLOAT" } }],
  ])("leaves out %s", (_, value) => {
    expect(parsed(value)).toBeUndefined();
  });

  it("keeps the inputs that are texts", () => {
    const [node] = nodesOfGraph({ node: [{ name: "a", op: "B", input: ["x:1", 3, "^y"] }] }, "m");
    expect(node.inputs).toEqual(["x:1", "^y"]);
  });
});
