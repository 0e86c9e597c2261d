import { describe, expect, test } from "vitest";
import { EXTENDED_FEATURES, POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { distancesFigure } from "../../../src/ui/figures/distances.ts";
import { kernelGlyph, weightText } from "../../../src/ui/figures/glyph.ts";
import { spectrumFigure } from "../../../src/ui/figures/spectrum.ts";
import { toSvgText } from "../../../src/ui/figures/svg.ts";
import { DARK_THEME, featureStyles, LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { expectReadable } from "./pictureChecks.ts";
import { allNodes, textBoxes } from "./pictureText.ts";

/** A falling curve of `count` values from 1 to `end`. */
function curve(count: number, end: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => 1 - (1 - end) * (index / (count - 1)));
}

describe("spectra", () => {
  const styles = featureStyles(EXTENDED_FEATURES);
  const series = [
    ...styles.map((style, at) => ({ name: style.label, values: curve(4096, at % 2), style })),
    { name: "This kernel", values: curve(4096, 0.3), style: null, emphasised: true },
  ];

  test.each([260, 340, 620, 1200])("%i px wide: eleven curves, all named apart", (width) => {
    for (const theme of [LIGHT_THEME, DARK_THEME]) {
      const picture = spectrumFigure({ series, width, theme, title: "Spectrum of a kernel" });
      expectReadable(picture);
    }
  });

  test("curves are resampled and keep their ends; the emphasised one is on top", () => {
    const picture = spectrumFigure({ series, width: 620, theme: LIGHT_THEME });
    const curves = allNodes(picture.node).filter(({ attributes }) => "data-series" in attributes);
    expect(curves).toHaveLength(12);
    expect(curves.at(-1)?.attributes["data-series"]).toBe("This kernel");
    const points = String(curves[0].attributes.d).slice(1).split("L");
    expect(points).toHaveLength(301);
    const heights = points.map((point) => Number(point.split(" ")[1]));
    expect(Math.max(...heights)).toBe(heights.at(-1));
    expect(toSvgText(picture.node)).toContain("most to least amplified");
  });

  test("a kernel without a spectrum leaves its curve out", () => {
    const empty = { name: "None", values: new Float32Array(0), style: null };
    expectReadable(spectrumFigure({ series: [empty], width: 400, theme: LIGHT_THEME }));
  });
});

describe("distances", () => {
  test("a dot per feature, the nearest in bold, the threshold named", () => {
    for (const width of [260, 340, 620]) {
      const picture = distancesFigure({
        features: POSTER_FEATURES,
        distances: [0.31, 0.04, 0.2, 0.06, 1, 0.095],
        threshold: 0.1,
        width,
        theme: LIGHT_THEME,
      });
      expectReadable(picture);
      const bold = allNodes(picture.node).filter(
        ({ attributes }) => attributes["font-weight"] === 700,
      );
      expect(bold.map(({ children }) => children[0])).toContain("4 %");
      const said = textBoxes(picture.node).map(({ text }) => text);
      expect(said).toContain("threshold 10 %");
    }
  });

  test("a kernel without a spectrum says so", () => {
    const picture = distancesFigure({
      features: POSTER_FEATURES,
      distances: new Float32Array(6).fill(Number.NaN),
      threshold: 0.1,
      width: 340,
      theme: DARK_THEME,
    });
    expectReadable(picture);
    const said = textBoxes(picture.node).map(({ text }) => text);
    expect(said.filter((text) => text === "no spectrum")).toHaveLength(6);
  });
});

describe("glyphs", () => {
  const weights = [0.1, -0.3, 0.2, 0.5, 0, -0.2, 0.3, Number.NaN, -0.41];

  test("one square per weight, numbers where they fit", () => {
    const large = kernelGlyph({
      weights,
      kernelSize: [3, 3],
      scale: 0.5,
      size: 150,
      theme: LIGHT_THEME,
      numbers: true,
    });
    expectReadable(large);
    expect(textBoxes(large.node).map(({ text }) => text)).toContain("\u22120.41");
    const small = kernelGlyph({
      weights,
      kernelSize: [3, 3],
      scale: 0.5,
      size: 24,
      theme: LIGHT_THEME,
      numbers: true,
    });
    expect(textBoxes(small.node)).toEqual([]);
    expect(allNodes(small.node).filter(({ tag }) => tag === "rect")).toHaveLength(10);
  });

  test("a number too wide for its square is rounded before it is written as a power of ten", () => {
    const small = kernelGlyph({
      weights: Float32Array.of(-0.099, 0.0026, 0.16, 0, 0, 0, 0, 0, 0),
      kernelSize: [3, 3],
      ...{ scale: 0.5, size: 132, theme: LIGHT_THEME, numbers: true },
    });
    const texts = textBoxes(small.node).map(({ text }) => text);
    expect(texts.slice(0, 3)).toEqual(["\u22120.1", "0.003", "0.16"]);
  });

  test("kernels that are not square keep their shape", () => {
    const { width, height } = kernelGlyph({
      weights: new Float32Array(7),
      kernelSize: [1, 7],
      scale: 1,
      size: 70,
      theme: DARK_THEME,
    });
    expect([width, height]).toEqual([70, 10]);
  });

  test("weights as text", () => {
    expect([0, 0.1234, -12.3, 1e-7, Number.POSITIVE_INFINITY].map(weightText)).toEqual([
      "0",
      "0.12",
      "\u221212",
      "1e-7",
      "\u221E",
    ]);
  });
});
