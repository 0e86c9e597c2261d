import type { Analysis } from "../../core/analysis/analysis.ts";
import { type KernelPlace, kernelsCsv } from "../../core/results/csv.ts";
import { blobOfPieces, download, exportName } from "../export/download.ts";
import { reportExportError } from "../export/exportResults.ts";
import { analyses } from "../state/analyses.ts";
import { pageRunner } from "../state/pageRunner.ts";
import { pageStore } from "../state/pageStore.ts";
import { type KernelNumbers, kernelPlace } from "./kernelRows.ts";
import { layersCsv } from "./layersCsv.ts";
import type { MadeRows } from "./useKernelRows.ts";

function* placesOf(rows: Uint32Array, numbers: KernelNumbers): Generator<KernelPlace> {
  for (const row of rows) yield kernelPlace(numbers, row);
}

/** Layers that have rows, ascending. */
function layersOf({ rows, numbers }: MadeRows): readonly number[] {
  const { starts } = numbers;
  const has = new Uint8Array(starts.length - 1);
  for (const row of rows) has[kernelPlace(numbers, row).layer] = 1;
  return [...has.keys()].filter((layer) => has[layer] === 1);
}

async function save(analysis: Analysis, what: string, pieces: Iterable<string>): Promise<void> {
  const { name } = analysis.model;
  try {
    download(await blobOfPieces(pieces, "text/csv"), exportName(name, what, "csv"));
  } catch (thrown) {
    reportExportError(thrown, name);
  }
}

/** Saves the rows of the table as they stand there, with all their fields. */
export async function saveKernelRows(made: MadeRows): Promise<void> {
  // No number that is written is an estimate.
  if (!(await pageRunner.completeLayers(layersOf(made)))) return;
  const analysis = analyses.get(pageStore.getState().current ?? "") ?? made.analysis;
  await save(analysis, "kernels", kernelsCsv(analysis, placesOf(made.rows, made.numbers)));
}

export async function saveLayerRows(analysis: Analysis, layers: readonly number[]): Promise<void> {
  await save(analysis, "layers", layersCsv(analysis, layers));
}
