import { describe, expect, test } from "vitest";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import type { ColourBy } from "../../../src/ui/figures/kernelGrouping.ts";
import type { ScoreLimits } from "../../../src/ui/figures/scoreLimits.ts";
import { DARK_THEME, LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import {
  drawnKernels,
  MOST_POINTS,
  sampleText,
  seenWithin,
} from "../../../src/ui/plot/drawnKernels.ts";
import { kernelClasses } from "../../../src/ui/plot/layerClasses.ts";
import { layerFigure } from "../../../src/ui/plot/layerFigure.ts";
import { allLimits, kernelsBeyond } from "../../../src/ui/plot/layerLimits.ts";
import { PLOTLY_CONFIG } from "../../../src/ui/plot/plotlyConfig.ts";
import { axesPlane, FIRST_AXES } from "../../../src/ui/plot/scorePlane.ts";
import { sampleAnalysis } from "./sampleAnalysis.ts";

const analysis = sampleAnalysis();
const PLANE = axesPlane(FIRST_AXES);
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
  });
}

function kernelsOf(data: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  return data.flatMap((trace) => trace.customdata as number[]).sort();
}

describe("layer figure", () => {
  test("every kernel with a place is drawn once, whatever the marks show", () => {
    for (const colourBy of ["cluster", "label", "nearest", "channel", "norm"] as const) {
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
    const all = allLimits(analysis, 0, PLANE);
    expect(kernelsBeyond(analysis.layers[0].values.scores, all, PLANE)).toBe(0);
    expect(all.left).toBeLessThan(-2);
    expect(all.right).toBeGreaterThan(2);
    expect(kernelsBeyond([0, 0, 0, 9, 0, 0], limits, PLANE)).toBe(1);
  });
});

describe("drawing of points", () => {
  const everything = { left: -10, right: 10, bottom: -10, top: 10 };

  /** A layer whose kernels lie evenly on the diagonal; each fifth has no place, every 500th is rare. */
  function largeLayer(count: number): Analysis {
    const small = sampleAnalysis();
    const [layer] = small.layers;
    const scores = new Float32Array(3 * count);
    const clusters = new Int8Array(count);
    for (let kernel = 0; kernel < count; kernel++) {
      const place = kernel % 5 === 4 ? Number.NaN : -5 + (10 * kernel) / count;
      scores.fill(place, 3 * kernel, 3 * kernel + 2);
      clusters[kernel] = kernel % 500 === 0 ? 1 : 0;
    }
    const values = { ...layer.values, scores, clusters };
    return { ...small, layers: [{ ...layer, kernelCount: count, values }] };
  }

  function drawn(large: Analysis, limits: ScoreLimits, members: Uint8Array | null = null) {
    const [layer] = large.layers;
    const classes = kernelClasses(large, layer, "cluster", LIGHT_THEME);
    const isSeen = seenWithin(layer.values.scores, limits, PLANE);
    return drawnKernels(classes, { isSeen, members });
  }

  test("all of a small layer, also what lies beyond the frame", () => {
    const small = { left: 0, right: 0.1, bottom: 0, top: 0.1 };
    expect(drawn(largeLayer(MOST_POINTS), small)).toMatchObject({
      drawn: MOST_POINTS * 0.8,
      inSight: MOST_POINTS * 0.8,
    });
    expect(sampleText(drawn(largeLayer(MOST_POINTS), small))).toBeNull();
  });

  test("an even sample of a large layer, each class by its share", () => {
    const found = drawn(largeLayer(1_000_000), everything);
    expect(found.inSight).toBe(800_000);
    expect(sampleText(found)).toMatch(/^3,00\d of 800,000 kernels drawn, an even sample$/);
    expect(found.drawn).toBeGreaterThanOrEqual(MOST_POINTS);
    expect(found.drawn).toBeLessThanOrEqual(MOST_POINTS + found.classes.length);
    const [common, rare] = found.classes;
    expect(rare.kernels).toHaveLength(2_000);
    expect(rare.drawn).toHaveLength(8);
    // No tenth of the layer has more or less of the sample than the others.
    const tenths = new Array(10).fill(0);
    for (const kernel of common.drawn) tenths[Math.floor(kernel / 100_000)]++;
    for (const inTenth of tenths)
      expect(Math.abs(inTenth - common.drawn.length / 10)).toBeLessThan(20);
    expect(new Set(common.drawn).size).toBe(common.drawn.length);
  });

  test("in a closer look only what is in sight, and in the end all of it", () => {
    const large = largeLayer(1_000_000);
    const { scores } = large.layers[0].values;
    for (const [right, all] of [
      [0.5, false],
      [0.03, true],
    ] as const) {
      const limits = { left: 0, right, bottom: -10, top: 10 };
      const found = drawn(large, limits);
      const kernels = found.classes.flatMap((one) => [...one.drawn]);
      expect(
        kernels.every((kernel) => scores[3 * kernel] >= 0 && scores[3 * kernel] <= right),
      ).toBe(true);
      expect(found.drawn === found.inSight).toBe(all);
      expect(kernels).toHaveLength(found.drawn);
    }
  });

  test("is what the figure holds, a rare class with at least one point", () => {
    const large = largeLayer(450_000);
    large.layers[0].values.clusters.fill(0);
    large.layers[0].values.clusters[1] = 2;
    const { data, drawn: found } = layerFigure(large, 0, {
      colourBy: "cluster",
      theme: LIGHT_THEME,
      size,
      limits: everything,
      legend: 0,
      canDrag: true,
    });
    expect(kernelsOf(data)).toHaveLength(found.drawn);
    expect(data.map(({ customdata }) => (customdata as number[]).length).at(-1)).toBe(1);
    expect(data.every(({ type }) => type === "scatter")).toBe(true);
  });

  test("with a group: five in a million are drawn whole, the rest is grey and stated", () => {
    const large = largeLayer(1_000_000);
    const members = new Uint8Array(1_000_000);
    const chosen = [0, 500, 123_456, 700_003, 999_998];
    for (const kernel of chosen) members[kernel] = 1;
    const found = drawn(large, everything, members);
    expect(found.classes.flatMap((one) => [...one.drawn]).sort((a, b) => a - b)).toEqual(chosen);
    expect(found.classes.map(({ selected }) => selected)).toEqual([3, 2]);
    expect(found.drawn).toBe(MOST_POINTS);
    expect(sampleText(found)).toBe("3,000 of 800,000 kernels drawn, all selected ones among them");
    const half = drawn(
      large,
      everything,
      members.map((_, kernel) => kernel % 2),
    );
    expect(sampleText(half)).toMatch(
      /^3,00\d of 800,000 kernels drawn, 2,25\d of the 400,000 selected ones among them$/,
    );
    expect(half.others.length).toBe(750);
  });

  test("the figure of a group: grey first, in the same axes, with the outline of its region", () => {
    const polygon = [-3, -3, 3, -3, 3, 0.5, -3, 0.5];
    const group = { kind: "region", layer: "down", axes: [0, 1], polygon } as const;
    const options = { colourBy: "label", theme: LIGHT_THEME, size, limits } as const;
    const grouped = layerFigure(analysis, 0, { ...options, legend: 0, canDrag: true, group });
    const plain = layerFigure(analysis, 0, { ...options, legend: 0, canDrag: true });
    expect(grouped.layout.xaxis).toEqual(plain.layout.xaxis);
    expect(grouped.data[0]).toMatchObject({ name: "Not selected", customdata: [1] });
    expect(kernelsOf(grouped.data)).toEqual([0, 1, 2]);
    expect(grouped.data.slice(1).map(({ name }) => name)).toEqual([
      "Indeterminate (like none): 1 of 2 selected",
      "Edge detection: 1 of 1 selected",
    ]);
    const shapes = grouped.layout.shapes as { path?: string; line: { dash?: string } }[];
    expect(shapes.filter(({ line }) => line.dash !== undefined).map(({ path }) => path)).toEqual([
      "M-3,-3L3,-3L3,0.5L-3,0.5Z",
    ]);
    const other = layerFigure(analysis, 0, {
      ...{ ...options, legend: 0, canDrag: true, group, axes: [0, 2] },
    });
    expect((other.layout.xaxis as { title: { text: string } }).title.text).toContain("PC1");
    expect((other.layout.yaxis as { title: { text: string } }).title.text).toContain("PC3");
    expect(other.layout.shapes).toHaveLength((other.layout.annotations as unknown[]).length * 2);
  });

  test("Plotly may upload nothing", () => {
    expect(PLOTLY_CONFIG).toMatchObject({ showSendToCloud: false, plotlyServerURL: "" });
  });
});
