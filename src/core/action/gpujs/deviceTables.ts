import type { Feature } from "../../features/clinicalKernels.ts";
import type { Size2d } from "../../network/size2d.ts";
import { FEATURE_SIZE } from "../comparison.ts";
import { frequencyGrid } from "../frequencyGrid.ts";
import { response, responseScratch } from "../response.ts";
import { distinctForms } from "../responseDistances.ts";
import { sortedSpectrum } from "../spectrum.ts";
import {
  pairFrequencies,
  SINGLE_PLACES,
  singleFrequencies,
  type ValueList,
  wholeVectors,
} from "./valueList.ts";

/** A table for the device: `values` row by row, `width` to the row. */
export interface Table {
  readonly values: Float32Array;
  readonly width: number;
}

/** cos(v a) and -sin(v a) along every v of the grid; rows 2 a and 2 a + 1. */
export function rowWaves(kernelHeight: number, gridHeight: number): Table {
  return waves(kernelHeight, gridHeight, wholeVectors(gridHeight));
}

/** cos(u j) and -sin(u j) along every u of the grid; rows 2 j and 2 j + 1. */
export function columnWaves(kernelWidth: number, gridWidth: number): Table {
  return waves(kernelWidth, gridWidth, gridWidth);
}

function waves(shifts: number, side: number, width: number): Table {
  const values = new Float32Array(2 * shifts * width);
  for (let shift = 0; shift < shifts; shift++) {
    for (let w = 0; w < side; w++) {
      // The product is reduced first: the angle stays small and exact.
      const angle = (2 * Math.PI * ((shift * w) % side)) / side;
      values[2 * shift * width + w] = Math.cos(angle);
      values[(2 * shift + 1) * width + w] = -Math.sin(angle);
    }
  }
  return { values, width };
}

/** The v (`axis` 0) or u (1) of every pair; 0 for padding. */
export function frequencies({ grid, length }: ValueList, axis: 0 | 1): Table {
  const values = new Float32Array(length);
  for (const [i, frequency] of pairFrequencies(grid).entries()) values[i] = frequency[axis];
  return { values, width: length };
}

/** e^{-i (v a + u j)} of the singles, which is 1 or -1; one row per entry (a, j) of a kernel. */
export function singleSigns(kernelSize: Size2d, grid: Size2d): Table {
  const [height, width] = kernelSize;
  const singles = singleFrequencies(grid);
  const values = new Float32Array(height * width * SINGLE_PLACES);
  for (let a = 0; a < height; a++) {
    for (let j = 0; j < width; j++) {
      for (const [single, [v, u]] of singles.entries()) {
        const turns = (v > 0 ? a : 0) + (u > 0 ? j : 0);
        values[(a * width + j) * SINGLE_PLACES + single] = turns % 2 === 0 ? 1 : -1;
      }
    }
  }
  return { values, width: SINGLE_PLACES };
}

/** The ascending singular values of every feature; one row each. */
export function sortedFeatures(features: readonly Feature[], grid: Size2d): Table {
  const width = grid[0] * grid[1];
  const values = new Float32Array(features.length * width);
  for (const [f, { kernel }] of features.entries()) {
    values.set(sortedSpectrum(kernel, FEATURE_SIZE, grid).reverse(), f * width);
  }
  return { values, width };
}

/** The responses of the rotated and reflected features, one form per row. */
export interface FeatureForms {
  readonly atPairs: Table;
  readonly atSingles: Table;
  /** For each feature a row of its forms; the first again where it has fewer than others. */
  readonly formOf: Table;
  readonly count: number;
}

export function featureForms(features: readonly Feature[], list: ValueList): FeatureForms {
  const plane = frequencyGrid(list.grid, FEATURE_SIZE[1]);
  const formsOf = features.map(({ kernel }) => distinctForms(kernel, plane));
  const count = formsOf.reduce((sum, forms) => sum + forms.length, 0);
  const formsAtMost = Math.max(...formsOf.map((forms) => forms.length));
  const atPairs = new Float32Array(count * list.length);
  const atSingles = new Float32Array(count * SINGLE_PLACES);
  const formOf = new Float32Array(features.length * formsAtMost);
  const half = new Float64Array(plane.halfCount);
  const pairs = pairFrequencies(list.grid);
  const singles = singleFrequencies(list.grid);
  let form = 0;
  for (const [f, forms] of formsOf.entries()) {
    formOf.fill(form, f * formsAtMost, (f + 1) * formsAtMost);
    for (const [turn, kernel] of forms.entries()) {
      response(kernel, 0, FEATURE_SIZE, plane, responseScratch(FEATURE_SIZE), half);
      // Pairs and singles all lie in the half plane of columns 0 .. n_x / 2.
      for (const [i, [v, u]] of pairs.entries()) {
        atPairs[form * list.length + i] = half[v * plane.columns + u];
      }
      for (const [i, [v, u]] of singles.entries()) {
        atSingles[form * SINGLE_PLACES + i] = half[v * plane.columns + u];
      }
      formOf[f * formsAtMost + turn] = form;
      form++;
    }
  }
  return {
    atPairs: { values: atPairs, width: list.length },
    atSingles: { values: atSingles, width: SINGLE_PLACES },
    formOf: { values: formOf, width: formsAtMost },
    count,
  };
}
