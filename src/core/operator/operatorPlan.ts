import type { Size2d } from "../network/size2d.ts";
import { squaringCost, stepsFor } from "./gramIteration.ts";
import {
  gramMatrixCost,
  gramPolynomialCost,
  shiftCount,
  unfoldedGramCost,
} from "./gramPolynomial.ts";
import { halfPlaneCount } from "./halfPlane.ts";
import { eigenvaluesCost } from "./hermitianEigenvalues.ts";
import type { StrideOneForm } from "./strideOneForm.ts";

/**
 * What one thread does in a second, in the units of the functions `...Cost`: 1.3 to 3.4 times
 * 10^9 measured for 16 to 128 channels, more for larger matrices.
 */
const OPERATIONS_PER_SECOND = 2e9;

/** All frequencies are taken where that is done in about two seconds: nobody waits longer unasked. */
const EXACT_OPERATIONS = 2 * OPERATIONS_PER_SECOND;

/** A part of the frequencies may take a little longer: without them there is no curve at all. */
const PART_OPERATIONS = 4 * OPERATIONS_PER_SECOND;

/** The bound may take as long as a person waits for one layer who sees it progress. */
const BOUND_OPERATIONS = 20 * OPERATIONS_PER_SECOND;

/** Singular values kept to be sorted: 8 MiB, sorted in some 80 ms, which nothing interrupts. */
const VALUES_AT_MOST = 2 ** 20;

/** Fewer frequencies per side draw no curve. */
const FREQUENCIES_PER_SIDE_AT_LEAST = 8;

/**
 * Frequencies per side of the bound and per step of the kernel's side: 16 lose 0.5 % per
 * direction (`supremumFactor`), 8 lose 2 %, 4 lose 8 %; the finest that can be afforded is taken.
 */
const POINTS_PER_STEP = [16, 8, 4] as const;

/** Beyond its operations, what one matrix costs: calls, tables, loops that end at once. */
const OPERATIONS_PER_MATRIX = 2_000;

/** The same for matrices of one entry, as depthwise layers have, which need no eigenvalues. */
const OPERATIONS_PER_SCALAR = 200;

/** How a layer is treated. */
export interface OperatorPlan {
  /** Frequencies whose singular values are computed; null: too many operations. */
  readonly spectrumMap: Size2d | null;
  /** Frequencies on which the norm is bounded; null: too many operations. */
  readonly boundMap: Size2d | null;
  /** True if the bound on the layer's own map is computed as well. */
  readonly boundsOwnMap: boolean;
  /** Operations in all. */
  readonly operations: number;
}

export function operatorPlan(form: StrideOneForm): OperatorPlan {
  const polynomial = gramPolynomialCost(form);
  const spectrumMap = spectrumMapOf(form);
  const boundMap = boundMapOf(form, BOUND_OPERATIONS - polynomial);
  const ownCost = boundCost(form, form.map);
  const boundsOwnMap =
    boundMap !== null &&
    ownCost <= EXACT_OPERATIONS &&
    (form.map[0] !== boundMap[0] || form.map[1] !== boundMap[1]);
  const needed = spectrumMap !== null || boundMap !== null ? polynomial : 0;
  const operations =
    needed +
    (spectrumMap === null ? 0 : spectrumCost(form, spectrumMap)) +
    (boundMap === null ? 0 : boundCost(form, boundMap)) +
    (boundsOwnMap ? ownCost : 0) +
    unfoldedGramCost(form) +
    form.groups * stepsFor(form.rows) * squaringCost(form.rows);
  return { spectrumMap, boundMap, boundsOwnMap, operations };
}

function spectrumCost({ groups, rows, kernelSize }: StrideOneForm, map: Size2d): number {
  return halfPlaneCount(map) * groups * (matrixCost(rows, kernelSize) + eigenvaluesCost(rows));
}

function boundCost({ groups, rows, kernelSize }: StrideOneForm, map: Size2d): number {
  const matrix = matrixCost(rows, kernelSize);
  return halfPlaneCount(map) * groups * (2 * matrix + squaringsOf(rows) * squaringCost(rows));
}

function matrixCost(rows: number, kernelSize: Size2d): number {
  const calls = rows === 1 ? OPERATIONS_PER_SCALAR : OPERATIONS_PER_MATRIX;
  return gramMatrixCost(rows, shiftCount(kernelSize)) + calls;
}

/**
 * Squarings per frequency on average, most frequencies stopping early. Measured on random
 * layers, which are the worst, as all their frequencies are alike: 1.2 for 16 channels, 2.4 for
 * 64, 3.8 for 128, 5.1 for 256.
 */
function squaringsOf(rows: number): number {
  return Math.min(stepsFor(rows), Math.max(1, Math.log2(rows) - 3));
}

/**
 * The whole map; else the densest part of its frequencies that takes every p-th row and q-th
 * column of them; else, where the sides have no such divisors, those of a smaller map.
 */
function spectrumMapOf(form: StrideOneForm): Size2d | null {
  const { map } = form;
  if (gramPolynomialCost(form) > BOUND_OPERATIONS) return null;
  if (fits(form, map, EXACT_OPERATIONS)) return map;
  const parts = divisors(map[0])
    .flatMap((height) => divisors(map[1]).map((width): Size2d => [height, width]))
    .filter(isDense)
    // Directions are thinned alike, as far as the divisors allow.
    .filter(([height, width]) => Math.abs(Math.log2(((map[0] / height) * width) / map[1])) <= 1);
  const best = densest(parts.filter((part) => fits(form, part, PART_OPERATIONS)));
  if (best !== null) return best;
  const smaller: Size2d[] = [];
  for (let factor = 2; factor <= Math.max(map[0], map[1]); factor *= 2) {
    smaller.push([Math.ceil(map[0] / factor), Math.ceil(map[1] / factor)]);
  }
  return densest(smaller.filter((one) => isDense(one) && fits(form, one, PART_OPERATIONS)));
}

function fits(form: StrideOneForm, map: Size2d, operations: number): boolean {
  const values = form.groups * form.rows * map[0] * map[1];
  return values <= VALUES_AT_MOST && spectrumCost(form, map) <= operations;
}

function isDense([height, width]: Size2d): boolean {
  return height >= FREQUENCIES_PER_SIDE_AT_LEAST && width >= FREQUENCIES_PER_SIDE_AT_LEAST;
}

function densest(maps: readonly Size2d[]): Size2d | null {
  return maps.reduce<Size2d | null>(
    (best, one) => (best === null || one[0] * one[1] > best[0] * best[1] ? one : best),
    null,
  );
}

function divisors(side: number): readonly number[] {
  return Array.from({ length: side }, (_, index) => index + 1).filter((one) => side % one === 0);
}

/** A kernel of one row is the same at every row frequency: one is enough. */
function boundMapOf(form: StrideOneForm, operations: number): Size2d | null {
  const maps = POINTS_PER_STEP.map(
    (points): Size2d => [
      Math.max(1, points * (form.kernelSize[0] - 1)),
      Math.max(1, points * (form.kernelSize[1] - 1)),
    ],
  );
  return maps.find((map) => boundCost(form, map) <= operations) ?? null;
}
