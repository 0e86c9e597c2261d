import { describe, expect, test } from "vitest";
import { EXTENDED_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { assignmentFigure } from "../../../src/ui/figures/assignment.ts";
import type { Figure } from "../../../src/ui/figures/figure.ts";
import { hatchPath } from "../../../src/ui/figures/hatch.ts";
import { isInside, overlap } from "../../../src/ui/figures/labelPlacement.ts";
import { segments } from "../../../src/ui/figures/shareBar.ts";
import { type SvgNode, toSvgText } from "../../../src/ui/figures/svg.ts";
import { DARK_THEME, LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import {
  classifierAnalysis,
  oneLayerAnalysis,
  sketchedAnalysis,
  unetAnalysis,
} from "./analysisFixture.ts";
import { expectReadable } from "./pictureChecks.ts";
import { allNodes, textBoxes } from "./pictureText.ts";

const UNET = unetAnalysis();

function rows(figure: Figure): readonly SvgNode[] {
  return allNodes(figure.node).filter(({ attributes }) => "data-layer-index" in attributes);
}

function widths(row: SvgNode, name: "data-feature" | "data-chance"): readonly number[] {
  return allNodes(row).flatMap(({ tag, attributes }) =>
    tag === "rect" && name in attributes ? [Number(attributes.width)] : [],
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

describe.each([
  ["U-Net", UNET],
  ["one layer", oneLayerAnalysis()],
  ["60-layer classifier", classifierAnalysis()],
  ["extended features", unetAnalysis({ features: EXTENDED_FEATURES })],
] as const)("bars of %s", (_, analysis) => {
  test.each([340, 800, 1100, 2400])("%i px wide: readable, rows disjoint, bars full", (width) => {
    for (const theme of [LIGHT_THEME, DARK_THEME]) {
      const figure = assignmentFigure(analysis, { width, theme });
      expectReadable(figure);
      const frame = { x: 0, y: 0, width: figure.width, height: figure.height };
      figure.cells.forEach((cell, at) => {
        expect(isInside(cell, frame)).toBe(true);
        for (const other of figure.cells.slice(at + 1)) expect(overlap(cell, other)).toBe(false);
      });
      const full = sum(widths(rows(figure)[0], "data-chance"));
      expect(full).toBeGreaterThan(250);
      for (const row of rows(figure)) {
        expect(sum(widths(row, "data-feature"))).toBeCloseTo(full, 6);
        expect(sum(widths(row, "data-chance"))).toBeCloseTo(full, 6);
      }
    }
  });
});

test("segments are as wide as the shares", () => {
  const found = segments([0.5, 0, 0.25, 0.25], 100, 400);
  expect(found.map(({ x }) => x)).toEqual([100, 300, 300, 400]);
  expect(found.map(({ width }) => width)).toEqual([200, 0, 100, 100]);
  expect(segments([0, 0], 0, 10)).toEqual([]);
  expect(segments([Number.NaN, 1], 0, 10).map(({ width }) => width)).toEqual([0, 10]);
});

test("rows keep their place while labels are computed", () => {
  const sketch = { name: "conv", role: "encoder", side: 64, kernels: 400 } as const;
  const figures = [true, false].map((settled) =>
    assignmentFigure(sketchedAnalysis([{ ...sketch, settled }]), {
      width: 900,
      theme: LIGHT_THEME,
    }),
  );
  expect(figures[0].cells).toEqual(figures[1].cells);
  expect(figures[0].height).toBe(figures[1].height);
  const waiting = allNodes(figures[1].node).filter(
    ({ attributes }) => attributes.class === "figure-placeholder",
  );
  expect(waiting).toHaveLength(2);
  expect(toSvgText(figures[1].node)).toContain("Labels are being computed");
});

test("noise is named, and the difference from it is in numbers", () => {
  const said = textBoxes(assignmentFigure(UNET, { width: 1100, theme: LIGHT_THEME }).node)
    .map(({ text }) => text)
    .join(" ");
  expect(said).toContain("4,000 random kernels");
  expect(said).toMatch(/Local mean 1\d % \(\u00D7\d+\)/);
  expect(said).toMatch(/Identity [\d.]+ % \(chance 0\)/);
  expect(said).toContain("3 standard errors");
  const shuffled = assignmentFigure(UNET, {
    width: 1100,
    theme: LIGHT_THEME,
    baseline: "shuffled",
  });
  expect(toSvgText(shuffled.node)).toContain("weights shuffled");
});

test("hatching stays inside its bar", () => {
  const box = { x: 13.3, y: 40, width: 77.7, height: 8 };
  const numbers = hatchPath(box)
    .split(/[ML]/)
    .filter((pair) => pair !== "")
    .map((pair) => pair.split(" ").map(Number));
  expect(numbers.length).toBeGreaterThan(20);
  for (const [x, y] of numbers) {
    expect(x).toBeGreaterThanOrEqual(box.x - 0.05);
    expect(x).toBeLessThanOrEqual(box.x + box.width + 0.05);
    expect(y).toBeGreaterThanOrEqual(box.y - 0.05);
    expect(y).toBeLessThanOrEqual(box.y + box.height + 0.05);
  }
});
