import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { innermostPixels } from "../../../src/ui/lab/innermostPixels.ts";

/** Steps of a king from a pixel to the nearest one of another class, or out of the picture. */
function slowRoom(numbers: Int32Array, width: number, pixel: number): number {
  const height = numbers.length / width;
  const [column, row] = [pixel % width, Math.floor(pixel / width)];
  let least = Math.min(column + 1, row + 1, width - column, height - row);
  for (const [other, number] of numbers.entries()) {
    if (number === numbers[pixel]) continue;
    const across = Math.abs((other % width) - column);
    const down = Math.abs(Math.floor(other / width) - row);
    least = Math.min(least, Math.max(across, down));
  }
  return least;
}

const anyPicture = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.constantFrom(-1, 0, 0, 0, 1, 1, 2), {
        minLength: width * height,
        maxLength: width * height,
      })
      .map((numbers) => ({ width, numbers: Int32Array.from(numbers) })),
  );

describe("the innermost pixel of a class", () => {
  it("is the first of those that are farthest from all other classes", () => {
    fc.assert(
      fc.property(anyPicture, ({ width, numbers }) => {
        const expected = [0, 1, 2].flatMap((number) => {
          const own = [...numbers.keys()].filter((pixel) => numbers[pixel] === number);
          const rooms = own.map((pixel) => slowRoom(numbers, width, pixel));
          const room = Math.max(...rooms);
          const pixel = own[rooms.indexOf(room)];
          if (pixel === undefined) return [];
          return [{ number, column: pixel % width, row: Math.floor(pixel / width), room }];
        });
        expect(innermostPixels({ classes: 3, numbers }, width)).toEqual(expected);
      }),
    );
  });

  it("lies within a ring, not in its middle", () => {
    const ring = Int32Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1);
    const [inside, around] = innermostPixels({ classes: 2, numbers: ring }, 3);
    expect(inside).toEqual({ number: 0, column: 1, row: 1, room: 1 });
    expect(around).toEqual({ number: 1, column: 0, row: 0, room: 1 });
  });
});
