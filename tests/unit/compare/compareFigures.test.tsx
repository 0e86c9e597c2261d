import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { lastOf } from "../../../src/core/lastOf.ts";
import { comparisonJson } from "../../../src/core/results/comparisonJson.ts";
import { openPair } from "../../../src/ui/compare/ComparisonResult.tsx";
import { ComparisonTable } from "../../../src/ui/compare/ComparisonTable.tsx";
import { nextSort, sortedPairs } from "../../../src/ui/compare/comparisonRows.ts";
import { comparePairFigure, type PairOfModels } from "../../../src/ui/figures/comparePair.ts";
import { comparisonLines, comparisonPictureSteps } from "../../../src/ui/figures/comparePicture.ts";
import { withSelectedRow } from "../../../src/ui/figures/compareRows.ts";
import { compareSharesFigure } from "../../../src/ui/figures/compareShares.ts";
import { compareShiftFigure } from "../../../src/ui/figures/compareShift.ts";
import {
  changedPairs,
  countsSentence,
  divergenceText,
  headline,
  shiftText,
} from "../../../src/ui/figures/compareWords.ts";
import type { SvgNode } from "../../../src/ui/figures/svg.ts";
import { DARK_THEME, LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { isAmong, namesIn, numbersIn, numbersOf, partAt } from "../../support/printedNumbers.ts";
import { sketchedAnalysis } from "../figures/analysisFixture.ts";
import { expectReadable } from "../figures/pictureChecks.ts";
import { allNodes } from "../figures/pictureText.ts";
import { compared, someModels } from "./comparedSketches.ts";

const models = await someModels();
const extended = await someModels("extended");
const { comparison } = models;
const colourBy = "label";

/** Numbers in a text that the export does not have at that place. */
function strangers(of: PairOfModels, path: string, text: string): readonly string[] {
  const json: unknown = JSON.parse(JSON.stringify(comparisonJson(of.comparison)));
  const { model, settings, features } = of.a;
  const about = { part: partAt(json, path), model, settings, features };
  const known = numbersOf(about);
  // Places in lists are no names.
  const names = namesIn({ json, ...about }).filter((name) => !/^\d+$/.test(name));
  return numbersIn(text, names).flatMap((one) => (isAmong(one, known) ? [] : [one.token]));
}

function textOf(node: SvgNode): string {
  if ("data-scale" in node.attributes) return " ";
  return ` ${node.children.map((child) => (typeof child === "string" ? child : textOf(child))).join(" ")} `;
}

describe("figures of a comparison", () => {
  for (const width of [320, 442, 620, 760, 1200]) {
    it(`can be read at ${width} px, in both themes, with many filters`, () => {
      for (const of of [models, extended]) {
        for (const theme of [LIGHT_THEME, DARK_THEME]) {
          const options = { width, theme };
          for (const figure of [
            compareShiftFigure(of.comparison, options),
            compareSharesFigure(of.comparison, options),
          ]) {
            expectReadable(withSelectedRow(figure, 1, theme));
          }
          of.comparison.pairs.forEach((_, pair) => {
            expectReadable(comparePairFigure(of, pair, { width, theme, colourBy }));
          });
        }
      }
    });
  }

  it("print no number that the export does not have", () => {
    for (const of of [models, extended]) {
      for (const width of [360, 1400]) {
        const options = { width, theme: LIGHT_THEME, colourBy } as const;
        const picture = lastOf(comparisonPictureSteps(of, { ...options, pair: 0 }));
        const said = [...comparisonLines(of.comparison), countsSentence(of.comparison) ?? ""];
        expect(strangers(of, "", textOf(picture.node))).toEqual([]);
        expect(strangers(of, "", said.join(" "))).toEqual([]);
      }
    }
  });

  it("have a button per pair of layers, which says all that is drawn", () => {
    const figure = compareShiftFigure(comparison, { width: 800, theme: LIGHT_THEME });
    const buttons = allNodes(figure.node).filter(({ attributes }) => attributes.role === "button");
    expect(buttons).toHaveLength(comparison.pairs.length);
    expect(buttons[0].attributes["aria-label"]).toMatch(
      /^encoder\.0\.conv1, 16 kernels in A, 64 in B; shift .*noise up to/,
    );
  });

  it("keep wide noise of small layers from pressing the other bars flat", () => {
    const { pairs } = comparison;
    expect(pairs[0].shift.noiseLimit).toBeGreaterThan(8 * pairs[2].shift.noiseLimit);
    const figure = compareShiftFigure(comparison, { width: 1000, theme: LIGHT_THEME });
    const bars = allNodes(figure.node)
      .filter(({ tag, attributes }) => tag === "rect" && attributes.height === 14)
      .map(({ attributes }) => Number(attributes.width));
    // The most changed layer takes most of the room, whatever the first layer's noise is.
    expect(Math.max(...bars)).toBeGreaterThan(500);
  });

  it("frame the selected row, and keep every other node as it was", () => {
    const figure = compareShiftFigure(comparison, { width: 800, theme: LIGHT_THEME });
    const framed = withSelectedRow(figure, 2, LIGHT_THEME).node.children;
    const { x, y, width, height } = figure.cells[2];
    expect(framed.slice(0, -1)).toEqual(figure.node.children);
    expect(
      framed.every((node, at) => at === framed.length - 1 || node === figure.node.children[at]),
    ).toBe(true);
    expect(framed.at(-1)).toMatchObject({ attributes: { x, y, width, height, fill: "none" } });
    expect(withSelectedRow(figure, -1, LIGHT_THEME)).toBe(figure);
  });

  it("can all be one picture", () => {
    const options = { width: 900, theme: LIGHT_THEME, colourBy, pair: 2 } as const;
    const all = lastOf(comparisonPictureSteps(models, options));
    const without = lastOf(comparisonPictureSteps(models, { ...options, pair: null }));
    expect(all.height).toBeGreaterThan(without.height + 200);
    expectReadable(all);
  });
});

describe("the table of a comparison", () => {
  const table = () =>
    renderToStaticMarkup(
      <ComparisonTable comparison={comparison} selected={1} onOpen={() => undefined} />,
    );

  it("has every layer, its names and its verdicts", () => {
    const markup = table();
    expect(markup.match(/data-testid="comparison-row"/g)).toHaveLength(comparison.pairs.length);
    expect(markup).toContain("encoder.0.other");
    expect(markup).toContain("no more than noise");
    expect(markup).toContain('aria-sort="none"');
  });

  it("prints only numbers of its rows", () => {
    const rows = table().split("<tr ").slice(1);
    rows.forEach((row, index) => {
      const text = row.replaceAll(/<[^>]*>/g, " ");
      expect(strangers(models, `layers.${index}`, text)).toEqual([]);
    });
  });

  it("sorts by how far a layer stands out of noise, both ways, and back", () => {
    const most = changedPairs(comparison)[0];
    const falling = nextSort(null, "shift");
    expect(falling).toEqual({ column: "shift", descending: true });
    expect(comparison.pairs[sortedPairs(comparison, falling)[0]]).toBe(most);
    const rising = nextSort(falling, "shift");
    expect(comparison.pairs[sortedPairs(comparison, rising).at(-1) ?? -1]).toBe(most);
    expect(nextSort(rising, "shift")).toBeNull();
    expect(sortedPairs(comparison, null)).toEqual([...comparison.pairs.keys()]);
    // Whatever did not exceed noise comes after what did.
    const changed = sortedPairs(comparison, falling).map(
      (at) => comparison.pairs[at].shift.exceedsNoise,
    );
    expect(changed.lastIndexOf(true)).toBeLessThan(changed.indexOf(false));
    // The first layers have no weights at equal places, which is less than not having moved.
    const moved = sortedPairs(comparison, { column: "moved", descending: true });
    expect(comparison.pairs[moved[0]].weights.moved).not.toBeNull();
  });
});

describe("one pair of layers", () => {
  it("is the selected one, else the most changed one", () => {
    expect(openPair(comparison, "bottleneck.conv")).toBe(2);
    expect(comparison.pairs[openPair(comparison, null)]).toBe(changedPairs(comparison)[0]);
    expect(openPair(comparison, "decoder.0.conv1")).toBe(openPair(comparison, null));
  });
});

describe("the sentence on top", () => {
  it("names what changed most", () => {
    expect(headline(comparison)).toMatch(/^Most changed: /);
  });

  it("says that a file is the same, or only its weights", async () => {
    const { a } = models;
    expect(headline((await compared(a, a)).comparison)).toBe(
      "Both are the same file: nothing differs.",
    );
    const copy = { ...a, model: { ...a.model, sha256: "01" } };
    // The made-up model has a kernel that is not a number, at the same place in both.
    expect(headline((await compared(a, copy)).comparison)).toBe(
      "Every weight is the same in both: nothing differs.",
    );
  });

  it("says that no layers belong together", async () => {
    const none = sketchedAnalysis([]);
    const { comparison: empty } = await compared(models.a, none);
    expect(headline(empty)).toMatch(/^No layer of one model belongs/);
    expect(openPair(empty, null)).toBe(-1);
  });
});

describe("numbers in words", () => {
  it("keep two digits, and never show a change as none", () => {
    expect([0, 1.4181, 0.0312, 0.00042, 3e-9].map(divergenceText)).toEqual([
      "0",
      "1.42",
      "0.031",
      "0.0004",
      "3e-9",
    ]);
    expect([0, 0.123, -0.004].map(shiftText)).toEqual(["0 %", "+12 %", "\u22120.4 %"]);
  });
});
