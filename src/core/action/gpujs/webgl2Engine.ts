import type { EngineMaker } from "../engine.ts";
import { makeGpuJsEngine } from "./gpuJsEngine.ts";

/** Fragment shaders over float textures, for browsers without WebGPU. */
export const webgl2Engine: EngineMaker = {
  name: "webgl2",
  make: () => makeGpuJsEngine("webgl2"),
};
