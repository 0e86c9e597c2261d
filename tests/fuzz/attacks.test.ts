import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeHdf5 } from "../support/hdf5Writer.ts";
import { npyWithHeader } from "../support/numpyWriter.ts";
import { floatTensor, intField, model, node, tensor, value } from "../support/onnxWriter.ts";
import { call, dictionary, named, pickle, text } from "../support/pickleWriter.ts";
import type { Files } from "../support/readModel.ts";
import { fileWithHeader, float32, writeSafetensors } from "../support/safetensorsWriter.ts";
import { TorchWriter } from "../support/torchWriter.ts";
import { writeZip } from "../support/zipWriter.ts";
import { buildReader, ReadingProcess } from "./readingProcess.ts";

const MOST_TIME_MS = 1000;
const MOST_MEMORY_BYTES = 200 * 2 ** 20;

/** What is read first, so that what the process itself and its libraries take is known. */
const harmless = writeSafetensors({ "conv.weight": float32([1, 1, 3, 3], Array(9).fill(1)) });

let folder = "";
let scratch = "";

beforeAll(async () => {
  folder = await buildReader();
  scratch = mkdtempSync(join(tmpdir(), "convatlas-"));
}, 60_000);

afterAll(() => {
  for (const path of [folder, scratch]) rmSync(path, { recursive: true, force: true });
});

/** Reads the files in a process of its own; checks time and memory from outside. */
async function attack(files: Files, warmUp: Files = { "a.safetensors": harmless }) {
  const reader = new ReadingProcess(folder, []);
  const before = await reader.read(warmUp, 20_000);
  expect(before?.outcome).toBe("network");
  const startedAt = performance.now();
  const answer = await reader.read(files, 5000);
  const took = performance.now() - startedAt;
  reader.stop();
  expect(answer).not.toBeNull();
  expect(took).toBeLessThan(MOST_TIME_MS);
  expect((answer?.peakBytes ?? 0) - (before?.peakBytes ?? 0)).toBeLessThan(MOST_MEMORY_BYTES);
  return { outcome: answer?.outcome, sentence: answer?.details ?? "" };
}

/** A pickle that Python would answer by running a command. */
function commandPickle(module: string, marker: string) {
  return call(named(module, "system"), text(`touch ${marker}`));
}

describe("a file that would run a command", () => {
  it.each(["os", "posix", "nt"])(
    "through %s.system does nothing and is reported",
    async (module) => {
      const marker = join(scratch, module);
      const { outcome, sentence } = await attack({
        "a.pkl": pickle(commandPickle(module, marker)),
      });
      expect(outcome).not.toBe("network");
      expect(sentence).toContain(`${module}.system`);
      expect(existsSync(marker)).toBe(false);
    },
  );

  it("beside weights is reported, and the weights are read", async () => {
    const marker = join(scratch, "beside");
    const writer = new TorchWriter();
    const content = dictionary({
      "conv.weight": writer.counting([1, 1, 3, 3]),
      extra: commandPickle("os", marker),
    });
    const { outcome, sentence } = await attack({ "a.pt": writer.zip(content) });
    expect(outcome).toBe("network");
    expect(sentence).toContain("os.system");
    expect(existsSync(marker)).toBe(false);
  });
});

/** An .npy file of zeros, packed a thousandfold. */
function bomb(mebibytes: number) {
  const kernels = (mebibytes * 2 ** 20) / 4 / 9;
  const shape = `(${Math.floor(kernels / 64)}, 64, 3, 3)`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const zeros = new Uint8Array(Math.floor(kernels / 64) * 64 * 9 * 4);
  const npy = npyWithHeader(header, zeros);
  return { packed: deflateRawSync(npy, { level: 9 }), length: npy.length };
}

describe("files that claim more than they are", () => {
  it("a zip bomb", async () => {
    const { packed, length } = bomb(300);
    expect(packed.length).toBeLessThan(length / 500);
    const zip = writeZip({ "arr_0.npy": packed }, { claims: { "arr_0.npy": length } });
    const { outcome } = await attack({ "bomb.npz": zip });
    expect(outcome).toBe("too-large");
  });

  it("a zip bomb that is no model at all", async () => {
    const { packed, length } = bomb(300);
    const zip = writeZip({ "weights.h5": packed }, { claims: { "weights.h5": length } });
    const { outcome } = await attack({ "bomb.zip": zip });
    expect(outcome).toBe("too-large");
  });

  it("a zip bomb in place of a PyTorch pickle", async () => {
    const packed = deflateRawSync(new Uint8Array(300 * 2 ** 20));
    const zip = writeZip(
      { "archive/data.pkl": packed },
      { claims: { "archive/data.pkl": 300 * 2 ** 20 } },
    );
    const { outcome } = await attack({ "bomb.pt": zip });
    expect(outcome).toBe("too-large");
  });

  it("a safetensors header of 2^60 bytes", async () => {
    const file = fileWithHeader("{}");
    new DataView(file.buffer).setBigUint64(0, 2n ** 60n, true);
    const { outcome, sentence } = await attack({ "huge.safetensors": file });
    expect(["truncated", "malformed", "too-large"]).toContain(outcome);
    expect(sentence).toContain("huge.safetensors");
  });

  it("safetensors offsets beyond the file", async () => {
    const entry = { dtype: "F32", shape: [1024, 1024, 3, 3], data_offsets: [0, 37_748_736] };
    const file = fileWithHeader(JSON.stringify({ "conv.weight": entry }), new Uint8Array(36));
    const { outcome } = await attack({ "a.safetensors": file });
    expect(["truncated", "malformed"]).toContain(outcome);
  });

  it("an ONNX tensor larger than the file", async () => {
    const huge = tensor("w", [30_000, 1000, 3, 3], 1, new Uint8Array(0));
    const typed = tensor("v", [30_000, 1000, 3, 3], 1, intField(5, 1));
    for (const initializer of [huge, typed]) {
      const bytes = model({
        inputs: [value("x", [1, 1000, 8, 8])],
        nodes: [node("Conv", ["x", initializer === huge ? "w" : "v"], "y")],
        initializers: [initializer, floatTensor("b", [1], [0])],
      });
      const { outcome } = await attack({ "a.onnx": bytes });
      expect(["truncated", "malformed", "too-large"]).toContain(outcome);
    }
  });

  it("a PyTorch storage larger than the file", async () => {
    const writer = new TorchWriter();
    const storage = writer.storage([1, 2, 3], "FloatStorage", 270_000_000);
    const tensorCall = call(named("torch._utils", "_rebuild_tensor_v2"), storage);
    const { outcome } = await attack({
      "a.pt": writer.zip(dictionary({ "conv.weight": tensorCall })),
    });
    expect(outcome).not.toBe("network");
  });
});

describe("structures without end", () => {
  it("an HDF5 file whose group holds itself", async () => {
    const bytes = await writeHdf5(
      { groups: { layers: { groups: { conv2d: {} } } } },
      {
        links: {
          "/layers/again": { kind: "hard", to: "/layers" },
          "/layers/conv2d/up": { kind: "hard", to: "/" },
        },
      },
    );
    const fine = await writeHdf5({
      attributes: { layer_names: { text: ["conv2d"] } },
      groups: {
        conv2d: {
          attributes: { weight_names: { text: ["conv2d/kernel:0"] } },
          groups: {
            conv2d: { datasets: { "kernel:0": { shape: [3, 3, 1, 1], values: Array(9).fill(1) } } },
          },
        },
      },
    });
    const { outcome } = await attack({ "cycle.h5": bytes }, { "fine.h5": fine });
    expect(outcome).not.toBe("network");
  });

  it("an archive of archives of itself", async () => {
    let zip = writeZip({ "a.bin": new Uint8Array(16) });
    for (let depth = 0; depth < 64; depth += 1) zip = writeZip({ "inner.zip": zip });
    const { outcome } = await attack({ "russian.zip": zip });
    expect(outcome).toBe("unknown-format");
  });

  it("lists within lists, a hundred thousand deep", async () => {
    const deep = Uint8Array.from([
      0x80,
      2,
      ...Array(100_000).fill(0x5d),
      ...Array(99_999).fill(0x61),
      0x2e,
    ]);
    const { outcome } = await attack({ "deep.pkl": deep });
    expect(outcome).not.toBe("network");
    const json = new TextEncoder().encode(`{"modelTopology":${"[".repeat(100_000)}`);
    expect((await attack({ "model.json": json })).outcome).not.toBe("network");
  });
});
