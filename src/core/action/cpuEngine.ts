import { localMeasurer } from "./blockMeasurer.ts";
import type { ActionEngine } from "./engine.ts";
import { parallelEngine } from "./parallelEngine.ts";

/** Our own engine on the thread that asks: runs everywhere, and is what others fall back to. */
export const cpuEngine: ActionEngine = parallelEngine([localMeasurer()]);
