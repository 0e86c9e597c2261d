import type { Analysis } from "../../core/analysis/analysis.ts";
import { type Cell, csvRow } from "../../core/results/csv.ts";
import { rounded } from "../../core/results/numbers.ts";
import { layerColumns, layerShare, shareColumn } from "./layerRows.ts";

/** One row per layer, as the table of layers shows them; empty cells where there is no number. */
export function* layersCsv(analysis: Analysis, layers: readonly number[]): Generator<string> {
  const shares = layerColumns(analysis).flatMap(({ id }) => {
    const share = shareColumn(analysis, id);
    return share === null ? [] : [{ id, ...share }];
  });
  yield csvRow(["layer", "role", "grid", "kernelCount", ...shares.map(({ id }) => id)]);
  for (const index of layers) {
    const layer = analysis.layers[index];
    const cells: Cell[] = [
      layer.description.name,
      layer.place.role,
      layer.place.grid.join("x"),
      layer.kernelCount,
      ...shares.map(({ kind, label }) => rounded(layerShare(layer, kind, label))),
    ];
    yield csvRow(cells);
  }
}
