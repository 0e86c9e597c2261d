import type { ModelFormat } from "./format.ts";
import { frozenGraphFormat } from "./frozenGraph.ts";
import { kerasArchiveFormat } from "./kerasArchive.ts";
import { kerasHdf5Format } from "./kerasHdf5.ts";
import { numpyFormat } from "./numpy.ts";
import { onnxFormat } from "./onnx.ts";
import { pytorchFormat } from "./pytorch.ts";
import { pytorchIndexFormat } from "./pytorchIndex.ts";
import { safetensorsFormat } from "./safetensors.ts";
import { safetensorsIndexFormat } from "./safetensorsIndex.ts";
import { savedModelFormat } from "./savedModel.ts";
import { tfjsFormat } from "./tfjs.ts";
import { tfliteFormat } from "./tflite.ts";

/** All formats that can be read, surest signature first: ONNX has none of its own. */
export const FORMATS: readonly ModelFormat[] = [
  tfjsFormat,
  safetensorsIndexFormat,
  pytorchIndexFormat,
  kerasArchiveFormat,
  kerasHdf5Format,
  tfliteFormat,
  pytorchFormat,
  safetensorsFormat,
  numpyFormat,
  savedModelFormat,
  frozenGraphFormat,
  onnxFormat,
];
