import { describe, expect, test } from "vitest";
import { parsedColour } from "../../../src/ui/figures/colour.ts";
import { DARK_THEME } from "../../../src/ui/figures/theme.ts";
import { mapColour, mapPixels } from "../../../src/ui/lab/kernel/mapColours.ts";
import {
  channelValues,
  ownScale,
  pictureScale,
  reachOf,
  signedScale,
} from "../../../src/ui/lab/kernel/mapScale.ts";
import { inputWords, placeSentence, scaleText } from "../../../src/ui/lab/kernel/mapWords.ts";
import { numberSquares } from "../../../src/ui/lab/kernel/numberSquares.ts";
import { slidingAt } from "../../../src/ui/lab/kernel/slidePath.ts";
import { expectReadable } from "../figures/pictureChecks.ts";
import { textBoxes } from "../figures/pictureText.ts";

const hexOf = (pixels: Uint8ClampedArray, at: number) =>
  `#${[0, 1, 2].map((part) => pixels[at * 4 + part].toString(16).padStart(2, "0")).join("")}`;

describe("scales of maps", () => {
  test("a few pixels do not make all others pale", () => {
    const values = Float32Array.from({ length: 10_000 }, (_, at) => (at < 10 ? 100 : -1));
    expect(reachOf([values])).toBeLessThan(1.05);
    expect(reachOf([values])).toBeGreaterThanOrEqual(1);
  });

  test("zeros around what is shown do not count", () => {
    const values = Float32Array.from({ length: 100_000 }, (_, at) => (at < 100 ? 2 : 0));
    expect(reachOf([values])).toBeCloseTo(2, 2);
  });

  test("one scale holds all maps that are compared, and nothing is finite but numbers", () => {
    const scale = signedScale([Float32Array.of(0.5, -1), Float32Array.of(4, Number.NaN)]);
    expect(scale).toEqual({ kind: "signed", reach: 4 });
    expect(reachOf([Float32Array.of(0, Number.POSITIVE_INFINITY)])).toBe(0);
  });

  test("what is never below zero is grey, what is has two colours", () => {
    expect(ownScale(Float32Array.of(0, 3)).kind).toBe("grey");
    expect(ownScale(Float32Array.of(-0.1, 3)).kind).toBe("signed");
    expect(pictureScale(Float32Array.of(-2, 0, 6))).toEqual({ kind: "grey", low: -2, high: 6 });
  });

  test("a channel is its part of the values", () => {
    const maps = { channels: 2, height: 1, width: 2, values: Float32Array.of(1, 2, 3, 4) };
    expect([...channelValues(maps, 1)]).toEqual([3, 4]);
  });
});

describe("colours of maps", () => {
  const signed = { kind: "signed", reach: 2 } as const;

  test("zero is white, purple above and orange below, in the pixels as in the squares", () => {
    const values = Float32Array.of(0, 2, -2, 1, 9);
    const pixels = mapPixels(values, signed);
    expect(mapColour(0, signed)).toBe("#ffffff");
    expect(hexOf(pixels, 1)).toBe(mapColour(2, signed));
    expect(hexOf(pixels, 2)).toBe(mapColour(-2, signed));
    expect(hexOf(pixels, 4)).toBe(mapColour(2, signed));
    expect(mapColour(2, signed)).toBe("#542788");
    expect(mapColour(-2, signed)).toBe("#b35806");
    expect(pixels.filter((_, at) => at % 4 === 3).every((opacity) => opacity === 255)).toBe(true);
  });

  test("grey goes from black to white; what is no number has a colour of its own", () => {
    const grey = { kind: "grey", low: 0, high: 1 } as const;
    const pixels = mapPixels(Float32Array.of(0, 1, Number.NaN), grey);
    expect([hexOf(pixels, 0), hexOf(pixels, 1)]).toEqual(["#000000", "#ffffff"]);
    const odd = hexOf(pixels, 2);
    expect(new Set([odd.slice(1, 3), odd.slice(3, 5)]).size).toBe(2);
  });

  test("pixels have the colours of single values, wherever these lie", () => {
    const values = Float32Array.from({ length: 400 }, (_, at) => (at - 200) / 60);
    const all = Float32Array.of(...values, Number.POSITIVE_INFINITY, Number.NaN);
    const scales = [
      signed,
      { kind: "signed", reach: 0 },
      { kind: "grey", low: -1, high: 2.5 },
      { kind: "grey", low: 1, high: 1 },
    ] as const;
    for (const scale of scales) {
      const pixels = mapPixels(all, scale);
      for (const [at, value] of all.entries()) {
        // Pixels have 512 steps: a neighbouring colour is the same one to the eye.
        for (const [part, wanted] of parsedColour(mapColour(value, scale)).entries()) {
          expect(Math.abs(pixels[at * 4 + part] - wanted)).toBeLessThanOrEqual(2);
        }
      }
    }
  });

  test("a map without a reach is drawn, not divided by zero", () => {
    expect(mapColour(0, { kind: "signed", reach: 0 })).toMatch(/^#fe?f?/);
    expect(mapColour(0, { kind: "grey", low: 0, high: 0 })).toBe("#000000");
  });
});

describe("words of maps", () => {
  test("say what colours stand for", () => {
    expect(scaleText({ kind: "signed", reach: 0.415 })).toContain("\u00B10.41");
    expect(scaleText({ kind: "signed", reach: 0 })).toBe("zero everywhere");
    expect(scaleText({ kind: "grey", low: 0, high: 1 })).toBe("black 0, white 1");
    expect(scaleText({ kind: "grey", low: 1, high: 1 })).toBe("the same everywhere");
  });

  test("say what a kernel receives", () => {
    expect(inputWords(true, 0, 1)).toBe("The image that the network gets");
    expect(inputWords(true, 2, 3)).toBe("Channel 2 of the image");
    expect(inputWords(false, 7, 16)).toBe("Channel 7 of what the layer gets");
  });

  test("read out a place as people count", () => {
    expect(placeSentence(0, 4, -0.25, 9)).toBe(
      "Row 1, column 5: the nine products add up to \u22120.25.",
    );
  });
});

describe("squares with numbers", () => {
  test("are readable at the size on the page, and frame a part", () => {
    const values = Float32Array.of(-0.123, 0.456, 1, 0, 12.34, -99, 0.001, 5e-7, 3);
    for (const scale of [
      { kind: "signed", reach: 1 },
      { kind: "grey", low: 0, high: 1 },
    ] as const) {
      const picture = numberSquares({
        ...{ values, rows: 3, columns: 3, scale, size: 124, numbers: true, line: DARK_THEME.line },
        framed: [0, 0, 2, 2],
      });
      expectReadable(picture);
      expect(textBoxes(picture.node).map(({ text }) => text)).toContain("\u22120.12");
    }
  });
});

describe("the stencil that slides", () => {
  test("reads row by row from the first to the last pixel, and ends", () => {
    const size = { height: 256, width: 100 };
    expect(slidingAt(0, size)).toEqual({ row: 0, column: 0, isOver: false });
    let before = -1;
    for (let time = 0; time < 20_000; time += 50) {
      const { row, column, isOver } = slidingAt(time, size);
      expect(row * 100 + column).toBeGreaterThanOrEqual(before);
      before = row * 100 + column;
      if (isOver) break;
    }
    expect(slidingAt(20_000, size)).toEqual({ row: 255, column: 99, isOver: true });
    expect(slidingAt(10, { height: 1, width: 1 })).toMatchObject({ row: 0, column: 0 });
  });
});
