import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Timings } from "../../src/core/analysis/analysis.ts";
import { median } from "./measure.ts";

const root = join(import.meta.dirname, "../..");
const command = join(root, "dist/cli/convatlas.js");
const sample = join(root, "public/samples/brain-unet.onnx");
const ROUNDS = 7;

export interface EndToEnd {
  readonly gridValues: number;
  readonly timings: Timings;
  readonly wallMs: number;
}

interface Results {
  readonly timings: Timings;
  readonly layers: readonly { readonly kernelCount: number; readonly grid: readonly number[] }[];
}

/** The sample network through the built command; medians of several runs. */
export function measureSample(resultsPath: string): EndToEnd {
  const runs = Array.from({ length: ROUNDS }, () => {
    const startedAt = performance.now();
    execFileSync(process.execPath, [command, "analyze", sample, "--out", resultsPath]);
    const wallMs = performance.now() - startedAt;
    return { wallMs, results: JSON.parse(readFileSync(resultsPath, "utf8")) as Results };
  });
  const of = (pick: (timings: Timings) => number) =>
    median(runs.map(({ results }) => pick(results.timings)));
  const [{ results }] = runs;
  return {
    gridValues: results.layers.reduce(
      (sum, { kernelCount, grid }) => sum + kernelCount * grid[0] * grid[1],
      0,
    ),
    timings: {
      readMs: of((timings) => timings.readMs),
      valuesMs: of((timings) => timings.valuesMs),
      firstLabelsMs: of((timings) => timings.firstLabelsMs),
      spectraMs: of((timings) => timings.spectraMs),
      totalMs: of((timings) => timings.totalMs),
      engine: results.timings.engine,
    },
    wallMs: median(runs.map((run) => run.wallMs)),
  };
}

interface PeerTime {
  readonly seconds: number;
  readonly nsPerValue: number;
}

export interface Peers {
  readonly numpy?: PeerTime;
  readonly torch?: PeerTime;
  readonly script?: PeerTime;
}

/** What Python takes for the same kernels; null where it lacks numpy. `PYTHON` names another. */
export function measurePeers(resultsPath: string): Peers | null {
  const python = process.env.PYTHON ?? "python3";
  const script = join(import.meta.dirname, "peers.py");
  const { status, stdout } = spawnSync(python, [script, resultsPath], { encoding: "utf8" });
  return status === 0 ? (JSON.parse(stdout) as Peers) : null;
}
