import type { Analysis } from "../../core/analysis/analysis.ts";
import { analyses } from "../state/analyses.ts";
import { pageRunner } from "../state/pageRunner.ts";
import { pageStore } from "../state/pageStore.ts";
import { blobOfPieces, download, exportName } from "./download.ts";
import { reportExportError } from "./exportResults.ts";

/**
 * Saves the report of the analysis on screen as one HTML file, with its conclusions where they can
 * be computed. An error is shown where all errors are.
 *
 * @returns false after an error.
 */
export async function exportReport(shown: Analysis): Promise<boolean> {
  const { name } = shown.model;
  const { current } = pageStore.getState();
  try {
    await pageRunner.findings();
    const analysis = (current === null ? null : analyses.get(current)) ?? shown;
    const { reportHtml } = await import("../report/reportHtml.ts");
    const pieces = reportHtml(analysis, {
      version: __CONVATLAS_VERSION__,
      date: new Date().toLocaleDateString("en-GB", {
        day: "numeric",
        month: "long",
        year: "numeric",
      }),
    });
    download(await blobOfPieces(pieces, "text/html"), exportName(name, "report", "html"));
    return true;
  } catch (thrown) {
    reportExportError(thrown, name);
    return false;
  }
}
