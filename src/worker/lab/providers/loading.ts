import { ConvAtlasError } from "../../../core/errors.ts";

/** Of the two files that ONNX Runtime loads by itself. */
export function absoluteAddresses(mjs: string, wasm: string): { mjs: string; wasm: string } {
  // The development server names them by their path alone.
  const absolute = (address: string) => new URL(address, import.meta.url).href;
  return { mjs: absolute(mjs), wasm: absolute(wasm) };
}

export function runtimeNotLoaded(error: unknown): ConvAtlasError {
  return new ConvAtlasError(
    "unreadable",
    "ONNX Runtime, the part that runs networks, could not be loaded from this site; check the connection and try again.",
    String(error),
  );
}
