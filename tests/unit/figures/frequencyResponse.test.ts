import { describe, expect, test } from "vitest";
import { frequencyPicture } from "../../../src/core/action/frequencyPicture.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { cividisColour } from "../../../src/ui/figures/cividis.ts";
import { luminance } from "../../../src/ui/figures/colour.ts";
import { frequencyResponseFigure } from "../../../src/ui/figures/frequencyResponse.ts";
import { frequencySentence } from "../../../src/ui/figures/frequencyWords.ts";
import { DARK_THEME, LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { expectReadable } from "./pictureChecks.ts";
import { allNodes } from "./pictureText.ts";

const EDGE = POSTER_FEATURES[3].kernel;

function sentence(kernel: readonly number[]): string {
  return frequencySentence(frequencyPicture(kernel, [3, 3]));
}

describe("the picture", () => {
  test.each([260, 308, 620])("%i px wide: readable, named, with its scale", (width) => {
    for (const theme of [LIGHT_THEME, DARK_THEME]) {
      for (const kernel of [EDGE, [0, 0, 0, 0, 1, 0, 0, 0, 0], new Array<number>(9).fill(0)]) {
        const picture = frequencyPicture(kernel, [3, 3]);
        const figure = frequencyResponseFigure({
          picture,
          width,
          theme,
          title: "Stripes it passes",
        });
        expectReadable(figure);
        expect(figure.node.attributes["aria-label"]).toContain(frequencySentence(picture));
      }
    }
  });

  test("covers its frame once, in the tones of the scale", () => {
    const picture = frequencyPicture(EDGE, [3, 3]);
    const { node } = frequencyResponseFigure({ picture, width: 400, theme: LIGHT_THEME });
    const paths = allNodes(node).filter(({ tag }) => tag === "path");
    const runs = paths.flatMap(({ attributes }) => String(attributes.d).match(/h[\d.]+v/g) ?? []);
    const covered = runs.reduce((sum, run) => sum + Number(run.slice(1, -1)), 0);
    // 33 rows of 33 squares of 7 whole pixels.
    expect(covered).toBe(33 * 33 * 7);
    const bar = allNodes(node).filter(({ tag }) => tag === "rect");
    const tones = new Set(bar.map(({ attributes }) => attributes.fill));
    for (const { attributes } of paths) expect(tones).toContain(attributes.fill);
  });
});

describe("the same in words", () => {
  test("says which stripes pass most, and whether flat areas do", () => {
    expect(sentence(POSTER_FEATURES[0].kernel)).toBe(
      "Strongest for slow changes; flat areas pass fully.",
    );
    expect(sentence(EDGE)).toBe("Strongest for fine upright stripes; flat areas pass hardly.");
    expect(sentence([-1, -2, -1, 0, 0, 0, 1, 2, 1])).toContain("fine lying stripes");
    expect(sentence(POSTER_FEATURES[1].kernel)).toContain("fine checkerboards");
    expect(sentence(POSTER_FEATURES[5].kernel)).toContain("flat areas pass in part");
    expect(sentence(POSTER_FEATURES[4].kernel)).toBe("It passes all patterns about alike.");
    expect(sentence(new Array<number>(9).fill(0))).toContain("passes nothing");
  });
});

test("the sequential map grows lighter all the way", () => {
  const light = Array.from({ length: 101 }, (_, at) => luminance(cividisColour(at / 100)));
  for (let at = 1; at < light.length; at++) expect(light[at]).toBeGreaterThan(light[at - 1]);
  expect([cividisColour(-1), cividisColour(2)]).toEqual([cividisColour(0), cividisColour(1)]);
});
