import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import type { ExecutableConvolution } from "../../../src/core/execution/executable.ts";
import { executableOnnx } from "../../../src/core/execution/formats/onnx.ts";
import { NO_COMPANIONS } from "../../../src/core/files/fileSet.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { readExecutable } from "../../support/executables.ts";
import {
  attribute,
  bytesField,
  externalTensor,
  floatTensor,
  functionField,
  graph,
  intField,
  join,
  model,
  node,
  tensor,
  value,
} from "../../support/onnxWriter.ts";
import { placed, readAs } from "../../support/readModel.ts";

const image = value("image", [1, 1, 8, 8]);
const kernel = (name: string) => floatTensor(name, [1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
const bytesTensor = (name: string, dataType: number, each = 1) =>
  tensor(name, [1, 1, 3, 3], dataType, bytesField(9, new Uint8Array(9 * each)));
const scalar = (name: string, number = 0.5) => floatTensor(name, [], [number]);

const build = (bytes: Uint8Array) => readExecutable(placed({ "model.onnx": bytes }));

/** Handles of a network of these nodes. */
async function handles(
  nodes: readonly Uint8Array[],
  initializers: readonly Uint8Array[] = [],
): Promise<readonly ExecutableConvolution[]> {
  const bytes = model({ inputs: [image], initializers: [kernel("w"), ...initializers], nodes });
  return (await build(bytes)).executable.convolutions;
}

const layer = node("Conv", ["image", "w"], "maps");

describe("the activation of a layer", () => {
  const activated = async (
    nodes: readonly Uint8Array[],
    initializers: readonly Uint8Array[] = [],
  ) => (await handles([layer, ...nodes], initializers))[0];

  it.each("Relu LeakyRelu Sigmoid Elu HardSwish Clip".split(" "))(
    "is found: %s",
    async (operator) => {
      const found = await activated([node(operator, ["maps"], "act"), node("Abs", ["act"], "end")]);
      expect(found).toMatchObject({ input: "image", output: "maps", activated: "act" });
    },
  );

  it("is found behind a normalisation", async () => {
    const batch = node("BatchNormalization", ["maps", "s", "s", "s", "s"], "normal");
    const found = await activated([batch, node("PRelu", ["normal", "s"], "act")], [scalar("s")]);
    expect(found).toMatchObject({ output: "maps", activated: "act" });
  });

  it("is found where a gate makes it", async () => {
    const gate = [node("Sigmoid", ["maps"], "gate"), node("Mul", ["maps", "gate"], "act")];
    expect((await activated(gate)).activated).toBe("act");
    const other = [...gate, node("Abs", ["gate"], "also")];
    expect((await activated(other)).activated).toBeNull();
  });

  it("follows the bias, where a node of its own adds that", async () => {
    const nodes = [node("Add", ["maps", "bias"], "biased"), node("Relu", ["biased"], "act")];
    const bias = floatTensor("bias", [1, 1, 1], [3]);
    expect(await activated(nodes, [bias])).toMatchObject({ output: "biased", activated: "act" });
    const skip = [node("Add", ["maps", "image"], "sum"), node("Relu", ["sum"], "act")];
    expect(await activated(skip)).toMatchObject({ output: "maps", activated: null });
  });

  it("is not what others pass by", async () => {
    const nodes = [node("Relu", ["maps"], "act"), node("Add", ["maps", "act"], "sum")];
    expect((await activated(nodes)).activated).toBeNull();
    expect((await activated([node("MaxPool", ["maps"], "pooled")])).activated).toBeNull();
    expect((await activated([node("PRelu", ["image", "maps"], "slope")])).activated).toBeNull();
  });

  it("is part of the fused convolutions of ONNX Runtime", async () => {
    const [fused] = await handles([node("FusedConv", ["image", "w"], "act")]);
    expect(fused).toMatchObject({ output: "act", activated: "act" });
  });
});

describe("the weights of a layer", () => {
  it("name all nodes that take them", async () => {
    const found = await handles([layer, node("Conv", ["maps", "w"], "again")]);
    expect(found).toHaveLength(1);
    expect(found[0].weights).toEqual({
      value: "w",
      nodes: ["maps", "again"],
      layout: "out,in/g,h,w",
      dimensions: [1, 1, 3, 3],
      elements: "float32",
    });
  });

  it("are told to be those of the first use, where there are several", async () => {
    const initializers = ["w", "v", "u", "t", "s"].map(kernel);
    const used = (names: readonly string[]) => {
      const nodes = names.map((name, at) => node("Conv", ["image", name], `maps ${at}`));
      return build(model({ inputs: [image], initializers, nodes }));
    };
    const remarks = async (names: readonly string[]) => (await used(names)).executable.remarks;
    expect(await remarks(["w", "v"])).toEqual([]);
    expect(await remarks(["w", "v", "w"])).toEqual([
      "w is applied several times: its maps are those of the first time, and other kernels stand in all of them.",
    ]);
    expect(await remarks(["w", "v", "w", "v"])).toEqual([
      expect.stringMatching(/^w and v are applied several times: their maps/),
    ]);
    const all = ["w", "v", "u", "t", "s"];
    expect(await remarks([...all, ...all])).toEqual([expect.stringMatching(/^w, v, u and 2 more/)]);
  });

  it("have the element type that the convolution takes", async () => {
    const elements = async (nodes: readonly Uint8Array[], initializers: readonly Uint8Array[]) => {
      const [{ weights }] = await handles(
        [...nodes, node("Conv", ["image", "x"], "y")],
        initializers,
      );
      return typeof weights === "string" ? weights : weights.elements;
    };
    expect(await elements([], [bytesTensor("x", 10, 2)])).toBe("float16");
    expect(await elements([], [bytesTensor("x", 11, 8)])).toBe("float64");
    expect(await elements([], [bytesTensor("x", 16, 2)])).toMatch(/element type/);
    const dequantized = [node("DequantizeLinear", ["q", "s"], "x")];
    expect(await elements(dequantized, [bytesTensor("q", 3), scalar("s")])).toBe("float32");
    const half = tensor("s", [], 10, bytesField(9, Uint8Array.of(0, 0x38)));
    expect(await elements(dequantized, [bytesTensor("q", 3), half])).toBe("float16");
    const cast = [
      node("Cast", ["h"], "f", { attributes: { to: 1 } }),
      node("Identity", ["f"], "x"),
    ];
    expect(await elements(cast, [bytesTensor("h", 10, 2)])).toBe("float32");
  });

  it("stay where convolutions compute in whole numbers", async () => {
    const inputs = ["image", "s", "z", "q", "s", "z", "s", "z"];
    const zero = tensor("z", [], 3, bytesField(9, new Uint8Array(1)));
    const bytes = model({
      inputs: [image],
      initializers: [bytesTensor("q", 3), scalar("s"), zero],
      nodes: [node("QLinearConv", inputs, "maps")],
    });
    const { convolutions, remarks } = (await build(bytes)).executable;
    expect(convolutions[0]).toMatchObject({
      output: "maps",
      weights: expect.stringMatching(/whole numbers/),
    });
    expect(remarks).toEqual([expect.stringMatching(/^One layer is computed in whole numbers/)]);
  });

  it("stay where every use unpacks them anew", async () => {
    const unpack = (output: string) => node("DequantizeLinear", ["q", "s"], output);
    const nodes = [
      unpack("one"),
      unpack("two"),
      node("Conv", ["image", "one"], "first"),
      node("Conv", ["first", "two"], "second"),
    ];
    const [found, ...others] = await handles(nodes, [bytesTensor("q", 3), scalar("s")]);
    expect(others).toEqual([]);
    expect(found.weights).toMatch(/several times/);
  });

  it("lie as the operator takes them", async () => {
    const [transposed] = await handles([node("ConvTranspose", ["image", "w"], "maps")]);
    expect(transposed).toMatchObject({
      maps: "channelsFirst",
      weights: { layout: "in,out/g,h,w" },
    });
    const turned = floatTensor("t", [1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const [last] = await handles([node("NhwcConv", ["image", "t"], "maps")], [turned]);
    expect(last).toMatchObject({
      maps: "channelsLast",
      weights: { layout: "out,h,w,in/g", dimensions: [1, 3, 3, 1] },
    });
  });
});

describe("layers out of reach", () => {
  const body = (weights: string) => ({
    graph: graph({
      nodes: [node("Conv", ["image", weights], `in ${weights}`)],
      outputs: [value(`in ${weights}`, [1, 1, 6, 6])],
    }),
  });
  const choice = node("If", ["which"], "chosen", {
    attributes: { then_branch: body("w"), else_branch: body("v") },
  });

  it("are told: those in branches", async () => {
    const bytes = model({
      inputs: [image],
      initializers: [kernel("w"), kernel("v")],
      nodes: [choice],
    });
    const { network, executable } = await build(bytes);
    expect(network.layers).toHaveLength(2);
    expect(executable.convolutions).toEqual([]);
    expect(executable.remarks).toEqual([expect.stringMatching(/^2 layers are inside a branch/)]);
  });

  it("are told: those that branches use too", async () => {
    const found = await handles([layer, choice], [kernel("v")]);
    expect(found).toMatchObject([
      { layer: "w", output: "maps", weights: expect.stringMatching(/branch/) },
    ]);
  });

  it("are told: those in functions of the model's own", async () => {
    const block = functionField({
      name: "Conv",
      domain: "mine",
      inputs: ["x", "k"],
      outputs: ["y"],
      defaults: [attribute("steps", [1, 1])],
      nodes: [node("Conv", ["x", "k"], "y")],
    });
    const nodes = [node("Conv", ["image", "w"], "maps", { domain: "mine" })];
    const bytes = join(model({ inputs: [image], initializers: [kernel("w")], nodes }), block);
    const { executable } = await build(bytes);
    expect(executable.convolutions).toEqual([]);
    expect(executable.remarks).toHaveLength(1);
  });
});

describe("the bytes of a model", () => {
  const outside = model({
    inputs: [image],
    initializers: [kernel("w"), externalTensor("b", [9], { location: "./parts/b.bin" })],
    nodes: [layer, node("Add", ["maps", "b"], "end")],
  });

  it("come with all files beside it", async () => {
    const files = placed({ "model.onnx": outside, "parts/b.bin": new Uint8Array(36) });
    const { executable } = await readExecutable(files);
    expect(Buffer.compare(executable.model, outside)).toBe(0);
    expect(executable.externalData).toEqual([{ path: "./parts/b.bin", bytes: new Uint8Array(36) }]);
  });

  it("are not enough without them, though the kernels are all there", async () => {
    await expect(build(outside)).rejects.toMatchObject({
      code: "missing-companion-file",
      missingFiles: ["b.bin"],
    });
  });

  it("are not asked for where they are too many", async () => {
    const source = {
      name: "huge.onnx",
      byteLength: 2 ** 31,
      slice: () => Promise.reject(new Error("asked for")),
    };
    const context = {
      source,
      companions: NO_COMPANIONS,
      onProgress: () => undefined,
      signal: new AbortController().signal,
    };
    const network = await readAs(onnxFormat, memorySource("small.onnx", model({ nodes: [] })));
    await expect(executableOnnx.build(context, network)).rejects.toMatchObject({
      code: "cannot-run",
      message: expect.stringMatching(/^huge\.onnx .* 2 GB/),
    });
  });

  it("fail in plain words where they are damaged", async () => {
    const bytes = new Uint8Array(readFileSync("public/samples/brain-unet.onnx"));
    const network = await readAs(onnxFormat, memorySource("whole.onnx", bytes));
    const { signal } = new AbortController();
    const buildDamaged = (damaged: Uint8Array) => {
      const source = memorySource("damaged.onnx", damaged);
      return executableOnnx.build(
        { source, companions: NO_COMPANIONS, onProgress: () => undefined, signal },
        network,
      );
    };
    await expect(buildDamaged(bytes.subarray(0, 5000))).rejects.toMatchObject({
      code: "truncated",
    });
    await expect(buildDamaged(intField(1, 7))).rejects.toMatchObject({ code: "not-a-model" });
    const change = fc.tuple(fc.nat({ max: 2000 }), fc.nat({ max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1 }), async (changes) => {
        const damaged = new Uint8Array(bytes);
        for (const [at, byte] of changes) damaged[at] = byte;
        const thrown = await buildDamaged(damaged).catch((error: unknown) => error);
        if (thrown instanceof Error) expect(thrown).toBeInstanceOf(ConvAtlasError);
      }),
    );
  });
});
