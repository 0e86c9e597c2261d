import type { Feature } from "../features/clinicalKernels.ts";
import type { Size2d } from "../network/size2d.ts";
import { SeededRandom } from "../random/seededRandom.ts";
import { embedFeatures } from "../values/embedFeature.ts";
import { ORIENTATIONS, orientedKernel } from "../values/orientations.ts";
import { type ChannelMap, filteredMap, type KernelMovement } from "./filteredMap.ts";

/**
 * How alike to its nearest feature a kernel of random numbers comes out on one picture. On a
 * smooth picture nearly all kernels make nearly the same, so that a high correlation says nothing
 * until it is held against this.
 */
export interface ChanceLikeness {
  readonly draws: number;
  /** Of the sizes of the correlations with the nearest feature: the middle one, 0..1. */
  readonly median: number;
  /** One random kernel in twenty comes out more alike than this. */
  readonly upper: number;
}

/** Enough for the quantile below to move by less than 0.01. */
const DRAWS = 1000;

const UPPER_QUANTILE = 0.95;

const SEED = 1;

/** The time grows with the square of the entries: 7 x 7 on 256 x 256 pixels take a second. */
const ENTRIES_AT_MOST = 49;

/**
 * One map per entry of the kernel is held at once, as float64: 128 MiB are those of 5 x 5 kernels
 * on 800 x 800 pixels, and of 3 x 3 ones on 1300 x 1300.
 */
const LARGEST_MAPS_NUMBERS = 2 ** 24;

/**
 * Maps are linear in the kernel, so all correlations on a picture follow from the covariances of
 * what single entries make of it: corr(K, F) = K'CF / sqrt(K'CK F'CF). A thousand kernels cost
 * one picture each no more.
 *
 * @returns null where features do not fit the kernel's size, for kernels above 7 x 7, where their
 * maps are too large to be held, and where the picture is the same everywhere.
 */
export function chanceLikeness(
  input: ChannelMap,
  movement: KernelMovement,
  features: readonly Feature[],
): ChanceLikeness | null {
  const { kernelSize, outputSize } = movement;
  const entries = kernelSize[0] * kernelSize[1];
  if (entries > ENTRIES_AT_MOST) return null;
  if (entries * outputSize[0] * outputSize[1] > LARGEST_MAPS_NUMBERS) return null;
  if (embedFeatures(features, kernelSize).length === 0) return null;
  const covariances = entryCovariances(input, movement);
  const filters = features.map((feature) => turnedFilter(feature, kernelSize, covariances));
  const random = new SeededRandom(SEED);
  const kernel = new Float64Array(entries);
  const image = new Float64Array(entries);
  const likenesses = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw++) {
    for (let at = 0; at < entries; at++) kernel[at] = random.normal();
    multiply(covariances, kernel, image);
    const power = product(kernel, image);
    for (const filter of filters) {
      likenesses[draw] = Math.max(likenesses[draw], likenessTo(filter, kernel, image, power));
    }
  }
  likenesses.sort();
  const upper = likenesses[Math.ceil(UPPER_QUANTILE * DRAWS) - 1];
  if (upper === 0) return null;
  return { draws: DRAWS, median: likenesses[DRAWS / 2], upper };
}

/** `entries x entries` covariances, times the number of pixels, of the maps of single entries. */
function entryCovariances(input: ChannelMap, movement: KernelMovement): Float64Array {
  const entries = movement.kernelSize[0] * movement.kernelSize[1];
  const maps = Array.from({ length: entries }, (_, entry) => {
    const alone = new Float64Array(entries);
    alone[entry] = 1;
    return centred(filteredMap(input, alone, movement).values);
  });
  const covariances = new Float64Array(entries * entries);
  for (let row = 0; row < entries; row++) {
    for (let column = 0; column <= row; column++) {
      const sum = product(maps[row], maps[column]);
      covariances[row * entries + column] = sum;
      covariances[column * entries + row] = sum;
    }
  }
  return covariances;
}

/** About the first number, so that of equal numbers nothing is left. */
function centred(values: Float32Array): Float64Array {
  const first = values[0];
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] - first;
  const mean = first + sum / values.length;
  return Float64Array.from(values, (value) => value - mean);
}

/** A feature in one orientation, and the square of what it makes of the picture: F'CF. */
interface OrientedFilter {
  readonly kernel: Float64Array;
  readonly power: number;
}

/** A feature in all of ORIENTATIONS. */
function turnedFilter(
  feature: Feature,
  kernelSize: Size2d,
  covariances: Float64Array,
): readonly OrientedFilter[] {
  return ORIENTATIONS.map((_, orientation) => {
    const turned = { ...feature, kernel: orientedKernel(feature.kernel, orientation) };
    const kernel = embedFeatures([turned], kernelSize);
    const image = new Float64Array(kernel.length);
    multiply(covariances, kernel, image);
    return { kernel, power: product(kernel, image) };
  });
}

/**
 * Correlation, by size, of what a kernel and a filter make: of the orientation that fits the
 * kernel best by values, as it is shown. 0 where one of the two makes the same of every pixel.
 *
 * @param image of the kernel, by the covariances; `power` is the product of both.
 */
function likenessTo(
  filter: readonly OrientedFilter[],
  kernel: Float64Array,
  image: Float64Array,
  power: number,
): number {
  let nearest = filter[0];
  let largest = 0;
  for (const oriented of filter) {
    const fit = Math.abs(product(oriented.kernel, kernel));
    if (fit <= largest) continue;
    largest = fit;
    nearest = oriented;
  }
  const size = Math.sqrt(power * nearest.power);
  return size > 0 ? Math.abs(product(nearest.kernel, image)) / size : 0;
}

/** Writes the product of a square matrix and a vector. */
function multiply(matrix: Float64Array, vector: Float64Array, out: Float64Array): void {
  for (let row = 0, at = 0; row < vector.length; row++) {
    let sum = 0;
    for (let column = 0; column < vector.length; column++, at++) sum += matrix[at] * vector[column];
    out[row] = sum;
  }
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}
