import { beforeAll, describe, expect, test } from "vitest";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { findingsInTurns } from "../../../src/core/findings/findingsInTurns.ts";
import { findingsRequest } from "../../../src/core/findings/request.ts";
import { VIEW_FIGURES } from "../../../src/ui/export/figures/viewFigures.ts";
import { withKeyBelow } from "../../../src/ui/export/layerKey.ts";
import {
  layoutHeight,
  layoutWidth,
  printed as onPaper,
  printSize,
  SIZE_PRESETS,
} from "../../../src/ui/export/printSize.ts";
import { viewPicture } from "../../../src/ui/export/viewPicture.ts";
import { withCaption } from "../../../src/ui/figures/caption.ts";
import { svgRoot } from "../../../src/ui/figures/svg.ts";
import { LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { drawnKernels } from "../../../src/ui/plot/drawnKernels.ts";
import { kernelClasses } from "../../../src/ui/plot/layerClasses.ts";
import { FIRST_CHOICES } from "../../../src/ui/state/choices.ts";
import { sketchedAnalysis, unetAnalysis } from "../figures/analysisFixture.ts";
import { expectReadable } from "../figures/pictureChecks.ts";
import { textBoxes } from "../figures/pictureText.ts";

let unet: Analysis;

beforeAll(async () => {
  const plain = unetAnalysis();
  const kernels = plain.layers.map((layer) => layer.kernels);
  const signal = new AbortController().signal;
  const findings = await findingsInTurns(findingsRequest(plain), kernels, signal);
  unet = { ...plain, findings };
});

describe("pictures of views", () => {
  test.each(["atlas", "labels", "report"] as const)(
    "%s: readable at every width, with a caption",
    async (view) => {
      for (const { id, heightMm } of SIZE_PRESETS) {
        const choices = { ...FIRST_CHOICES, view };
        const { printed, what } = await viewPicture(unet, choices, printSize(id));
        expect(what).not.toBe("");
        const said = textBoxes(printed.picture.node).map(({ text }) => text);
        expect(said.join(" ")).toContain("Research tool, not for clinical use.");
        if (heightMm !== null) continue;
        expectReadable(printed.picture);
        expect(printed.smallestPoints).toBeGreaterThanOrEqual(5.99);
      }
    },
  );

  test("on a slide the layout with the largest text is taken", async () => {
    const slide = printSize("slide");
    for (const view of ["atlas", "labels"] as const) {
      const choices = { ...FIRST_CHOICES, view };
      const { printed } = await viewPicture(unet, choices, slide);
      expect(printed.heightMm).toBe(143);
      const { picture, what, ...words } = await VIEW_FIGURES[view].draw({
        ...{ analysis: unet, compared: null, choices, theme: LIGHT_THEME },
        ...{ width: layoutWidth(slide), height: layoutHeight(slide) },
      });
      expect(what).not.toBe("");
      const caption = { ...words, analysis: unet, version: "test", theme: LIGHT_THEME };
      const wide = onPaper(withCaption(picture, caption), slide, "#fff");
      const gained = printed.smallestPoints - wide.smallestPoints;
      expect(gained).toBeGreaterThanOrEqual(view === "atlas" ? 0.2 : 0);
    }
  });

  test("there is none of a table, of nothing compared, of answers not yet computed", async () => {
    const nothing = { analysis: { ...unet, findings: null }, compared: null };
    for (const view of ["table", "compare", "lab", "report"] as const) {
      expect(VIEW_FIGURES[view].refusal(nothing)).toMatch(/\.$/);
      const request = { ...nothing, choices: FIRST_CHOICES, theme: LIGHT_THEME };
      const sized = { ...request, width: 800, height: Number.POSITIVE_INFINITY };
      await expect(VIEW_FIGURES[view].draw(sized)).rejects.toThrow(/no picture/);
    }
    const empty = { analysis: sketchedAnalysis([]), compared: null };
    expect(VIEW_FIGURES.layer.refusal(empty)).toMatch(/no layer/);
    for (const view of ["atlas", "labels", "layer"] as const) {
      expect(VIEW_FIGURES[view].refusal({ analysis: unet, compared: null })).toBeNull();
    }
  });
});

test("on narrow paper the key stands below the plot, with what is selected", () => {
  const layer = unet.layers[3];
  const classes = kernelClasses(unet, layer, "label", LIGHT_THEME);
  const members = new Uint8Array(layer.kernelCount);
  for (const kernel of classes[0].kernels.subarray(0, 5)) members[kernel] = 1;
  const plot = { node: svgRoot(400, 300, {}), width: 400, height: 300 };
  const all = drawnKernels(classes, { isSeen: () => true, members: null }).classes;
  const whole = withKeyBelow(plot, all, LIGHT_THEME);
  expectReadable(whole);
  expect(whole.height).toBeGreaterThan(300);
  expect(textBoxes(whole.node)).toHaveLength(classes.length);
  const some = drawnKernels(classes, { isSeen: () => true, members }).classes;
  const words = textBoxes(withKeyBelow(plot, some, LIGHT_THEME).node).map(({ text }) => text);
  expect(words).toEqual([expect.stringMatching(/: 5 of [\d,]+ kernels selected$/)]);
});
