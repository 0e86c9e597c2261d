import type { EngineMaker } from "../engine.ts";
import { makeGpuJsEngine } from "./gpuJsEngine.ts";

/** The same passes in WebAssembly, with SIMD and threads: needs no graphics card. */
export const webasmEngine: EngineMaker = {
  name: "webasm",
  make: () => makeGpuJsEngine("webasm"),
};
