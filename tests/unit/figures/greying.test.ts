import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KernelGroup } from "../../../src/core/selection/kernelGroup.ts";
import { memberCount } from "../../../src/core/selection/membership.ts";
import { assignmentFigure } from "../../../src/ui/figures/assignment.ts";
import { atlasFigure } from "../../../src/ui/figures/atlas.ts";
import { contrast } from "../../../src/ui/figures/colour.ts";
import type { Figure } from "../../../src/ui/figures/figure.ts";
import { greyedColour, sampledSplit } from "../../../src/ui/figures/greying.ts";
import { MOST_DOTS_PER_PLOT } from "../../../src/ui/figures/scatter.ts";
import type { SvgNode } from "../../../src/ui/figures/svg.ts";
import { DARK_THEME, LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { sketchedAnalysis, unetAnalysis } from "./analysisFixture.ts";
import { expectReadable } from "./pictureChecks.ts";
import { allNodes, textBoxes } from "./pictureText.ts";

const UNET = unetAnalysis();
const LAYER = "encoder.1.conv1";
const CLUSTER: KernelGroup = { kind: "cluster", layer: LAYER, cluster: 1 };
const EDGE: KernelGroup = { kind: "label", layer: null, label: "edge" };
const GREY = greyedColour(LIGHT_THEME);

function texts(figure: Figure): readonly string[] {
  return textBoxes(figure.node).map(({ text }) => text);
}

function cellOf(figure: Figure, layer: number): SvgNode {
  const found = allNodes(figure.node).find(
    ({ attributes }) => attributes["data-layer-index"] === layer,
  );
  if (found === undefined) throw new Error("no such cell");
  return found;
}

function dots(node: SvgNode, colour: string): number {
  return allNodes(node)
    .filter(({ attributes }) => attributes.stroke === colour && attributes.opacity !== undefined)
    .reduce((sum, { attributes }) => sum + (String(attributes.d).match(/h0/g)?.length ?? 0), 0);
}

describe("sample with a group", () => {
  test("members first, the rest as context, never more than there is room", () => {
    const size = fc.integer({ min: 0, max: 3000 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 500 }), (inside, outside, most) => {
        const members = new Uint8Array(inside + outside).fill(1, 0, inside);
        const kernels = Int32Array.from(members, (_, kernel) => kernel);
        const split = sampledSplit(kernels, members, most);
        expect(split.members.length + split.others.length).toBe(Math.min(most, kernels.length));
        expect(split.members.every((kernel) => kernel < inside)).toBe(true);
        expect(split.others.every((kernel) => kernel >= inside)).toBe(true);
        if (inside <= most * 0.7) expect(split.members).toHaveLength(inside);
        if (outside > 0 && most >= 4) expect(split.others.length).toBeGreaterThan(0);
      }),
    );
  });

  test("a group of five in a million is drawn whole", () => {
    const members = new Uint8Array(1_000_000);
    const chosen = [3, 77_777, 500_000, 999_998, 999_999];
    for (const kernel of chosen) members[kernel] = 1;
    const kernels = Int32Array.from(members, (_, kernel) => kernel);
    expect([...sampledSplit(kernels, members, MOST_DOTS_PER_PLOT).members]).toEqual(chosen);
  });
});

describe("atlas with a group", () => {
  const look = { theme: LIGHT_THEME, colourBy: "cluster", width: 1100 } as const;

  test("members keep their look, the rest of every cell is grey, axes and marks stay", () => {
    const figure = atlasFigure(UNET, { ...look, group: CLUSTER, selectedLayer: 2 });
    const plain = atlasFigure(UNET, look);
    expect(dots(plain.node, GREY)).toBe(0);
    expect(figure.height).toBe(plain.height);
    const cell = cellOf(figure, 2);
    const count = memberCount(UNET, 2, CLUSTER);
    expect(dots(cell, GREY)).toBe(UNET.layers[2].kernelCount - count);
    const other = cellOf(figure, 5);
    expect(dots(other, GREY)).toBe(UNET.layers[5].kernelCount);
    const faded = allNodes(other).filter(({ attributes }) => attributes.opacity === 0.35);
    expect(faded).toHaveLength(1);
    expect(texts(figure).join("\n")).toContain(`${count} of 64 selected`);
    expectReadable(figure);
  });

  test("a ring around the selected kernel in its own layer's plot alone", () => {
    const figure = atlasFigure(UNET, { ...look, selectedLayer: 2, selectedKernel: 7 });
    const rings = allNodes(figure.node).filter(
      ({ attributes }) => attributes.class === "figure-ring",
    );
    expect(rings).toHaveLength(1);
    expect(allNodes(cellOf(figure, 2))).toContain(rings[0]);
    const lost = sketchedAnalysis([
      { name: "a", role: "other", side: 8, kernels: 4, notFinite: 1 },
    ]);
    const none = atlasFigure(lost, { ...look, selectedLayer: 0, selectedKernel: 0 });
    expect(allNodes(none.node).some(({ attributes }) => attributes.class === "figure-ring")).toBe(
      false,
    );
  });
});

describe("filters per layer with a group", () => {
  const look = { theme: LIGHT_THEME, width: 1100 };

  function selectedWidth(node: SvgNode): number {
    return allNodes(node)
      .filter(({ attributes }) => "data-selected" in attributes)
      .reduce((sum, { attributes }) => sum + Number(attributes.width), 0);
  }

  function colours(node: SvgNode): ReadonlyMap<unknown, unknown> {
    return new Map(
      allNodes(node)
        .filter(({ tag, attributes }) => tag === "rect" && "data-feature" in attributes)
        .map(({ attributes }) => [attributes["data-feature"], attributes.fill]),
    );
  }

  test("a label of all layers: its segments stay, all others turn grey", () => {
    const figure = assignmentFigure(UNET, { ...look, group: EDGE });
    expectReadable(figure);
    for (let layer = 0; layer < UNET.layers.length; layer++) {
      const cell = cellOf(figure, layer);
      for (const [id, colour] of colours(cell)) {
        expect(colour === GREY).toBe(id !== "edge");
      }
      expect(selectedWidth(cell)).toBe(0);
      const { action, kernelCount } = UNET.layers[layer];
      const edges = action?.counts[UNET.features.findIndex(({ id }) => id === "edge")] ?? -1;
      expect(texts(figure).join("\n")).toContain(
        `${edges.toLocaleString("en-GB")} of ${kernelCount.toLocaleString("en-GB")} selected`,
      );
    }
  });

  test("part of a bar is coloured as far as its kernels are selected", () => {
    const figure = assignmentFigure(UNET, { ...look, group: CLUSTER });
    const [cell] = figure.cells.filter(({ layer }) => layer === 2);
    const share = memberCount(UNET, 2, CLUSTER) / UNET.layers[2].kernelCount;
    const bar = allNodes(cellOf(figure, 2))
      .filter(({ tag, attributes }) => tag === "rect" && "data-feature" in attributes)
      .reduce((sum, { attributes }) => sum + Number(attributes.width), 0);
    expect(cell.width).toBeGreaterThan(bar);
    // Whole segments are coloured themselves; slivers are at least 1.5 px.
    const whole = allNodes(cellOf(figure, 2))
      .filter(
        ({ tag, attributes }) =>
          tag === "rect" && "data-feature" in attributes && attributes.fill !== GREY,
      )
      .reduce((sum, { attributes }) => sum + Number(attributes.width), 0);
    const coloured = selectedWidth(cellOf(figure, 2));
    expect(Math.abs(coloured + whole - share * bar)).toBeLessThan(10);
    expect(selectedWidth(cellOf(figure, 0))).toBe(0);
  });

  test("buttons for the labels of all layers, and for each part of each bar", () => {
    const figure = assignmentFigure(UNET, { ...look, group: EDGE });
    const buttons = allNodes(figure.node).filter(
      ({ attributes }) => "data-label" in attributes && attributes.tabindex === 0,
    );
    expect(buttons.map(({ attributes }) => attributes["data-label"])).toEqual([
      ...UNET.features.map(({ id }) => id),
      "indeterminate",
    ]);
    const pressed = buttons.filter(({ attributes }) => attributes["aria-pressed"] === "true");
    expect(pressed.map(({ attributes }) => attributes["data-label"])).toEqual(["edge"]);
    for (const { attributes } of buttons) expect(attributes.height).toBeGreaterThanOrEqual(24);
    const parts = allNodes(cellOf(figure, 2)).filter(
      ({ attributes }) => "data-label" in attributes,
    );
    const counted = UNET.layers[2].action?.counts.filter((count) => count > 0) ?? [];
    expect(parts).toHaveLength(counted.length);
  });

  test("grey steps back, and is seen", () => {
    for (const theme of [LIGHT_THEME, DARK_THEME]) {
      expect(contrast(greyedColour(theme), theme.plot)).toBeGreaterThan(1.4);
      expect(contrast(greyedColour(theme), theme.plot)).toBeLessThan(3);
      expect(contrast(theme.ink, greyedColour(theme))).toBeGreaterThanOrEqual(4.5);
    }
  });
});
