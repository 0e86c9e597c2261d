import { describe, expect, test } from "vitest";
import { EXTENDED_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { contrast, mixedColour, parsedColour } from "../../../src/ui/figures/colour.ts";
import { weightColour } from "../../../src/ui/figures/glyph.ts";
import { markPath } from "../../../src/ui/figures/marks.ts";
import {
  clusterStyle,
  DARK_THEME,
  DOT_OPACITY,
  type FeatureStyle,
  featureStyles,
  INDETERMINATE_STYLE,
  LIGHT_THEME,
  labelStyles,
  outlineColour,
  plotlySymbol,
} from "../../../src/ui/figures/theme.ts";

const OWN_FEATURES = Array.from({ length: 10 }, (_, index) => ({
  id: `own-${index}`,
  label: `Own ${index}`,
  kernel: [0, 0, 0, 0, 1, 0, 0, 0, 0],
}));

const ALL_STYLES: readonly FeatureStyle[] = [
  ...labelStyles(EXTENDED_FEATURES),
  ...featureStyles(OWN_FEATURES),
];

test("contrast is that of WCAG", () => {
  expect(contrast("#000000", "#FFFFFF")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#FFFFFF")).toBeCloseTo(4.48, 2);
});

describe.each([LIGHT_THEME, DARK_THEME])("$name theme", (theme) => {
  test("text has 4.5:1 and lines have 3:1 on paper and plot", () => {
    for (const ground of [theme.paper, theme.plot]) {
      expect(contrast(theme.ink, ground)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(theme.muted, ground)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(theme.line, ground)).toBeGreaterThanOrEqual(3);
      expect(contrast(theme.accent, ground)).toBeGreaterThanOrEqual(3);
    }
  });

  test("every feature's outline has 3:1, and 4.5:1 on demand", () => {
    for (const { colour } of ALL_STYLES) {
      expect(contrast(outlineColour(colour, theme), theme.paper)).toBeGreaterThanOrEqual(3);
      expect(contrast(outlineColour(colour, theme, 4.5), theme.plot)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("dots of clusters have 3:1 even where they are translucent", () => {
    for (const { colour } of theme.clusters) {
      const seen = mixedColour(theme.plot, colour, DOT_OPACITY);
      expect(contrast(seen, theme.plot)).toBeGreaterThanOrEqual(3);
    }
  });

  test("clusters are neutral: greys and blues, never a feature's colour", () => {
    for (const { colour } of theme.clusters) {
      const [red, green, blue] = parsedColour(colour);
      expect(blue).toBeGreaterThanOrEqual(green);
      expect(green).toBeGreaterThanOrEqual(red);
      expect(ALL_STYLES.map((style) => style.colour)).not.toContain(colour);
    }
  });

  test("the first four clusters differ in shape alone", () => {
    const shapes = [0, 1, 2, 3].map((cluster) => {
      const { shape, open } = clusterStyle(theme, cluster);
      return `${shape} ${open}`;
    });
    expect(new Set(shapes).size).toBe(4);
    expect(clusterStyle(theme, -1)).toBe(theme.clusters.at(-1));
    expect(clusterStyle(theme, 100)).toBeDefined();
  });

  test("a weight of zero has no colour, signs have different ones", () => {
    const zero = weightColour(0, 1, theme);
    expect(zero).toBe(theme.name === "light" ? "#ffffff" : "#000000");
    const [minus, plus] = [weightColour(-1, 1, theme), weightColour(1, 1, theme)];
    expect(contrast(minus, zero)).toBeGreaterThan(4);
    expect(contrast(plus, zero)).toBeGreaterThan(4);
    expect(minus).not.toBe(plus);
    expect(weightColour(7, 1, theme)).toBe(plus);
    expect(weightColour(Number.NaN, 1, theme)).toBe("#7A7A7A");
    expect(weightColour(1, 0, theme)).toBe(zero);
  });
});

describe("features", () => {
  test("the poster's six look as the project says", () => {
    const looks = labelStyles(EXTENDED_FEATURES).map(({ id, colour, shape }) => [
      id,
      colour,
      shape,
    ]);
    expect([...looks.slice(0, 6), looks.at(-1)]).toEqual([
      ["mean", "#0072B2", "square"],
      ["laplacian", "#D55E00", "diamond"],
      ["gaussian", "#56B4E9", "circle"],
      ["edge", "#009E73", "triangle"],
      ["identity", "#CC79A7", "cross"],
      ["sharpen", "#E69F00", "star"],
      ["indeterminate", "#8A8A8A", "dot"],
    ]);
  });

  test("no two of the extended set share a colour or a mark", () => {
    const styles = labelStyles(EXTENDED_FEATURES);
    expect(new Set(styles.map(({ colour }) => colour)).size).toBe(styles.length);
    expect(new Set(styles.map(({ shape }) => shape)).size).toBe(styles.length);
  });

  test("ten features of one's own beside the six have their own pairs", () => {
    const styles = featureStyles([...EXTENDED_FEATURES.slice(0, 6), ...OWN_FEATURES]);
    expect(new Set(styles.map(({ colour, shape }) => `${colour} ${shape}`)).size).toBe(16);
  });

  test("text on a feature's colour has 4.5:1", () => {
    for (const { colour, inkOnColour } of ALL_STYLES) {
      expect(contrast(colour, inkOnColour)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("every mark has a path of its own and a name in Plotly", () => {
    const shapes = [...new Set(ALL_STYLES.map(({ shape }) => shape))];
    const paths = shapes.map((shape) => markPath(shape, 10, 10, 5));
    expect(new Set(paths).size).toBe(shapes.length);
    for (const path of paths) expect(path).toMatch(/^M[-\d. LaAz]+z$/);
    for (const shape of shapes) expect(plotlySymbol(shape)).toMatch(/^[a-z-]+$/);
    expect(plotlySymbol(INDETERMINATE_STYLE.shape)).toBe("circle");
  });
});
