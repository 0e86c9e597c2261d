import type { EngineMaker } from "../engine.ts";
import { makeGpuJsEngine } from "./gpuJsEngine.ts";

/** Compute shaders: the fastest where there is a graphics card. */
export const webgpuEngine: EngineMaker = {
  name: "webgpu",
  make: () => makeGpuJsEngine("webgpu"),
};
