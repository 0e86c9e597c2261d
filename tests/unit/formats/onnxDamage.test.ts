import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteSource } from "../../../src/core/bytes/byteSource.ts";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { NO_COMPANIONS } from "../../../src/core/files/fileSet.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import {
  bytesField,
  floatBytes,
  floatTensor,
  functionField,
  intField,
  join,
  model,
  node,
  tensor,
  value,
  varint,
} from "../../support/onnxWriter.ts";
import { readAs } from "../../support/readModel.ts";

const NINE = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const sample = readFileSync("public/samples/brain-unet.onnx");

function read(bytes: Uint8Array, signal = new AbortController().signal) {
  return onnxFormat.read({
    source: memorySource("model.onnx", bytes),
    companions: NO_COMPANIONS,
    onProgress: () => {},
    signal,
  });
}

async function failure(bytes: Uint8Array): Promise<ConvAtlasError> {
  const thrown = await read(bytes).catch((error: unknown) => error);
  if (thrown instanceof ConvAtlasError) return thrown;
  throw new Error(`expected a ConvAtlasError, got ${String(thrown)}`);
}

/** The source, and how many bytes were asked of it so far. */
function counted({ name, byteLength, slice }: ByteSource) {
  let bytes = 0;
  const source: ByteSource = {
    name,
    byteLength,
    slice: (start, end) => {
      bytes += end - start;
      return slice(start, end);
    },
  };
  return { source, bytesRead: () => bytes };
}

const matches = (bytes: Uint8Array) => onnxFormat.matches(memorySource("x", bytes));

function withWeight(weight: Uint8Array): Uint8Array {
  return model({
    nodes: [node("Conv", ["image", "w.weight"], "out")],
    initializers: [weight],
    inputs: [value("image", [1, 1, 8, 8])],
  });
}

describe("recognition", () => {
  it("knows ONNX by its structure, whole or cut short", async () => {
    expect(await matches(sample)).toBe(true);
    expect(await matches(sample.subarray(0, 5000))).toBe(true);
    expect(await matches(readFileSync("tests/fixtures/brain-resunet.onnx"))).toBe(true);
  });

  const text = (content: string) => new TextEncoder().encode(content);
  it.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["HTML", text("<!DOCTYPE html><html><body>404: Not Found</body></html>")],
    ["text", text(":colon first, and then a list of words to be taken for fields")],
    ["JSON", text('{"format": "layers-model", "modelTopology": {}}')],
    ["a Git LFS pointer", text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")],
    ["HDF5", Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0)],
    ["zip", Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 0, 0)],
    ["TFLite", Uint8Array.of(0x1c, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33, 20, 0, 32, 0)],
    ["safetensors", join(Uint8Array.of(8, 1, 0, 0, 0, 0, 0, 0), text('{"a":{}}'))],
    ["pickle", Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9)],
    // SavedModel: schema version, then a MetaGraphDef; GraphDef: nodes.
    ["a TensorFlow SavedModel", join(intField(1, 1), bytesField(2, new Uint8Array(3000)))],
    ["a TensorFlow GraphDef", bytesField(1, join(bytesField(1, "conv"), bytesField(2, "Conv2D")))],
    ["a graph that is none", join(intField(1, 7), bytesField(7, text("hello there")))],
    ["zeros", new Uint8Array(64)],
  ])("does not take %s for ONNX", async (_, bytes) => {
    expect(await matches(bytes)).toBe(false);
  });
});

describe("damaged files", () => {
  it.each([100, 5_000, 100_000, sample.length - 3])(
    "says that a file of %d bytes is cut short",
    async (length) => {
      const error = await failure(sample.subarray(0, length));
      expect(error.code).toBe("truncated");
      expect(error.message).toContain("cut short");
    },
  );

  it("says that there is no graph", async () => {
    expect((await failure(intField(1, 7))).code).toBe("not-a-model");
  });

  it("reads a network without convolutions as one without layers", async () => {
    const nodes = [node("Relu", ["image"], "out")];
    const network = await read(model({ nodes, inputs: [value("image", [1, 3, 8, 8])] }));
    expect(network.layers).toEqual([]);
    expect(network.skipped).toEqual([]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      "nodes in a circle",
      model({ nodes: [node("Relu", ["b"], "a"), node("Relu", ["a"], "b")] }),
      /wait for each other/,
    ],
    [
      "a value made twice",
      model({ nodes: [node("Relu", ["x"], "a"), node("Relu", ["x"], "a")] }),
      /two of its nodes make/,
    ],
    [
      "fewer numbers than the shape says",
      withWeight(tensor("w.weight", [1, 1, 3, 3], 1, bytesField(9, floatBytes([1, 2])))),
      /as many numbers/,
    ],
    [
      "fewer typed numbers than the shape says",
      withWeight(tensor("w.weight", [1, 1, 3, 3], 1, bytesField(4, floatBytes([1, 2])))),
      /as many numbers/,
    ],
    [
      "more elements than can be counted",
      withWeight(tensor("w.weight", [2 ** 30, 2 ** 30, 3, 3], 1, bytesField(9, floatBytes(NINE)))),
      /more elements/,
    ],
    [
      "a negative axis",
      withWeight(tensor("w.weight", [1, -1, 3, 3], 1, bytesField(9, floatBytes(NINE)))),
      /negative axis/,
    ],
    [
      "a part longer than its whole",
      join(
        intField(1, 7),
        bytesField(7, join(varint(8 + 2), varint(6), bytesField(2, "ab"))),
        new Uint8Array(0),
        bytesField(8, intField(2, 13)),
      ),
      /longer than the whole/,
    ],
    ["a number that never ends", join(varint(8), new Uint8Array(12).fill(0xff)), /never ends/],
    ["a field of an unknown kind", Uint8Array.of(0x0b, 0, 0), /unknown kind/],
  ])("refuses %s", async (_, bytes, message) => {
    const error = await failure(bytes);
    expect(error.message).toMatch(message);
    expect(error.code).toBe("malformed");
  });

  it("stops when it is cancelled", async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(read(sample, controller.signal)).rejects.toMatchObject({ code: "cancelled" });
  });

  it("reads small parts of the file only", async () => {
    const source = memorySource(
      "big.onnx",
      withWeight(
        join(
          floatTensor("w.weight", [1, 1, 3, 3], NINE),
          bytesField(12, new Uint8Array(5_000_000)),
        ),
      ),
    );
    const { source: watched, bytesRead } = counted(source);
    const network = await readAs(onnxFormat, watched);
    expect(network.layers).toHaveLength(1);
    expect(bytesRead()).toBeLessThan(500_000);
  });

  it("reads no large factor for small weights, however many name it", async () => {
    const count = 100;
    const names = Array.from({ length: count }, (_, at) => `w${at}.weight`);
    const large = 250_000;
    const bytes = model({
      inputs: [value("image", [1, 1, 8, 8])],
      initializers: [
        floatTensor("large", [large], new Array(large).fill(1)),
        ...names.map((name) => floatTensor(name, [1, 1, 3, 3], NINE)),
      ],
      nodes: names.flatMap((name) => [
        node("Identity", [name], `same ${name}`),
        node("Mul", [`same ${name}`, "large"], `scaled ${name}`),
        node("DequantizeLinear", [name, "large"], `real ${name}`),
        node("Conv", ["image", `scaled ${name}`], `one ${name}`),
        node("Conv", ["image", `real ${name}`], `two ${name}`),
      ]),
    });
    const { source, bytesRead } = counted(memorySource("model.onnx", bytes));
    const network = await readAs(onnxFormat, source);
    expect(network.layers).toHaveLength(0);
    expect(network.skipped).toHaveLength(2 * count);
    expect(bytesRead()).toBeLessThan(2 * bytes.length);
  });

  it("reads graphs with more inputs than a function takes arguments", async () => {
    const input = bytesField(11, value("number", []));
    const inputs = new Uint8Array(200_000 * input.length).map((_, at) => input[at % input.length]);
    const bytes = join(
      model({
        inputs: [value("image", [1, 1, 8, 8])],
        initializers: [floatTensor("w.weight", [1, 1, 3, 3], NINE)],
        nodes: [
          node("Conv", ["image", "w.weight"], "out"),
          node("Mine", ["out"], "y", { domain: "own" }),
        ],
      }),
      bytesField(7, inputs),
      functionField({
        name: "Mine",
        domain: "own",
        inputs: ["a"],
        outputs: ["b"],
        nodes: [node("Relu", ["a"], "b")],
      }),
    );
    expect((await read(bytes)).layers).toHaveLength(1);
  });

  it("never fails in any other way, whatever bytes are changed", async () => {
    const change = fc.tuple(fc.nat({ max: sample.length - 1 }), fc.nat({ max: 255 }));
    const early = fc.tuple(fc.nat({ max: 600 }), fc.nat({ max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(change, early), { minLength: 1 }), async (changes) => {
        const bytes = new Uint8Array(sample);
        for (const [at, byte] of changes) bytes[at] = byte;
        await matches(bytes);
        try {
          const network = await read(bytes);
          resolveStructure(network, { grid: "layer", inputSize: 256 });
        } catch (error) {
          expect(error).toBeInstanceOf(ConvAtlasError);
          expect((error as ConvAtlasError).code).not.toBe("internal");
        }
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});
