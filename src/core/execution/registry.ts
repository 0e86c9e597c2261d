import type { FormatId } from "../network/network.ts";
import type { ExecutableFormat } from "./executableFormat.ts";
import { executableFrozenGraph } from "./formats/frozenGraph.ts";
import { executableKerasArchive } from "./formats/kerasArchive.ts";
import { executableKerasHdf5 } from "./formats/kerasHdf5.ts";
import { executableOnnx } from "./formats/onnx.ts";
import { executableSavedModel } from "./formats/savedModel.ts";
import { executableTfjs } from "./formats/tfjs.ts";
import { executableTflite } from "./formats/tflite.ts";
import {
  executableNumpy,
  executablePytorch,
  executableSafetensors,
} from "./formats/weightsOnly.ts";

/** How networks of every file format are made to run, or why they are not. */
export const EXECUTABLE_FORMATS: Readonly<Record<FormatId, ExecutableFormat>> = {
  onnx: executableOnnx,
  "keras-hdf5": executableKerasHdf5,
  keras: executableKerasArchive,
  pytorch: executablePytorch,
  safetensors: executableSafetensors,
  tfjs: executableTfjs,
  tflite: executableTflite,
  "saved-model": executableSavedModel,
  "frozen-graph": executableFrozenGraph,
  numpy: executableNumpy,
};
