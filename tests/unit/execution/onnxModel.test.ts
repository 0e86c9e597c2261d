import fc from "fast-check";
import * as ort from "onnxruntime-web/wasm";
import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { OnnxModelBuilder } from "../../../src/core/execution/onnxModel.ts";
import { NO_COMPANIONS } from "../../../src/core/files/fileSet.ts";
import { parseModel } from "../../../src/core/formats/onnx/parseModel.ts";
import { readTensorNumbers } from "../../../src/core/formats/onnx/tensorNumbers.ts";
import { ChunkedFile } from "../../../src/core/formats/protobuf/wire.ts";

ort.env.wasm.numThreads = 1;

async function parsed(model: Uint8Array<ArrayBuffer>) {
  const source = memorySource("built.onnx", model);
  const { graph, opset, producer } = await parseModel(
    new ChunkedFile(source),
    new AbortController().signal,
  );
  if (graph === null) throw new Error("the model has no graph");
  return { graph, opset, producer, source };
}

describe("a built model", () => {
  it("runs in ONNX Runtime and computes what its nodes say", async () => {
    const builder = new OnnxModelBuilder();
    const image = builder.input("image", "float32", ["batch", 1, "height", "width"]);
    const kernel = builder.initializer(
      "kernel",
      [1, 1, 3, 3],
      Float32Array.from({ length: 9 }, () => 1),
    );
    const sums = builder.node("Conv", [image, kernel], { pads: { ints: [1, 1, 1, 1] } }, "sums");
    const leaky = builder.node("LeakyRelu", [sums], { alpha: { float: 0.5 } });
    const axis = builder.initializer("axis", [1], BigInt64Array.of(-1n));
    const total = builder.node("ReduceSum", [leaky, axis], { keepdims: { int: 0 } });
    builder.output(total, "float32", ["batch", 1, "height"]);
    const session = await ort.InferenceSession.create(builder.encode());
    const input = Float32Array.of(1, 0, 0, 0, 0, 0, 0, -2, 0);
    const results = await session.run({ image: new ort.Tensor("float32", input, [1, 1, 3, 3]) });
    // Sums of the 3x3 neighbourhoods: 1 1 0 / -1 -1 -2 / -2 -2 -2; negative ones halved.
    expect([...results[total].data]).toEqual([2, -2, -3]);
  });

  it("gives names that are asked for twice an ending of their own", async () => {
    const builder = new OnnxModelBuilder();
    const first = builder.input("x", "float32", [1]);
    const second = builder.node("Relu", [first], {}, "x");
    const parts = builder.nodeOf("Split", [second], { axis: { int: 0 } }, ["x", "part"]);
    expect(new Set([first, second, ...parts]).size).toBe(4);
    expect((await parsed(builder.encode())).graph.nodes.map(({ outputs }) => outputs)).toEqual([
      [second],
      parts,
    ]);
  });

  it("refuses an initializer that does not have the numbers of its shape", () => {
    const builder = new OnnxModelBuilder();
    expect(() => builder.initializer("w", [2, 2], Float32Array.of(1, 2, 3))).toThrow(RangeError);
  });

  it("says what it was told, whatever that is", async () => {
    const integer = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const attribute = fc.oneof(
      fc.record({ int: fc.maxSafeInteger() }),
      fc.record({ ints: fc.array(integer) }),
      fc.record({ float: fc.float({ noNaN: true }) }),
      fc.record({ floats: fc.array(fc.float({ noNaN: true })) }),
      fc.record({ text: fc.string({ unit: "grapheme", maxLength: 40 }) }),
    );
    const array = fc.oneof(
      fc.float32Array({ noNaN: true }),
      fc.float64Array({ noNaN: true }),
      fc.int32Array(),
      fc.uint8Array(),
      fc.int8Array(),
    );
    const attributes = fc.dictionary(fc.string({ minLength: 1 }), attribute, { maxKeys: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1 }),
        array,
        attributes,
        async (name, values, given) => {
          const builder = new OnnxModelBuilder(13);
          const stored = builder.initializer(name, [values.length], values);
          const made = builder.node("Thing", [stored, "", stored], given, name);
          builder.output(made, "float32", [3, "n"]);
          const { graph, opset, producer, source } = await parsed(builder.encode());
          expect([opset, producer]).toEqual([13, "ConvAtlas"]);
          const tensor = graph.initializers.get(stored);
          if (tensor === undefined) throw new Error("the initializer is gone");
          expect(await readTensorNumbers(tensor, { source, companions: NO_COMPANIONS })).toEqual(
            values,
          );
          const [node] = graph.nodes;
          expect(node).toMatchObject({
            operator: "Thing",
            inputs: [stored, "", stored],
            outputs: [made],
          });
          expect(graph.outputs).toEqual([made]);
          expect(graph.shapes.get(made)).toEqual([3, null]);
          const kept = Object.entries(given).map(([key, value]) => {
            const { int, float, text, ints, floats } = node.attributes.get(key) ?? {};
            if ("int" in value) return { int };
            if ("float" in value) return { float };
            if ("text" in value) return { text };
            return "ints" in value ? { ints } : { floats };
          });
          expect(kept).toEqual(Object.values(given));
        },
      ),
    );
  });
});
