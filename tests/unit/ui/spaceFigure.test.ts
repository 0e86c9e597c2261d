import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SvgNode } from "../../../src/ui/figures/svg.ts";
import { DARK_THEME, LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { MOST_POINTS } from "../../../src/ui/plot/drawnKernels.ts";
import { insideOf, PLOT_MARGIN } from "../../../src/ui/plot/plotFrame.ts";
import { draggedBy, rotatedPlane, turnedBy } from "../../../src/ui/plot/rotation.ts";
import type { ScoreDirection } from "../../../src/ui/plot/scorePlane.ts";
import { clippedLine } from "../../../src/ui/plot/spaceAxes.ts";
import { kernelAt, spaceFigure, spaceSample } from "../../../src/ui/plot/spaceFigure.ts";
import { kernelsOutside, spaceFrame } from "../../../src/ui/plot/spaceFrame.ts";
import { sketchedAnalysis, unetAnalysis } from "../figures/analysisFixture.ts";
import { allNodes, textBoxes } from "../figures/pictureText.ts";

const UNET = unetAnalysis();
const SIZE = { width: 700, height: 560 };
const AXES = [0, 1, 2] as const;

function drawn(index: number, rotation = { turn: 30, tilt: 20 }, theme = LIGHT_THEME) {
  const sample = spaceSample(UNET, index, { colourBy: "cluster", theme });
  return {
    sample,
    figure: spaceFigure(UNET, index, sample, { theme, size: SIZE, axes: AXES, rotation }),
  };
}

function dot(a: ScoreDirection, b: ScoreDirection): number {
  return a.reduce((sum, entry, at) => sum + entry * b[at], 0);
}

describe("rotation", () => {
  test("three orthogonal directions of length one, from every side", () => {
    const degrees = fc.integer({ min: -180, max: 180 });
    fc.assert(
      fc.property(degrees, fc.integer({ min: -90, max: 90 }), (turn, tilt) => {
        const { across, up, towards } = rotatedPlane(AXES, { turn, tilt });
        for (const one of [across, up, towards]) expect(dot(one, one)).toBeCloseTo(1, 12);
        expect(dot(across, up)).toBeCloseTo(0, 12);
        expect(dot(across, towards)).toBeCloseTo(0, 12);
        expect(dot(up, towards)).toBeCloseTo(0, 12);
        // Right-handed, as it was before it was turned: across x up = towards.
        const [a, b] = [across, up];
        expect(a[0] * b[1] - a[1] * b[0]).toBeCloseTo(towards[2], 12);
      }),
    );
  });

  test("not turned it is the flat plot; turned by 90 degrees the third axis lies across", () => {
    const flat = rotatedPlane([2, 0, 1], { turn: 0, tilt: 0 });
    expect(flat.across.map((entry) => entry + 0)).toEqual([0, 0, 1]);
    expect(flat.up.map((entry) => entry + 0)).toEqual([1, 0, 0]);
    const side = rotatedPlane(AXES, { turn: 90, tilt: 0 });
    expect(dot(side.across, [0, 0, 1])).toBeCloseTo(1, 12);
    const above = rotatedPlane(AXES, { turn: 0, tilt: 90 });
    expect(dot(above.towards, [0, 1, 0])).toBeCloseTo(1, 12);
  });

  test("turns go round, tilts end at the poles", () => {
    expect(turnedBy({ turn: 170, tilt: 80 }, 20, 20)).toEqual({ turn: -170, tilt: 90 });
    expect(turnedBy({ turn: -170, tilt: -80 }, -20, -20)).toEqual({ turn: 170, tilt: -90 });
    expect(draggedBy({ turn: 0, tilt: 0 }, 25, -10)).toEqual({ turn: 10, tilt: -4 });
  });
});

describe("plot of three components", () => {
  test("each drawn kernel once, where its projection lies, within the frame", () => {
    const { figure, sample } = drawn(4);
    expect(new Set(figure.kernels).size).toBe(figure.kernels.length);
    const { scores } = UNET.layers[4].values;
    expect(figure.kernels.length + kernelsOutside(scores, sample.frame)).toBe(
      UNET.layers[4].kernelCount,
    );
    const inside = insideOf(SIZE);
    figure.kernels.forEach((kernel, at) => {
      expect(figure.xs[at]).toBeGreaterThanOrEqual(PLOT_MARGIN.left);
      expect(figure.xs[at]).toBeLessThanOrEqual(PLOT_MARGIN.left + inside.width);
      expect(kernelAt(figure, figure.xs[at], figure.ys[at], 0.001)).not.toBeNull();
      expect(kernel).toBeLessThan(UNET.layers[4].kernelCount);
    });
    expect(kernelAt(figure, -50, -50, 12)).toBeNull();
  });

  test("distances on the screen never exceed those in space, in one unit for all axes", () => {
    const { scores } = UNET.layers[4].values;
    const { figure, sample } = drawn(4, { turn: -75, tilt: 40 });
    const inside = insideOf(SIZE);
    const unit = Math.min(inside.width, inside.height) / (2 * sample.frame.radius);
    for (let at = 1; at < 200; at++) {
      const [a, b] = [3 * figure.kernels[at], 3 * figure.kernels[at - 1]];
      const inSpace = Math.hypot(...[0, 1, 2].map((axis) => scores[a + axis] - scores[b + axis]));
      const onScreen = Math.hypot(
        figure.xs[at] - figure.xs[at - 1],
        figure.ys[at] - figure.ys[at - 1],
      );
      expect(onScreen).toBeLessThanOrEqual(inSpace * unit * (1 + 1e-6) + 1e-6);
    }
  });

  test("the same kernels from every side, and all of them where every kernel is asked for", () => {
    const [first, second] = [drawn(2), drawn(2, { turn: 120, tilt: -60 })];
    expect(second.figure.kernels).toEqual(first.figure.kernels);
    const options = { colourBy: "label", theme: DARK_THEME, magnification: "all" } as const;
    const all = spaceSample(UNET, 2, options);
    expect(kernelsOutside(UNET.layers[2].values.scores, all.frame)).toBe(0);
  });

  test("closer, it shows less, around the layer's own middle", () => {
    const [far, near] = [spaceFrame(UNET, 2, 1), spaceFrame(UNET, 2, 5)];
    expect(near.radius).toBeCloseTo(far.radius / 5, 9);
    const { scores } = UNET.layers[2].values;
    const mean = scores.filter((_, at) => at % 3 === 0).reduce((sum, entry) => sum + entry, 0);
    expect(near.centre[0]).toBeCloseTo((3 * mean) / scores.length, 6);
  });

  test("names of axes with their shares, and of every mark, from every side", () => {
    for (const turn of [-170, -60, 0, 45, 90]) {
      const { figure } = drawn(4, { turn, tilt: 25 });
      const texts = textBoxes(figure.node).map(({ text }) => text);
      expect(texts).toContain("PC1 (31 % of variance)");
      expect(texts).toContain("PC3 (12 % of variance)");
      for (const { label } of UNET.features) expect(texts).toContain(label);
      expect(texts.some((text) => text.endsWith("on every axis"))).toBe(true);
    }
  });

  test("near marks are larger than far ones", () => {
    const { figure } = drawn(4);
    const widths = (node: SvgNode) =>
      allNodes(node).flatMap(({ attributes }) =>
        "data-feature" in attributes ? [Number(attributes["stroke-width"])] : [],
      );
    expect(new Set(widths(figure.node)).size).toBeGreaterThan(2);
  });

  test("a group keeps its look, the rest is grey and drawn first", () => {
    const group = { kind: "kernels", layer: "encoder.2.conv1", kernels: [5, 80] } as const;
    const sample = spaceSample(UNET, 4, { colourBy: "cluster", theme: LIGHT_THEME, group });
    expect(sample.drawn.classes.flatMap((one) => [...one.drawn]).sort()).toEqual([5, 80]);
    expect(sample.drawn.others).toHaveLength(UNET.layers[4].kernelCount - 2);
  });

  test("a large layer is drawn as a sample, kernels without a place not at all", () => {
    const large = sketchedAnalysis([
      { name: "a", role: "other", side: 8, kernels: 20_000, notFinite: 100 },
    ]);
    const options = { colourBy: "cluster", theme: LIGHT_THEME, magnification: "all" } as const;
    const { drawn: found } = spaceSample(large, 0, options);
    expect(found.inSight).toBe(19_900);
    expect(found.drawn).toBeGreaterThanOrEqual(MOST_POINTS);
    expect(found.drawn).toBeLessThanOrEqual(MOST_POINTS + 3);
    const few = spaceSample(large, 0, { ...options, most: 500 }).drawn;
    expect(few.drawn).toBeLessThanOrEqual(503);
  });

  test("a layer in which nothing has a place is still drawn", () => {
    const lost = sketchedAnalysis([
      { name: "a", role: "other", side: 8, kernels: 3, notFinite: 3 },
    ]);
    for (const magnification of ["all", 1, 5] as const) {
      const look = { colourBy: "cluster", theme: LIGHT_THEME, magnification } as const;
      const sample = spaceSample(lost, 0, look);
      const figure = spaceFigure(lost, 0, sample, {
        ...{ theme: LIGHT_THEME, size: SIZE, axes: AXES },
        rotation: { turn: 0, tilt: 0 },
      });
      expect(figure.kernels).toEqual([]);
      const d = allNodes(figure.node).map(({ attributes }) => String(attributes.d ?? ""));
      expect(d.join("")).not.toContain("NaN");
    }
  });
});

describe("clipped line", () => {
  const frame = { x: 0, y: 0, width: 10, height: 10 };

  test("inside, through, and past a frame", () => {
    expect(clippedLine({ x: 1, y: 1 }, { x: 9, y: 9 }, frame)).toEqual([
      { x: 1, y: 1 },
      { x: 9, y: 9 },
    ]);
    expect(clippedLine({ x: -10, y: 5 }, { x: 20, y: 5 }, frame)).toEqual([
      { x: 0, y: 5 },
      { x: 10, y: 5 },
    ]);
    expect(clippedLine({ x: -5, y: 20 }, { x: 20, y: 20 }, frame)).toBeNull();
    expect(clippedLine({ x: -9, y: 8 }, { x: 8, y: -30 }, frame)).toBeNull();
  });
});
