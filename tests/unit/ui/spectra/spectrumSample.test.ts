import { describe, expect, test } from "vitest";
import { sortedSpectrum } from "../../../../src/core/action/spectrum.ts";
import { POSTER_FEATURES } from "../../../../src/core/features/clinicalKernels.ts";
import { spectrumBandFigure } from "../../../../src/ui/figures/spectrumBand.ts";
import { DARK_THEME, featureStyles, LIGHT_THEME } from "../../../../src/ui/figures/theme.ts";
import {
  drawnGrid,
  MOST_SPECTRA,
  type SampledBand,
  sampledBand,
} from "../../../../src/ui/spectra/spectrumSample.ts";
import { sketchedAnalysis } from "../../figures/analysisFixture.ts";
import { expectReadable } from "../../figures/pictureChecks.ts";
import { allNodes, textBoxes } from "../../figures/pictureText.ts";

const { layers } = sketchedAnalysis([
  { name: "small", role: "encoder", side: 16, kernels: 40, dead: 3, notFinite: 2 },
  { name: "large", role: "encoder", side: 16, kernels: 3000 },
]);
const [small, large] = layers;

function band(of: Parameters<typeof sampledBand>): { made: SampledBand; turns: number } {
  const steps = sampledBand(...of);
  for (let turns = 0; ; turns++) {
    const step = steps.next();
    if (step.done) return { made: step.value, turns };
  }
}

describe("spectra of many kernels", () => {
  test("are the quantiles of every single one's, place by place", () => {
    const { made } = band([small, null, [16, 16]]);
    expect([made.of, made.kernels]).toEqual([35, 35]);
    const spectra = Array.from({ length: 40 }, (_, kernel) =>
      sortedSpectrum(small.kernels.subarray(kernel * 9, kernel * 9 + 9), [3, 3], [16, 16]),
    ).filter(({ length }) => length > 0);
    for (const place of [0, 17, 128, 255]) {
      const sorted = spectra.map((spectrum) => spectrum[place]).sort((a, b) => a - b);
      expect(made.median[place]).toBeCloseTo(sorted[17], 6);
      // 5 % of 34 steps: between the second and the third.
      expect(made.low[place]).toBeCloseTo(sorted[1] + 0.7 * (sorted[2] - sorted[1]), 6);
      expect(made.high[place]).toBeCloseTo(sorted[32] + 0.3 * (sorted[33] - sorted[32]), 6);
    }
    expect(made.median[0]).toBe(1);
  });

  test("of a group are those of its members alone", () => {
    const members = new Uint8Array(40);
    members[10] = 1;
    const { made } = band([small, members, [16, 16]]);
    const own = sortedSpectrum(small.kernels.subarray(90, 99), [3, 3], [16, 16]);
    expect(made.kernels).toBe(1);
    expect(made.low[100]).toBe(own[100]);
    expect(made.high).toEqual(made.low);
    expect(band([small, new Uint8Array(40), [16, 16]]).made.of).toBe(0);
  });

  test("of a large layer are an even sample, made in many small steps, the same each time", () => {
    const { made, turns } = band([large, null, [16, 16]]);
    expect([made.of, made.kernels]).toEqual([3000, MOST_SPECTRA]);
    expect(turns).toBeGreaterThan(MOST_SPECTRA);
    expect(band([large, null, [16, 16]]).made).toEqual(made);
  });

  test("are drawn on a map of at most 64 pixels a side, never smaller than the kernel", () => {
    expect(drawnGrid([256, 32], [3, 3])).toEqual([64, 32]);
    expect(drawnGrid([2, 5], [3, 7])).toEqual([3, 7]);
  });
});

describe("the band of spectra", () => {
  const styles = featureStyles(POSTER_FEATURES);
  const series = POSTER_FEATURES.map(({ label, kernel }, index) => ({
    name: label,
    values: sortedSpectrum(kernel, [3, 3], [16, 16]),
    style: styles[index],
  }));

  test("is readable at every width, names each curve, and says what is shaded", () => {
    const { made } = band([small, null, [16, 16]]);
    for (const width of [326, 760]) {
      for (const theme of [LIGHT_THEME, DARK_THEME]) {
        const picture = spectrumBandFigure({ band: made, series, width, theme });
        expectReadable(picture);
        const said = textBoxes(picture.node).map(({ text }) => text);
        expect(said).toEqual(expect.arrayContaining(["Laplacian", "Sharpen", "Median"]));
        expect(said.join(" ")).toContain("Shaded: 90 % of 35 kernels; dashed: their median.");
        const shaded = allNodes(picture.node).filter(
          ({ attributes }) => attributes["data-part"] === "band",
        );
        expect(shaded).toHaveLength(1);
      }
    }
  });

  test("of one kernel is its curve; of none there is no band", () => {
    const one = new Uint8Array(40);
    one[20] = 1;
    for (const [members, curves] of [
      [one, ["The kernel"]],
      [new Uint8Array(40), []],
    ] as const) {
      const { made } = band([small, members, [16, 16]]);
      const picture = spectrumBandFigure({
        band: made,
        series: [],
        width: 400,
        theme: LIGHT_THEME,
      });
      expectReadable(picture);
      const drawn = allNodes(picture.node).flatMap(({ attributes }) =>
        attributes["data-series"] === undefined ? [] : [attributes["data-series"]],
      );
      expect(drawn).toEqual(curves);
      expect(allNodes(picture.node).some((node) => node.attributes["data-part"] === "band")).toBe(
        false,
      );
    }
  });
});
