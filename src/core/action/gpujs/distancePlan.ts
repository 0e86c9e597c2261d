import type { Comparison } from "../comparison.ts";
import {
  columnWaves,
  type FeatureForms,
  featureForms,
  frequencies,
  rowWaves,
  singleSigns,
  sortedFeatures,
  type Table,
} from "./deviceTables.ts";
import type { DevicePass, DevicePlan, DeviceValue, GpuJs, PassConstants } from "./gpuJs.ts";
import * as sources from "./passSources.ts";
import { ROW, SINGLE_PLACES, type ValueList, valueList, wholeVectors } from "./valueList.ts";

/**
 * Up to this many entries, ranks are counted: one pass, in entries^2 cheap steps. Measured on
 * WebAssembly, sorting costs as much at 512 and a fifth at 2,048.
 */
const COUNTED_UP_TO = 256;

/** What plans of one comparison share, whatever their batch. */
export type ComparisonTables =
  | { readonly compare: "sorted"; readonly sorted: Table }
  | { readonly compare: "response"; readonly forms: FeatureForms };

export function comparisonTables({ compare, features, grid }: Comparison): ComparisonTables {
  switch (compare) {
    case "sorted":
      return { compare, sorted: sortedFeatures(features, grid) };
    case "response":
      return { compare, forms: featureForms(features, valueList(grid)) };
  }
}

/** The passes for batches of `kernels` kernels, from entries to distances. */
export function distancePlan(
  device: GpuJs,
  comparison: Comparison,
  tables: ComparisonTables,
  kernels: number,
): DevicePlan {
  const passes = new ListPasses(device, comparison, kernels);
  switch (tables.compare) {
    case "sorted":
      return device.plan(sortedPasses(passes, tables.sorted));
    case "response":
      return device.plan(responsePasses(passes, tables.forms));
  }
}

/** What both comparisons start with, and the shapes that they share. */
class ListPasses {
  readonly list: ValueList;
  readonly #device: GpuJs;
  readonly #kernels: number;
  readonly comparison: Comparison;

  constructor(device: GpuJs, comparison: Comparison, kernels: number) {
    this.#device = device;
    this.#kernels = kernels;
    this.comparison = comparison;
    this.list = valueList(comparison.grid);
  }

  /** A pass over every entry of every list. */
  overLists(source: string, constants: PassConstants = {}): DevicePass {
    return this.#pass(source, [ROW, this.list.length / ROW, this.#kernels], constants);
  }

  /** A pass over every part of every list, `times` over. */
  overParts(source: string, times: number, constants: PassConstants = {}): DevicePass {
    return this.#pass(source, [this.list.parts, times, this.#kernels], constants);
  }

  overSingles(source: string, constants: PassConstants = {}): DevicePass {
    return this.#pass(source, [SINGLE_PLACES, this.#kernels], constants);
  }

  /** The last pass: a row of kernels for every feature. */
  distances(source: string, constants: PassConstants): DevicePass {
    const output = [this.#kernels, this.comparison.features.length];
    return this.#pass(source, output, constants);
  }

  table({ values, width }: Table): DeviceValue {
    return this.#device.array(values, [width, values.length / width]);
  }

  /** @returns from kernels to what both comparisons go on with. */
  values(): (kernels: DeviceValue) => { pairs: DeviceValue; singles: DeviceValue } {
    const { kernelSize, grid } = this.comparison;
    const [kernelHeight, kernelWidth] = kernelSize;
    const waves = {
      kernelHeight,
      kernelWidth,
      rowWaves: this.table(rowWaves(kernelHeight, grid[0])),
    };
    const transforms = this.#pass(
      sources.COLUMN_TRANSFORMS,
      [wholeVectors(grid[0]), 2 * kernelWidth, this.#kernels],
      waves,
    );
    const pairSquares = this.overLists(sources.PAIR_SQUARES, {
      kernelWidth,
      pairs: this.list.pairs,
      rowOf: this.#device.array(frequencies(this.list, 0).values, [this.list.length]),
      columnOf: this.#device.array(frequencies(this.list, 1).values, [this.list.length]),
      columnWaves: this.table(columnWaves(kernelWidth, grid[1])),
    });
    const singleSquares = this.overSingles(sources.SINGLE_SQUARES, {
      entries: kernelHeight * kernelWidth,
      singles: this.list.singles,
      signs: this.table(singleSigns(kernelSize, grid)),
    });
    const { parts, partLength } = this.list;
    const largestOfParts = this.#pass(sources.LARGEST_OF_PARTS, [parts, this.#kernels], {
      parts,
      partLength,
    });
    const largest = this.#pass(sources.LARGEST, [this.#kernels], { parts });
    const pairValues = this.overLists(sources.PAIR_VALUES);
    const singleValues = this.overSingles(sources.SINGLE_VALUES);
    return (kernels) => {
      const squares = pairSquares(transforms(kernels));
      const singles = singleSquares(kernels);
      const scale = largest(largestOfParts(squares), singles);
      return { pairs: pairValues(squares, scale), singles: singleValues(singles, scale) };
    };
  }

  #pass(source: string, output: readonly number[], constants: PassConstants): DevicePass {
    return this.#device.pass(source, output, constants);
  }
}

function sortedPasses(passes: ListPasses, features: Table): (kernels: DeviceValue) => DeviceValue {
  const { list, comparison } = passes;
  const { parts, partLength } = list;
  const padding = list.length - list.pairs;
  const sorted = passes.table(features);
  const values = passes.values();
  const places = placesOnFullList(passes, padding);
  const counts = passes.overParts(sources.COUNTS_BELOW_SINGLES, SINGLE_PLACES, {
    parts,
    partLength,
  });
  const singlePlaces = passes.overSingles(sources.SINGLE_PLACES_ON_LIST, { parts, padding });
  const sums = passes.overParts(sources.SORTED_SUMS, comparison.features.length, {
    parts,
    partLength,
    sorted,
  });
  const gridValues = comparison.grid[0] * comparison.grid[1];
  const distances = passes.distances(sources.SORTED_DISTANCES, { parts, gridValues, sorted });
  return (kernels) => {
    const { pairs, singles } = values(kernels);
    const placed = places(pairs, singles);
    return distances(
      sums(placed.values, placed.places),
      singles,
      singlePlaces(counts(pairs, singles), singles),
    );
  };
}

/** Finds where every entry stands on the sorted list; it may put the entries in another order. */
type Placing = (
  values: DeviceValue,
  singles: DeviceValue,
) => { values: DeviceValue; places: DeviceValue };

function placesOnFullList(passes: ListPasses, padding: number): Placing {
  const { length, singles } = passes.list;
  const constants = { padding, length, absentSingles: SINGLE_PLACES - singles };
  if (length <= COUNTED_UP_TO) {
    const counted = passes.overLists(sources.COUNTED_PLACES, { ...constants, rows: length / ROW });
    return (values, singles) => ({ values, places: counted(values, singles) });
  }
  const sortedRows = passes.overLists(sources.SORTED_ROWS);
  const mergedRuns = passes.overLists(sources.MERGED_RUNS, { length });
  const placesInTwoRuns = passes.overLists(sources.PLACES_IN_TWO_RUNS, constants);
  return (values, singles) => {
    let runs = sortedRows(values);
    let run = ROW;
    // The last merge is not needed: in two runs, a place is found by one bisection.
    for (; 2 * run < length; run *= 2) runs = mergedRuns(runs, run, bisections(run));
    return { values: runs, places: placesInTwoRuns(runs, singles, run, bisections(run)) };
  };
}

/** Steps until a bisection of `range` + 1 candidates has one left. */
function bisections(range: number): number {
  return Math.ceil(Math.log2(range + 1));
}

function responsePasses(
  passes: ListPasses,
  forms: FeatureForms,
): (kernels: DeviceValue) => DeviceValue {
  const { list, comparison } = passes;
  const { parts, partLength } = list;
  const values = passes.values();
  const sums = passes.overParts(sources.RESPONSE_SUMS, forms.count, {
    parts,
    partLength,
    forms: passes.table(forms.atPairs),
  });
  const distances = passes.distances(sources.RESPONSE_DISTANCES, {
    parts,
    gridValues: comparison.grid[0] * comparison.grid[1],
    formsAtMost: forms.formOf.width,
    formOf: passes.table(forms.formOf),
    singleForms: passes.table(forms.atSingles),
  });
  return (kernels) => {
    const { pairs, singles } = values(kernels);
    return distances(sums(pairs), singles);
  };
}
