import { type Analysis, KERNEL_NOT_FINITE, SCORES_PER_KERNEL } from "../analysis/analysis.ts";
import { type FitRecord, type KernelRecord, kernelRecord } from "./kernelRecord.ts";
import { rounded } from "./numbers.ts";

/** Kernels per chunk of text: some hundred kilobytes. */
const KERNELS_PER_CHUNK = 1024;

/** A kernel of an analysis. */
export interface KernelPlace {
  /** Index in `Analysis.layers`. */
  readonly layer: number;
  /** As in `ConvolutionLayer.kernels`. */
  readonly kernel: number;
}

/**
 * One row per kernel, the fields of the JSON results, in pieces to be joined.
 * Names, not indexes; empty cells where there is no number. RFC 4180.
 *
 * Kernels of several sizes share the table: weights are `w0`, `w1`, ... row by
 * row, as many columns as the largest kernel has entries.
 */
export function resultsCsv(analysis: Analysis): Generator<string> {
  return kernelsCsv(analysis, allKernels(analysis));
}

function* allKernels({ layers }: Analysis): Generator<KernelPlace> {
  for (const [layer, { kernelCount }] of layers.entries()) {
    for (let kernel = 0; kernel < kernelCount; kernel++) yield { layer, kernel };
  }
}

/** The rows of these kernels, in their order; else as `resultsCsv`. */
export function* kernelsCsv(analysis: Analysis, kernels: Iterable<KernelPlace>): Generator<string> {
  const mostEntries = Math.max(
    0,
    ...analysis.layers.map(
      ({ description }) => description.kernelSize[0] * description.kernelSize[1],
    ),
  );
  yield csvRow(columnNames(analysis, mostEntries));
  const shared = analysis.layers.map(({ description, place }) => [
    description.name,
    place.role,
    description.kernelSize.join("x"),
    place.grid.join("x"),
  ]);
  let chunk = "";
  let count = 0;
  for (const { layer, kernel } of kernels) {
    const record = kernelRecord(analysis, analysis.layers[layer], kernel);
    chunk += csvRow([...shared[layer], ...kernelCells(record, mostEntries)]);
    count++;
    if (count % KERNELS_PER_CHUNK !== 0) continue;
    yield chunk;
    chunk = "";
  }
  yield chunk;
}

function columnNames(analysis: Analysis, mostEntries: number): string[] {
  return [
    ...["layer", "role", "kernelSize", "grid", "out", "in", "label", "distance", "margin"],
    ...["nearestByValue", "valueDistance", "cluster", "dead", "notFinite"],
    ...Array.from({ length: SCORES_PER_KERNEL }, (_, c) => `pca${c + 1}`),
    ...analysis.features.map(({ id }) => `distance:${id}`),
    ...Array.from({ length: mostEntries }, (_, i) => `w${i}`),
    "norm",
    ...["fitFeature", "fitOrientation", "fitScale", "fitExplained"],
  ];
}

export type Cell = string | number | boolean | null;

/** One line of a table, with its end. */
export function csvRow(cells: readonly Cell[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function kernelCells(record: KernelRecord, mostEntries: number): Cell[] {
  return [
    record.out,
    record.in,
    record.label,
    rounded(record.distance),
    rounded(record.margin),
    record.nearestByValue,
    rounded(record.valueDistance),
    record.cluster,
    record.isDead,
    record.state === KERNEL_NOT_FINITE,
    ...Array.from(record.pca, rounded),
    ...Array.from(record.distances, rounded),
    ...Array.from({ length: mostEntries }, (_, i) =>
      i < record.weights.length ? rounded(record.weights[i]) : null,
    ),
    rounded(record.norm),
    ...(record.fit === null ? NO_FIT : fitCells(record.fit)),
  ];
}

const NO_FIT: readonly Cell[] = [null, null, null, null];

function fitCells({ feature, orientation, scale, explained }: FitRecord): readonly Cell[] {
  return [feature, orientation, rounded(scale), rounded(explained)];
}

/** A spreadsheet runs text that begins like a formula; layer names come from the file. */
function cell(value: Cell): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
