import type { ClassMap } from "../../core/maps/classMap.ts";

/** Where there is most room around a pixel of a class. */
export interface InnermostPixel {
  readonly number: number;
  readonly column: number;
  readonly row: number;
  /** Steps, across corners too, to the nearest pixel of another class or to the edge; at least 1. */
  readonly room: number;
}

/**
 * The pixel of each class that is farthest from all others, the first of equal ones: where its
 * number is written. Two passes over the picture (Rosenfeld and Pfaltz 1966, the chessboard
 * distance).
 *
 * @returns of the classes that have pixels, in their order.
 */
export function innermostPixels(
  { classes, numbers }: ClassMap,
  width: number,
): readonly InnermostPixel[] {
  const height = numbers.length / width;
  const room = new Uint16Array(numbers.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      room[row * width + column] = nearestBefore(numbers, room, width, height, column, row, -1);
    }
  }
  const innermost: (InnermostPixel | undefined)[] = Array(classes).fill(undefined);
  for (let row = height - 1; row >= 0; row--) {
    for (let column = width - 1; column >= 0; column--) {
      const pixel = row * width + column;
      const after = nearestBefore(numbers, room, width, height, column, row, 1);
      room[pixel] = Math.min(room[pixel], after);
      const number = numbers[pixel];
      if (number < 0) continue;
      if (room[pixel] >= (innermost[number]?.room ?? 0)) {
        innermost[number] = { number, column, row, room: room[pixel] };
      }
    }
  }
  return innermost.filter((pixel) => pixel !== undefined);
}

/** One more than the least room of the four neighbours that a pass has been at. */
function nearestBefore(
  numbers: Int32Array,
  room: Uint16Array,
  width: number,
  height: number,
  column: number,
  row: number,
  direction: 1 | -1,
): number {
  const own = numbers[row * width + column];
  const rowBefore = row + direction;
  const columnBefore = column + direction;
  if (rowBefore < 0 || rowBefore >= height) return 1;
  if (columnBefore < 0 || columnBefore >= width) return 1;
  const otherSide = column - direction;
  if (otherSide < 0 || otherSide >= width) return 1;
  const before = row * width + columnBefore;
  let least = numbers[before] === own ? room[before] : 0;
  for (let across = column - 1; across <= column + 1; across++) {
    const neighbour = rowBefore * width + across;
    least = Math.min(least, numbers[neighbour] === own ? room[neighbour] : 0);
  }
  return least + 1;
}
