import { cpuEngine } from "../core/action/cpuEngine.ts";
import { type EngineRoom, engineRoom, type SpeedMemory } from "../core/action/engineRoom.ts";
import { webasmEngine } from "../core/action/gpujs/webasmEngine.ts";
import { webgl2Engine } from "../core/action/gpujs/webgl2Engine.ts";
import { webgpuEngine } from "../core/action/gpujs/webgpuEngine.ts";
import { parallelEngine } from "../core/action/parallelEngine.ts";
import { startMeasuringThreads } from "./measuringThreads.ts";

/** The engines of a browser. Threads start at once: they load while the file is read. */
export function startEngines(memory: SpeedMemory): EngineRoom {
  const makers = [webgpuEngine, webgl2Engine, webasmEngine];
  return engineRoom({
    cpu: parallelEngine(startMeasuringThreads()),
    lastResort: cpuEngine,
    makers,
    candidates: makers,
    memory,
  });
}
