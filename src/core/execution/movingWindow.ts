import type { Size2d } from "../network/size2d.ts";

/** A window that moves over a map. */
export interface MovingWindow {
  readonly size: Size2d;
  readonly stride: Size2d;
  readonly dilation: Size2d;
}

/** How far a dilated window reaches. */
export function reach(
  { size, dilation }: Pick<MovingWindow, "size" | "dilation">,
  axis: 0 | 1,
): number {
  return dilation[axis] * (size[axis] - 1) + 1;
}

/**
 * What TensorFlow's padding `SAME` adds, before height and width, then behind both: the result has
 * ceil(length / stride) places, and more is added behind than in front where it cannot be both
 * alike (tensorflow.org/api_docs/python/tf/nn, "Notes on padding").
 *
 * @param lengths height and width of the map; null where they are open.
 * @returns null where it depends on a length that is open.
 */
export function samePads(
  window: MovingWindow,
  lengths: readonly (number | null)[],
): readonly number[] | null {
  const height = sameTotal(window, lengths, 0);
  const width = sameTotal(window, lengths, 1);
  if (height === null || width === null) return null;
  const [top, left] = [Math.floor(height / 2), Math.floor(width / 2)];
  return [top, left, height - top, width - left];
}

/** Rows or columns that `SAME` adds. */
function sameTotal(
  window: MovingWindow,
  lengths: readonly (number | null)[],
  axis: 0 | 1,
): number | null {
  const stride = window.stride[axis];
  const reached = reach(window, axis);
  // Neither a window that moves by ones nor one of a single place depends on the size.
  if (stride === 1 || reached === 1) return reached - 1;
  const length = lengths[axis];
  if (length === null) return null;
  return Math.max(0, (Math.ceil(length / stride) - 1) * stride + reached - length);
}
