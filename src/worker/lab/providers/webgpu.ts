import moduleAddress from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url";
import wasmAddress from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import { configureRuntime, type Runtime } from "../runtime.ts";
import { hasGraphicsProcessor, POWER_PREFERENCE } from "./adapter.ts";
import { absoluteAddresses, runtimeNotLoaded } from "./loading.ts";

/**
 * What ONNX Runtime cannot do on the graphics processor it does here; threads would stand idle
 * beside those that WebAssembly has.
 */
const THREADS = 1;

/**
 * Loads ONNX Runtime with WebGPU from this site: twice the size of the one without, and of no use
 * on a machine without a graphics processor, where it is not asked for.
 *
 * @returns null on such a machine.
 * @throws ConvAtlasError `unreadable` where its files do not arrive.
 */
export async function loadRuntime(): Promise<Runtime | null> {
  if (!(await hasGraphicsProcessor(navigator.gpu))) return null;
  try {
    const ort = await import("onnxruntime-web/webgpu");
    configureRuntime(ort.env, THREADS);
    ort.env.webgpu.powerPreference = POWER_PREFERENCE;
    ort.env.wasm.wasmPaths = absoluteAddresses(moduleAddress, wasmAddress);
    // Its types know no GPUDevice.
    const device = () => Promise.resolve(ort.env.webgpu.device as Promise<GPUDevice>);
    return { provider: "webgpu", ort, threads: THREADS, device };
  } catch (error) {
    throw runtimeNotLoaded(error);
  }
}
