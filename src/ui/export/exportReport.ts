import type { Analysis } from "../../core/analysis/analysis.ts";
import { findingsOf } from "../report/findingsOf.ts";
import { blobOfPieces, download, exportName } from "./download.ts";
import { reportExportError } from "./exportResults.ts";

/**
 * Saves the report as one HTML file. An error is shown where all errors are.
 *
 * @returns false after an error.
 */
export async function exportReport(analysis: Analysis): Promise<boolean> {
  const { name } = analysis.model;
  try {
    const { reportHtml } = await import("../report/reportHtml.ts");
    const pieces = reportHtml(analysis, {
      version: __CONVATLAS_VERSION__,
      date: new Date().toLocaleDateString("en-GB", {
        day: "numeric",
        month: "long",
        year: "numeric",
      }),
      findings: findingsOf(analysis),
      clusterSentences: () => [],
    });
    download(await blobOfPieces(pieces, "text/html"), exportName(name, "report", "html"));
    return true;
  } catch (thrown) {
    reportExportError(thrown, name);
    return false;
  }
}
