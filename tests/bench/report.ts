import type { ScalingRow } from "./bench.ts";
import type { EndToEnd, Peers } from "./endToEnd.ts";
import type { EngineRow } from "./engines.ts";

export interface Report {
  readonly machine: { readonly processor: string; readonly cores: number; readonly node: string };
  readonly date: string;
  readonly sample: EndToEnd;
  readonly peers: Peers | null;
  readonly engines: readonly EngineRow[];
  readonly scaling: readonly ScalingRow[];
}

/**
 * What two cores of a common server need at least per grid value: half a value to evaluate
 * and to count, at some six cycles each (README, how it works).
 */
const NEIGHBOURHOOD_NS = 2;

/** Lines that are read in a terminal, and are a table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at].length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function three(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

function sampleText({ sample, peers }: Report): string {
  const { spectraMs } = sample.timings;
  const own = (spectraMs * 1e6) / sample.gridValues;
  const rows = [["ConvAtlas", (spectraMs / 1000).toFixed(3), three(own), ""]];
  for (const [name, title] of [
    ["numpy", "numpy, many kernels at a time"],
    ["torch", "PyTorch, all cores"],
    ["script", "the poster's arithmetic"],
  ] as const) {
    const peer = peers?.[name];
    if (peer === undefined) continue;
    const ratio = peer.nsPerValue / own;
    rows.push([title, three(peer.seconds), three(peer.nsPerValue), `${ratio.toFixed(0)} x`]);
  }
  return [
    `Sample network: ${sample.gridValues.toLocaleString("en")} grid values, labels and all distances`,
    table(["", "seconds", "ns per grid value", "ConvAtlas is faster by"], rows),
    `${own.toFixed(2)} ns per grid value, ${(own / NEIGHBOURHOOD_NS).toFixed(2)} times the ${NEIGHBOURHOOD_NS} ns that were thought to be the neighbourhood of the possible.`,
    `Whole command ${(sample.wallMs / 1000).toFixed(2)} s, of which reading ${three(sample.timings.readMs)} ms, values ${three(sample.timings.valuesMs)} ms, first labels after ${three(sample.timings.firstLabelsMs)} ms.`,
    ...(peers === null ? ["Python with numpy is not here: nothing to compare with."] : []),
  ].join("\n");
}

function enginesText(rows: readonly EngineRow[], sides: readonly number[]): string {
  const names = [...new Set(rows.map(({ engine }) => engine))];
  const cells = (pick: (row: EngineRow) => number | null) =>
    names.map((name) => [
      name,
      ...sides.map((side) => {
        const row = rows.find((one) => one.engine === name && one.side === side);
        const value = row === undefined ? null : pick(row);
        return value === null ? "" : three(value);
      }),
    ]);
  const head = ["engine", ...sides.map((side) => `${side} x ${side}`)];
  return [
    "Nanoseconds per grid value, exact distances",
    table(
      head,
      cells((row) => row.nsPerValue),
    ),
    "",
    "Kernels per second, exact distances",
    table(
      head,
      cells((row) => row.kernelsPerSecond),
    ),
    "",
    "Kernels per second, labels alone",
    table(
      head,
      cells((row) => row.labelsPerSecond),
    ),
  ].join("\n");
}

function scalingText(rows: readonly ScalingRow[]): string {
  return [
    "Threads and kernels, exact distances on 64 x 64",
    table(
      ["threads", "kernels", "seconds", "kernels per second"],
      rows.map(({ threads, kernels, seconds, kernelsPerSecond }) => [
        String(threads),
        kernels.toLocaleString("en"),
        seconds.toPrecision(3),
        three(kernelsPerSecond),
      ]),
    ),
  ].join("\n");
}

/** The report as tables that are read in a terminal and pasted into a README. */
export function reportText(report: Report, sides: readonly number[]): string {
  const { machine, date } = report;
  return [
    `${machine.processor}, ${machine.cores} cores, Node ${machine.node}, ${date}`,
    sampleText(report),
    enginesText(report.engines, sides),
    scalingText(report.scaling),
  ].join("\n\n");
}
