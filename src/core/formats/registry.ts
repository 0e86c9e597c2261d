import type { ModelFormat } from "./format.ts";
import { kerasHdf5Format } from "./kerasHdf5.ts";
import { onnxFormat } from "./onnx.ts";

/** All formats that can be read, surest signature first: ONNX has none of its own. */
export const FORMATS: readonly ModelFormat[] = [kerasHdf5Format, onnxFormat];
