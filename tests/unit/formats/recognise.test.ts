import { describe, expect, it } from "vitest";
import { dictionary, NONE, pickle } from "../../support/pickleWriter.ts";
import { readFiles } from "../../support/readModel.ts";
import { TorchWriter } from "../../support/torchWriter.ts";
import { writeZip } from "../../support/zipWriter.ts";

const text = (content: string) => new TextEncoder().encode(content);
const refusalOf = (bytes: Uint8Array) => readFiles({ "net.pt": bytes });

/** Bytes at a place in a file of zeros. */
function placed(content: string, at: number, length = 600): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(text(content), at);
  return bytes;
}

describe("files that people take for models", () => {
  it.each<[string, Uint8Array, string, RegExp]>([
    [
      "a packed file",
      Uint8Array.of(0x1f, 0x8b, 8, 0, 0),
      "unknown-format",
      /is compressed; unpack/,
    ],
    ["another packed file", text("BZh91AY"), "unknown-format", /is compressed; unpack/],
    ["a DICOM image", placed("DICM", 128), "not-a-model", /is a medical image/],
    ["a NIfTI image", placed("n+1\0", 344), "not-a-model", /is a medical image/],
    ["a language model", text("GGUF\u0003"), "not-a-model", /language model/],
    ["a MATLAB file", text("MATLAB 5.0 MAT-file, Platform"), "unsupported", /exportONNXNetwork/],
    ["a Darknet network", text("# yolo\n[net]\nbatch=1\n"), "unsupported", /Darknet/],
    [
      "an OpenVINO network",
      text('<?xml version="1.0"?>\n<net name="a">'),
      "unsupported",
      /OpenVINO/,
    ],
    ["a web page", text('<?xml version="1.0"?>\n<html>'), "not-a-model", /web page/],
  ])("%s", async (_, bytes, code, sentence) => {
    await expect(refusalOf(bytes)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(sentence),
    });
  });
});

describe("an archive without a model", () => {
  it.each<[string, Record<string, Uint8Array>]>([
    ["only the version of a PyTorch file", { "net/version": text("3\n") }],
    ["pictures", { "slices/1.png": Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0) }],
    ["an empty file", { "empty.bin": new Uint8Array(0) }],
    ["nothing", {}],
  ])("with %s is refused under its own name", async (_, members) => {
    await expect(refusalOf(writeZip(members))).rejects.toMatchObject({
      code: "unknown-format",
      message: expect.stringMatching(/^net\.pt is a zip archive without a model in it/),
    });
  });

  it("with a model that is damaged is refused for that", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n";
    await expect(
      refusalOf(writeZip({ "notes.txt": text("notes"), "net.h5": text(pointer) })),
    ).rejects.toMatchObject({ code: "git-lfs-pointer" });
  });

  it("with another archive is refused for that", async () => {
    const inner = writeZip({ "a.txt": text("a") });
    await expect(refusalOf(writeZip({ "inner.zip": inner }))).rejects.toThrow(
      "net.pt holds another archive, inner.zip; unpack it and open what is inside.",
    );
  });
});

describe("an archive of torch.package", () => {
  it("is refused in words, although it holds pickles", async () => {
    const archive = writeZip({
      "net/.data/extern_modules": text("torch\n"),
      "net/model/model.pkl": pickle(dictionary({ "conv.weight": NONE })),
    });
    await expect(refusalOf(archive)).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(/^net\.pt is a package of programs \(torch\.package\)/),
    });
  });
});

describe("an archive with a model", () => {
  it("is opened as its folder would be", async () => {
    const writer = new TorchWriter();
    const stream = writer.stream(writer.counting([4, 2, 3, 3]));
    const { format, layers } = await refusalOf(
      writeZip({ "readme.txt": text("a network"), "run1/net.pth": stream }),
    );
    expect([format, layers.length]).toEqual(["pytorch", 1]);
  });
});
