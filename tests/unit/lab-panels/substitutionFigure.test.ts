import { describe, expect, test } from "vitest";
import { verdictName } from "../../../src/core/substitution/conclusionWords.ts";
import {
  type SubstitutionFigureOptions,
  type SubstitutionRow,
  substitutionFigure,
} from "../../../src/ui/figures/substitution.ts";
import { median } from "../../../src/ui/figures/substitutionMarks.ts";
import { DARK_THEME, LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { KINDS, USUAL_TEST } from "../../../src/ui/lab/test/testChoice.ts";
import { axisWords, kindWords } from "../../../src/ui/lab/test/testWords.ts";
import { expectReadable } from "../figures/pictureChecks.ts";
import { allNodes, textBoxes } from "../figures/pictureText.ts";

const ROLES = ["encoder", "encoder", "bottleneck", "decoder", null] as const;

function rows(change: Partial<SubstitutionRow> = {}): readonly SubstitutionRow[] {
  return ROLES.map((role, at) => ({
    name: role === null ? "All layers" : `${role}.${at}.a.long.name.of.a.convolution.conv${at}`,
    layer: role === null ? null : at,
    role,
    values: {
      "best-fit": [0.97 - at / 10],
      label: [0],
      random: [0.9, 0.1, 0.3],
      "random-fit": [1, 0.5],
      zero: [1],
      "low-rank": [0.4],
      rounded: [0.97],
    },
    verdict: verdictName("couldNot"),
    sentence: `Line ${at}.`,
    ...change,
  }));
}

function figure(change: Partial<SubstitutionFigureOptions> = {}) {
  return substitutionFigure({
    rows: rows(),
    original: 0.9731,
    margin: 0.02,
    axis: axisWords("diceToOriginal"),
    key: KINDS.map((kind) => ({ kind, words: kindWords(kind, USUAL_TEST) })),
    width: 900,
    theme: LIGHT_THEME,
    ...change,
  });
}

const marksOf = (picture: ReturnType<typeof figure>, kind: string) =>
  allNodes(picture.node).filter(({ attributes }) => attributes["data-replacement"] === kind);

describe("the chart of the test", () => {
  test.each([300, 358, 500, 679, 680, 900, 1400])("is readable at %i px", (width) => {
    for (const theme of [LIGHT_THEME, DARK_THEME]) {
      expectReadable(figure({ width, theme }));
      expectReadable(figure({ width, theme, original: null }));
      expectReadable(figure({ width, theme, original: 0 }));
      expectReadable(figure({ width, theme, rows: rows({ verdict: null, values: {} }) }));
      expectReadable(figure({ width, theme, rows: rows().slice(0, 1) }));
      expectReadable(figure({ width, theme, rows: [] }));
    }
  });

  test("has a mark per replacement and line, and one in the key", () => {
    for (const kind of KINDS) expect(marksOf(figure(), kind)).toHaveLength(ROLES.length + 1);
    expect(marksOf(figure(), "random-median")).toHaveLength(ROLES.length + 1);
  });

  test("draws each value where the axis says, the range of draws from the least to the most", () => {
    const [, first] = marksOf(figure({ rows: rows().slice(0, 1) }), "random");
    const { x, width } = first.attributes;
    const zero = Number(/^M([\d.]+)/.exec(String(marksOf(figure(), "zero")[1].attributes.d))?.[1]);
    const labelStart = Number(textBoxes(figure().node).find(({ text }) => text === "0")?.x);
    // Zeros keep everything here: their tick stands at 1, as far from 0 as the axis is long.
    const length = zero - labelStart;
    expect(Number(x) + 1).toBeCloseTo(labelStart + 0.1 * length, 0);
    expect(Number(width) - 2).toBeCloseTo(0.8 * length, 0);
  });

  test("lines of layers can be chosen; all layers at once is no layer", () => {
    const { cells, node } = figure();
    expect(cells.map(({ layer }) => layer)).toEqual([0, 1, 2, 3]);
    const buttons = allNodes(node).filter(({ attributes }) => attributes.role === "button");
    expect(buttons.map(({ attributes }) => attributes["aria-label"])).toEqual(
      [0, 1, 2, 3].map((at) => `Line ${at}.`),
    );
  });

  test("names the halves of the network, and the network as it is", () => {
    const texts = textBoxes(figure().node).map(({ text }) => text);
    for (const part of ["Encoder", "Bottleneck", "Decoder", "All layers at once", "0.973"]) {
      expect(texts.some((text) => text.includes(part))).toBe(true);
    }
  });

  test("tints what is kept, from the margin up to the network as it is", () => {
    const kept = allNodes(figure().node).filter(({ attributes }) => "data-kept" in attributes);
    const zero = Number(/^M([\d.]+)/.exec(String(marksOf(figure(), "zero")[1].attributes.d))?.[1]);
    const start = Number(textBoxes(figure().node).find(({ text }) => text === "0")?.x);
    expect(kept).toHaveLength(2);
    expect(Number(kept[1].attributes.width)).toBeCloseTo(0.02 * (zero - start), 1);
    expect(Number(kept[1].attributes.x)).toBeCloseTo(start + 0.9531 * (zero - start), 0);
  });

  test("gives names the room that they need, where there is any", () => {
    const name = "depthwise_conv2d_10";
    const texts = (width: number) =>
      textBoxes(figure({ width, rows: rows({ name }) }).node).map(({ text }) => text);
    for (const width of [358, 680, 900]) expect(texts(width)).toContain(name);
    // One line, up to the edge of the picture.
    expect(texts(792)).toContain(axisWords("diceToOriginal"));
  });

  test("is lower where fewer controls were run", () => {
    const key = [{ kind: "best-fit", words: "the filter that fits best" }] as const;
    expect(figure({ key }).height).toBeLessThan(figure().height - 100);
  });

  test("the middle of an even number of draws is between the two", () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])]).toEqual([2, 2.5, 7]);
  });
});
