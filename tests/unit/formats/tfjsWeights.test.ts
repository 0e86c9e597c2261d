import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { JoinedFiles } from "../../../src/core/formats/tfjs/shards.ts";
import { tfjsFormat } from "../../../src/core/formats/tfjs.ts";
import { conv, functional, image } from "../../support/kerasModels.ts";
import { slice } from "../../support/kerasReading.ts";
import { readAs, readFiles } from "../../support/readModel.ts";
import { counting, type WrittenWeight, writeTfjs } from "../../support/tfjsWriter.ts";

const oneLayer = functional([image("image", 16), conv("first", "image")], "first");
const kernel = counting("first/kernel", 3, 3, 1, 2);

/** A network of one layer with this kernel. */
function withKernel(weight: Partial<WrittenWeight>, others: readonly WrittenWeight[] = []) {
  return writeTfjs({ model_config: oneLayer }, [
    { weights: [...others, { ...kernel, ...weight }] },
  ]);
}

describe("numbers", () => {
  const stored = Array.from({ length: 18 }, (_, index) => index);

  it("dequantizes uint8 and uint16: stored * scale + min", async () => {
    const uint8 = { dtype: "uint8", scale: 0.5, min: -2, original_dtype: "float32" };
    const small = await readFiles(withKernel({ quantization: uint8, values: stored }));
    // K[1, 0] takes every second number from 1 on: 1, 3, ... 17, halved, less two.
    expect(slice(small.layers[0], 1, 0)).toEqual([-1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5]);
    const uint16 = { dtype: "uint16", scale: 0.25, min: 1 };
    const values = stored.map((value) => value * 1000);
    const large = await readFiles(withKernel({ quantization: uint16, values }));
    expect(slice(large.layers[0], 0, 0)).toEqual([
      1, 501, 1001, 1501, 2001, 2501, 3001, 3501, 4001,
    ]);
  });

  it("rounds a dequantized number once, as TensorFlow.js does", async () => {
    const quantization = { dtype: "uint8", scale: 0.00392156862745098, min: -0.1 };
    const network = await readFiles(
      withKernel({ quantization, values: [200, ...stored.slice(1)] }),
    );
    expect(network.layers[0].kernels[0]).toBe(Math.fround(200 * 0.00392156862745098 - 0.1));
    expect(network.layers[0].kernels[0]).toBe(Math.fround(0.684313725490196));
  });

  it("reads constant weights, which are stored as zeros with scale 1", async () => {
    const quantization = { dtype: "uint8", scale: 1, min: 0.125 };
    const network = await readFiles(withKernel({ quantization, values: new Array(18).fill(0) }));
    expect([...new Set(network.layers[0].kernels)]).toEqual([0.125]);
  });

  it("reads float16, as a quantization and as a type of its own", async () => {
    // 1, -2, 0.5, the largest (65504), the smallest (2^-24) and infinity.
    const values = [0x3c00, 0xc000, 0x3800, 0x7bff, 0x0001, 0x7c00, ...new Array(12).fill(0)];
    const expected = [1, -2, 0.5, 65504, 2 ** -24, Number.POSITIVE_INFINITY];
    for (const weight of [{ quantization: { dtype: "float16" } }, { dtype: "float16" }]) {
      const { layers } = await readFiles(withKernel({ ...weight, values }));
      const inFileOrder = Array.from(
        { length: 6 },
        (_, at) => slice(layers[0], at % 2, 0)[at >> 1],
      );
      expect(inFileOrder).toEqual(expected);
    }
  });

  it("lists kernels of whole numbers with the reason why they are not read", async () => {
    const network = await readFiles(withKernel({ dtype: "int32" }));
    expect(network.skipped).toEqual([
      { name: "first", reason: "quantized weights of a kind not read yet" },
    ]);
  });
});

describe("the manifest", () => {
  const bytes = (name: string, dtype: string, length: number) =>
    ({ name, shape: [length], dtype, values: new Array(length).fill(1) }) as const;

  it("finds a weight behind others of every type", async () => {
    const others: readonly WrittenWeight[] = [
      bytes("a", "bool", 3),
      bytes("b", "uint8", 2),
      bytes("c", "int32", 1),
      bytes("d", "uint16", 1),
      { name: "e", shape: [], dtype: "float32", values: [7] },
      { name: "f", shape: [0, 4], dtype: "float32", values: [] },
      { name: "g", shape: [1], dtype: "complex64", values: [1, 2] },
      {
        name: "h",
        shape: [5],
        quantization: { dtype: "uint8", scale: 1, min: 0 },
        values: [1, 2, 3, 4, 5],
      },
    ];
    const network = await readFiles(withKernel({}, others));
    expect(slice(network.layers[0], 0, 0)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
    expect(network.parameters).toBe(3 + 2 + 1 + 1 + 1 + 0 + 1 + 5 + 18);
  });

  it("finds a weight behind texts, whose bytes the shape does not tell", async () => {
    const texts = {
      name: "words",
      shape: [2, 2],
      dtype: "string",
      texts: ["", "Café", "x".repeat(70_000), "end"],
    };
    const network = await readFiles(withKernel({}, [texts]));
    expect(slice(network.layers[0], 0, 0)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
    expect(network.parameters).toBe(18);
  });

  it("joins shards in its own order, whatever order they came in and wherever a weight is cut", async () => {
    const weights = [counting("first/bias", 2), kernel];
    const files = writeTfjs({ model_config: oneLayer }, [{ weights, cuts: [7, 1, 40] }]);
    const reversed = Object.fromEntries(Object.entries(files).toReversed());
    for (const given of [files, reversed]) {
      const network = await readFiles(given);
      expect(slice(network.layers[0], 1, 0)).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17]);
    }
  });

  it("reads groups each from its own files", async () => {
    const groups = [{ weights: [counting("first/bias", 2)] }, { weights: [kernel], cuts: [10] }];
    const network = await readFiles(writeTfjs({ model_config: oneLayer }, groups));
    expect(slice(network.layers[0], 0, 0)[8]).toBe(16);
  });

  it("finds shards in folders, by name alone, and behind percent-encoding and queries", async () => {
    const files = withKernel({});
    const shard = files["group1-shard1of1.bin"];
    const paths = ["my weights/group1-shard1of1.bin", "my%20weights/group1-shard1of1.bin?v=2"];
    for (const path of paths) {
      const text = new TextDecoder().decode(files["model.json"]);
      const model = new TextEncoder().encode(text.replace("group1-shard1of1.bin", path));
      for (const place of ["my weights/group1-shard1of1.bin", "group1-shard1of1.bin"]) {
        const network = await readFiles({ "any name.json": model, [place]: shard });
        expect(network.layers).toHaveLength(1);
      }
    }
  });

  it("takes the shard beside the model where two folders have one of that name", async () => {
    const files = withKernel({});
    const other = withKernel({ values: new Array(18).fill(-1) });
    const network = await readFiles({
      "one/model.json": files["model.json"],
      "two/group1-shard1of1.bin": other["group1-shard1of1.bin"],
      "one/group1-shard1of1.bin": files["group1-shard1of1.bin"],
    });
    expect(network.layers[0].kernels[1]).toBe(2);
  });

  it("warns when the files go on behind the last weight", async () => {
    const files = withKernel({});
    const longer = new Uint8Array([...files["group1-shard1of1.bin"], 0, 0, 0, 0]);
    const network = await readFiles({ ...files, "group1-shard1of1.bin": longer });
    expect(network.warnings).toEqual([
      "group1-shard1of1.bin goes on behind the weights that model.json lists; check that the two belong together.",
    ]);
  });

  it("reads of the files nothing but kernels", async () => {
    const dense = counting("dense/kernel", 1000, 100);
    const files = withKernel({}, [dense]);
    const shard = memorySource("group1-shard1of1.bin", files["group1-shard1of1.bin"]);
    let bytesRead = 0;
    const counted = {
      ...shard,
      slice: (start: number, end: number) => {
        bytesRead += end - start;
        return shard.slice(start, end);
      },
    };
    const companions = { get: () => counted, paths: () => [shard.name] };
    await readAs(tfjsFormat, memorySource("model.json", files["model.json"]), companions);
    expect(bytesRead).toBe(18 * 4);
  });
});

describe("joined files", () => {
  it("reads any range as if the files were one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 9 }), { minLength: 1, maxLength: 9 }),
        fc.nat(100),
        fc.nat(100),
        async (parts, one, other) => {
          const whole = parts.flatMap((part) => [...part]);
          const [start, end] = [one, other]
            .map((at) => at % (whole.length + 1))
            .sort((a, b) => a - b);
          const files = new JoinedFiles(parts.map((part, at) => memorySource(`${at}`, part)));
          expect([...(await files.read(start, end))]).toEqual(whole.slice(start, end));
        },
      ),
    );
  });
});
