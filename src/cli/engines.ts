import { cpuEngine } from "../core/action/cpuEngine.ts";
import { type EngineRoom, engineRoom } from "../core/action/engineRoom.ts";
import { webasmEngine } from "../core/action/gpujs/webasmEngine.ts";
import { webgpuEngine } from "../core/action/gpujs/webgpuEngine.ts";
import { parallelEngine } from "../core/action/parallelEngine.ts";
import { startMeasuringThreads } from "./measuringThreads.ts";

/** The engines of Node. Threads start at once: they load while the file is read. */
export function startEngines(): EngineRoom {
  return engineRoom({
    cpu: parallelEngine(startMeasuringThreads()),
    lastResort: cpuEngine,
    makers: [webgpuEngine, webasmEngine],
    // No graphics processor is reached from here, and by another way the processor is slower.
    candidates: [],
    memory: { load: () => null, store: () => {} },
  });
}
