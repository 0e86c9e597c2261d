import { expect, test } from "vitest";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { SHEET_ASPECT, sheetSteps } from "../../../src/ui/figures/sheet.ts";
import { LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import {
  classifierAnalysis,
  oneLayerAnalysis,
  sketchedAnalysis,
  unetAnalysis,
} from "./analysisFixture.ts";
import { expectReadable } from "./pictureChecks.ts";
import { textBoxes } from "./pictureText.ts";

function sheetOf(analysis: Analysis) {
  const steps = sheetSteps(analysis, {
    version: "1.2.3",
    theme: LIGHT_THEME,
    colourBy: "cluster",
    lines: ["A sentence of the caller."],
  });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const MODELS: readonly (readonly [string, Analysis])[] = [
  ["a U-Net", unetAnalysis()],
  ["a deep classifier", classifierAnalysis()],
  ["a single layer", oneLayerAnalysis()],
  ["no layer at all", sketchedAnalysis([])],
];

test.each(MODELS)("the sheet of %s is a slide on which everything is readable", (_, analysis) => {
  const sheet = sheetOf(analysis);
  expect(sheet.height / sheet.width).toBeCloseTo(SHEET_ASPECT, 3);
  expectReadable(sheet);
  const said = textBoxes(sheet.node)
    .map(({ text }) => text)
    .join(" ");
  expect(said).toContain("A sentence of the caller.");
  expect(said).toContain("SHA-256");
  expect(said).toContain("circular boundary");
  expect(said).toContain("Chance:");
  expect(said).toContain("Research tool, not for clinical use.");
  for (const { description } of analysis.layers) expect(said).toContain(description.name.slice(-8));
});
