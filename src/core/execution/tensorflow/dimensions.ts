import type { Dimensions, Padding } from "../../network/graph.ts";
import { type MovingWindow, reach } from "../movingWindow.ts";

/** Number of places of a window along an axis; null where the length is open. */
export function placesOf(
  length: number | null,
  window: MovingWindow,
  padding: Padding,
  axis: 0 | 1,
): number | null {
  if (length === null) return null;
  const stride = window.stride[axis];
  if (padding.kind === "same") return Math.ceil(length / stride);
  const padded = length + padding.before[axis] + padding.after[axis];
  return Math.floor((padded - reach(window, axis)) / stride) + 1;
}

/** Shape of a broadcast; lengths that are open on one side are what the other side has. */
export function broadcastDimensions(shapes: readonly (Dimensions | null)[]): Dimensions | null {
  const known = shapes.filter((shape) => shape !== null);
  if (known.length < shapes.length) return null;
  const rank = Math.max(0, ...known.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, at) => {
    const lengths = known.map((shape) => {
      const axis = at - (rank - shape.length);
      return axis < 0 ? 1 : shape[axis];
    });
    const long = lengths.find((length) => length !== null && length !== 1);
    return long ?? (lengths.includes(null) ? null : 1);
  });
}

/** Lengths after a reshape: one may be -1, which takes what is left. */
export function reshapedDimensions(from: Dimensions | null, wanted: readonly number[]): Dimensions {
  const elements = from === null || from.includes(null) ? null : product(from);
  const known = product(wanted.filter((length) => length !== -1));
  return wanted.map((length) => {
    if (length !== -1) return length;
    return elements === null || known === 0 ? null : elements / known;
  });
}

/** Number of entries; NaN where a length is open. */
export function product(lengths: Dimensions): number {
  return lengths.reduce<number>((count, length) => count * (length ?? Number.NaN), 1);
}

/** A negative axis counts from the end. */
export function normalAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
