import type { FormatId } from "../network/network.ts";

export interface FormatName {
  /** As a person calls it. */
  readonly label: string;
  /** Usual endings, for lists of formats only: files are recognised by content. */
  readonly extensions: readonly string[];
}

/** Names of all formats, apart from the readers, which only the worker needs. */
export const FORMAT_NAMES: Readonly<Record<FormatId, FormatName>> = {
  onnx: { label: "ONNX", extensions: [".onnx"] },
  "keras-hdf5": { label: "Keras HDF5", extensions: [".h5", ".hdf5"] },
  keras: { label: "Keras 3", extensions: [".keras"] },
  pytorch: { label: "PyTorch", extensions: [".pt", ".pth", ".pkl", ".ckpt"] },
  safetensors: { label: "safetensors", extensions: [".safetensors"] },
  tfjs: { label: "TensorFlow.js", extensions: ["model.json"] },
  tflite: { label: "TensorFlow Lite", extensions: [".tflite"] },
  "saved-model": { label: "TensorFlow SavedModel", extensions: ["saved_model.pb"] },
  "frozen-graph": { label: "TensorFlow frozen graph", extensions: [".pb"] },
  numpy: { label: "NumPy", extensions: [".npz", ".npy"] },
};
