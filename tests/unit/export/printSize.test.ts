import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keptSize } from "../../../src/ui/export/keptSize.ts";
import {
  FIRST_SIZE,
  layoutHeight,
  layoutWidth,
  MM_PER_PX,
  NARROWEST_MM,
  pixelSize,
  printed,
  printSize,
  SIZE_PRESETS,
  sizeInWords,
  svgInMillimetres,
  svgInPixels,
  WIDEST_MM,
} from "../../../src/ui/export/printSize.ts";
import { ATLAS_SMALLEST_WIDTH } from "../../../src/ui/figures/atlas.ts";
import { svg, svgRoot } from "../../../src/ui/figures/svg.ts";

function pictureOf(width: number, height: number) {
  return { node: svgRoot(width, height, {}, svg("g", { id: "inside" })), width, height };
}

const POINTS_PER_MM = 72 / 25.4;

describe("sizes on paper", () => {
  test("text of 11 px is laid out to be 6 points high, of 12 px more", () => {
    expect(11 * MM_PER_PX * POINTS_PER_MM).toBeCloseTo(6, 10);
    for (const preset of SIZE_PRESETS.filter(({ heightMm }) => heightMm === null)) {
      const width = layoutWidth(preset);
      const { smallestPoints } = printed(pictureOf(width, 900), preset, "#fff");
      expect(smallestPoints).toBeGreaterThanOrEqual(6);
      expect(smallestPoints).toBeLessThan(6.05);
    }
    expect(layoutWidth({ widthMm: NARROWEST_MM, heightMm: null })).toBeGreaterThanOrEqual(
      ATLAS_SMALLEST_WIDTH,
    );
    expect(layoutHeight(printSize("slide"))).toBe(743);
    expect(layoutHeight(printSize("two-columns"))).toBe(Number.POSITIVE_INFINITY);
  });

  test("a width of one's own is brought inside what can be drawn", () => {
    expect(printSize({ widthMm: 100 })).toEqual({ widthMm: 100, heightMm: null });
    expect(printSize({ widthMm: 1 }).widthMm).toBe(NARROWEST_MM);
    expect(printSize({ widthMm: 1e9 }).widthMm).toBe(WIDEST_MM);
  });

  test("a picture keeps its proportions; on a slide it is whole and in the middle", () => {
    const free = printed(pictureOf(400, 300), { widthMm: 85, heightMm: null }, "#fff");
    expect(free.heightMm).toBeCloseTo(63.75, 6);
    expect(sizeInWords(free)).toBe("85 \u00D7 64 mm");
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 3000 }),
        fc.integer({ min: 50, max: 9000 }),
        (w, h) => {
          const slide = printed(pictureOf(w, h), { widthMm: 254, heightMm: 143 }, "#fff");
          const { width, height } = slide.picture;
          expect(height / width).toBeCloseTo(143 / 254, 6);
          const inner = slide.picture.node.children[1];
          if (inner === undefined || typeof inner === "string") throw new Error("no picture");
          const [x, y] = [Number(inner.attributes.x), Number(inner.attributes.y)];
          expect(Math.min(x, y)).toBeCloseTo(0, 6);
          expect(x * 2 + w).toBeCloseTo(width, 6);
          expect(y * 2 + h).toBeCloseTo(height, 6);
        },
      ),
    );
  });

  test("files say their size: SVG in millimetres, PNG in pixels of 300 dpi", () => {
    const one = printed(pictureOf(400, 300), { widthMm: 85, heightMm: null }, "#fff");
    expect(svgInMillimetres(one)).toContain(' width="85mm" height="63.75mm" viewBox="0 0 400 300"');
    const size = pixelSize(one);
    expect(size).toEqual({ width: 1004, height: 753, dotsPerMetre: 11_811 });
    expect(svgInPixels(one, size)).toContain(' width="1004" height="753" viewBox="0 0 400 300"');
  });

  test("no canvas is asked for that browsers refuse, and the file says its true resolution", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 66, max: 900 }),
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        (w, h) => {
          const { width, height, dotsPerMetre } = pixelSize({ widthMm: w, heightMm: h });
          expect(Math.max(width, height)).toBeLessThanOrEqual(16_384);
          expect(width * height).toBeLessThanOrEqual(64_100_000);
          expect(Math.min(width, height)).toBeGreaterThanOrEqual(1);
          expect(dotsPerMetre).toBeLessThanOrEqual(11_811);
          expect(Math.abs((w / 1000) * dotsPerMetre - width)).toBeLessThanOrEqual(2);
        },
      ),
    );
  });
});

describe("the kept size", () => {
  function storage(before: string | null) {
    const written: string[] = [];
    return {
      written,
      getItem: () => before,
      setItem: (_: string, text: string) => void written.push(text),
    };
  }

  test("is what was used last; anything else in the storage is not trusted", () => {
    expect(keptSize(() => storage('"slide"')).load()).toBe("slide");
    expect(keptSize(() => storage('{"widthMm":90}')).load()).toEqual({ widthMm: 90 });
    for (const wrong of [
      null,
      "",
      "{",
      '"huge"',
      '{"widthMm":"1"}',
      "[]",
      "7",
      '{"widthMm":null}',
    ]) {
      expect(keptSize(() => storage(wrong)).load()).toBe(FIRST_SIZE);
    }
    const store = storage(null);
    const kept = keptSize(() => store);
    kept.store("one-column");
    expect(kept.load()).toBe("one-column");
    expect(store.written).toEqual(['"one-column"']);
  });

  test("lasts as long as the page where storage is switched off", () => {
    const kept = keptSize(() => {
      throw new Error("denied");
    });
    expect(kept.load()).toBe(FIRST_SIZE);
    kept.store({ widthMm: 100 });
    expect(kept.load()).toEqual({ widthMm: 100 });
  });
});
