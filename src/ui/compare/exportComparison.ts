import { comparisonJson } from "../../core/results/comparisonJson.ts";
import { pageComparison } from "./pageComparison.ts";

/** The comparison as it belongs into the results file; null where nothing is compared. */
export async function comparisonForExport(): Promise<object | null> {
  const models = await pageComparison.whenReady();
  return models === null ? null : comparisonJson(models.comparison);
}
