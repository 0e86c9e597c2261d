import { type Analysis, KERNEL_NOT_FINITE, SCORES_PER_KERNEL } from "../analysis/analysis.ts";
import { type KernelRecord, kernelRecord } from "./kernelRecord.ts";
import { rounded } from "./numbers.ts";

/** Kernels per chunk of text: some hundred kilobytes. */
const KERNELS_PER_CHUNK = 1024;

/**
 * One row per kernel, the fields of the JSON results, in pieces to be joined.
 * Names, not indexes; empty cells where there is no number. RFC 4180.
 *
 * Kernels of several sizes share the table: weights are `w0`, `w1`, ... row by
 * row, as many columns as the largest kernel has entries.
 */
export function* resultsCsv(analysis: Analysis): Generator<string> {
  const mostEntries = Math.max(
    ...analysis.layers.map(
      ({ description }) => description.kernelSize[0] * description.kernelSize[1],
    ),
  );
  yield `${columnNames(analysis, mostEntries).map(cell).join(",")}\r\n`;
  for (const layer of analysis.layers) {
    const shared = [
      layer.description.name,
      layer.place.role,
      layer.description.kernelSize.join("x"),
      layer.place.grid.join("x"),
    ];
    let chunk = "";
    for (let kernel = 0; kernel < layer.kernelCount; kernel++) {
      const row = [...shared, ...kernelCells(kernelRecord(analysis, layer, kernel), mostEntries)];
      chunk += `${row.map(cell).join(",")}\r\n`;
      if ((kernel + 1) % KERNELS_PER_CHUNK === 0) {
        yield chunk;
        chunk = "";
      }
    }
    yield chunk;
  }
}

function columnNames(analysis: Analysis, mostEntries: number): string[] {
  return [
    ...["layer", "role", "kernelSize", "grid", "out", "in", "label", "distance", "margin"],
    ...["nearestByValue", "valueDistance", "cluster", "dead", "notFinite"],
    ...Array.from({ length: SCORES_PER_KERNEL }, (_, c) => `pca${c + 1}`),
    ...analysis.features.map(({ id }) => `distance:${id}`),
    ...Array.from({ length: mostEntries }, (_, i) => `w${i}`),
  ];
}

type Cell = string | number | boolean | null;

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
  ];
}

/** A spreadsheet runs text that begins like a formula; layer names come from the file. */
function cell(value: Cell): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
