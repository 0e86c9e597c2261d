import type { FormatId } from "../network/network.ts";

export interface FormatName {
  /** As a person calls it. */
  readonly label: string;
  /** Usual endings or names, for lists of formats only: files are recognised by content. */
  readonly extensions: readonly string[];
  /** Which files of the format can be opened; in Markdown, for the README. */
  readonly files: string;
  /** What is read from them; in Markdown, for the README. */
  readonly reads: string;
}

/** Names of all formats, apart from the readers, which only the worker needs. */
export const FORMAT_NAMES: Readonly<Record<FormatId, FormatName>> = {
  onnx: {
    label: "ONNX",
    extensions: [".onnx"],
    files: "`.onnx`, external weights beside it or dropped together, also beyond 2 GB",
    reads:
      "`Conv`, `ConvTranspose`, `QLinearConv`, `ConvInteger`, fused ones, in functions and branches too; weights as initializers or constants, behind quantization, changes of axes and arithmetic; float64 to float8, integers down to four bits with scales per tensor, channel or block",
  },
  "keras-hdf5": {
    label: "Keras HDF5",
    extensions: [".h5", ".hdf5"],
    files:
      "`.h5`, `.hdf5` of Keras 1, 2 and 3: whole models, weights alone, weights with a `to_json()` file beside them",
    reads:
      "Conv2D, Conv2DTranspose, DepthwiseConv2D, SeparableConv2D, ConvLSTM2D, in nested and multi-GPU models too; Theano's flipped kernels are turned",
  },
  keras: {
    label: "Keras 3",
    extensions: [".keras"],
    files: "`.keras`, compiled or not",
    reads: "the same layers, from the configuration and the HDF5 file in the archive",
  },
  pytorch: {
    label: "PyTorch",
    extensions: [".pt", ".pth", ".pkl", ".ckpt", ".bin.index.json"],
    files:
      "`.pt`, `.pth`, `.pkl`, `.ckpt`: archives and the older streams; state dicts, checkpoints, pickled modules, TorchScript; shards with their `.index.json`",
    reads:
      "every four-axis weight that is a convolution; strides, offsets and shared storages honoured; double to half, bfloat16; optimizer state left out; the code of TorchScript tells order, strides and map sizes; no code of the file runs",
  },
  safetensors: {
    label: "safetensors",
    extensions: [".safetensors", ".safetensors.index.json"],
    files: "`.safetensors`, and shards with their `.index.json`",
    reads: "F64, F32, F16, BF16, F8_E4M3, F8_E5M2",
  },
  tfjs: {
    label: "TensorFlow.js",
    extensions: ["model.json"],
    files:
      "layers and graph models, or a manifest of weights alone: the JSON file (any name) and its shards, in any order",
    reads:
      "Keras layers, or Conv2D, depthwise, transposed and fused convolutions; float32 and weights quantized to float16, uint8, uint16",
  },
  tflite: {
    label: "TensorFlow Lite",
    extensions: [".tflite"],
    files: "`.tflite`",
    reads:
      "CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV; float64 to float16, bfloat16, integers of 16 to 4 bits with scales per tensor or channel; weights beyond 2 GB",
  },
  "saved-model": {
    label: "TensorFlow SavedModel",
    extensions: ["saved_model.pb"],
    files: "the folder, or a zip of it; a bare checkpoint (`.index` and `.data-*`)",
    reads:
      "Conv2D, depthwise, transposed and fused convolutions, followed through functions to their variables; optimizer slots left out",
  },
  "frozen-graph": {
    label: "TensorFlow frozen graph",
    extensions: [".pb"],
    files: "`.pb`",
    reads: "the same operators, followed to their constants",
  },
  numpy: {
    label: "NumPy",
    extensions: [".npz", ".npy"],
    files: "`.npz`, `.npy`, dictionaries and lists of arrays in them too",
    reads:
      "four-axis float16, 32 and 64 arrays of either byte order, C or Fortran order; which axis is which is told from all arrays together, or asked",
  },
};
