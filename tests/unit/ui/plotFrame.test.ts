import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  insideOf,
  limitsFromRelayout,
  PLOT_MARGIN,
  pixelOf,
  plotSize,
  withEqualUnits,
} from "../../../src/ui/plot/plotFrame.ts";

const LIMITS = { left: -1, right: 3, bottom: -2, top: 2 };

describe("plot frame", () => {
  test("equal units: one unit is as many pixels in both directions, nothing is cut off", () => {
    const side = fc.integer({ min: 300, max: 2400 });
    const end = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(side, end, end, (width, right, top) => {
        const size = plotSize(width, 0.8, 600);
        const inside = insideOf(size);
        const limits = withEqualUnits({ left: -right, right, bottom: -top, top }, size);
        const horizontal = inside.width / (limits.right - limits.left);
        const vertical = inside.height / (limits.top - limits.bottom);
        expect(horizontal / vertical).toBeCloseTo(1, 9);
        expect(limits.right).toBeGreaterThanOrEqual(right * (1 - 1e-9));
        expect(limits.top).toBeGreaterThanOrEqual(top * (1 - 1e-9));
      }),
    );
  });

  test("corners of the limits are corners of the frame", () => {
    const size = { width: 600, height: 500 };
    expect(pixelOf(-1, 2, LIMITS, size)).toEqual({ x: PLOT_MARGIN.left, y: PLOT_MARGIN.top });
    expect(pixelOf(3, -2, LIMITS, size)).toEqual({
      x: 600 - PLOT_MARGIN.right,
      y: 500 - PLOT_MARGIN.bottom,
    });
  });

  test("reads what Plotly reports of a zoom, and nothing else", () => {
    const zoom = { "xaxis.range[0]": 0, "xaxis.range[1]": 1, "yaxis.range[0]": 0 };
    expect(limitsFromRelayout(zoom, LIMITS)).toEqual({ left: 0, right: 1, bottom: 0, top: 2 });
    expect(limitsFromRelayout({ width: 500 }, LIMITS)).toBeNull();
    expect(limitsFromRelayout({ "xaxis.range[0]": 9 }, LIMITS)).toBeNull();
  });
});
