import { describe, expect, test } from "vitest";
import type { Analysis } from "../../../../src/core/analysis/analysis.ts";
import { kernelsCsv, resultsCsv } from "../../../../src/core/results/csv.ts";
import type { KernelGroup } from "../../../../src/core/selection/kernelGroup.ts";
import { type GridSort, nextSort } from "../../../../src/ui/table/gridSort.ts";
import type { KernelColumnId } from "../../../../src/ui/table/kernelColumns.ts";
import { kernelPlace, type RowScope } from "../../../../src/ui/table/kernelRows.ts";
import { layerColumns, sortedLayerRows } from "../../../../src/ui/table/layerRows.ts";
import { layersCsv } from "../../../../src/ui/table/layersCsv.ts";
import { parsedRowFilter } from "../../../../src/ui/table/rowFilter.ts";
import { kernelRows, rowsNeedExact } from "../../../../src/ui/table/useKernelRows.ts";
import { sampleAnalysis } from "../sampleAnalysis.ts";

interface Choice {
  readonly scope?: RowScope;
  readonly layer?: number;
  readonly group?: KernelGroup | null;
  readonly filter?: string;
  readonly sort?: GridSort<KernelColumnId> | null;
}

/** Rows as "layer.kernel". */
function rows(choice: Choice = {}, analysis: Analysis = sampleAnalysis()): string[] {
  const { scope = "model", layer = 0, group = null, filter = "", sort = null } = choice;
  const steps = kernelRows(analysis, {
    scope,
    layer,
    group,
    filter: parsedRowFilter(filter),
    sort,
  });
  for (;;) {
    const step = steps.next();
    if (!step.done) continue;
    const { numbers, rows: found } = step.value;
    return [...found].map((row) => {
      const place = kernelPlace(numbers, row);
      return `${place.layer}.${place.kernel}`;
    });
  }
}

const UP = { descending: false };
const DOWN = { descending: true };

// Every sample layer: edge (a tie), identity that is like none, all zero, not finite.
describe("rows of the table", () => {
  test("of a layer, of a group, of the model", () => {
    expect(rows()).toHaveLength(12);
    expect(rows({ scope: "layer", layer: 2 })).toEqual(["2.0", "2.1", "2.2", "2.3"]);
    const group: KernelGroup = { kind: "label", layer: null, label: "edge" };
    expect(rows({ scope: "group", group })).toEqual(["0.0", "1.0", "2.0"]);
    const picked: KernelGroup = { kind: "kernels", layer: "deep", kernels: [3, 1] };
    expect(rows({ scope: "group", group: picked })).toEqual(["1.1", "1.3"]);
    expect(rows({ scope: "group", group: null })).toEqual([]);
  });

  test("are sorted by every kind of column, kernels without a number last", () => {
    const by = (column: KernelColumnId, direction: typeof UP | typeof DOWN) =>
      rows({ scope: "layer", sort: { column, ...direction } });
    expect(by("distance", UP)).toEqual(["0.0", "0.1", "0.2", "0.3"]);
    expect(by("distance", DOWN)).toEqual(["0.1", "0.0", "0.2", "0.3"]);
    expect(by("valueDistance", UP)).toEqual(["0.1", "0.0", "0.2", "0.3"]);
    expect(by("norm", DOWN)).toEqual(["0.0", "0.1", "0.2", "0.3"]);
    expect(by("pc2", DOWN)).toEqual(["0.1", "0.0", "0.2", "0.3"]);
    expect(by("cluster", DOWN)).toEqual(["0.2", "0.0", "0.1", "0.3"]);
    expect(by("in", DOWN)).toEqual(["0.1", "0.3", "0.0", "0.2"]);
    expect(by("w4", DOWN)).toEqual(["0.1", "0.0", "0.2", "0.3"]);
    // By their names: Edge detection, Gaussian blur, Identity.
    expect(by("nearest", UP)).toEqual(["0.0", "0.2", "0.1", "0.3"]);
    expect(rows({ sort: { column: "layer", ...DOWN } }).slice(0, 5)).toEqual([
      "2.0",
      "2.1",
      "2.2",
      "2.3",
      "1.0",
    ]);
    const group: KernelGroup = { kind: "kernels", layer: "down", kernels: [2] };
    expect(rows({ scope: "layer", group, sort: { column: "group", ...UP } })[0]).toBe("0.2");
  });

  test("are filtered by words and by conditions, all of which must hold", () => {
    expect(rows({ filter: "down" })).toHaveLength(4);
    expect(rows({ filter: "decoder edge" })).toEqual(["2.0"]);
    expect(rows({ filter: "indeterminate up" })).toHaveLength(3);
    expect(rows({ filter: "up dead" })).toEqual(["2.2"]);
    expect(rows({ filter: "up tie" })).toEqual(["2.0"]);
    expect(rows({ filter: "in 1 out=0 down" })).toEqual(["0.1"]);
    expect(rows({ filter: "distance < 6 % down" })).toEqual(["0.0"]);
    expect(rows({ filter: "distance>=0.05 down" })).toEqual(["0.0", "0.1"]);
    expect(rows({ filter: "cluster 2 up" })).toEqual(["2.2"]);
    expect(rows({ filter: "w0 = -1 up" })).toEqual(["2.0"]);
    expect(rows({ filter: "value distance > .2 up" })).toEqual(["2.2"]);
    expect(rows({ filter: "no such word" })).toEqual([]);
  });

  test("only distances make them wait for the full grid", () => {
    const needs = (filter: string, column: KernelColumnId | null = null) =>
      rowsNeedExact({
        filter: parsedRowFilter(filter),
        sort: column === null ? null : { column, descending: false },
      });
    expect([needs(""), needs("edge"), needs("", "label")]).toEqual([false, false, false]);
    expect([needs("margin < 1 %"), needs("tie"), needs("", "distance")]).toEqual([
      true,
      true,
      true,
    ]);
  });

  test("a head sorts up, then down, then not at all", () => {
    const first = nextSort(null, "in");
    const second = nextSort(first, "in");
    expect([first, second, nextSort(second, "in")]).toEqual([
      { column: "in", descending: false },
      { column: "in", descending: true },
      null,
    ]);
    expect(nextSort(second, "out")).toEqual({ column: "out", descending: false });
  });
});

describe("rows as a file", () => {
  test("are those of the complete export, in the order of the table", () => {
    const analysis = sampleAnalysis();
    const lines = [...resultsCsv(analysis)].join("").split("\r\n");
    const places = [
      { layer: 2, kernel: 1 },
      { layer: 0, kernel: 3 },
    ];
    const some = [...kernelsCsv(analysis, places)].join("").split("\r\n");
    expect(some).toEqual([lines[0], lines[1 + 9], lines[1 + 3], ""]);
    expect(lines).toHaveLength(1 + 12 + 1);
    // The Euclidean norm of the edge kernel: 1, 4 and 1, twice, and its root.
    const norm = lines[0].split(",").indexOf("norm");
    expect(Number(lines[1].split(",")[norm])).toBeCloseTo(Math.sqrt(12), 6);
  });

  test("the table of layers says shares, what noise gets, and the lift", () => {
    const analysis = sampleAnalysis();
    const lines = [...layersCsv(analysis, [2, 0])].join("").trim().split("\r\n");
    const titles = lines[0].split(",");
    const cells = lines[1].split(",");
    const at = (title: string) => cells[titles.indexOf(title)];
    expect([at("layer"), at("kernelCount"), at("share:edge"), at("noise:edge")]).toEqual([
      "up",
      "4",
      "0.25",
      "0.1",
    ]);
    expect(Number(at("lift:edge"))).toBeCloseTo(2.5);
    expect(at("shuffled:sharpen")).toBe("0.3");
    expect(at("lift:mean")).toBe("");
    expect(lines[2].startsWith("down,")).toBe(true);
  });

  test("layers are sorted by what a column says", () => {
    const analysis = sampleAnalysis();
    const layers = analysis.layers.map((layer, index) => ({ ...layer, kernelCount: 9 - index }));
    const made = { ...analysis, layers };
    expect(layerColumns(made)).toHaveLength(4 + 4 * 7);
    expect(sortedLayerRows(made, null)).toEqual([0, 1, 2]);
    expect(sortedLayerRows(made, { column: "kernels", descending: false })).toEqual([2, 1, 0]);
    expect(sortedLayerRows(made, { column: "layer", descending: true })).toEqual([2, 1, 0]);
    expect(sortedLayerRows(made, { column: "lift:edge", descending: true })).toEqual([0, 1, 2]);
  });
});
