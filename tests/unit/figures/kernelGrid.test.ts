import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsedColour } from "../../../src/ui/figures/colour.ts";
import { weightColour } from "../../../src/ui/figures/glyph.ts";
import {
  fittingUnit,
  GRID_HEAD,
  type GridLayout,
  type GridPicture,
  type GridShape,
  gridColours,
  gridLayout,
  gridSight,
  gridTarget,
  headStep,
  kernelBox,
  paintKernels,
} from "../../../src/ui/figures/kernelGrid.ts";
import { DARK_THEME, type FigureTheme, LIGHT_THEME } from "../../../src/ui/figures/theme.ts";

const NO_SCROLL = { left: 0, top: 0 };
const SQUARE: GridShape = { rows: 3, columns: 2, kernelSize: [3, 3] };

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 40 }),
  columns: fc.integer({ min: 1, max: 40 }),
  kernelSize: fc.constantFrom([3, 3], [1, 7], [5, 5]) as fc.Arbitrary<readonly [number, number]>,
});

function painted(
  layout: GridLayout,
  kernels: Float32Array,
  change: {
    readonly theme?: FigureTheme;
    readonly members?: Uint8Array | null;
    readonly scroll?: { readonly left: number; readonly top: number };
    readonly size?: readonly [number, number];
    readonly ratio?: number;
  } = {},
): GridPicture {
  const { theme = LIGHT_THEME, members = null, scroll = NO_SCROLL, ratio = 1 } = change;
  const [width, height] = change.size ?? [layout.width * ratio, layout.height * ratio];
  const picture = { pixels: new Uint32Array(width * height), width, height };
  const colours = gridColours(theme);
  paintKernels(picture, { layout, kernels, scale: 1, colours, members, scroll, ratio });
  return picture;
}

function colourAt({ pixels, width }: GridPicture, x: number, y: number): readonly number[] {
  const pixel = pixels[Math.floor(y) * width + Math.floor(x)];
  return [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
}

describe("the grid of a layer's kernels", () => {
  test("has a place for every kernel, and every place leads back to its kernel", () => {
    fc.assert(
      fc.property(
        shapes,
        fc.constantFrom(2, 4, 11),
        fc.integer({ min: 120, max: 1200 }),
        (shape, unit, width) => {
          const layout = gridLayout(shape, unit, width);
          for (let kernel = 0; kernel < shape.rows * shape.columns; kernel++) {
            const box = kernelBox(layout, kernel);
            expect(box.x + box.width).toBeLessThanOrEqual(layout.width);
            expect(box.y + box.height).toBeLessThanOrEqual(layout.height);
            const scroll = {
              left: Math.max(0, box.x - GRID_HEAD.width - 5),
              top: Math.max(0, box.y - GRID_HEAD.height - 5),
            };
            // In strips there is nothing to scroll sideways.
            if (layout.strips > 1) scroll.left = 0;
            const x = box.x + box.width / 2 - scroll.left;
            const y = box.y + box.height / 2 - scroll.top;
            expect(gridTarget(layout, x, y, scroll)).toEqual({ kind: "kernel", kernel });
          }
        },
      ),
    );
  });

  test("few columns go on in strips that fit the page", () => {
    const depthwise: GridShape = { rows: 512, columns: 1, kernelSize: [3, 3] };
    const layout = gridLayout(depthwise, 4, 760);
    expect(layout.strips).toBeGreaterThan(5);
    expect(layout.width).toBeLessThanOrEqual(760);
    expect(layout.strips * layout.rowsPerStrip).toBeGreaterThanOrEqual(512);
    expect(gridLayout({ ...depthwise, rows: 6 }, 4, 760).strips).toBe(1);
  });

  test("numbers of channels are targets of their own", () => {
    const layout = gridLayout({ ...SQUARE, rows: 30, columns: 30 }, 4, 200);
    const scroll = { left: 26, top: 39 };
    expect(layout.strips).toBe(1);
    expect(gridTarget(layout, GRID_HEAD.width + 1, 5, scroll)).toEqual({
      kind: "column",
      column: 2,
    });
    expect(gridTarget(layout, 5, GRID_HEAD.height + 1, scroll)).toEqual({ kind: "row", row: 3 });
    expect(gridTarget(layout, 5, 5, scroll)).toBeNull();
    expect(gridTarget(layout, 5, 5000, scroll)).toBeNull();
  });

  test("as large as fits, else the smallest size", () => {
    const view = { width: 300, height: 300 };
    expect(fittingUnit(SQUARE, [3, 6, 11], view)).toBe(11);
    expect(fittingUnit({ ...SQUARE, rows: 1024, columns: 1024 }, [3, 6, 11], view)).toBe(3);
  });

  test("a large layer costs what is in sight", () => {
    const layout = gridLayout({ rows: 1024, columns: 1024, kernelSize: [3, 3] }, 3, 760);
    const sight = gridSight(layout, { left: 5000, top: 7000 }, { width: 760, height: 500 });
    expect(sight.firstColumn).toBe(500);
    expect(sight.lastColumn).toBeLessThan(500 + 760 / 10);
    expect(sight.firstRow).toBe(700);
    expect(sight.lastRow - sight.firstRow).toBeLessThan(50);
  });

  test("channel numbers stay apart", () => {
    expect(headStep(10, 30)).toBe(5);
    expect(headStep(40, 30)).toBe(1);
    expect(headStep(0.01, 30)).toBe(1000);
  });
});

describe("painted kernels", () => {
  const kernels = new Float32Array(6 * 9);
  kernels.set([1, -1, 0.5, 0, Number.NaN, 5], 0);

  test("have the colours of the other kernel pictures, in both themes", () => {
    const layout = gridLayout(SQUARE, 4, 400);
    const { x, y } = kernelBox(layout, 0);
    for (const theme of [LIGHT_THEME, DARK_THEME]) {
      const picture = painted(layout, kernels, { theme });
      for (const [at, weight] of [1, -1, 0.5, 0, Number.NaN, 5].entries()) {
        const middle = [x + (at % 3) * 4 + 2, y + Math.floor(at / 3) * 4 + 2] as const;
        const wanted = parsedColour(weightColour(weight, 1, theme));
        const found = colourAt(picture, ...middle);
        // 255 steps to either side: a colour is off by one at most.
        for (const [channel, value] of wanted.entries()) {
          expect(Math.abs(found[channel] - value)).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  test("those that are not selected fade towards the paper", () => {
    const layout = gridLayout(SQUARE, 4, 400);
    const both = new Float32Array(6 * 9).fill(1);
    const picture = painted(layout, both, { members: Uint8Array.from([1, 0, 0, 0, 0, 0]) });
    const plain = painted(layout, both);
    const at = (kernel: number): [number, number] => {
      const { x, y } = kernelBox(layout, kernel);
      return [x + 2, y + 2];
    };
    expect(colourAt(picture, ...at(0))).toEqual(colourAt(plain, ...at(0)));
    expect(Math.min(...colourAt(picture, ...at(1)))).toBeGreaterThan(200);
  });

  test("move with the scrolled grid, at every pixel density, and never cover the heads", () => {
    const layout = gridLayout({ ...SQUARE, rows: 20, columns: 20 }, 4, 100);
    const many = new Float32Array(400 * 9);
    for (let at = 0; at < many.length; at++) many[at] = Math.sin(at);
    const whole = painted(layout, many, { ratio: 2 });
    const scroll = { left: 26, top: 39 };
    const part = painted(layout, many, { ratio: 2, scroll, size: [200, 160] });
    for (const [x, y] of [
      [80, 50],
      [131, 97],
      [199, 159],
    ]) {
      expect(colourAt(part, x, y)).toEqual(colourAt(whole, x + 52, y + 78));
    }
    const paper = parsedColour(LIGHT_THEME.paper);
    for (let y = 0; y < 160; y++) expect(colourAt(part, 2 * GRID_HEAD.width - 1, y)).toEqual(paper);
    for (let x = 0; x < 200; x++)
      expect(colourAt(part, x, 2 * GRID_HEAD.height - 1)).toEqual(paper);
  });
});
