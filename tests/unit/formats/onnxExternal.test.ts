import { describe, expect, it } from "vitest";
import type { ByteSource } from "../../../src/core/bytes/byteSource.ts";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { companionsOf, type PlacedFile } from "../../../src/core/files/fileSet.ts";
import { onnxFormat } from "../../../src/core/formats/onnx.ts";
import { externalTensor, floatBytes, model, node, value } from "../../support/onnxWriter.ts";
import { placed, readAs, readFiles, readPlaced } from "../../support/readModel.ts";

const NINE = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const shape = [1, 1, 3, 3];

/** Convolutions in a row, whose weights lie where the entries say. */
function externalModel(
  entries: readonly Readonly<Record<string, string>>[],
): Uint8Array<ArrayBuffer> {
  return model({
    nodes: entries.map((_, at) =>
      node("Conv", [at === 0 ? "image" : `made${at - 1}`, `c${at}.weight`], `made${at}`, {
        attributes: { pads: [1, 1, 1, 1] },
      }),
    ),
    initializers: entries.map((entry, at) => externalTensor(`c${at}.weight`, shape, entry)),
    inputs: [value("image", [1, 1, 8, 8])],
  });
}

describe("weights in other files", () => {
  it("are read at their offset, with and without a length", async () => {
    const network = await readFiles({
      "model.onnx": externalModel([
        { location: "w.bin", offset: "4" },
        { location: "w.bin", offset: "40", length: "36" },
        { location: "w.bin" },
      ]),
      "w.bin": floatBytes([0, ...NINE, ...NINE.map((n) => -n)]),
    });
    expect(network.layers.map(({ kernels }) => Array.from(kernels))).toEqual([
      NINE,
      NINE.map((n) => -n),
      [0, ...NINE.slice(0, 8)],
    ]);
  });

  it("may lie in folders, told apart by their paths or dropped without them", async () => {
    const bytes = externalModel([{ location: "weights/a.bin" }, { location: "other/a.bin" }]);
    const apart = await readFiles({
      "net/model.onnx": bytes,
      "net/weights/a.bin": floatBytes(NINE),
      "net/other/a.bin": floatBytes(NINE.map((n) => 2 * n)),
    });
    expect(apart.layers.map(({ kernels }) => kernels[0])).toEqual([1, 2]);
    const loose = await readFiles({
      "model.onnx": externalModel([{ location: "weights/a.bin" }]),
      "a.bin": floatBytes(NINE),
    });
    expect(loose.layers[0].kernels[0]).toBe(1);
  });

  it("are all named at once where they are missing, before anything is read", async () => {
    const names = ["a.bin", "b.bin", "c.bin", "d.bin", "e.bin"];
    const locations = names.map((name) => ({ location: `weights/${name}` }));
    let reads = 0;
    const files: readonly PlacedFile[] = [
      ...placed({ "model.onnx": externalModel(locations) }),
      {
        path: "weights/b.bin",
        source: {
          name: "b.bin",
          byteLength: 36,
          slice: async (start, end) => {
            reads += 1;
            return new Uint8Array(end - start);
          },
        },
      },
    ];
    const [{ source }] = files;
    await expect(readAs(onnxFormat, source, companionsOf(files[0], files))).rejects.toMatchObject({
      code: "missing-companion-file",
      missingFiles: ["a.bin", "c.bin", "d.bin", "e.bin"],
      message:
        "The weights of model.onnx lie in 4 more files (a.bin, c.bin, d.bin and 1 more); open them all together.",
    });
    expect(reads).toBe(0);
  });

  it("are not asked for where no convolution needs them", async () => {
    const network = await readFiles({
      "model.onnx": model({
        nodes: [
          node("Conv", ["image", "c.weight"], "made"),
          node("Gemm", ["made", "dense.weight"], "out"),
        ],
        initializers: [
          externalTensor("c.weight", shape, { location: "conv.bin" }),
          externalTensor("dense.weight", [1000, 1000], { location: "dense.bin" }),
        ],
        inputs: [value("image", [1, 1, 8, 8])],
      }),
      "conv.bin": floatBytes(NINE),
    });
    expect(network.layers).toHaveLength(1);
    expect(network.parameters).toBe(1_000_009);
  });

  it.each<[string, Record<string, string>, Uint8Array, string]>([
    ["end before they should", { location: "w.bin" }, floatBytes([1, 2]), "truncated"],
    ["begin behind the end", { location: "w.bin", offset: "99999" }, floatBytes(NINE), "truncated"],
    ["lie nowhere", { offset: "0" }, floatBytes(NINE), "malformed"],
    ["begin at no number", { location: "w.bin", offset: "-4" }, floatBytes(NINE), "malformed"],
    ["are too many", { location: "w.bin", length: "40" }, floatBytes([...NINE, 1]), "malformed"],
  ])("that %s are refused", async (_, entry, bytes, code) => {
    const files = { "model.onnx": externalModel([entry]), "w.bin": bytes };
    await expect(readFiles(files)).rejects.toMatchObject({ code });
  });

  it.each(["net.onnx.data", "net.onnx_data", "net.onnx_data_1"])(
    "alone, as %s, ask for their model",
    async (name) => {
      await expect(readFiles({ [name]: floatBytes(NINE) })).rejects.toMatchObject({
        code: "missing-companion-file",
        missingFiles: ["net.onnx"],
      });
    },
  );

  it("are read by their ranges alone from a file of 5 GB", async () => {
    const offset = 2 ** 32 + 1000;
    let bytesRead = 0;
    const huge: ByteSource = {
      name: "weights.data",
      byteLength: 5 * 2 ** 30,
      slice: async (start, end) => {
        bytesRead += end - start;
        const found = new Uint8Array(end - start);
        if (start === offset) found.set(floatBytes(NINE));
        return found;
      },
    };
    const entry = { location: "weights.data", offset: String(offset), length: "36" };
    const network = await readPlaced([
      { path: "model.onnx", source: memorySource("model.onnx", externalModel([entry])) },
      { path: "weights.data", source: huge },
    ]);
    expect(Array.from(network.layers[0].kernels)).toEqual(NINE);
    expect(bytesRead).toBeLessThan(1_000_000);
  });
});
