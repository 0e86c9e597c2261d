import { gaussianKernels } from "../action/noiseKernels.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import type { Size2d } from "../network/size2d.ts";
import { embedFeatures } from "./embedFeature.ts";
import { ORIENTATIONS, type Orientation, orientedKernel } from "./orientations.ts";

/** The feature that explains most of a kernel, and how it lies in it. */
export interface BestFit {
  /** Index into the features. */
  readonly feature: number;
  readonly orientation: Orientation;
  /** What the turned feature is multiplied with; negative where it is inverted. */
  readonly scale: number;
  /**
   * Energy explained, 0..1: 1 - ||K - sF||^2 / ||K||^2. About zero and not about the mean of
   * the entries: a kernel's mean is what it does to flat areas, part of what is to be explained.
   */
  readonly explained: number;
}

/** Of a kernel of random numbers: what an explained share must be held against. */
export interface FitNoise {
  /** Mean share of energy that the best feature explains. */
  readonly mean: number;
  /** One random kernel in twenty is explained better than this. */
  readonly upper: number;
}

/** Share of random kernels that `FitNoise.upper` lies above. */
const UPPER_QUANTILE = 0.95;

/** Directions closer than this (difference of unit vectors) are one: they differ by rounding. */
const SAME_DIRECTION = 1e-9;

const ENTRIES = 9;

/** One way to write a direction: a feature, how it lies, and its sign. */
interface Writing {
  readonly feature: number;
  readonly orientation: number;
  /** Scale of the feature for a kernel of projection 1; negative: inverted. */
  readonly scale: number;
}

/** A line through zero in the space of 3x3 kernels; its two ends may be two features. */
interface Line {
  readonly unit: Float64Array;
  plus: Writing;
  minus: Writing;
}

/**
 * Fits features to kernels by least squares over the 8 rotations and reflections and a free
 * scale, sign included. With s = K.F / F.F the explained energy is (K.F)^2 / (K.K F.F), so one
 * scalar product per direction is all it takes.
 *
 * One object is for one set of features and one size of kernels. Equal fits are told the
 * plainest way: not inverted before inverted, then the least turning, then the earlier feature.
 */
class FeatureFitter {
  /** Of the kernel last fitted, as in `BestFit`. */
  feature = -1;
  /** Index into ORIENTATIONS. */
  orientation = 0;
  scale = Number.NaN;
  explained = Number.NaN;
  readonly #entries: number;
  /** Where the nine entries of a feature lie in a kernel. */
  readonly #places: Int32Array;
  readonly #units: Float64Array;
  readonly #lines: readonly Line[];

  /** Null where 3x3 features do not fit the kernels' size, or none has a direction. */
  static of(features: readonly Feature[], kernelSize: Size2d): FeatureFitter | null {
    const places = placesOfFeature(kernelSize);
    const lines = distinctLines(features);
    if (places === null || lines.length === 0) return null;
    return new FeatureFitter(kernelSize[0] * kernelSize[1], places, lines);
  }

  private constructor(entries: number, places: Int32Array, lines: readonly Line[]) {
    this.#entries = entries;
    this.#places = places;
    this.#lines = lines;
    this.#units = Float64Array.from(lines.flatMap(({ unit }) => [...unit]));
  }

  /**
   * Fits one kernel; the answer stands in the object's fields.
   *
   * @param kernels row-major entries, from `offset`.
   * @returns false if nothing can be fitted: the kernel is all zero or not finite.
   */
  find(kernels: ArrayLike<number>, offset: number): boolean {
    let energy = 0;
    for (let at = offset; at < offset + this.#entries; at++) energy += kernels[at] * kernels[at];
    if (!(energy > 0 && energy < Number.POSITIVE_INFINITY)) {
      this.feature = -1;
      this.orientation = 0;
      this.scale = Number.NaN;
      this.explained = Number.NaN;
      return false;
    }
    const places = this.#places;
    const k0 = kernels[offset + places[0]];
    const k1 = kernels[offset + places[1]];
    const k2 = kernels[offset + places[2]];
    const k3 = kernels[offset + places[3]];
    const k4 = kernels[offset + places[4]];
    const k5 = kernels[offset + places[5]];
    const k6 = kernels[offset + places[6]];
    const k7 = kernels[offset + places[7]];
    const k8 = kernels[offset + places[8]];
    const units = this.#units;
    let best = 0;
    let product = 0;
    for (let line = 0, u = 0; u < units.length; line++, u += ENTRIES) {
      // Written out: twice as fast as a loop over the entries.
      const found =
        k0 * units[u] +
        k1 * units[u + 1] +
        k2 * units[u + 2] +
        k3 * units[u + 3] +
        k4 * units[u + 4] +
        k5 * units[u + 5] +
        k6 * units[u + 6] +
        k7 * units[u + 7] +
        k8 * units[u + 8];
      if (Math.abs(found) > Math.abs(product)) {
        product = found;
        best = line;
      }
    }
    const { plus, minus } = this.#lines[best];
    const writing = product < 0 ? minus : plus;
    this.feature = writing.feature;
    this.orientation = writing.orientation;
    this.scale = Math.abs(product) * writing.scale;
    this.explained = Math.min(1, (product * product) / energy);
    return true;
  }
}

/** One fitter per set of features and size: thousands of kernels ask one after the other. */
const fitters = new WeakMap<readonly Feature[], Map<string, FeatureFitter | null>>();

function knownFitter(features: readonly Feature[], kernelSize: Size2d): FeatureFitter | null {
  const bySize = fitters.get(features) ?? new Map<string, FeatureFitter | null>();
  fitters.set(features, bySize);
  const key = kernelSize.join("x");
  const before = bySize.get(key);
  if (before !== undefined) return before;
  const made = FeatureFitter.of(features, kernelSize);
  bySize.set(key, made);
  return made;
}

/**
 * Best fit of one kernel.
 *
 * @param kernel row-major entries of a kernel of `kernelSize`.
 * @returns null where features do not fit the size, or the kernel is all zero or not finite.
 */
export function bestFit(
  kernel: ArrayLike<number>,
  kernelSize: Size2d,
  features: readonly Feature[],
): BestFit | null {
  const fitter = knownFitter(features, kernelSize);
  if (fitter === null || !fitter.find(kernel, 0)) return null;
  const { feature, orientation, scale, explained } = fitter;
  return { feature, orientation: ORIENTATIONS[orientation], scale, explained };
}

const noises = new WeakMap<readonly Feature[], Map<string, FitNoise | null>>();

/**
 * What the best fit explains of kernels of independent N(0, 1) entries (the 4,000 seeded ones of
 * the chance baseline): among several features and orientations one always fits somewhat.
 *
 * @returns null where features do not fit the size.
 */
export function fitNoise(features: readonly Feature[], kernelSize: Size2d): FitNoise | null {
  const bySize = noises.get(features) ?? new Map<string, FitNoise | null>();
  noises.set(features, bySize);
  const key = kernelSize.join("x");
  const before = bySize.get(key);
  if (before !== undefined) return before;
  const fitter = knownFitter(features, kernelSize);
  const made = fitter === null ? null : noiseOf(fitter, kernelSize[0] * kernelSize[1]);
  bySize.set(key, made);
  return made;
}

function noiseOf(fitter: FeatureFitter, entries: number): FitNoise {
  const kernels = gaussianKernels(entries);
  const explained = new Float64Array(kernels.length / entries);
  let sum = 0;
  for (let kernel = 0; kernel < explained.length; kernel++) {
    fitter.find(kernels, kernel * entries);
    explained[kernel] = fitter.explained;
    sum += fitter.explained;
  }
  const upper = explained.sort()[Math.ceil(UPPER_QUANTILE * explained.length) - 1];
  return { mean: sum / explained.length, upper };
}

/** A feature of marked entries shows where its entries lie in a larger kernel. */
function placesOfFeature(kernelSize: Size2d): Int32Array | null {
  const marked = { id: "", label: "", kernel: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
  const row = embedFeatures([marked], kernelSize);
  return row.length === 0 ? null : Int32Array.from(marked.kernel, (entry) => row.indexOf(entry));
}

function distinctLines(features: readonly Feature[]): readonly Line[] {
  const lines: Line[] = [];
  for (const [feature, { kernel }] of features.entries()) {
    const length = Math.hypot(...kernel);
    if (!(length > 0 && length < Number.POSITIVE_INFINITY)) continue;
    for (let orientation = 0; orientation < ORIENTATIONS.length; orientation++) {
      const turned = orientedKernel(kernel, orientation);
      const unit = Float64Array.from(turned, (entry) => entry / length);
      addWriting(lines, unit, { feature, orientation, scale: 1 / length });
    }
  }
  return lines;
}

function addWriting(lines: Line[], unit: Float64Array, writing: Writing): void {
  const inverted = { ...writing, scale: -writing.scale };
  for (const line of lines) {
    if (isSame(line.unit, unit, 1)) {
      line.plus = plainer(line.plus, writing);
      line.minus = plainer(line.minus, inverted);
      return;
    }
    if (isSame(line.unit, unit, -1)) {
      line.plus = plainer(line.plus, inverted);
      line.minus = plainer(line.minus, writing);
      return;
    }
  }
  lines.push({ unit, plus: writing, minus: inverted });
}

function isSame(a: Float64Array, b: Float64Array, sign: 1 | -1): boolean {
  return a.every((entry, at) => Math.abs(entry - sign * b[at]) < SAME_DIRECTION);
}

function plainer(a: Writing, b: Writing): Writing {
  if (a.scale < 0 !== b.scale < 0) return a.scale < 0 ? b : a;
  // Features come in their order, so of equals `a` is the earlier one.
  return b.orientation < a.orientation ? b : a;
}
