import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { safetensorsFormat } from "../../../src/core/formats/safetensors.ts";
import type { Network } from "../../../src/core/network/network.ts";
import { fixtures } from "../../support/fixtures/safetensors.ts";
import { type Files, readAs, readFiles } from "../../support/readModel.ts";
import {
  fileWithHeader,
  float32,
  type WrittenTensor,
  writeSafetensors,
} from "../../support/safetensorsWriter.ts";

const root = join(import.meta.dirname, "../../..");
const sample = (name: string) => readFileSync(join(root, "tests/fixtures/samples", name));

function read(bytes: Uint8Array, name = "model.safetensors"): Promise<Network> {
  return readAs(safetensorsFormat, memorySource(name, bytes));
}

function numbered(shape: readonly number[]): WrittenTensor {
  const length = shape.reduce((product, side) => product * side, 1);
  return float32(
    shape,
    Array.from({ length }, (_, at) => at - length / 2),
  );
}

const conv = numbered([4, 2, 3, 3]);

/** A file with one 4 x 2 x 3 x 3 tensor whose entry in the header is this. */
function withEntry(entry: unknown, data = new Uint8Array(288)): Uint8Array {
  return fileWithHeader(JSON.stringify({ "conv.weight": entry }), data);
}

const shape = [4, 2, 3, 3];

describe("the bundled brain U-Net as safetensors", () => {
  const readReference = () =>
    readAs(
      onnxFormat,
      memorySource("brain-unet.onnx", readFileSync(join(root, "public/samples/brain-unet.onnx"))),
    );

  // A float16 has 11 significant bits, a bfloat16 has 8.
  it.each([
    ["brain-unet.safetensors", 0],
    ["brain-unet-f16.safetensors", 2 ** -11],
    ["brain-unet-bf16.safetensors", 2 ** -8],
  ])("has the kernels of the ONNX file, in the same order: %s", async (name, precision) => {
    const network = await read(sample(name), name);
    const expected = await readReference();
    expect(network).toMatchObject({ format: "safetensors", producer: "PyTorch", warnings: [] });
    expect(network.parameters).toBe(expected.parameters);
    expect(network.skipped).toEqual([{ name: "head", reason: "1x1 kernel" }]);
    expect(network.layers.map((layer) => [layer.inChannels, layer.outChannels])).toEqual(
      expected.layers.map((layer) => [layer.inChannels, layer.outChannels]),
    );
    for (const [index, { kernels }] of network.layers.entries()) {
      const others = expected.layers[index].kernels;
      expect(kernels.length).toBe(others.length);
      const worst = kernels.reduce((most, entry, at) => {
        // Below 2^-14 the steps of float16 no longer shrink.
        const tolerance = Math.max(Math.abs(others[at]), 2 ** -14) * precision;
        return Math.max(most, Math.abs(entry - others[at]) - tolerance);
      }, 0);
      expect(worst).toBe(0);
    }
  });

  it("keeps the names of its layers", async () => {
    const { layers } = await read(sample("brain-unet.safetensors"));
    expect(layers.map(({ name }) => name).slice(7, 11)).toEqual([
      "encoder.3.conv2",
      "bottleneck.conv1",
      "bottleneck.conv2",
      "decoder.0.conv1",
    ]);
  });
});

describe("safetensors", () => {
  it("reads every floating-point type exactly", async () => {
    const halves = (bits: readonly number[]) => new Uint8Array(Uint16Array.from(bits).buffer);
    const one = [1, 1, 1, 2];
    const file = writeSafetensors(
      {
        "a.weight": {
          dtype: "F64",
          shape: one,
          bytes: new Uint8Array(Float64Array.of(0.5, -2).buffer),
        },
        "b.weight": {
          dtype: "F32",
          shape: one,
          bytes: new Uint8Array(Float32Array.of(0.5, -2).buffer),
        },
        "c.weight": { dtype: "F16", shape: one, bytes: halves([0x3800, 0xc000]) },
        "d.weight": { dtype: "BF16", shape: one, bytes: halves([0x3f00, 0xc000]) },
        "e.weight": { dtype: "F8_E4M3", shape: one, bytes: Uint8Array.of(0x30, 0xc0) },
        "f.weight": { dtype: "F8_E5M2", shape: one, bytes: Uint8Array.of(0x38, 0xc0) },
      },
      { format: "pt" },
    );
    const { layers } = await read(file);
    expect(layers.map(({ kernels }) => [...kernels])).toEqual(
      Array.from({ length: 6 }, () => [0.5, -2]),
    );
  });

  it("takes the order of the bytes, not of the header", async () => {
    const data = new Uint8Array(2 * 288);
    const entry = (start: number) => ({ dtype: "F32", shape, data_offsets: [start, start + 288] });
    const header = { "up.weight": entry(288), "down.weight": entry(0) };
    const { layers } = await read(fileWithHeader(JSON.stringify(header), data));
    expect(layers.map(({ name }) => name)).toEqual(["down", "up"]);
  });

  it("restores the order of a network that was sorted by name", async () => {
    const names = ["conv1", "conv10", "conv2", "decoder.up", "encoder.down"];
    const file = writeSafetensors(
      Object.fromEntries(names.map((name) => [`${name}.weight`, numbered([4, 4, 3, 3])])),
      { format: "pt" },
    );
    const { layers } = await read(file);
    expect(layers.map(({ name }) => name)).toEqual([
      "conv1",
      "conv2",
      "conv10",
      "encoder.down",
      "decoder.up",
    ]);
  });

  it.each([
    ["pt", "PyTorch", [4, 2, 3, 3]],
    ["tf", "TensorFlow", [3, 3, 2, 4]],
    ["flax", "Flax", [3, 3, 2, 4]],
    ["mlx", "MLX", [4, 3, 3, 2]],
  ])("believes what the metadata say of the writer: %s", async (format, producer, axes) => {
    const network = await read(writeSafetensors({ "conv/kernel": numbered(axes) }, { format }));
    expect(network.producer).toBe(producer);
    expect(network.layers[0]).toMatchObject({ inChannels: 2, outChannels: 4 });
  });

  it("tolerates holes, a padded header and bytes behind the tensors", async () => {
    const entry = { dtype: "F32", shape, data_offsets: [16, 304] };
    const { layers } = await read(withEntry(entry, new Uint8Array(400)));
    expect(layers).toHaveLength(1);
  });

  it("keeps names that JavaScript treats as special", async () => {
    const entry = '{"dtype":"F32","shape":[4,2,3,3],"data_offsets":[0,288]}';
    const file = fileWithHeader(`{"__proto__": ${entry}}`, conv.bytes);
    expect((await read(file)).layers.map(({ name }) => name)).toEqual(["__proto__"]);
  });

  it("lists quantized weights and ignores other integers", async () => {
    const network = await read(
      writeSafetensors({
        "conv.weight": { dtype: "I8", shape, bytes: new Uint8Array(72) },
        positions: { dtype: "I64", shape: [1, 1, 2, 2], bytes: new Uint8Array(32) },
        "other.weight": conv,
      }),
    );
    expect(network.skipped).toEqual([
      { name: "conv", reason: "quantized weights of a kind not read yet" },
    ]);
    expect(network.layers.map(({ name }) => name)).toEqual(["other"]);
  });

  it("reads no more than the header and the kernels", async () => {
    const large = { dtype: "F32", shape: [1000, 1000], bytes: new Uint8Array(4_000_000) };
    const bytes = writeSafetensors({ "dense.weight": large, "conv.weight": conv });
    const source = memorySource("model.safetensors", bytes);
    let taken = 0;
    const counting = {
      name: source.name,
      byteLength: source.byteLength,
      slice(start: number, end: number) {
        taken += end - start;
        return source.slice(start, end);
      },
    };
    await readAs(safetensorsFormat, counting);
    expect(taken).toBeLessThan(2000);
  });

  it("reads back what was written, whatever the tensors", async () => {
    const layer = fc.record({
      outputs: fc.integer({ min: 2, max: 6 }),
      inputs: fc.integer({ min: 2, max: 6 }),
      side: fc.constantFrom(2, 3, 5),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(layer, { minLength: 1, maxLength: 6 }), async (chosen) => {
        const tensors = chosen.map(({ outputs, inputs, side }) =>
          numbered([outputs, inputs, side, side]),
        );
        const named = Object.fromEntries(tensors.map((one, at) => [`conv${at}.weight`, one]));
        const { layers } = await read(writeSafetensors(named, { format: "pt" }));
        expect(layers.map(({ kernels }) => new Uint8Array(kernels.buffer))).toEqual(
          tensors.map(({ bytes }) => bytes),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe("safetensors that cannot be used", () => {
  const good = writeSafetensors({ "conv.weight": conv });
  const claims = (length: bigint) => {
    const bytes = good.slice();
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    return bytes;
  };
  const entry = { dtype: "F32", shape, data_offsets: [0, 288] };

  it.each<[string, Uint8Array, string]>([
    ["a header of 2^60 bytes", claims(2n ** 60n), "malformed"],
    ["a header of 2^64 - 1 bytes", claims(2n ** 64n - 1n), "malformed"],
    ["a header above the cap", claims(100_000_001n), "malformed"],
    ["a header beyond the end", claims(10_000n), "truncated"],
    ["nothing but a length", good.slice(0, 8), "truncated"],
    ["a few bytes", good.slice(0, 5), "truncated"],
    ["an end within the header", good.slice(0, 30), "truncated"],
    ["an end within the tensors", good.slice(0, -1), "truncated"],
    ["a header that is no JSON", fileWithHeader("{conv}"), "malformed"],
    ["a header that is no object", fileWithHeader("[1, 2]"), "malformed"],
    ["a header in another encoding", fileWithHeader('{"a": 1}').with(10, 0xff), "malformed"],
    ["an entry that is no object", withEntry(7), "malformed"],
    ["an entry without a type", withEntry({ shape, data_offsets: [0, 288] }), "malformed"],
    ["an entry without offsets", withEntry({ dtype: "F32", shape }), "malformed"],
    ["a negative length", withEntry({ ...entry, shape: [-4, -2, 3, 3] }), "malformed"],
    ["a fraction of a length", withEntry({ ...entry, shape: [0.5, 16, 3, 3] }), "malformed"],
    ["axes without end", withEntry({ ...entry, shape: new Array(65).fill(1) }), "malformed"],
    [
      "lengths beyond all memory",
      withEntry({ ...entry, shape: [2 ** 40, 2 ** 40, 3, 3] }),
      "malformed",
    ],
    [
      "a shape that does not fit its bytes",
      withEntry({ ...entry, shape: [4, 4, 3, 3] }),
      "malformed",
    ],
    ["offsets the wrong way round", withEntry({ ...entry, data_offsets: [288, 0] }), "malformed"],
    [
      "offsets beyond the end",
      withEntry({ ...entry, data_offsets: [2 ** 50, 2 ** 50 + 288] }),
      "truncated",
    ],
    ["an unknown type", withEntry({ ...entry, dtype: "F99" }), "unsupported"],
    [
      "a name that comes twice",
      fileWithHeader(`{"a": ${JSON.stringify(entry)}, "a": ${JSON.stringify(entry)}}`, conv.bytes),
      "malformed",
    ],
    [
      "tensors that overlap",
      fileWithHeader(
        JSON.stringify({ a: entry, b: { ...entry, data_offsets: [144, 432] } }),
        new Uint8Array(432),
      ),
      "malformed",
    ],
  ])("%s", async (_, bytes, code) => {
    await expect(read(bytes)).rejects.toMatchObject({ code });
  });

  it("that list more tensors than any network are refused at once", async () => {
    const entries = Array.from(
      { length: 60_000 },
      (_, at) => `"a${at}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`,
    );
    const before = performance.now();
    await expect(read(fileWithHeader(`{${entries.join()}}`))).rejects.toMatchObject({
      code: "too-large",
    });
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it("are still known for what they are, and other files are not taken for them", async () => {
    const matches = (bytes: Uint8Array) => safetensorsFormat.matches(memorySource("m", bytes));
    expect(await matches(claims(2n ** 60n))).toBe(true);
    expect(await matches(good.slice(0, 40))).toBe(true);
    expect(await matches(new TextEncoder().encode('{"name":{"a": 1}}'))).toBe(false);
    expect(await matches(new TextEncoder().encode('12345678{"a": 1}'))).toBe(false);
    expect(await matches(new Uint8Array(64))).toBe(false);
  });

  it("say what is wrong in one sentence", async () => {
    await expect(read(good.slice(0, -88))).rejects.toThrow(
      `model.safetensors is cut short: it holds ${good.length - 88} of ${good.length} bytes; download or copy it again.`,
    );
  });
});

describe("safetensors in several files", () => {
  const sharded = fixtures.find(({ what }) => what.includes("shards"));
  const files = async (): Promise<Files> => (await sharded?.files()) ?? {};

  it("reads all parts through their index, in whatever folder they lie", async () => {
    const inFolder = Object.fromEntries(
      Object.entries(await files()).map(([path, bytes]) => [`unet/${path}`, bytes]),
    );
    for (const given of [await files(), inFolder]) {
      const network = await readFiles(given);
      expect(network.producer).toBe("PyTorch");
      expect(network.layers.map(({ name, operator }) => [name, operator])).toEqual([
        ["encoder.conv1", "Conv2d"],
        ["encoder.conv2", "Conv2d"],
        ["decoder.up", "ConvTranspose2d"],
        ["decoder.conv", "Conv2d"],
      ]);
    }
  });

  it("names all parts that are missing", async () => {
    const [index] = Object.entries(await files());
    await expect(readFiles(Object.fromEntries([index]))).rejects.toMatchObject({
      code: "missing-companion-file",
      missingFiles: ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"],
    });
  });

  it("says that a part alone is not the whole", async () => {
    const [, part] = Object.entries(await files());
    const { warnings } = await readFiles(Object.fromEntries([part]));
    expect(warnings).toEqual([expect.stringMatching(/is part 1 of 2/)]);
  });

  it("refuses parts that do not fit the index", async () => {
    const all = await files();
    const [index, first, second] = Object.keys(all);
    const exchanged = { [index]: all[index], [first]: all[second], [second]: all[first] };
    await expect(readFiles(exchanged)).rejects.toMatchObject({ code: "malformed" });
    const other = { ...all, [second]: new TextEncoder().encode("no tensors in here") };
    await expect(readFiles(other)).rejects.toMatchObject({ code: "malformed" });
  });

  it("leaves the indexes of other formats alone", async () => {
    const index = '{"weight_map": {"conv.weight": "tf_model-00001-of-00002.h5"}}';
    await expect(
      readFiles({ "tf_model.h5.index.json": new TextEncoder().encode(index) }),
    ).rejects.toMatchObject({ code: "unknown-format" });
  });
});
