import { openTflite } from "../../formats/tflite/openTflite.ts";
import type { ExecutableFormat } from "../executableFormat.ts";
import { convertTflite } from "../tflite/convertTflite.ts";

/** TensorFlow Lite as an ONNX model. */
export const executableTflite: ExecutableFormat = {
  async build(context, network) {
    return convertTflite(await openTflite(context), context, network);
  },
};
