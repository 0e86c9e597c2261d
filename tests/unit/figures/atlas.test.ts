import { describe, expect, test } from "vitest";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { EXTENDED_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { atlasFigure } from "../../../src/ui/figures/atlas.ts";
import type { Figure } from "../../../src/ui/figures/figure.ts";
import { isInside, overlap } from "../../../src/ui/figures/labelPlacement.ts";
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
const LIGHT = { theme: LIGHT_THEME, colourBy: "cluster" } as const;

function odd(): Analysis {
  return sketchedAnalysis(
    [
      { name: "a", role: "other", side: 64, kernels: 40, dead: 5, notFinite: 3, settled: false },
      { name: "b<&>", role: "other", side: 32, kernels: 1, dead: 1, settled: false },
      { name: "c", role: "other", side: 64, kernels: 2, notFinite: 2, settled: false },
    ],
    { name: "odd & <strange>.onnx" },
  );
}

function cellNodes(figure: Figure): readonly SvgNode[] {
  return allNodes(figure.node).filter(({ attributes }) => "data-layer-index" in attributes);
}

function texts(figure: Figure): string {
  return textBoxes(figure.node)
    .map(({ text }) => text)
    .join("\n");
}

const NETWORKS: readonly (readonly [string, Analysis])[] = [
  ["U-Net", UNET],
  ["one layer", oneLayerAnalysis()],
  ["60-layer classifier", classifierAnalysis()],
  ["dead, not finite, not labelled", odd()],
  ["extended features", unetAnalysis({ features: EXTENDED_FEATURES })],
  ["basis per layer", unetAnalysis({ settings: { basis: "layer" } })],
];

describe.each(NETWORKS)("atlas of %s", (_, analysis) => {
  test.each([340, 700, 1100, 2400])("%i px wide: readable, cells disjoint and inside", (width) => {
    const figure = atlasFigure(analysis, { ...LIGHT, width });
    expectReadable(figure);
    expect(figure.width).toBe(width);
    const frame = { x: 0, y: 0, width: figure.width, height: figure.height };
    expect(figure.cells.map(({ layer }) => layer).sort((a, b) => a - b)).toEqual(
      analysis.layers.map((__, index) => index),
    );
    figure.cells.forEach((cell, at) => {
      expect(isInside(cell, frame)).toBe(true);
      expect(cell.width).toBeGreaterThanOrEqual(150);
      for (const other of figure.cells.slice(at + 1)) expect(overlap(cell, other)).toBe(false);
    });
  });
});

describe("shape of the network", () => {
  const cellOf = (figure: Figure, name: string): Figure["cells"][number] => {
    const index = UNET.layers.findIndex(({ description }) => description.name === name);
    const cell = figure.cells.find(({ layer }) => layer === index);
    if (cell === undefined) throw new Error(`no cell of ${name}`);
    return cell;
  };

  test("wide: encoder left to right above, decoder below its resolution, bottleneck right", () => {
    const figure = atlasFigure(UNET, { ...LIGHT, width: 1100 });
    const [first, second] = [cellOf(figure, "encoder.0.conv1"), cellOf(figure, "encoder.1.conv1")];
    expect(second.x).toBeGreaterThan(first.x + first.width);
    expect(second.y).toBe(first.y);
    const decoder = cellOf(figure, "decoder.3.conv1");
    expect(decoder.x).toBe(first.x);
    expect(decoder.y).toBeGreaterThan(cellOf(figure, "encoder.0.conv2").y);
    const bottleneck = cellOf(figure, "bottleneck.conv1");
    expect(figure.cells.every(({ x }) => x <= bottleneck.x)).toBe(true);
  });

  test("phone: the U stands upright, encoder left, decoder right, bottleneck last", () => {
    const figure = atlasFigure(UNET, { ...LIGHT, width: 340 });
    const [first, last] = [cellOf(figure, "encoder.0.conv1"), cellOf(figure, "decoder.3.conv2")];
    expect(last.x).toBeGreaterThan(first.x);
    expect(last.y).toBe(first.y);
    const bottleneck = cellOf(figure, "bottleneck.conv1");
    expect(figure.cells.every(({ y }) => y <= bottleneck.y)).toBe(true);
  });

  test("skip connections are dashed, the image's way is not", () => {
    const nodes = allNodes(atlasFigure(UNET, { ...LIGHT, width: 1100 }).node);
    const lines = (name: string) => nodes.filter(({ attributes }) => attributes.class === name);
    expect(lines("figure-skips")).toHaveLength(1);
    expect(lines("figure-skips")[0].attributes).toHaveProperty("stroke-dasharray");
    expect(lines("figure-flow")[0].attributes).not.toHaveProperty("stroke-dasharray");
    expect(String(lines("figure-flow")[0].attributes.d).match(/M/g)).toHaveLength(2 * 17);
  });

  test("weights alone, all maps assumed equal: halves are told apart by headings", () => {
    const sketches = UNET.layers.map(({ description, place }) => ({
      name: description.name,
      role: place.role,
      side: 64,
      kernels: 20,
    }));
    const figure = atlasFigure(sketchedAnalysis(sketches), { ...LIGHT, width: 1100 });
    expectReadable(figure);
    const said = texts(figure);
    expect(said).toContain("Encoder: the half that shrinks the image, 64 \u00D7 64 map");
    expect(said).toContain("Decoder: the half that grows it back");
  });
});

function buttonOf(cell: SvgNode): SvgNode["attributes"] {
  const buttons = allNodes(cell).filter(({ attributes }) => attributes.role === "button");
  expect(buttons).toHaveLength(1);
  return buttons[0].attributes;
}

describe("what a cell holds", () => {
  test("one drawn mark per feature in every cell, and a sentence for the keyboard", () => {
    const figure = atlasFigure(UNET, { ...LIGHT, width: 1100, selectedLayer: 2 });
    const cells = cellNodes(figure);
    expect(cells).toHaveLength(18);
    for (const cell of cells) {
      const marks = allNodes(cell).flatMap(({ attributes }) => attributes["data-feature"] ?? []);
      expect([...marks].sort()).toEqual(UNET.features.map(({ id }) => id).sort());
      expect(buttonOf(cell)).toMatchObject({ tabindex: 0 });
    }
    expect(buttonOf(cells[0])["aria-label"]).toMatch(
      /^encoder\.0\.conv1, encoder, 256 \u00D7 256 map, 16 kernels; /,
    );
    const frames = allNodes(figure.node).filter(
      ({ attributes }) => attributes.stroke === LIGHT_THEME.accent,
    );
    expect(frames).toHaveLength(1);
  });

  test("points beyond the frame and points left out are counted", () => {
    const big = sketchedAnalysis([{ name: "huge", role: "encoder", side: 32, kernels: 262144 }]);
    const figure = atlasFigure(big, { ...LIGHT, width: 1100 });
    expectReadable(figure);
    expect(texts(figure)).toContain("showing 2,000 of 262,144");
    const dots = allNodes(cellNodes(figure)[0])
      .map(({ attributes }) => String(attributes.d ?? "").match(/h0/g)?.length ?? 0)
      .reduce((sum, count) => sum + count, 0);
    // Open dots are drawn twice: ring and hole.
    expect(dots).toBeGreaterThanOrEqual(2000);
    expect(dots).toBeLessThanOrEqual(4000);
    expect(toSvgText(figure.node).length).toBeLessThan(150_000);
  });

  test("kernels that are not finite are counted, not drawn", () => {
    const figure = atlasFigure(odd(), { ...LIGHT, width: 1100 });
    expect(texts(figure)).toContain("3 not finite, not drawn");
    expect(buttonOf(cellNodes(figure)[0])["aria-label"]).toBe(
      "a, other part of the network, 64 \u00D7 64 map, 40 kernels.",
    );
  });

  test("all three colourings draw every kernel, settled or not", () => {
    for (const colourBy of ["cluster", "label", "nearest", "channel", "norm"] as const) {
      for (const analysis of [UNET, odd()]) {
        const figure = atlasFigure(analysis, { width: 1100, theme: DARK_THEME, colourBy });
        expectReadable(figure);
      }
    }
    const label = atlasFigure(UNET, { ...LIGHT, width: 1100, colourBy: "label" });
    expect(texts(label)).toContain("indeterminate");
  });

  test("axes are named once, with the variance they explain", () => {
    const said = texts(atlasFigure(UNET, { ...LIGHT, width: 1100 }));
    expect(said.match(/PC1 \(31 % of variance\)/g)).toHaveLength(1);
    const own = texts(
      atlasFigure(unetAnalysis({ settings: { basis: "layer" } }), { ...LIGHT, width: 1100 }),
    );
    expect(own.match(/own axes: PC1 31 %, PC2 18 %/g)?.length).toBeGreaterThan(10);
  });
});

test("the same analysis gives the same picture, byte for byte", () => {
  const options = { ...LIGHT, width: 1100 };
  expect(toSvgText(atlasFigure(unetAnalysis(), options).node)).toBe(
    toSvgText(atlasFigure(unetAnalysis(), options).node),
  );
});

test("a network without analysed layers says so", () => {
  const figure = atlasFigure({ ...UNET, layers: [], pca: [] }, { ...LIGHT, width: 500 });
  expectReadable(figure);
  expect(texts(figure)).toContain("no convolution layers");
});
