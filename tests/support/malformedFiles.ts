import { readFileSync } from "node:fs";
import { join } from "node:path";
import { floatTensor, model, node, value } from "./onnxWriter.ts";

const samples = join(import.meta.dirname, "../../public/samples");
const onnx = readFileSync(join(samples, "brain-unet.onnx"));
const stream = readFileSync(join(import.meta.dirname, "../fixtures/samples/brain-unet-legacy.pth"));
const hdf5 = readFileSync(join(samples, "brain-unet.h5"));

/** A file that cannot be used, and what its one plain sentence must say. */
export interface MalformedFile {
  readonly what: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sentence: RegExp;
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function flipped(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return bytes.map((byte, at) => (at >= start && at < end ? 0xff : byte));
}

const denseOnly = model({
  inputs: [value("x", [1, 4])],
  nodes: [node("MatMul", ["x", "w"], "y")],
  initializers: [floatTensor("w", [4, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
});

const pointwiseOnly = model({
  inputs: [value("x", [1, 2, 8, 8])],
  nodes: [node("Conv", ["x", "w"], "y")],
  initializers: [floatTensor("w", [2, 2, 1, 1], [1, 2, 3, 4])],
});

const GIT_LFS_POINTER = `version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 31410688
`;

export const MALFORMED_FILES: readonly MalformedFile[] = [
  {
    what: "an empty file",
    name: "empty.onnx",
    bytes: new Uint8Array(0),
    sentence: /empty \(0 bytes\)/,
  },
  {
    what: "an ONNX file cut in the middle of the weights",
    name: "half.onnx",
    bytes: onnx.subarray(0, Math.floor(onnx.length / 2)),
    sentence: /looks cut short: it holds \d+ bytes/,
  },
  {
    what: "an ONNX file cut in its first hundred bytes",
    name: "start.onnx",
    bytes: onnx.subarray(0, 90),
    sentence: /looks cut short: it holds \d+ bytes/,
  },
  {
    what: "an ONNX file whose graph is overwritten",
    name: "overwritten.onnx",
    bytes: flipped(onnx, 60, 400),
    sentence: /is damaged|cut short|not a model file/,
  },
  {
    what: "an HDF5 file cut in half",
    name: "half.h5",
    bytes: hdf5.subarray(0, Math.floor(hdf5.length / 2)),
    sentence: /cut short/,
  },
  {
    what: "an HDF5 file cut after its signature",
    name: "signature.h5",
    bytes: hdf5.subarray(0, 24),
    sentence: /is damaged/,
  },
  {
    what: "random bytes",
    name: "noise.onnx",
    bytes: Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3) * 104_729) & 0xff),
    sentence: /not a model file that ConvAtlas knows/,
  },
  {
    what: "a web page named .onnx",
    name: "page.onnx",
    bytes: text("<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>"),
    sentence: /web page, not a model/,
  },
  {
    what: "a Git LFS pointer",
    name: "pointer.h5",
    bytes: text(GIT_LFS_POINTER),
    sentence: /Git LFS pointer/,
  },
  {
    what: "a model without convolutions",
    name: "dense.onnx",
    bytes: denseOnly,
    sentence: /no convolution layers/,
  },
  {
    what: "a model with 1x1 convolutions only",
    name: "pointwise.onnx",
    bytes: pointwiseOnly,
    sentence: /none with kernels to compare \(1x1 kernel\)/,
  },
  {
    what: "a picture",
    name: "slice.h5",
    bytes: readFileSync(join(samples, "slices/slice-000.png")),
    sentence: /picture, not a model/,
  },
  {
    what: "a zip archive",
    name: "weights.pt",
    bytes: Uint8Array.from([0x50, 0x4b, 3, 4, ...new Array(60).fill(0)]),
    sentence: /cut short or damaged/,
  },
  {
    what: "a PyTorch stream cut in the middle of the weights",
    name: "half.pth",
    bytes: stream.subarray(0, Math.floor(stream.length / 2)),
    sentence: /cut short: it holds \d+ of \d+ bytes/,
  },
  {
    what: "a pickle that would start a program",
    name: "trap.pt",
    bytes: text("cos\nsystem\n(S'ls'\ntR."),
    sentence: /asks to run os\.system when Python opens it/,
  },
  {
    what: "a JSON file",
    name: "training.json",
    bytes: text('{"epochs": 30, "loss": [0.7, 0.4]}'),
    sentence: /JSON file/,
  },
  {
    what: "a TensorFlow.js model without its weights",
    name: "model.json",
    bytes: text('{"format": "layers-model", "weightsManifest": []}'),
    sentence: /without its weights/,
  },
];
