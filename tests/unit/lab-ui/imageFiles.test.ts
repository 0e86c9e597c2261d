import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { areImages, isImageHead } from "../../../src/ui/files/imageFiles.ts";

const samples = join(import.meta.dirname, "../../../public/samples");

function head(at: number, ...bytes: readonly number[]): Uint8Array {
  const all = new Uint8Array(352);
  all.set(bytes, at);
  return all;
}

function text(words: string): number[] {
  return [...new TextEncoder().encode(words)];
}

function picked(name: string, bytes: Uint8Array) {
  return { path: name, file: new File([Uint8Array.from(bytes)], name) };
}

const PNG = readFileSync(join(samples, "slices/slice-000.png"));
const ONNX = readFileSync(join(samples, "brain-unet.onnx"));

describe("images are told by their content", () => {
  it.each([
    ["PNG", head(0, 0x89, 0x50, 0x4e, 0x47)],
    ["JPEG", head(0, 0xff, 0xd8, 0xff, 0xe0)],
    ["WebP", Uint8Array.of(...text("RIFF"), 1, 2, 3, 4, ...text("WEBP"))],
    ["DICOM", head(128, ...text("DICM"))],
    ["NIfTI-1", head(344, ...text("n+1"), 0)],
    ["NIfTI-2", head(4, ...text("n+2"), 0)],
  ])("%s", (_, bytes) => {
    expect(isImageHead("whatever", bytes)).toBe(true);
  });

  it("packed files only by a name of NIfTI", () => {
    expect(isImageHead("head.nii.gz", head(0, 0x1f, 0x8b))).toBe(true);
    expect(isImageHead("weights.gz", head(0, 0x1f, 0x8b))).toBe(false);
  });

  it("a name alone makes none", () => {
    expect(isImageHead("model.png", head(0, ...text("PK")))).toBe(false);
    expect(isImageHead("x.wav", Uint8Array.of(...text("RIFF"), 1, 2, 3, 4, ...text("WAVE")))).toBe(
      false,
    );
    expect(isImageHead("short", Uint8Array.of(0x89))).toBe(false);
  });
});

describe("what was chosen", () => {
  it("goes to the lab if all of it is images", async () => {
    expect(await areImages([picked("a", PNG), picked("b", PNG)])).toBe(true);
  });

  it("is a model if some of it is none", async () => {
    expect(await areImages([picked("a.png", PNG), picked("m.onnx", ONNX)])).toBe(false);
    expect(await areImages([picked("m.png", ONNX)])).toBe(false);
    expect(await areImages([])).toBe(false);
  });
});
