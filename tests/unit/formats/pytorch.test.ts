import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ByteSource } from "../../../src/core/bytes/byteSource.ts";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { pytorchFormat } from "../../../src/core/formats/pytorch.ts";
import { fixtures } from "../../support/fixtures/pytorch.ts";
import { dictionary, list, ordered, pickle } from "../../support/pickleWriter.ts";
import { readAs, readFiles } from "../../support/readModel.ts";
import { layerNamed, layerNames, readTorch, readTorchFixture } from "../../support/torchReading.ts";
import {
  countingValues,
  numpyArray,
  rowMajor,
  TorchWriter,
  tensorOf,
} from "../../support/torchWriter.ts";

const sample = (name: string) => memorySource(name, readFileSync(`tests/fixtures/samples/${name}`));

describe("the samples", () => {
  const exported = (path: string) =>
    readAs(onnxFormat, memorySource("exported.onnx", readFileSync(path)));

  it.each([
    ["brain-unet.pt", "PyTorch (zip, file format 3)"],
    ["brain-unet-legacy.pth", "PyTorch (legacy stream)"],
    ["brain-unet-checkpoint.pt", "PyTorch (zip, file format 3)"],
    ["brain-unet-module.pt", "PyTorch (zip, file format 3)"],
    ["brain-unet-torchscript.pt", "TorchScript (zip, file format 3)"],
  ])("%s has the kernels of the ONNX export, bit for bit", async (name, producer) => {
    const network = await readAs(pytorchFormat, sample(name));
    const expected = await exported("public/samples/brain-unet.onnx");
    expect(layerNames(network)).toEqual(layerNames(expected));
    for (const [index, { kernels }] of network.layers.entries()) {
      expect([...kernels]).toEqual([...expected.layers[index].kernels]);
    }
    expect(network).toMatchObject({
      format: "pytorch",
      producer,
      parameters: 46_530,
      skipped: [{ name: "head", reason: "1x1 kernel" }],
      warnings: [],
    });
  });

  it("brain-resunet.pt has the kernels of its ONNX export, bit for bit", async () => {
    const network = await readAs(pytorchFormat, sample("brain-resunet.pt"));
    const expected = await exported("tests/fixtures/brain-resunet.onnx");
    for (const layer of expected.layers.filter(({ operator }) => operator === "Conv2d")) {
      expect([...layerNamed(network, layer.name).kernels]).toEqual([...layer.kernels]);
    }
  });

  it("are read by ranges: the weights of a layer alone, not the file", async () => {
    const whole = sample("brain-unet-legacy.pth");
    let fetched = 0;
    const source: ByteSource = {
      name: whole.name,
      byteLength: whole.byteLength,
      slice(start, end) {
        fetched += end - start;
        return whole.slice(start, end);
      },
    };
    expect(await pytorchFormat.matches(source)).toBe(true);
    expect(fetched).toBeLessThan(10_000);
    // Half of it is the optimizer's.
    fetched = 0;
    const checkpoint = sample("brain-unet-checkpoint.pt");
    await readAs(pytorchFormat, {
      name: checkpoint.name,
      byteLength: checkpoint.byteLength,
      slice(start, end) {
        fetched += end - start;
        return checkpoint.slice(start, end);
      },
    });
    expect(fetched).toBeLessThan(checkpoint.byteLength / 2);
  });
});

describe("all forms", () => {
  it.each(fixtures.map((one) => [one.what, one] as const))("reads: %s", async (_, one) => {
    const files = await one.files();
    const network = await readFiles(files);
    expect(network.format).toBe("pytorch");
    expect(network.layers.length).toBeGreaterThan(0);
    for (const { kernels } of network.layers) expect(kernels.every(Number.isFinite)).toBe(true);
  });

  it.each(["zip.pt", "deflated.pt", "legacy.pth"])("reads the numbers of %s", async (main) => {
    const network = await readTorchFixture(main);
    expect(layerNames(network)).toEqual(["encoder", "depthwise", "up"]);
    expect(layerNamed(network, "encoder")).toMatchObject({ inChannels: 2, outChannels: 4 });
    expect([...layerNamed(network, "encoder").kernels]).toEqual(countingValues([4, 2, 3, 3]));
    expect(network.skipped).toEqual([{ name: "head", reason: "1x1 kernel" }]);
  });

  it.each(["half.pt", "bfloat16.pth"])("decodes %s", async (main) => {
    const { layers } = await readTorchFixture(main);
    expect([...layers[0].kernels]).toEqual(countingValues([2, 1, 3, 3]));
  });

  it("decodes float8", async () => {
    const { layers } = await readTorchFixture("float8.pt");
    expect([...layers[0].kernels]).toEqual([1, 1.125, 1.25, 1.375, 1.5, 1.625, 1.75, 1.875, 2]);
  });

  it("dequantizes by tensor and by channel", async () => {
    const network = await readTorchFixture("quantized.pt");
    const stored = countingValues([2, 1, 3, 3], -9);
    expect([...layerNamed(network, "first").kernels]).toEqual(stored.map((q) => (q - 1) * 0.25));
    expect([...layerNamed(network, "second").kernels]).toEqual(
      stored.map((q, index) => (index < 9 ? q * 0.5 : (q - 1) * 2)),
    );
  });

  it("reads tensors that pickle.dump wrote", async () => {
    const network = await readTorchFixture("dumped.pkl");
    expect([...network.layers[0].kernels]).toEqual(countingValues([2, 1, 3, 3]));
    expect(network.producer).toBe("PyTorch (pickle)");
  });

  it("reads NumPy arrays, row by row or column by column, in either byte order", async () => {
    const shape = [2, 1, 3, 3];
    const values = countingValues(shape);
    const swapped = new Uint8Array(new Float32Array(values).buffer);
    for (let at = 0; at < swapped.length; at += 4) swapped.subarray(at, at + 4).reverse();
    // Column-major: the first axis runs fastest.
    const columns = values.map(
      (_, at) => values[(at % 2) * 9 + (Math.floor(at / 2) % 3) * 3 + Math.floor(at / 6)],
    );
    const network = await readTorch(
      pickle(
        dictionary({
          "a.weight": numpyArray(shape, Float64Array.from(values)),
          "b.weight": numpyArray(shape, new Float32Array(swapped.buffer), { order: ">" }),
          "c.weight": numpyArray(shape, Float32Array.from(columns), { isColumnMajor: true }),
        }),
      ),
    );
    for (const name of ["a", "b", "c"]) {
      expect([...layerNamed(network, name).kernels]).toEqual(values);
    }
  });

  it("reads the folder of an archive that was unpacked", async () => {
    const writer = new TorchWriter();
    const stored = new Float32Array(countingValues([4, 2, 3, 3]));
    const single = ordered({ "conv.weight": writer.counting([4, 2, 3, 3]) });
    const network = await readFiles({
      "archive/data.pkl": pickle(single),
      "archive/data/0": new Uint8Array(stored.buffer),
      "archive/version": new TextEncoder().encode("3\n"),
    });
    expect([...network.layers[0].kernels]).toEqual([...stored]);
  });

  it("asks for the weights where the data.pkl of an archive comes alone", async () => {
    const writer = new TorchWriter();
    const single = ordered({ "conv.weight": writer.counting([4, 2, 3, 3]) });
    await expect(readTorch(pickle(single), "data.pkl")).rejects.toMatchObject({
      code: "missing-companion-file",
      missingFiles: ["data/0"],
    });
  });

  it("reads a single tensor, and a list of them", async () => {
    const writer = new TorchWriter();
    expect(layerNames(await readTorch(writer.zip(writer.counting([2, 1, 3, 3]))))).toEqual([
      "tensor",
    ]);
    const several = new TorchWriter();
    const both = list(several.counting([2, 1, 3, 3]), several.counting([4, 2, 3, 3]));
    expect((await readTorch(several.zip(both))).layers).toHaveLength(2);
  });
});

describe("views of storages", () => {
  const shape = [4, 2, 3, 3];
  const values = countingValues(shape);

  async function kernelsOf(strides: readonly number[], stored: readonly number[], offset = 0) {
    const writer = new TorchWriter();
    const tensor = tensorOf(writer.storage(stored), { offset, shape, strides });
    const network = await readTorch(writer.zip(ordered({ "conv.weight": tensor })));
    return [...network.layers[0].kernels];
  }

  /** The storage in which a view of these strides counts up in row-major order. */
  function scattered(strides: readonly number[], offset = 0): number[] {
    const stored: number[] = new Array(offset + 200).fill(-1);
    const steps = rowMajor(shape);
    for (const [index, value] of values.entries()) {
      const at = steps.reduce(
        (sum, step, axis) => sum + (Math.floor(index / step) % shape[axis]) * strides[axis],
        offset,
      );
      stored[at] = value;
    }
    return stored;
  }

  it.each([
    ["contiguous", [18, 9, 3, 1]],
    ["channels last", [18, 1, 6, 2]],
    ["transposed", [9, 36, 3, 1]],
    ["every second number", [36, 18, 6, 2]],
    ["all axes turned round", [1, 4, 8, 24]],
  ])("are gathered by their strides: %s", async (_, strides) => {
    expect(await kernelsOf(strides, scattered(strides))).toEqual(values);
    expect(await kernelsOf(strides, scattered(strides, 5), 5)).toEqual(values);
  });

  it("share a storage", async () => {
    const writer = new TorchWriter();
    const storage = writer.storage(countingValues([36]));
    const view = (offset: number) => tensorOf(storage, { offset, shape: [2, 1, 3, 3] });
    const network = await readTorch(
      writer.zip(ordered({ "a.weight": view(0), "b.weight": view(18) })),
    );
    expect([...layerNamed(network, "a").kernels]).toEqual(countingValues([18]));
    expect([...layerNamed(network, "b").kernels]).toEqual(countingValues([18], 19));
  });

  it("may lie in a part of a storage, as old streams have it", async () => {
    const writer = new TorchWriter();
    const whole = writer.storage(countingValues([30]));
    const part = writer.storagePart(12, 18);
    const content = list(tensorOf(whole, { shape: [30] }), tensorOf(part, { shape: [2, 1, 3, 3] }));
    const network = await readTorch(writer.stream(content));
    expect([...network.layers[0].kernels]).toEqual(countingValues([18], 13));
  });

  it("are counted once under two names", async () => {
    const writer = new TorchWriter();
    const tied = writer.counting([2, 1, 3, 3]);
    const network = await readTorch(writer.zip(ordered({ "a.weight": tied, "b.weight": tied })));
    expect(layerNames(network)).toEqual(["a"]);
    expect(network.parameters).toBe(18);
    expect(network.warnings).toEqual([
      "One tensor has a second name in the file (tied weights); it is counted once.",
    ]);
  });
});
