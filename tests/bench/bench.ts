import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { startMeasuringThreads } from "../../src/cli/measuringThreads.ts";
import { cpuEngine } from "../../src/core/action/cpuEngine.ts";
import type { ActionEngine } from "../../src/core/action/engine.ts";
import { webasmEngine } from "../../src/core/action/gpujs/webasmEngine.ts";
import { parallelEngine } from "../../src/core/action/parallelEngine.ts";
import { toConvAtlasError } from "../../src/core/errors.ts";
import { measurePeers, measureSample } from "./endToEnd.ts";
import { type EngineRow, exactMs, measureEngine, randomKernels, SIDES } from "./engines.ts";
import { reportText } from "./report.ts";

const root = join(import.meta.dirname, "../..");

/** Threads of the built command, which this program is not built with. */
const threadFile = new URL(join(root, "dist/cli/measuringThread.js"), "file:");

/** Largest grid for engines that are there for other machines' graphics processors. */
const SLOW_ENGINE_SIDE = 128;

export interface ScalingRow {
  readonly threads: number;
  readonly kernels: number;
  readonly seconds: number;
  readonly kernelsPerSecond: number;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function threadedEngine(threads: number): ActionEngine {
  return parallelEngine(startMeasuringThreads(threads, threadFile));
}

async function measureEngines(cores: number): Promise<readonly EngineRow[]> {
  const rows: EngineRow[] = [];
  say("engine cpu, this thread");
  rows.push(...(await measureEngine("cpu, 1 thread", cpuEngine, 512, true)));
  const threaded = threadedEngine(cores);
  say(`engine cpu, ${cores} threads`);
  rows.push(...(await measureEngine(`cpu, ${cores} threads`, threaded, 512, true)));
  threaded.close();
  say("engine webasm");
  try {
    const webasm = await webasmEngine.make();
    rows.push(...(await measureEngine("webasm (GPU.js)", webasm, SLOW_ENGINE_SIDE, false)));
    webasm.close();
  } catch (thrown) {
    say(`webasm: ${toConvAtlasError(thrown).message}`);
  }
  return rows;
}

/** On 64 x 64, exact distances. */
async function measureScaling(cores: number): Promise<readonly ScalingRow[]> {
  const rows: ScalingRow[] = [];
  for (const threads of new Set([1, 2, cores])) {
    const engine = threadedEngine(threads);
    await exactMs(engine, randomKernels(2000, 3), 64);
    for (const count of [1e3, 1e4, 1e5, 1e6]) {
      say(`scaling: ${threads} threads, ${count} kernels`);
      const seconds = (await exactMs(engine, randomKernels(count, 4), 64)) / 1000;
      rows.push({ threads, kernels: count, seconds, kernelsPerSecond: count / seconds });
    }
    engine.close();
  }
  return rows;
}

/** `npm run bench`: a table for people on standard output, JSON beside it in a file. */
async function main(): Promise<void> {
  const cores = availableParallelism();
  const resultsPath = join(mkdtempSync(join(tmpdir(), "convatlas-bench-")), "results.json");
  say("the sample network, and Python beside it");
  const sample = measureSample(resultsPath);
  const peers = measurePeers(resultsPath);
  const report = {
    machine: { processor: cpus()[0]?.model ?? "unknown", cores, node: process.version },
    date: new Date().toISOString().slice(0, 10),
    sample,
    peers,
    engines: await measureEngines(cores),
    scaling: await measureScaling(cores),
  };
  const path = join(root, "dist/bench.json");
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${reportText(report, SIDES)}\nAll numbers: ${path}\n`);
}

await main();
