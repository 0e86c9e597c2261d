import type { Size2d } from "../network/size2d.ts";
import { EXACT_TOLERANCE, FEATURE_SIZE } from "./comparison.ts";
import type { ActionEngine, DistanceRequest } from "./engine.ts";
import { exactMeasure } from "./exactMeasure.ts";
import { EQUAL_DISTANCES } from "./labels.ts";
import { settlingLevels } from "./settlingLevels.ts";

/** What is to be labelled. */
export type LabelRequest = Omit<DistanceRequest, "tolerance"> & { readonly threshold: number };

/**
 * Distances of the first, quickest level: good for a first impression.
 *
 * @throws ConvAtlasError `cancelled`.
 */
export function firstDistances(
  engine: ActionEngine,
  { threshold: _threshold, ...request }: LabelRequest,
  signal: AbortSignal,
): Promise<Float32Array> {
  const [{ grid, tolerance }] = settlingLevels(request.kernelSize, request.grid);
  return engine.distances({ ...request, grid, tolerance }, () => {}, signal);
}

/**
 * Distances that give every kernel the label of the full grid. Level by level, kernels
 * whose label could still change are computed again on a finer grid; the others keep the
 * distances they have, which are off by the error of their level.
 *
 * @param first distances of the first level; changed in place.
 * @param onSettled called with the number of kernels whose label is final.
 * @returns `first`.
 * @throws ConvAtlasError `cancelled`.
 */
export async function settledDistances(
  engine: ActionEngine,
  { threshold, ...request }: LabelRequest,
  first: Float32Array,
  onSettled: (kernels: number) => void,
  signal: AbortSignal,
): Promise<Float32Array> {
  const { kernels, kernelSize, grid } = request;
  const count = kernels.length / (kernelSize[0] * kernelSize[1]);
  const twins = featureTwins(request);
  const [quickest, ...finer] = settlingLevels(kernelSize, grid);
  let open = Uint32Array.from({ length: count }, (_, kernel) => kernel);
  let error = quickest.error;
  for (const level of finer) {
    open = open.filter((kernel) => isOpen(first, kernel, twins, threshold, error));
    onSettled(count - open.length);
    if (open.length === 0) return first;
    const refined = await engine.distances(
      {
        ...request,
        grid: level.grid,
        tolerance: level.tolerance,
        kernels: gathered(request, open),
      },
      () => {},
      signal,
    );
    for (const [row, kernel] of open.entries()) {
      for (let f = 0; f < twins.length; f++) {
        first[kernel * twins.length + f] = refined[row * twins.length + twins[f]];
      }
    }
    error = level.error;
  }
  onSettled(count);
  return first;
}

function gathered(
  { kernels, kernelSize }: Pick<LabelRequest, "kernels" | "kernelSize">,
  of: Uint32Array,
): Float32Array {
  const entries = kernelSize[0] * kernelSize[1];
  if (of.length * entries === kernels.length) return kernels;
  const taken = new Float32Array(of.length * entries);
  for (const [row, kernel] of of.entries()) {
    taken.set(kernels.subarray(kernel * entries, (kernel + 1) * entries), row * entries);
  }
  return taken;
}

/** True if another feature, or the threshold, is too near for this error to tell. */
function isOpen(
  distances: Float32Array,
  kernel: number,
  twins: Uint8Array,
  threshold: number,
  error: number,
): boolean {
  const start = kernel * twins.length;
  let nearest = 0;
  for (let f = 1; f < twins.length; f++) {
    if (distances[start + f] < distances[start + nearest]) nearest = f;
  }
  const distance = distances[start + nearest];
  // Without a spectrum: indeterminate on every grid.
  if (Number.isNaN(distance)) return false;
  if (Math.abs(distance - threshold) <= error + EQUAL_DISTANCES) return true;
  if (distance > threshold) return false;
  for (let f = 0; f < twins.length; f++) {
    const gap = distances[start + f] - distance;
    if (twins[f] !== twins[nearest] && gap <= 2 * error + EQUAL_DISTANCES) return true;
  }
  return false;
}

/** Grids on which features are compared with one another, since that is quick. */
const SQUARE_TWIN_GRID: Size2d = [16, 16];
const OTHER_TWIN_GRID: Size2d = [16, 12];

/**
 * For each feature the first one with the same spectrum, often itself. No grid tells the four
 * Sobel directions apart (of other than square maps, the two along one axis), so a tie
 * between them leaves nothing open.
 */
function featureTwins({ features, compare, grid }: Omit<LabelRequest, "threshold">): Uint8Array {
  const measure = exactMeasure({
    kernelSize: FEATURE_SIZE,
    grid: grid[0] === grid[1] ? SQUARE_TWIN_GRID : OTHER_TWIN_GRID,
    features,
    compare,
    tolerance: EXACT_TOLERANCE,
  });
  return Uint8Array.from(features, ({ kernel }) =>
    measure(Float32Array.from(kernel)).findIndex((distance) => distance < EQUAL_DISTANCES),
  );
}
