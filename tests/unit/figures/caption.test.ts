import { describe, expect, test } from "vitest";
import { assignmentFigure } from "../../../src/ui/figures/assignment.ts";
import { atlasFigure } from "../../../src/ui/figures/atlas.ts";
import {
  isProvisional,
  settingsSentence,
  shortHash,
  withCaption,
} from "../../../src/ui/figures/caption.ts";
import { kernelGlyph } from "../../../src/ui/figures/glyph.ts";
import { toSvgText } from "../../../src/ui/figures/svg.ts";
import { LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { sketchedAnalysis, unetAnalysis } from "./analysisFixture.ts";
import { expectReadable } from "./pictureChecks.ts";
import { textBoxes } from "./pictureText.ts";

const UNET = unetAnalysis();
const COMMON = { analysis: UNET, version: "1.2.3", theme: LIGHT_THEME, lines: [] };

describe("settingsSentence", () => {
  test("names every setting that changes a number", () => {
    expect(settingsSentence(UNET, 4)).toBe(
      "Sorted spectra, 64 \u00D7 64 map, circular boundary, threshold 10 %, the poster's six filters, PCA of all layers, weights as stored, 3 clusters per layer.",
    );
    const other = unetAnalysis({
      settings: {
        compare: "response",
        grid: 32,
        basis: "layer",
        normalisation: "unit",
        clusters: 1,
        features: "custom",
        threshold: 0.05,
      },
    });
    expect(settingsSentence(other)).toBe(
      "Spectra compared frequency by frequency, 32 \u00D7 32 map, circular boundary, threshold 5 %, filters of one's own, PCA of each layer, kernels scaled to length 1, 1 cluster per layer.",
    );
  });
});

test("a hash is cut to what tells files apart, and says so", () => {
  expect(shortHash("0123456789abcdef0123456789abcdef")).toBe("0123456789ab\u2026");
  expect(shortHash("00")).toBe("00");
});

describe("withCaption", () => {
  test("every picture says what, of which model, under which settings, and for whom not", () => {
    const atlas = atlasFigure(UNET, { width: 900, theme: LIGHT_THEME, colourBy: "cluster" });
    const picture = withCaption(atlas, {
      ...COMMON,
      title: "Kernels of a U-Net",
      lines: ["A sentence of the caller."],
    });
    expectReadable(picture);
    const said = textBoxes(picture.node).map(({ text }) => text);
    expect(said[0]).toBe("Kernels of a U-Net");
    expect(said).toContain("A sentence of the caller.");
    expect(said).toContain("Model: brain-unet.onnx (SHA-256 00).");
    expect(said.join(" ")).toContain("Sorted spectra, map size of each layer");
    expect(said.at(-1)).toBe("Made with ConvAtlas 1.2.3. Research tool, not for clinical use.");
    expect(said.join(" ")).not.toContain("Chance:");
  });

  test("shares never stand without their chance, nor provisional ones as final", () => {
    const sketch = { name: "conv", role: "encoder", side: 64, kernels: 9, settled: false } as const;
    const analysis = sketchedAnalysis([sketch]);
    expect(isProvisional(analysis)).toBe(true);
    expect(isProvisional(UNET)).toBe(false);
    const bars = assignmentFigure(analysis, { width: 900, theme: LIGHT_THEME });
    const options = { ...COMMON, analysis, title: "Labels", showsShares: true, layer: 0 };
    const picture = withCaption(bars, options);
    expectReadable(picture);
    const said = textBoxes(picture.node)
      .map(({ text }) => text)
      .join(" ");
    expect(said).toContain("Chance: 4,000 random kernels");
    expect(said).toContain("Provisional");
    expect(said).toContain("layer conv");
  });

  test("a small picture gets paper enough for its words", () => {
    const glyph = kernelGlyph({
      weights: [0, 1, 0, 1, -4, 1, 0, 1, 0],
      kernelSize: [3, 3],
      scale: 4,
      size: 60,
      theme: LIGHT_THEME,
    });
    const picture = withCaption(glyph, { ...COMMON, title: "A kernel" });
    expect(picture.width).toBe(340);
    expectReadable(picture);
  });
});

test("a small picture is exactly as it was", async () => {
  const sketches = [
    { name: "encoder.conv", role: "encoder", side: 64, kernels: 12 },
    { name: "bottleneck.conv", role: "bottleneck", side: 32, kernels: 400, spread: 0.05 },
    { name: "decoder.conv", role: "decoder", side: 64, kernels: 20 },
  ] as const;
  const analysis = sketchedAnalysis(sketches, { skips: [{ from: 0, to: 2 }], name: "small.onnx" });
  const bars = assignmentFigure(analysis, { width: 760, theme: LIGHT_THEME });
  const options = { ...COMMON, analysis, title: "Labels by layer", showsShares: true };
  await expect(
    toSvgText(withCaption(bars, options).node).replaceAll("><", ">\n<"),
  ).toMatchFileSnapshot("snapshots/assignment.svg");
});
