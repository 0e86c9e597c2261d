import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ByteSource } from "../../../src/core/bytes/byteSource.ts";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { LiteralError, parsePythonLiteral } from "../../../src/core/formats/numpy/pythonLiteral.ts";
import { numpyFormat } from "../../../src/core/formats/numpy.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import type { Network } from "../../../src/core/network/network.ts";
import { layersByName, writeObjects } from "../../support/fixtures/numpy.ts";
import { float32Bytes, npyWithHeader, writeNpy, writeNpz } from "../../support/numpyWriter.ts";
import { call, dictionary, int, named, pickle, text } from "../../support/pickleWriter.ts";
import { chosen, readAs } from "../../support/readModel.ts";
import { countingValues, numpyArray, objectArray } from "../../support/torchWriter.ts";
import { writeZip } from "../../support/zipWriter.ts";

const root = join(import.meta.dirname, "../../..");

function read(bytes: Uint8Array, name: string): Promise<Network> {
  return readAs(numpyFormat, memorySource(name, bytes));
}

const count = (length: number) => Array.from({ length }, (_, at) => at);

/** The kernels of one array of the shape (2, 2, 1, 3): two outputs, two inputs, 1 x 3. */
async function kernelsOf(npy: Uint8Array): Promise<number[]> {
  const { layers } = await read(writeNpz({ "conv.weight": npy, "conv.bias": bias }), "a.npz");
  return [...layers[0].kernels];
}

const bias = writeNpy([2], float32Bytes([0, 0]));
const shape = [2, 2, 1, 3];

function bytesOf(write: (view: DataView, at: number) => void, size: number): Uint8Array {
  const bytes = new Uint8Array(12 * size);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < 12; at += 1) write(view, at);
  return bytes;
}

describe("the bundled brain U-Net as .npz", () => {
  it("has the kernels of the ONNX file, in the same order", async () => {
    const name = "brain-unet.npz";
    const network = await read(readFileSync(join(root, "tests/fixtures/samples", name)), name);
    const onnx = readFileSync(join(root, "public/samples/brain-unet.onnx"));
    const expected = await readAs(onnxFormat, memorySource("brain-unet.onnx", onnx));
    expect(network).toMatchObject({ format: "numpy", producer: null, warnings: [] });
    expect(network.parameters).toBe(expected.parameters);
    expect(network.layers.map(({ name }) => name).slice(8, 11)).toEqual([
      "bottleneck.conv1",
      "bottleneck.conv2",
      "decoder.0.conv1",
    ]);
    expect(network.layers.map(({ kernels }) => kernels)).toEqual(
      expected.layers.map(({ kernels }) => kernels),
    );
  });
});

describe(".npy", () => {
  it.each([1, 2, 3] as const)("reads version %i of the header", async (version) => {
    const npy = writeNpy(shape, float32Bytes(count(12)), { version });
    expect(await kernelsOf(npy)).toEqual(count(12));
  });

  it.each<[string, Uint8Array]>([
    ["<f8", bytesOf((view, at) => view.setFloat64(at * 8, at, true), 8)],
    [">f8", bytesOf((view, at) => view.setFloat64(at * 8, at, false), 8)],
    [">f4", bytesOf((view, at) => view.setFloat32(at * 4, at, false), 4)],
    ["=f4", bytesOf((view, at) => view.setFloat32(at * 4, at, true), 4)],
  ])("reads numbers of the type %s", async (descr, entries) => {
    expect(await kernelsOf(writeNpy(shape, entries, { descr }))).toEqual(count(12));
  });

  it.each(["<f2", ">f2"])("reads half precision: %s", async (descr) => {
    const halves = [0x0000, 0x3c00, 0x4000, 0x4200, 0xbc00, 0x3800, 0, 0, 0, 0, 0, 0x7bff];
    const entries = bytesOf((view, at) => view.setUint16(at * 2, halves[at], descr === "<f2"), 2);
    const expected = [0, 1, 2, 3, -1, 0.5, 0, 0, 0, 0, 0, 65504];
    expect(await kernelsOf(writeNpy(shape, entries, { descr }))).toEqual(expected);
  });

  it("takes two bytes without a type for bfloat16, and says so", async () => {
    const entries = bytesOf((view, at) => view.setUint16(at * 2, 0x3f80 + at, true), 2);
    const npz = writeNpz({ "conv.weight": writeNpy(shape, entries, { descr: "|V2" }) });
    const { layers, warnings } = await read(npz, "a.npz");
    expect(layers[0].kernels[1]).toBe(1 + 2 ** -7);
    expect(warnings).toEqual([expect.stringMatching(/bfloat16/)]);
  });

  it("turns Fortran's order of entries around", async () => {
    // Entry (o, i, 0, k) of the array 0..11 stands at o + 2 i + 4 k.
    const entries = new Array<number>(12);
    for (const at of count(12)) {
      const [o, i, k] = [Math.floor(at / 6), Math.floor(at / 3) % 2, at % 3];
      entries[o + 2 * i + 4 * k] = at;
    }
    const npy = writeNpy(shape, float32Bytes(entries), { isFortran: true });
    expect(await kernelsOf(npy)).toEqual(count(12));
  });

  it("is one layer by itself, named after the file", async () => {
    const network = await read(writeNpy([8, 4, 3, 3], float32Bytes(count(288))), "kernels.npy");
    expect(network.layers.map(({ name }) => name)).toEqual(["kernels"]);
  });

  it("reads no more than the header and the kernels of an archive", async () => {
    const dense = writeNpy([1000, 1000], new Uint8Array(4_000_000));
    const kernels = writeNpy([8, 4, 3, 3], float32Bytes(count(288)));
    const bytes = writeNpz({ dense, "conv.weight": kernels });
    const memory = memorySource("a.npz", bytes);
    let taken = 0;
    const counting: ByteSource = {
      name: memory.name,
      byteLength: memory.byteLength,
      slice(start, end) {
        taken += end - start;
        return memory.slice(start, end);
      },
    };
    await readAs(numpyFormat, counting);
    expect(taken).toBeLessThan(200_000);
  });
});

describe(".npz", () => {
  it("puts a list of arrays in the order of its numbers", async () => {
    const names = ["arr_10", "arr_2", "arr_0", "arr_11", "arr_1", "arr_3"];
    const arrays = names.map((name): [string, Uint8Array] => {
      const isBias = Number(name.slice(4)) % 2 === 1;
      const own = isBias ? [8] : [8, 8, 3, 3];
      return [name, writeNpy(own, new Uint8Array(isBias ? 32 : 2304))];
    });
    const { layers } = await read(writeNpz(Object.fromEntries(arrays)), "list.npz");
    expect(layers.map(({ name }) => name)).toEqual(["arr_0", "arr_2", "arr_10"]);
  });

  it("tells the layouts apart", async () => {
    const tensorflow = writeNpz({
      conv1_1_W: writeNpy([3, 3, 3, 8], float32Bytes(count(216))),
      conv1_1_b: writeNpy([8], float32Bytes(count(8))),
    });
    const { layers, questions } = await read(tensorflow, "vgg.npz");
    expect(layers[0]).toMatchObject({ name: "conv1_1", inChannels: 3, outChannels: 8 });
    expect(questions[0]).toMatchObject({ readAs: "h,w,in/g,out", doubt: null });
  });

  it("looks at the headers of packed arrays without unpacking the rest", async () => {
    const bomb = deflateRawSync(writeNpy([2 ** 15, 2 ** 12], new Uint8Array(2 ** 20)));
    const kernels = writeNpy([8, 4, 3, 3], float32Bytes(count(288)));
    const bytes = writeZip(
      { "dense.npy": bomb, "conv.npy": deflateRawSync(kernels) },
      { claims: { "dense.npy": 2 ** 29 + 128, "conv.npy": kernels.length } },
    );
    const { layers } = await read(bytes, "packed.npz");
    expect(layers.map(({ name }) => name)).toEqual(["conv"]);
  });

  it("reads weights and biases by layer from a dictionary", async () => {
    const { layers, questions, warnings } = await read(writeObjects(layersByName()), "vgg.npy");
    expect(layers.map(({ name, inChannels }) => [name, inChannels])).toEqual([
      ["conv1_1", 3],
      ["conv1_2", 4],
    ]);
    expect([...layers[0].kernels.subarray(0, 9)]).toEqual([1, 13, 25, 37, 49, 61, 73, 85, 97]);
    expect(questions[0].readAs).toBe("h,w,in/g,out");
    expect(warnings).toEqual([]);
  });

  it("reads dictionaries within dictionaries, and lists of arrays", async () => {
    const weights = (start: number) =>
      numpyArray([4, 4, 3, 3], Float32Array.from(countingValues([4, 4, 3, 3], start)));
    const nested = dictionary({
      down: dictionary({ weight: weights(1) }),
      up: dictionary({ weight: weights(9) }),
    });
    const { layers } = await read(writeObjects(nested), "nested.npy");
    expect(layers.map(({ name }) => name)).toEqual(["down", "up"]);
    const array = pickle(objectArray([2], weights(1), weights(9)), 3);
    const list = await read(writeNpy([2], array, { descr: "|O" }), "list.npy");
    expect(list.layers.map(({ kernels }) => kernels[0])).toEqual([1, 9]);
  });

  it("reads a dictionary among the arrays of an archive, under its name", async () => {
    const arrays = { step: writeNpy([1], float32Bytes([3])), net: writeObjects(layersByName()) };
    const { layers } = await read(writeNpz(arrays), "a.npz");
    expect(layers.map(({ name }) => name)).toEqual(["net.conv1_1", "net.conv1_2"]);
  });

  it("leaves pickled objects out where there are kernels beside them", async () => {
    const objects = writeNpy([], Uint8Array.of(0x80, 4, 0x4e, 0x2e), { descr: "|O" });
    const kernels = writeNpy([8, 4, 3, 3], float32Bytes(count(288)));
    const { layers, warnings } = await read(writeNpz({ config: objects, kernels }), "a.npz");
    expect(layers).toHaveLength(1);
    expect(warnings).toEqual(["config holds Python objects and was left out."]);
  });

  it("is an archive of arrays and of nothing else", async () => {
    const array = writeNpy([2], float32Bytes([1, 2]));
    const matches = (bytes: Uint8Array) => numpyFormat.matches(memorySource("a", bytes));
    expect(await matches(array)).toBe(true);
    expect(await matches(writeZip({ "a.npy": array }))).toBe(true);
    expect(await matches(writeZip({ "a.npy": array, "readme.txt": array }))).toBe(false);
    expect(await matches(new TextEncoder().encode("NUMPY"))).toBe(false);
    expect((await chosen("weights", writeZip({ "a.npy": array }))).format.id).toBe("numpy");
  });
});

describe("NumPy files that cannot be used", () => {
  const entries = float32Bytes(count(288));
  const good = writeNpy([8, 4, 3, 3], entries);
  const header = (text: string) => npyWithHeader(text, entries);
  const described = (descr: string, sides = "(8, 4, 3, 3)") =>
    header(`{'descr': ${descr}, 'fortran_order': False, 'shape': ${sides}}`);

  it.each<[string, Uint8Array, string]>([
    ["an end within the prefix", good.slice(0, 9), "malformed"],
    ["an end within the header", good.slice(0, 60), "truncated"],
    ["an end within the entries", good.slice(0, -1), "truncated"],
    ["a version yet to come", good.with(6, 4), "unsupported"],
    ["a header of 4 GB", npyWithHeader("{}", entries, 2).with(11, 0xff), "malformed"],
    ["no header", header(""), "malformed"],
    ["an empty header", header("{}"), "malformed"],
    ["a header with text behind it", header("{} import os"), "malformed"],
    ["a header that calls something", header("{'descr': str(1)}"), "malformed"],
    ["a header with a key that comes twice", header("{'descr': 1, 'descr': 2}"), "malformed"],
    ["a header without end", header(`{'descr': ${"(".repeat(50)}`), "malformed"],
    ["a negative length", described("'<f4'", "(-8, 4, 3, 3)"), "malformed"],
    ["a length that is text", described("'<f4'", "('8', 4, 3, 3)"), "malformed"],
    ["65 axes", described("'<f4'", `(${"1, ".repeat(65)})`), "malformed"],
    ["lengths beyond all memory", described("'<f4'", "(99999999, 99999999, 9, 9)"), "malformed"],
    ["more entries than the file has", described("'<f4'", "(8, 8, 3, 3)"), "truncated"],
    ["a type that is none", described("'float'"), "malformed"],
    ["a type that is a number", described("7"), "malformed"],
    ["Python objects that are no pickle", described("'|O'"), "malformed"],
  ])("%s", async (_, bytes, code) => {
    await expect(read(bytes, "kernels.npy")).rejects.toMatchObject({ code });
  });

  it("refuses Python objects without arrays in words", async () => {
    await expect(read(writeObjects(dictionary({ epoch: int(3) })), "a.npy")).rejects.toThrow(
      "a.npy holds Python data, but no arrays in it; open the file that holds the trained network.",
    );
    const command = call(named("os", "system"), text("rm -r /"));
    await expect(read(writeObjects(command), "a.npy")).rejects.toMatchObject({
      code: "not-a-model",
      message: expect.stringMatching(/asks to run os\.system/),
    });
  });

  it("refuses Python objects that are cut short", async () => {
    const whole = writeObjects(layersByName());
    const cut = whole.slice(0, whole.length - 100);
    await expect(read(cut, "a.npy")).rejects.toMatchObject({ code: "truncated" });
  });

  it("names the array of an archive that is damaged", async () => {
    const bytes = writeNpz({ "conv.weight": good, other: good.slice(0, 500) });
    await expect(read(bytes, "a.npz")).rejects.toMatchObject({
      code: "truncated",
      message: expect.stringMatching(/“other\.npy” in a\.npz is cut short: it holds 500 of/),
    });
  });

  it("refuses a packed array that unpacks to more than it claims", async () => {
    const packed = deflateRawSync(good);
    const bytes = writeZip({ "a.npy": packed }, { claims: { "a.npy": good.length - 4 } });
    await expect(read(bytes, "a.npz")).rejects.toMatchObject({ code: "truncated" });
  });

  it.each([
    ["records", "[('weight', '<f4'), ('name', '<U8')]"],
    ["text", "'<U4'"],
    ["integers", "'<i8'"],
    ["numbers of 128 bits", "'<f16'"],
  ])("finds no kernels in %s", async (_, descr) => {
    const npy = npyWithHeader(
      `{'descr': ${descr}, 'fortran_order': False, 'shape': (1, 1, 3, 3)}`,
      new Uint8Array(1000),
    );
    const { layers } = await read(npy, "a.npy");
    expect(layers).toEqual([]);
  });
});

describe("parsePythonLiteral", () => {
  it("reads what NumPy writes, of Python 2 as well", () => {
    const text =
      "{'descr': [('a', '<f4'), (\"b\", '|S3')], 'shape': (3L, -4), 'on': True, 'n': None}";
    expect(parsePythonLiteral(text)).toEqual(
      new Map<string, unknown>([
        [
          "descr",
          [
            ["a", "<f4"],
            ["b", "|S3"],
          ],
        ],
        ["shape", [3, -4]],
        ["on", true],
        ["n", null],
      ]),
    );
    expect(parsePythonLiteral(" () ")).toEqual([]);
    expect(parsePythonLiteral("(1,)")).toEqual([1]);
  });

  it.each(["", "{", "(1 2)", "{1: 2}", "'a", "'a\\n'", "0x10", "1.5", "Truest", "[1],"])(
    "refuses %j",
    (text) => {
      expect(() => parsePythonLiteral(text)).toThrow(LiteralError);
    },
  );
});
