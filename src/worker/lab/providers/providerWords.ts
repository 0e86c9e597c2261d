import { ConvAtlasError } from "../../../core/errors.ts";

/** For those who insist; nobody misses what the machine does not have. */
export const NO_GRAPHICS =
  "This browser offers this page no graphics processor (WebGPU); the processor runs the network.";

export const OTHER_NUMBERS =
  "The graphics processor (WebGPU) gave other numbers than the processor, so the processor runs this network.";

export function fallText(thrown: unknown): string {
  const code = thrown instanceof ConvAtlasError ? thrown.code : null;
  if (code === "unreadable") {
    return "ONNX Runtime for the graphics processor (WebGPU) could not be loaded from this site; the processor runs the network.";
  }
  const why = code === "too-large" ? " for lack of memory" : "";
  return `The graphics processor (WebGPU) could not run this network${why}; the processor runs it instead.`;
}
