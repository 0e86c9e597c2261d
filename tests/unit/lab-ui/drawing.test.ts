import { describe, expect, it } from "vitest";
import { LEFT_OUT } from "../../../src/core/images/preparedMask.ts";
import { smallerPicture } from "../../../src/core/images/smallerPicture.ts";
import { outlinePieces } from "../../../src/ui/lab/drawOverlay.ts";
import { mapPixels, picturePixels } from "../../../src/ui/lab/drawPicture.ts";

const SHADES = { low: 100, high: 200 };

describe("pictures", () => {
  it("are black below their window and white above it", () => {
    const values = Float32Array.of(0, 100, 160, 200, 300);
    const { data } = picturePixels({ width: 5, height: 1, channels: 1, values }, SHADES);
    const greys = [...data].filter((_, at) => at % 4 === 0);
    expect(greys).toEqual([0, 0, 153, 255, 255]);
    expect([...data].filter((_, at) => at % 4 === 3)).toEqual([255, 255, 255, 255, 255]);
  });

  it("keep colours and opacity", () => {
    const values = Float32Array.of(100, 160, 200, 7);
    const { data } = picturePixels({ width: 1, height: 1, channels: 4, values }, SHADES);
    expect([...data]).toEqual([0, 153, 255, 7]);
  });

  it("without contrast are black, not nothing", () => {
    const values = Float32Array.of(5, 5);
    const { data } = picturePixels(
      { width: 2, height: 1, channels: 1, values },
      { low: 5, high: 5 },
    );
    expect([...data]).toEqual([0, 0, 0, 255, 0, 0, 0, 255]);
  });

  it("are made smaller with their aspect, never larger", () => {
    const values = Float32Array.from({ length: 2 * 200 * 100 }, (_, at) =>
      at % 2 === 0 ? (at >> 1) % 200 : 9,
    );
    const picture = { width: 200, height: 100, channels: 2 as const, values };
    const small = smallerPicture(picture, 50);
    expect(small).toMatchObject({ width: 50, height: 25, channels: 2 });
    // The middle of every four columns, with its opacity.
    expect([...small.values.subarray(0, 6)]).toEqual([2, 9, 6, 9, 10, 9]);
    expect(small.values).toHaveLength(2 * 50 * 25);
    expect(smallerPicture(picture, 500)).toEqual(picture);
  });
});

describe("maps", () => {
  it("of one channel are grey from their lowest to their highest value", () => {
    const { data } = mapPixels({
      channels: 1,
      width: 3,
      height: 1,
      values: Float32Array.of(-1, 0, 1),
    });
    expect([...data].filter((_, at) => at % 4 === 1)).toEqual([0, 128, 255]);
  });

  it("of three channels are red, green and blue, one after the other", () => {
    const values = Float32Array.of(0, 1, 0, 0, 1, 0);
    const { data } = mapPixels({ channels: 3, width: 2, height: 1, values });
    expect([...data]).toEqual([0, 0, 255, 255, 255, 0, 0, 255]);
  });
});

describe("outlines", () => {
  /** Sum of lengths; all pieces are one pixel long. */
  function perimeter(width: number, height: number, marked: readonly number[]): number {
    return outlinePieces({ width, height, marked: Uint8Array.from(marked) }).length / 4;
  }

  it("go around an area once, at the edge of the image too", () => {
    expect(perimeter(1, 1, [1])).toBe(4);
    expect(perimeter(3, 1, [1, 1, 0])).toBe(6);
    expect(perimeter(3, 3, [1, 1, 1, 1, 0, 1, 1, 1, 1])).toBe(12 + 4);
    expect(perimeter(2, 2, [0, 0, 0, 0])).toBe(0);
    expect(perimeter(3, 1, [1, LEFT_OUT, 0])).toBe(4);
  });

  it("lie between what is marked and what is not", () => {
    const [x1, y1, x2, y2] = outlinePieces({
      width: 2,
      height: 1,
      marked: Uint8Array.of(1, 0),
    }).slice(-4);
    expect([x1, y1, x2, y2]).toEqual([1, 0, 1, 1]);
  });
});
