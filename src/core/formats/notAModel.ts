import { ConvAtlasError } from "../errors.ts";

/** What a file that no reader knows turned out to be, from its first bytes. */
interface Lookalike {
  readonly matches: (head: Uint8Array, text: string) => boolean;
  readonly error: (name: string) => ConvAtlasError;
}

/** Enough for every signature below. */
export const HEAD_BYTES = 512;

function startsWith(head: Uint8Array, signature: readonly number[], at = 0): boolean {
  return signature.every((byte, i) => head[at + i] === byte);
}

const EXPORT_ADVICE = "Export the model to ONNX (.onnx) or Keras HDF5 (.h5) and open that.";

/** gzip, bzip2, xz, 7z, RAR, Zstandard. */
const PACKED = [
  [0x1f, 0x8b],
  [0x42, 0x5a, 0x68],
  [0xfd, 0x37, 0x7a, 0x58, 0x5a],
  [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c],
  [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07],
  [0x28, 0xb5, 0x2f, 0xfd],
];

/** "n+1" and "ni1" at the end of a NIfTI-1 header. */
const NIFTI = [
  [0x6e, 0x2b, 0x31, 0],
  [0x6e, 0x69, 0x31, 0],
];

const LOOKALIKES: readonly Lookalike[] = [
  {
    matches: (_, text) => text.startsWith("version https://git-lfs.github.com/spec/"),
    error: (name) =>
      new ConvAtlasError(
        "git-lfs-pointer",
        `${name} is only a Git LFS pointer, a note that stands for the real file; fetch the model itself with "git lfs pull" or the download button of the site.`,
      ),
  },
  {
    matches: (_, text) => /^\s*(<\?xml[^>]*>\s*)?<net\s/i.test(text),
    error: (name) =>
      new ConvAtlasError(
        "unsupported",
        `${name} describes a network of OpenVINO, whose files are not read; open the model that it was converted from, or export that to ONNX (.onnx).`,
      ),
  },
  {
    matches: (_, text) => /^\s*(<!doctype html|<html|<head|<\?xml)/i.test(text),
    error: (name) =>
      new ConvAtlasError(
        "not-a-model",
        `${name} is a web page, not a model; the download probably saved the page around the file, so download the file itself again.`,
      ),
  },
  {
    matches: (head) => startsWith(head, [0x75, 0x73, 0x74, 0x61, 0x72], 257),
    error: (name) =>
      new ConvAtlasError(
        "unknown-format",
        `${name} is a tar archive; unpack it and open the model inside.`,
      ),
  },
  {
    matches: (head) =>
      startsWith(head, [0x50, 0x4b, 0x03, 0x04]) || startsWith(head, [0x50, 0x4b, 0x05, 0x06]),
    error: (name) =>
      new ConvAtlasError(
        "unknown-format",
        `${name} is a zip archive without a model in it that ConvAtlas knows. ${EXPORT_ADVICE}`,
      ),
  },
  {
    matches: (head) => startsWith(head, [0x80]) && head[1] >= 2 && head[1] <= 5,
    error: (name) =>
      new ConvAtlasError(
        "malformed",
        `${name} begins as a Python pickle (perhaps a PyTorch file), but is damaged; download or copy it again.`,
      ),
  },
  {
    matches: (head) => PACKED.some((signature) => startsWith(head, signature)),
    error: (name) =>
      new ConvAtlasError(
        "unknown-format",
        `${name} is compressed; unpack it and open the model inside.`,
      ),
  },
  {
    matches: (head, text) =>
      text.startsWith("DICM", 128) || NIFTI.some((magic) => startsWith(head, magic, 344)),
    error: (name) =>
      new ConvAtlasError(
        "not-a-model",
        `${name} is a medical image, not a model; open the file that holds the trained network.`,
      ),
  },
  {
    matches: (_, text) => text.startsWith("GGUF"),
    error: (name) =>
      new ConvAtlasError(
        "not-a-model",
        `${name} is a language model (GGUF), not a convolutional network.`,
      ),
  },
  {
    matches: (_, text) => text.startsWith("MATLAB "),
    error: (name) =>
      new ConvAtlasError(
        "unsupported",
        `${name} is a MATLAB file, which cannot be read; export the network from MATLAB with exportONNXNetwork and open that.`,
      ),
  },
  {
    matches: (_, text) => /^(\s|#[^\n]*\n)*\[(net|network)\]/.test(text),
    error: (name) =>
      new ConvAtlasError(
        "unsupported",
        `${name} describes a Darknet network, whose files are not read; convert it to ONNX (.onnx) or PyTorch and open that.`,
      ),
  },
  {
    matches: (head) =>
      startsWith(head, [0x89, 0x50, 0x4e, 0x47]) || startsWith(head, [0xff, 0xd8, 0xff]),
    error: (name) =>
      new ConvAtlasError(
        "not-a-model",
        `${name} is a picture, not a model; open the file that holds the trained network.`,
      ),
  },
  {
    matches: (_, text) =>
      /^\s*\{[^{]*"(modelTopology|weightsManifest|format"\s*:\s*"(layers|graph)-model)"/.test(
        text,
      ) || /^\s*\[\s*\{\s*"(paths|weights)"\s*:\s*\[/.test(text),
    error: (name) =>
      new ConvAtlasError(
        "truncated",
        `${name} begins as a TensorFlow.js model, but its text is cut short or damaged; download or copy it again.`,
      ),
  },
  {
    matches: (_, text) => /^\s*\{[^{]*"(class_name"\s*:\s*"|model_config"\s*:\s*\{)/.test(text),
    error: (name) =>
      new ConvAtlasError(
        "no-weights",
        `${name} describes a network without its weights; open it together with the .h5 file that holds them.`,
      ),
  },
  {
    matches: (_, text) =>
      /^\s*(node\s*\{\s*name\s*:|saved_model_schema_version\s*:|meta_graphs\s*\{)/.test(text),
    error: (name) =>
      new ConvAtlasError(
        "unsupported",
        `${name} is a TensorFlow graph written as text (.pbtxt), which cannot be read; save the graph in binary form (.pb) and open that.`,
      ),
  },
  {
    matches: (_, text) => /^\s*model_checkpoint_path\s*:/.test(text),
    error: (name) =>
      new ConvAtlasError(
        "no-weights",
        `${name} only names the newest of several TensorFlow checkpoints; open the .index file of that checkpoint together with its .data files.`,
      ),
  },
  {
    matches: (_, text) => /^\s*[{[]/.test(text),
    error: (name) =>
      new ConvAtlasError(
        "unknown-format",
        `${name} is a JSON file, and the weights of a network lie elsewhere; open the file with the weights.`,
      ),
  },
];

/** How exporters call the file for the numbers of an ONNX model, which has no signature. */
const ONNX_WEIGHTS = /^(.+\.onnx)[._]data(_\d+)?$/;

/** The same of a TensorFlow checkpoint. */
const CHECKPOINT_SHARD = /^(.+)\.data-\d{5}-of-\d{5}$/;

/** The plain sentence for a file that no reader recognised. */
export function unrecognisedFileError(name: string, head: Uint8Array): ConvAtlasError {
  const text = new TextDecoder("latin1").decode(head);
  const known = LOOKALIKES.find((lookalike) => lookalike.matches(head, text));
  if (known !== undefined) return known.error(name);
  const [, model] = ONNX_WEIGHTS.exec(name) ?? [];
  if (model !== undefined) {
    return new ConvAtlasError(
      "missing-companion-file",
      `${name} holds only the weights of an ONNX model; open it together with ${model}.`,
      "",
      [model],
    );
  }
  const [, prefix] = CHECKPOINT_SHARD.exec(name) ?? [];
  if (prefix !== undefined) {
    return new ConvAtlasError(
      "missing-companion-file",
      `${name} holds only the numbers of a TensorFlow model; open it together with ${prefix}.index, or the whole folder.`,
      "",
      [`${prefix}.index`],
    );
  }
  const first = [...head.subarray(0, 8)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join(" ");
  return new ConvAtlasError(
    "unknown-format",
    `${name} is not a model file that ConvAtlas knows. ${EXPORT_ADVICE}`,
    `First bytes: ${first}`,
  );
}
