import fc from "fast-check";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import type { LayerOperator, OperatorExactness } from "../../../src/core/operator/layerOperator.ts";
import { operatorFigure } from "../../../src/ui/figures/operator.ts";
import {
  amplificationText,
  atLeastText,
  atMostText,
  curveReadings,
  operatorFacts,
  operatorSentence,
} from "../../../src/ui/figures/operatorWords.ts";
import { DARK_THEME, LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { LayerOperatorPanel } from "../../../src/ui/inspector/LayerOperatorPanel.tsx";
import { LayerOperatorResult } from "../../../src/ui/inspector/LayerOperatorResult.tsx";
import { OperatorTables } from "../../../src/ui/inspector/OperatorTables.tsx";
import { expectReadable } from "./pictureChecks.ts";
import { allNodes, textBoxes } from "./pictureText.ts";

/** A layer whose values fall evenly from `largest` to 0.01 of it; its bound is 1 % above. */
function operatorWith(largest: number, change: Partial<LayerOperator> = {}): LayerOperator {
  const curve = Float64Array.from(
    { length: 513 },
    (_, point) => largest * (1 - (0.99 * point) / 512),
  );
  return {
    boundary: "circular",
    inputMap: [64, 48],
    exactness: { kind: "every-frequency" },
    spectrum: {
      curve,
      count: 49_152,
      resolution: largest * 1e-7,
      stableRank: 16_500.3,
      effectiveRank: 40_000,
      condition: 100,
    },
    norm: { atLeast: largest * (1 - 1e-12), atMost: largest * (1 + 1e-12) },
    normWithZeroPadding: largest * 1.01,
    unfoldedBound: largest * 2,
    milliseconds: 120,
    ...change,
  };
}

const BOUND_ONLY: Partial<LayerOperator> = {
  exactness: { kind: "bound-only" },
  spectrum: null,
  norm: { atLeast: 1.4441, atMost: 5.5841 },
  normWithZeroPadding: 5.5841,
};

/** Numbers as a reader types them. */
const numberOf = (text: string) => Number(text.replaceAll(",", ""));

describe("the figure of a layer's operator", () => {
  test.each([260, 316, 620, 1200])("%i px wide: readable in all cases", (width) => {
    const cases = [
      operatorWith(3.3333),
      operatorWith(0.41),
      operatorWith(0.995),
      operatorWith(1_234_567),
      operatorWith(1e-6),
      operatorWith(2, BOUND_ONLY),
      operatorWith(2, { exactness: { kind: "some-frequencies", frequencies: [16, 24] } }),
      operatorWith(2, { exactness: { kind: "smaller-map", map: [33, 65] } }),
    ];
    for (const operator of cases) {
      for (const theme of [LIGHT_THEME, DARK_THEME]) {
        expectReadable(operatorFigure({ operator, width, theme, title: "encoder.0.conv1" }));
      }
    }
  });

  test("names the bound, the largest value, the boundary and how much is shown", () => {
    const picture = operatorFigure({
      operator: operatorWith(3.3333),
      width: 620,
      theme: LIGHT_THEME,
    });
    const said = textBoxes(picture.node).map(({ text }) => text);
    expect(said).toContain("bound 3.37");
    expect(said).toContain("largest 3.33");
    expect(said).toContain("Circular borders (opposite edges joined) on a 64 × 48 map.");
    expect(said).toContain("All 49,152 singular values.");
    expect(picture.node.attributes["aria-label"]).toContain("Circular borders");
  });

  test("the curve keeps its ends and lies below the bound", () => {
    const picture = operatorFigure({ operator: operatorWith(3), width: 620, theme: LIGHT_THEME });
    const nodes = allNodes(picture.node);
    const curve = nodes.find(({ attributes }) => "data-series" in attributes);
    const heights = String(curve?.attributes.d)
      .slice(1)
      .split("L")
      .map((point) => Number(point.split(" ")[1]));
    expect(heights).toHaveLength(513);
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
    const bound = nodes.find(({ attributes }) =>
      String(attributes["data-level"]).startsWith("bound"),
    );
    expect(heights[0]).toBeGreaterThan(
      Number(String(bound?.attributes.d).match(/^M\S+ ([\d.]+)H/)?.[1]),
    );
  });

  test("without values two bounds are drawn, and no curve", () => {
    const picture = operatorFigure({
      operator: operatorWith(2, BOUND_ONLY),
      width: 620,
      theme: LIGHT_THEME,
    });
    const nodes = allNodes(picture.node);
    expect(nodes.some(({ attributes }) => "data-series" in attributes)).toBe(false);
    const said = textBoxes(picture.node).map(({ text }) => text);
    expect(said).toEqual(expect.arrayContaining(["bound 5.59", "at least 1.44"]));
  });
});

describe("numbers and words", () => {
  test("bounds still hold as they are written", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (value) => {
        expect(numberOf(atMostText(value))).toBeGreaterThanOrEqual(value);
        expect(numberOf(atLeastText(value))).toBeLessThanOrEqual(value);
        expect(numberOf(atMostText(value)) / value).toBeLessThan(1.011);
        expect(numberOf(atLeastText(value)) / value).toBeGreaterThan(0.989);
        expect(Math.abs(numberOf(amplificationText(value)) / value - 1)).toBeLessThan(0.0051);
      }),
    );
    expect([atMostText(9.995), atMostText(3), atLeastText(1), atMostText(0)]).toEqual([
      "10",
      "3",
      "1",
      "0",
    ]);
    expect(atLeastText(0.9999)).toBe("0.999");
    expect(amplificationText(17_123)).toBe("17,100");
  });

  test("one sentence for every kind of layer", () => {
    expect(operatorSentence(operatorWith(3.3333))).toBe(
      "This layer can amplify an image by at most 3.37 times, and comes close to it.",
    );
    expect(operatorSentence(operatorWith(0.4))).toContain("it weakens everything it receives");
    expect(operatorSentence(operatorWith(1, BOUND_ONLY))).toBe(
      "This layer can amplify an image by at most 5.59 times, and some image is amplified at least 1.44 times.",
    );
    const zero: OperatorExactness = { kind: "all-zero" };
    expect(operatorSentence(operatorWith(1, { exactness: zero }))).toContain("passes nothing on");
  });

  test("a smallest value within rounding is called 0, and has no condition number", () => {
    const { spectrum, ...rest } = operatorWith(2);
    if (spectrum === null) throw new Error("no spectrum");
    const lost = { ...spectrum, resolution: 0.03, condition: null };
    const facts = new Map(
      operatorFacts({ ...rest, spectrum: lost }).map(({ name, value }) => [name, value]),
    );
    expect(facts.get("Smallest")).toBe("0 (under 0.03, the rounding)");
    expect(facts.get("Condition number")).toBe("none: too near 0");
    expect(facts.get("Stable rank")).toBe("16,500 (34\u00a0%)");
  });

  test("numbers of a part are called so, and the largest of it is not called the largest", () => {
    const exactness: OperatorExactness = { kind: "some-frequencies", frequencies: [16, 24] };
    const operator = operatorWith(2, { exactness });
    const names = operatorFacts(operator).map(({ name }) => name);
    expect(names).toContain("Stable rank, of the part");
    expect(names).not.toContain("Stable rank");
    const picture = operatorFigure({ operator, width: 620, theme: LIGHT_THEME });
    const said = textBoxes(picture.node).map(({ text }) => text);
    expect(said).toContain("shown 2");
    expect(said).not.toContain("largest 2");
  });

  test("readings of the curve begin at the largest and end at the smallest value", () => {
    const readings = curveReadings(Float64Array.from([4, 3, 2, 1, 0.5]));
    expect(readings[0]).toEqual({ name: "0 %", value: "4" });
    expect(readings.find(({ name }) => name === "50 %")?.value).toBe("2");
    expect(readings.at(-1)).toEqual({ name: "100 %", value: "0.5" });
  });
});

describe("the panel", () => {
  test("waits to be asked, and has a place ready in which results are announced", () => {
    const compute = () => Promise.reject(new Error("not asked"));
    const markup = renderToStaticMarkup(<LayerOperatorPanel layerName="conv1" compute={compute} />);
    expect(markup).toContain('data-state="idle"');
    expect(markup).toContain(">Compute</button>");
    expect(markup).toContain('<p class="operator-sentence" aria-live="polite"></p>');
    expect(markup).not.toContain("<progress");
  });

  test("a result stands in a table, not in the picture alone", () => {
    const markup = renderToStaticMarkup(<OperatorTables operator={operatorWith(3.3333)} />);
    expect(markup).toContain('<th scope="row">Largest, circular borders</th><td>3.33</td>');
    expect(markup).toContain('<th scope="row">Bound, zero borders too</th><td>at most 3.37</td>');
    expect(markup).toContain("not for reflected borders");
  });

  test("a layer of zeros has a sentence and no table", () => {
    const operator = operatorWith(1, { exactness: { kind: "all-zero" }, spectrum: null });
    const markup = renderToStaticMarkup(<LayerOperatorResult operator={operator} />);
    expect(markup).toContain("passes nothing on");
    expect(markup).not.toContain("<table");
  });
});
