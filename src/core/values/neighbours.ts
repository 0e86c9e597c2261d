import {
  type Analysis,
  KERNEL_DEAD,
  KERNEL_NOT_FINITE,
  type LayerValues,
} from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import { lastOf } from "../lastOf.ts";
import { normaliseKernels } from "./normalisation.ts";

/** A kernel and how far it is from the one that was asked about. */
export interface Neighbour {
  /** Index in `Analysis.layers`. */
  readonly layer: number;
  /** As in `ConvolutionLayer.kernels`. */
  readonly kernel: number;
  /** Euclidean distance of the weights, after the chosen normalisation. */
  readonly distance: number;
}

/** Neighbours that are shown and exported: a row of pictures that the eye takes in at once. */
export const NEIGHBOUR_COUNT = 6;

/** Kernels between two chances for a pause: a fraction of a millisecond. */
const KERNELS_PER_STEP = 8192;

/** Answers that are kept for each layer: a person goes back and forth between a few kernels. */
const KEPT_PER_LAYER = 16;

/** Values are made anew whenever features, normalisation or basis change. */
const kept = new WeakMap<LayerValues, Map<number, readonly Neighbour[]>>();

/**
 * The kernels of the same size nearest to one kernel, over all layers, nearest first; of equally
 * near ones the earlier. The kernel itself and kernels that are not finite are left out.
 *
 * A generator, so that a network of millions of kernels can be searched in slices; the answer
 * for a kernel that was asked about lately is there at once.
 */
export function* neighbourSteps(
  analysis: Analysis,
  layer: number,
  kernel: number,
): Generator<void, readonly Neighbour[]> {
  const { values } = analysis.layers[layer];
  const known = kept.get(values) ?? new Map<number, readonly Neighbour[]>();
  kept.set(values, known);
  const before = known.get(kernel);
  if (before !== undefined) return before;
  const found = yield* search(analysis, layer, kernel);
  const oldest = known.keys().next();
  if (known.size >= KEPT_PER_LAYER && !oldest.done) known.delete(oldest.value);
  known.set(kernel, found);
  return found;
}

/** The same in one go. */
export function neighbours(
  analysis: Analysis,
  layer: number,
  kernel: number,
): readonly Neighbour[] {
  return lastOf(neighbourSteps(analysis, layer, kernel));
}

function* search(
  analysis: Analysis,
  layer: number,
  kernel: number,
): Generator<void, readonly Neighbour[]> {
  const { normalisation } = analysis.settings;
  const asked = analysis.layers[layer];
  const state = asked.values.states[kernel];
  if (state === KERNEL_NOT_FINITE) return [];
  // Without a direction it is equally far from all that have one.
  if (state === KERNEL_DEAD && normalisation !== "none") return [];
  const [height, width] = asked.description.kernelSize;
  const entries = height * width;
  const own = asked.kernels.subarray(kernel * entries, (kernel + 1) * entries);
  const target = normaliseKernels(own, entries, normalisation);
  const nearest = new NearestFew(NEIGHBOUR_COUNT);
  for (const [index, { description, kernels, kernelCount, values }] of analysis.layers.entries()) {
    const [otherHeight, otherWidth] = description.kernelSize;
    if (otherHeight !== height || otherWidth !== width) continue;
    for (let first = 0; first < kernelCount; first += KERNELS_PER_STEP) {
      const end = Math.min(kernelCount, first + KERNELS_PER_STEP);
      for (let other = first; other < end; other++) {
        if (values.states[other] === KERNEL_NOT_FINITE) continue;
        if (other === kernel && index === layer) continue;
        const square = squaredDistance(target, kernels, other * entries, normalisation);
        if (square < nearest.farthest) nearest.add(index, other, square);
      }
      yield;
    }
  }
  return nearest.list();
}

/** Squared distance of a normalised kernel from another one, which is normalised here. */
function squaredDistance(
  target: Float64Array,
  kernels: Float32Array,
  offset: number,
  normalisation: Settings["normalisation"],
): number {
  const factor =
    normalisation === "none" ? 1 : unitFactor(kernels, offset, target.length, normalisation);
  let square = 0;
  for (let at = 0; at < target.length; at++) {
    const difference = target[at] - kernels[offset + at] * factor;
    square += difference * difference;
  }
  return square;
}

/** What `normaliseKernels` multiplies a kernel with; float32 squares do not vanish in float64. */
function unitFactor(
  kernels: Float32Array,
  offset: number,
  entries: number,
  normalisation: Exclude<Settings["normalisation"], "none">,
): number {
  let square = 0;
  for (let at = offset; at < offset + entries; at++) square += kernels[at] * kernels[at];
  if (square === 0) return 1;
  const flips = normalisation === "unit-signed" && kernels[offset + Math.floor(entries / 2)] < 0;
  return (flips ? -1 : 1) / Math.sqrt(square);
}

/** The few smallest of many distances, in order. */
class NearestFew {
  /** Squared distance that a further one must be below. */
  farthest = Number.POSITIVE_INFINITY;
  readonly #squares: Float64Array;
  readonly #layers: Int32Array;
  readonly #kernels: Int32Array;

  constructor(count: number) {
    this.#squares = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    this.#layers = new Int32Array(count);
    this.#kernels = new Int32Array(count);
  }

  add(layer: number, kernel: number, square: number): void {
    const squares = this.#squares;
    let at = squares.length - 1;
    for (; at > 0 && square < squares[at - 1]; at--) {
      squares[at] = squares[at - 1];
      this.#layers[at] = this.#layers[at - 1];
      this.#kernels[at] = this.#kernels[at - 1];
    }
    squares[at] = square;
    this.#layers[at] = layer;
    this.#kernels[at] = kernel;
    this.farthest = squares[squares.length - 1];
  }

  list(): readonly Neighbour[] {
    return Array.from(this.#squares, (square, at) => ({
      layer: this.#layers[at],
      kernel: this.#kernels[at],
      distance: Math.sqrt(square),
    })).filter(({ distance }) => distance < Number.POSITIVE_INFINITY);
  }
}
