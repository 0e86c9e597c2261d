import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { savedModelFormat } from "../../../src/core/formats/savedModel.ts";
import { storedFromSlices } from "../../../src/core/network/kernelTensor.ts";
import type { ConvolutionLayer, Network } from "../../../src/core/network/network.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import { fixtures } from "../../support/fixtures/tensorflow.ts";
import { bytesField, intField, join } from "../../support/onnxWriter.ts";
import { readFiles } from "../../support/readModel.ts";
import {
  counted,
  frozenUnet,
  savedUnet,
  UNET_WEIGHTS,
  unetParts,
  unetVariables,
} from "../../support/tensorflowModels.ts";
import {
  attribute,
  checkpoint,
  constant,
  floatVariable,
  functionDef,
  graphDef,
  metaGraph,
  moving,
  node,
  objectGraph,
  placeholder,
  savedModel,
  textTensor,
  variable,
} from "../../support/tensorflowWriter.ts";
import { writeZip } from "../../support/zipWriter.ts";

const AUTO = { grid: "layer", inputSize: 256 } as const;
const NAMES = ["conv2d_down", "conv2d_bottom", "conv2d_transpose_up", "conv2d_join"];
const IMAGE = placeholder("image", [null, 16, 16, 1]);

function stored(layer: ConvolutionLayer, layout: Parameters<typeof storedFromSlices>[2]) {
  return Array.from(storedFromSlices(layer.kernels, layer, layout));
}

function expectUnet({ layers }: Network): void {
  expect(layers.map(({ name }) => name)).toEqual(NAMES);
  const [down, bottom, up, last] = layers;
  expect(stored(down, "h,w,in/g,out")).toEqual(UNET_WEIGHTS.down);
  expect(stored(bottom, "h,w,in/g,out")).toEqual(UNET_WEIGHTS.bottom);
  expect(stored(up, "h,w,out,in")).toEqual(UNET_WEIGHTS.up);
  expect(stored(last, "h,w,in/g,out")).toEqual(UNET_WEIGHTS.join);
}

describe("a SavedModel of TensorFlow 2", () => {
  it("is read through its functions, whatever the names of its nodes", async () => {
    const network = await readFiles(savedUnet());
    expectUnet(network);
    expect(network).toMatchObject({
      format: "saved-model",
      producer: "TensorFlow 2.9.1",
      parameters: 18 + 72 + 32 + 108,
      skipped: [],
      warnings: [],
    });
  });

  it("has its places and its skip connection from the graph", async () => {
    const structure = resolveStructure(await readFiles(savedUnet()), AUTO);
    expect(structure.places.map(({ role, grid }) => [role, ...grid])).toEqual([
      ["encoder", 16, 16],
      ["bottleneck", 8, 8],
      ["decoder", 8, 8],
      ["decoder", 16, 16],
    ]);
    expect(structure.skips).toEqual([{ from: 0, to: 3 }]);
  });

  it("is read out of a zip of its folder", async () => {
    expectUnet(await readFiles({ "unet.zip": await writeZip(savedUnet()) }));
  });

  it("is read from files dropped without their folder", async () => {
    const loose = Object.entries(savedUnet()).map(([path, bytes]) => [
      path.split("/").at(-1),
      bytes,
    ]);
    expectUnet(await readFiles(Object.fromEntries(loose)));
  });

  it("serves: the graph for training is left alone", async () => {
    const files = {
      ...savedUnet(),
      "unet/saved_model.pb": savedModel({ graph: graphDef([]), tags: ["train"] }, unetParts()),
    };
    expectUnet(await readFiles(files));
  });

  it("is read by the names of its variables where its graph cannot be followed", async () => {
    const files = {
      ...savedUnet(),
      "unet/saved_model.pb": savedModel({ graph: graphDef([IMAGE]) }),
    };
    const network = await readFiles(files);
    expectUnet(network);
    expect(network.graph).toBeNull();
    expect(network.parameters).toBe(18 + 72 + 32 + 108);
  });

  it("does not take the variables of another model for its own", async () => {
    const [first, ...others] = unetVariables();
    const other = floatVariable(first.key, [3, 3, 1, 3], counted(27));
    const files = { ...savedUnet(), ...checkpoint("unet/variables/variables", [other, ...others]) };
    await expect(readFiles(files)).rejects.toMatchObject({
      code: "malformed",
      message: expect.stringContaining("not its own"),
    });
  });

  it("does not need a checkpoint if its weights are constants", async () => {
    const network = await readFiles({ "saved_model.pb": savedModel({ graph: frozenUnet() }) });
    expectUnet(network);
  });
});

describe("a SavedModel of TensorFlow 1", () => {
  const KERNEL = floatVariable("net/conv1/weights", [3, 3, 1, 2], counted(18));
  const nodes = [
    IMAGE,
    node("net/conv1/weights", "VariableV2"),
    node("net/conv1/weights/read", "Identity", ["net/conv1/weights"]),
    node("net/conv1/Conv2D", "Conv2D", ["image", "net/conv1/weights/read"], moving(1, "SAME")),
  ];

  it("is read by the nodes that restore its variables", async () => {
    const files = {
      "saved_model.pb": savedModel({
        graph: graphDef([
          ...nodes,
          constant("save/names", textTensor(["other", "renamed"])),
          node("save/RestoreV2", "RestoreV2", ["save/names", "save/names", "save/names"]),
          node("save/Assign", "Assign", ["net/conv1/weights", "save/RestoreV2:1"]),
        ]),
        signatures: { serving_default: ["net/conv1/Conv2D:0"] },
      }),
      ...checkpoint("variables/variables", [{ ...KERNEL, key: "renamed" }]),
    };
    const { layers, parameters } = await readFiles(files);
    expect(layers.map(({ name }) => name)).toEqual(["net/conv1"]);
    expect(stored(layers[0], "h,w,in/g,out")).toEqual(counted(18));
    expect(parameters).toBe(18);
  });

  it("is read by the names of its variables if none restores them", async () => {
    const files = {
      "saved_model.pb": savedModel({ graph: graphDef(nodes) }),
      ...checkpoint("variables/variables", [KERNEL]),
    };
    expect((await readFiles(files)).layers).toHaveLength(1);
  });
});

describe("a checkpoint without a graph", () => {
  it("is read from all its files, in the order of its keys' numbers", async () => {
    const variables = unetVariables().map((each, index) => ({ ...each, shard: index % 3 }));
    const network = await readFiles(checkpoint("model.ckpt-7", variables, 3));
    expectUnet(network);
    expect(network.graph).toBeNull();
    expect(network.layers[2].operator).toBe("ConvTranspose2d");
  });

  it("leaves out the state of optimizers and variables saved twice", async () => {
    const weights = counted(18);
    const network = await readFiles(
      checkpoint("model.ckpt", [
        floatVariable("conv1/kernel", [3, 3, 1, 2], weights),
        floatVariable("conv1/kernel/Adam", [3, 3, 1, 2], weights),
        floatVariable("conv1/kernel/Adam_1", [3, 3, 1, 2], weights),
        floatVariable("conv1/kernel/Momentum", [3, 3, 1, 2], weights),
        floatVariable("conv1/kernel/ExponentialMovingAverage", [3, 3, 1, 2], weights),
      ]),
    );
    expect(network.layers.map(({ name }) => name)).toEqual(["conv1"]);
    expect(network.parameters).toBe(18);
  });

  it("is read with the graph that TensorFlow 1 writes beside it", async () => {
    const network = await readFiles({
      ...checkpoint("model", unetVariables()),
      "model.meta": metaGraph(unetParts()),
    });
    expectUnet(network);
    expect(network.graph).not.toBeNull();
    expect(network.warnings).toEqual([]);
  });

  it("is read by names if that graph is damaged", async () => {
    const network = await readFiles({
      ...checkpoint("model", unetVariables()),
      "model.meta": metaGraph(unetParts()).subarray(0, 500),
    });
    expectUnet(network);
    expect(network.warnings).toEqual([
      "The graph in model.meta cannot be read; the weights are shown by their names.",
    ]);
  });

  it("asks nothing about layers that Keras named", async () => {
    const { layers, questions } = await readFiles(
      checkpoint("model", [
        floatVariable("conv2d_1/kernel", [3, 3, 1, 2], counted(18)),
        floatVariable("conv2d_transpose/kernel", [3, 3, 4, 2], counted(72)),
        floatVariable("mine/kernel", [3, 3, 4, 2], counted(72)),
      ]),
    );
    expect(layers.map(({ name, operator }) => [name, operator])).toEqual([
      ["conv2d_1", "Conv2d"],
      ["conv2d_transpose", "ConvTranspose2d"],
      ["mine", "Conv2d"],
    ]);
    expect(questions.map(({ layer }) => layer)).toEqual(["mine"]);
  });

  it("takes names from the keys where no object graph has them", async () => {
    const key = "layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE";
    const network = await readFiles(
      checkpoint("model", [floatVariable(key, [3, 3, 1, 2], counted(18))]),
    );
    expect(network.layers.map(({ name }) => name)).toEqual(["layer_with_weights-0"]);
  });
});

describe("recognition", () => {
  const matches = (bytes: Uint8Array) => savedModelFormat.matches(memorySource("x", bytes));

  it("knows a SavedModel by its version and graph, whole or cut short", async () => {
    const whole = savedUnet()["unet/saved_model.pb"];
    expect(await matches(whole)).toBe(true);
    expect(await matches(whole.subarray(0, whole.length / 2))).toBe(true);
    expect(await onnxFormat.matches(memorySource("x", whole))).toBe(false);
  });

  it("knows the index of a checkpoint by its end", async () => {
    const index = checkpoint("a", unetVariables())["a.index"];
    expect(await matches(index)).toBe(true);
    expect(await matches(index.subarray(0, index.length - 1))).toBe(false);
  });

  it.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["another version", join(intField(1, 2), bytesField(2, new Uint8Array(8)))],
    ["ONNX", join(intField(1, 1), bytesField(2, "pytorch"), bytesField(7, new Uint8Array(2)))],
    ["zeros", new Uint8Array(64)],
    ["a graph alone", frozenUnet()],
  ])("does not take %s for one", async (_, bytes) => {
    expect(await matches(bytes)).toBe(false);
  });
});

describe("calls of functions", () => {
  const conv = (image: string, weights: string) =>
    node("conv", "Conv2D", [image, weights], moving(1, "SAME"));
  const KERNEL = floatVariable("w", [3, 3, 1, 1], counted(9));

  it.each<[string, string, string, readonly string[]]>([
    ["a loop", "While", "body", ["image", "w"]],
    ["a branch", "If", "then_branch", ["condition", "image", "w"]],
    ["a call without state", "PartitionedCall", "f", ["image", "w"]],
  ])("are followed into %s", async (_, op, key, inputs) => {
    const body = functionDef(
      "body",
      ["x", "v"],
      [node("read", "ReadVariableOp", ["v"]), conv("x", "read:value:0")],
      ["conv:output:0", "v"],
    );
    const call = node("call", op, inputs, { [key]: attribute.calls("body") });
    const graph = graphDef(
      [IMAGE, placeholder("condition", []), variable("w", [3, 3, 1, 1]), call],
      [body],
    );
    const files = {
      "saved_model.pb": savedModel({ graph, signatures: { serving_default: ["call:0"] } }),
      ...checkpoint("variables/variables", [KERNEL]),
    };
    expect((await readFiles(files)).layers).toHaveLength(1);
  });

  it("that a second signature makes count once", async () => {
    const body = functionDef(
      "body",
      ["x", "v"],
      [node("read", "ReadVariableOp", ["v"]), conv("x", "read:value:0")],
      ["conv:output:0"],
    );
    const call = (name: string) =>
      node(name, "StatefulPartitionedCall", ["image", "w"], { f: attribute.calls("body") });
    const graph = graphDef([IMAGE, variable("w", [3, 3, 1, 1]), call("one"), call("two")], [body]);
    const files = {
      "saved_model.pb": savedModel({
        graph,
        signatures: { serving_default: ["one:0"], predict: ["two:0"] },
      }),
      ...checkpoint("variables/variables", [KERNEL, objectGraph({ w: "edges/kernel" })]),
    };
    const { layers, warnings } = await readFiles(files);
    expect(layers.map(({ name }) => name)).toEqual(["edges"]);
    expect(warnings).toEqual([]);
  });
});

describe("every form of TensorFlow's files", () => {
  it.each(fixtures.map((fixture) => [fixture.what, fixture] as const))(
    "%s",
    async (_, { format, files }) => {
      const network = await readFiles(await files());
      expect(network.format).toBe(format);
      expectUnet(network);
    },
  );
});
