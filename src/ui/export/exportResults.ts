import type { Analysis } from "../../core/analysis/analysis.ts";
import { resultsCsv } from "../../core/results/csv.ts";
import { type ResultsOptions, resultsJson } from "../../core/results/json.ts";
import { keptRun } from "../lab/keptRun.ts";
import { keptKernelAtWork } from "../lab/kernel/keptKernel.ts";
import { recordOf, testRunOf } from "../lab/test/testRuns.ts";
import { analyses } from "../state/analyses.ts";
import { keptClusterNumbers, keptOperators } from "../state/keptByLayer.ts";
import { pageErrorOf } from "../state/pageError.ts";
import { pageRunner } from "../state/pageRunner.ts";
import { pageStore } from "../state/pageStore.ts";
import { comparedModels } from "./comparedModels.ts";
import { blobOfPieces, download, exportName } from "./download.ts";

/** Shows an error of an export where all errors are shown; the analysis is untouched. */
export function reportExportError(thrown: unknown, modelName: string): void {
  pageStore.setState({ error: pageErrorOf(thrown, modelName) });
}

/**
 * Every number on the page is in the file: those of the selection, of a comparison, and those that
 * a person asked for about single layers as well.
 */
async function whatIsShown(analysis: Analysis): Promise<ResultsOptions> {
  const { selection } = pageStore.getState();
  const compared = await comparedModels();
  const comparison = compared === null ? {} : { comparison: compared.comparison };
  const operators = keptOperators.all(analysis);
  const clusterNumbers = keptClusterNumbers.all(analysis);
  const lab = labOptions(analysis);
  return { summary: false, selection, operators, clusterNumbers, ...comparison, ...lab };
}

/** Numbers of the image lab: no image, and no name of one, leaves the page. */
function labOptions(analysis: Analysis): Partial<ResultsOptions> {
  const run = keptRun();
  const kernel = keptKernelAtWork(analysis);
  const substitution = recordOf(testRunOf(analysis));
  return {
    ...(run === null ? {} : { labRun: run }),
    ...(kernel === null ? {} : { kernelAtWork: kernel }),
    ...(substitution === null ? {} : { substitution }),
  };
}

/** Saves the complete results of the analysis on screen; does nothing while it is not complete. */
export async function exportResults(format: "json" | "csv"): Promise<void> {
  const { current, pending } = pageStore.getState();
  const before = current === null || pending !== null ? null : analyses.get(current);
  if (current === null || before === null) return;
  const { name } = before.model;
  // No number that is written is an estimate.
  if (!(await pageRunner.completeLayers([...before.layers.keys()]))) return;
  if (!(await pageRunner.findings())) return;
  const analysis = analyses.get(current) ?? before;
  try {
    const blob =
      format === "json"
        ? await blobOfPieces(resultsJson(analysis, await whatIsShown(analysis)), "application/json")
        : await blobOfPieces(resultsCsv(analysis), "text/csv");
    download(blob, exportName(name, "results", format));
  } catch (thrown) {
    reportExportError(thrown, name);
  }
}
