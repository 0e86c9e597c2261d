import moduleAddress from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import wasmAddress from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { configureRuntime, type Runtime, runtimeThreads } from "../runtime.ts";
import { absoluteAddresses, runtimeNotLoaded } from "./loading.ts";

/** Browsers that keep the number of cores to themselves have two, most likely more. */
const CORES_IF_UNKNOWN = 2;

export function availableCores(): number {
  return navigator.hardwareConcurrency || CORES_IF_UNKNOWN;
}

/** As many as help here. */
function usefulThreads(): number {
  return runtimeThreads(globalThis.crossOriginIsolated === true, availableCores());
}

/**
 * Loads ONNX Runtime from this site, as WebAssembly: it needs no graphics card.
 * @throws ConvAtlasError `unreadable` where its files do not arrive.
 */
export async function loadRuntime(threads = usefulThreads()): Promise<Runtime> {
  try {
    const ort = await import("onnxruntime-web/wasm");
    configureRuntime(ort.env, threads);
    ort.env.wasm.wasmPaths = absoluteAddresses(moduleAddress, wasmAddress);
    return { provider: "wasm", ort, threads };
  } catch (error) {
    throw runtimeNotLoaded(error);
  }
}
