import type { EngineName } from "../../src/core/analysis/analysis.ts";
import type { LabProvider } from "../../src/worker/lab/protocol.ts";
import type { Measured, Times } from "./labMeasured.ts";
import type { RunTimes } from "./labRuns.ts";
import type { WholeTest } from "./labTest.ts";
import { table } from "./report.ts";

/** On what it was measured. */
export interface Circumstances {
  readonly subject: string;
  readonly processor: string;
  readonly cores: number;
  readonly browser: string;
  /** Processes that wanted to run when it began; 0 where the system does not tell. */
  readonly load: number;
  readonly date: string;
  readonly webgpu: string;
  readonly webgl2: string;
}

export interface SpectraRow {
  readonly engine: EngineName;
  readonly times: Measured<Times>;
}

export interface RunsRow {
  readonly provider: LabProvider;
  readonly runs: Measured<RunTimes>;
}

export interface TestRow {
  readonly provider: LabProvider;
  readonly test: Measured<WholeTest>;
}

const PROVIDERS: Readonly<Record<LabProvider, string>> = { wasm: "WebAssembly", webgpu: "WebGPU" };

function timeText(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toPrecision(3)} s`;
}

/** Median, scatter, and how many there were. */
function timeCells({ median, least, most, count }: Times): readonly string[] {
  return [timeText(median), `${timeText(least)} to ${timeText(most)}`, String(count)];
}

/** In place of three cells, and why. */
function emptyCells(why: string): readonly string[] {
  return ["", "", "", `cannot: ${why}`];
}

export function circumstancesText(of: Circumstances): string {
  const { subject, processor, cores, browser, load, date, webgpu, webgl2 } = of;
  return [
    `${subject}, ${date}`,
    `${processor}, ${cores} cores, load ${load.toFixed(1)} at the start, ${browser}`,
    `WebGPU: ${webgpu}`,
    `WebGL 2: ${webgl2}`,
  ].join("\n");
}

export function spectraText(rows: readonly SpectraRow[]): string {
  return [
    'Spectra of all kernels, the engine chosen under "Computed by"',
    table(
      ["engine", "median", "scatter", "times", ""],
      rows.map(({ engine, times }) =>
        times.kind === "measured"
          ? [engine, ...timeCells(times.found), ""]
          : [engine, ...emptyCells(times.why)],
      ),
    ),
  ].join("\n");
}

/** @param choice what the page chose by itself, in its words. */
export function runsText(rows: readonly RunsRow[], choice: string): string {
  return [
    'One run of the network on one image, chosen under "The network runs on"',
    table(
      ["", "median", "scatter", "runs", "the page says"],
      rows.map(({ provider, runs }) =>
        runs.kind === "measured"
          ? [PROVIDERS[provider], ...timeCells(runs.found.times), runs.found.by]
          : [PROVIDERS[provider], ...emptyCells(runs.why)],
      ),
    ),
    `Left to itself, the page says: ${choice}`,
  ].join("\n");
}

function testCells({ milliseconds, runs, workers, compared, difference }: WholeTest) {
  return [
    timeText(milliseconds),
    runs.toLocaleString("en"),
    String(workers),
    `${difference.toFixed(6)} at most, of ${compared} figures`,
  ];
}

export function testsText(rows: readonly TestRow[]): string {
  return [
    'The whole test ("Put to the test", one click)',
    table(
      ["", "time", "runs", "workers", "Dice, difference to PyTorch"],
      rows.map(({ provider, test }) => [
        PROVIDERS[provider],
        ...(test.kind === "measured" ? testCells(test.found) : emptyCells(test.why)),
      ]),
    ),
  ].join("\n");
}

export const ONLY_BUNDLED = "The test of every layer is timed with the bundled network only.";
