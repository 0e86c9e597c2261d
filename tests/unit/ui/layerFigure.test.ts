import { describe, expect, test } from "vitest";
import type { ColourBy } from "../../../src/ui/figures/scatter.ts";
import { DARK_THEME, LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { kernelClasses } from "../../../src/ui/plot/layerClasses.ts";
import { layerFigure } from "../../../src/ui/plot/layerFigure.ts";
import { allLimits, kernelsBeyond } from "../../../src/ui/plot/layerLimits.ts";
import { PLOTLY_CONFIG } from "../../../src/ui/plot/plotlyConfig.ts";
import {
  MOST_POINTS_WITHOUT_WEBGL,
  MOST_SVG_POINTS,
  pointDrawing,
} from "../../../src/ui/plot/pointDrawing.ts";
import { sampleAnalysis } from "./sampleAnalysis.ts";

const analysis = sampleAnalysis();
const size = { width: 700, height: 560 };
const limits = { left: -3, right: 3, bottom: -2.5, top: 2.5 };

function figure(colourBy: ColourBy, change: Partial<typeof limits> = {}) {
  return layerFigure(analysis, 0, {
    colourBy,
    theme: LIGHT_THEME,
    size,
    limits: { ...limits, ...change },
    legend: 0,
    canDrag: true,
    webGl: true,
  });
}

function kernelsOf(data: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  return data.flatMap((trace) => trace.customdata as number[]).sort();
}

describe("layer figure", () => {
  test("every kernel with a place is drawn once, whatever the marks show", () => {
    for (const colourBy of ["cluster", "label", "nearest"] as const) {
      expect(kernelsOf(figure(colourBy).data)).toEqual([0, 1, 2]);
    }
  });

  test("both axes have one unit and the limits that were asked for", () => {
    const { layout } = figure("cluster");
    expect(layout.xaxis).toMatchObject({ range: [-3, 3], autorange: false });
    expect(layout.yaxis).toMatchObject({ range: [-2.5, 2.5], scaleanchor: "x", scaleratio: 1 });
    expect((layout.xaxis as { title: { text: string } }).title.text).toContain("PC1 (50 %");
  });

  test("each filter in sight has a name, a halo and a mark; those out of sight have none", () => {
    const { layout } = figure("cluster");
    const texts = (layout.annotations as { text: string }[]).map(({ text }) => text);
    expect(texts).toHaveLength(6);
    expect(texts).toContain("<b>Local mean</b>");
    expect(layout.shapes).toHaveLength(12);
    const zoomed = figure("cluster", { left: 1.8, right: 2.2, bottom: -0.2, top: 0.2 }).layout;
    expect((zoomed.annotations as { text: string }[]).map(({ text }) => text)).toEqual([
      "<b>Local mean</b>",
    ]);
    expect(zoomed.shapes).toHaveLength(2);
  });

  test("classes differ by mark or colour, and say how many kernels they hold", () => {
    for (const theme of [LIGHT_THEME, DARK_THEME]) {
      const classes = kernelClasses(analysis, analysis.layers[0], "label", theme);
      expect(classes.map((one) => [one.name, one.kernels.length])).toEqual([
        ["Indeterminate (like none)", 2],
        ["Edge detection", 1],
      ]);
      expect(new Set(classes.map((one) => `${one.symbol} ${one.colour}`)).size).toBe(2);
    }
  });

  test("limits for every kernel hold every kernel and every filter", () => {
    const all = allLimits(analysis, 0);
    expect(kernelsBeyond(analysis.layers[0].values.scores, all)).toBe(0);
    expect(all.left).toBeLessThan(-2);
    expect(all.right).toBeGreaterThan(2);
    expect(kernelsBeyond([0, 0, 0, 9, 0, 0], limits)).toBe(1);
  });
});

describe("drawing of points", () => {
  test("few points are SVG, many are WebGL, and a sample of SVG without WebGL", () => {
    expect(pointDrawing(MOST_SVG_POINTS, true).type).toBe("scatter");
    expect(pointDrawing(MOST_SVG_POINTS + 1, true)).toEqual({
      type: "scattergl",
      limit: MOST_SVG_POINTS + 1,
    });
    expect(pointDrawing(1_000_000, false)).toEqual({
      type: "scatter",
      limit: MOST_POINTS_WITHOUT_WEBGL,
    });
  });

  test("Plotly may upload nothing", () => {
    expect(PLOTLY_CONFIG).toMatchObject({ showSendToCloud: false, plotlyServerURL: "" });
  });
});
