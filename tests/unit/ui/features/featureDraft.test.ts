import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MOST_FEATURES } from "../../../../src/core/analysis/checkSettings.ts";
import {
  EXTENDED_FEATURES,
  POSTER_FEATURES,
} from "../../../../src/core/features/clinicalKernels.ts";
import { filterBehaviour } from "../../../../src/core/features/filterBehaviour.ts";
import {
  draftOf,
  draftProblem,
  type FeatureDraft,
  setNameOf,
  withCopy,
  withKernel,
  withLabel,
  withNew,
  withoutChosen,
} from "../../../../src/ui/features/featureDraft.ts";
import {
  alikeSentence,
  behaviourSentences,
  estimateSentence,
} from "../../../../src/ui/features/featureWords.ts";
import {
  entryText,
  steppedEntry,
  typedEntry,
  withEntry,
} from "../../../../src/ui/features/kernelEntries.ts";

const poster = draftOf(POSTER_FEATURES);
const SOBEL = [-1, 0, 1, -2, 0, 2, -1, 0, 1];
const chosenOf = ({ features, chosen }: FeatureDraft) => features[chosen];

describe("a set of filters that is edited", () => {
  test("a new filter comes last, is chosen, and has a name and an id of its own", () => {
    const draft = withNew(withNew(poster));
    expect(draft.chosen).toBe(7);
    expect(draft.features.slice(6).map(({ id, label }) => [id, label])).toEqual([
      ["filter-7", "Filter 7"],
      ["filter-8", "Filter 8"],
    ]);
    expect(draft.features.slice(0, 6)).toEqual(POSTER_FEATURES);
    expect(draftProblem(draft)).toBeNull();
  });

  test("a copy stands after the original", () => {
    const draft = withCopy(draftOf(POSTER_FEATURES, 1));
    expect(draft.chosen).toBe(2);
    expect(chosenOf(draft)).toEqual({
      id: "laplacian-copy",
      label: "Laplacian (copy)",
      kernel: POSTER_FEATURES[1].kernel,
    });
  });

  test("removing goes on with the next one, and down to nothing", () => {
    const draft = withoutChosen(draftOf(POSTER_FEATURES, 5));
    expect(draft).toEqual({ features: POSTER_FEATURES.slice(0, 5), chosen: 4 });
    let empty = poster;
    for (let left = 6; left > 0; left--) empty = withoutChosen(empty);
    expect(empty).toEqual({ features: [], chosen: -1 });
    expect(draftProblem(empty)).toContain("at least one");
    expect(withCopy(empty)).toEqual(empty);
    expect(withKernel(empty, SOBEL)).toEqual(empty);
    expect(withNew(empty).features).toHaveLength(1);
  });

  test("there are never more than can be told apart", () => {
    let draft = poster;
    for (let i = 0; i < 40; i++) draft = withNew(draft);
    expect(draft.features).toHaveLength(MOST_FEATURES);
    expect(draftProblem(draft)).toBeNull();
  });

  test("other numbers do not go by a clinical kernel's id; a new name alone does", () => {
    const changed = withKernel(draftOf(POSTER_FEATURES, 3), SOBEL);
    expect(chosenOf(changed)).toEqual({
      id: "edge-detection",
      label: "Edge detection",
      kernel: SOBEL,
    });
    const renamed = withLabel(draftOf(POSTER_FEATURES, 3), "Sobel");
    expect(chosenOf(renamed)).toMatchObject({ id: "edge", label: "Sobel" });
    expect(chosenOf(withKernel(poster, POSTER_FEATURES[0].kernel)).id).toBe("mean");
  });

  test("an own filter takes no id that is known, or taken", () => {
    expect(chosenOf(withLabel(withNew(poster), "Edge")).id).toBe("edge-2");
    expect(chosenOf(withLabel(withNew(poster), "Edge up")).id).toBe("edge-up-2");
    const two = withLabel(withNew(withLabel(withNew(poster), "Mine")), "Mine");
    expect(two.features.slice(6).map(({ id }) => id)).toEqual(["mine", "mine-2"]);
  });

  test("says what is missing", () => {
    expect(draftProblem(withLabel(poster, " "))).toBe("Filter 1 of the list needs a name.");
    expect(draftProblem(withKernel(poster, new Array(9).fill(0)))).toBe(
      '"Local mean" is 0 everywhere: give it a number.',
    );
    const twins = [POSTER_FEATURES[0], POSTER_FEATURES[0]];
    expect(draftProblem(draftOf(twins))).toContain('share the id "mean"');
  });

  test("sets that everybody has keep their names", () => {
    expect(setNameOf(POSTER_FEATURES)).toBe("poster");
    expect(setNameOf(EXTENDED_FEATURES)).toBe("extended");
    expect(setNameOf(withNew(poster).features)).toBe("custom");
    expect(setNameOf(POSTER_FEATURES.slice(1))).toBe("custom");
  });
});

describe("numbers that are typed", () => {
  test.each([
    ["-1", -1],
    ["\u22122", -2],
    ["0,5", 0.5],
    [".25", 0.25],
    ["1/8", 0.125],
    ["-1 / 9", -1 / 9],
    ["2e-3", 0.002],
    ["-0", 0],
  ])("%s is %d", (text, value) => {
    expect(typedEntry(text)).toBe(value);
  });

  test.each(["", "-", "abc", "1/0", "1/2/3", "0/0", "1e99", "1 2", "0x10", "Infinity"])(
    "%s is no number yet",
    (text) => {
      expect(typedEntry(text)).toBeNull();
    },
  );

  test("arrow keys add tenths without a tail of digits", () => {
    expect(steppedEntry(0.2, 1)).toBe(0.3);
    expect(steppedEntry(0.1, -1)).toBe(0);
    expect(steppedEntry(-1, 10)).toBe(0);
    expect(entryText(1 / 9)).toBe("0.111111");
  });

  test("what a field shows reads as what it stands for", () => {
    fc.assert(
      fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), (entry) => {
        const read = typedEntry(entryText(entry));
        expect(Math.abs((read ?? Number.NaN) - entry)).toBeLessThanOrEqual(
          Math.abs(entry) * 1e-5 + 1e-12,
        );
      }),
    );
  });

  test("a symmetric brush paints corners together", () => {
    const zero = new Array(9).fill(0);
    expect(withEntry(zero, 0, 2, true)).toEqual([2, 0, 2, 0, 0, 0, 2, 0, 2]);
    expect(withEntry(zero, 0, 2, false)).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe("what is said about a filter", () => {
  const said = (kernel: readonly number[]) => behaviourSentences(filterBehaviour(kernel)).join(" ");

  test("in plain words", () => {
    const [mean, laplacian, , edge, identity, sharpen] = POSTER_FEATURES.map(({ kernel }) =>
      said(kernel),
    );
    expect(mean).toContain("sum to 1");
    expect(mean).toContain("smooths");
    expect(laplacian).toContain("sum to 0");
    expect(laplacian).toContain("fine detail");
    expect(edge).toContain("from left to right");
    expect(identity).toContain("about equally");
    expect(sharpen).toContain("sharpens");
    expect(said([-1, 0, 0, 0, 0, 0, 0, 0, 0])).toContain("change their sign");
    expect(said(new Array(9).fill(0))).toBe("");
  });

  test("shares never without those of noise", () => {
    const estimate = { kernels: 600, shares: [0.12, 0, 0.88], noise: [0.02, 0.03, 0.95] };
    expect(estimateSentence(estimate, 0)).toMatch(/About 12 %.*2 % of random kernels/);
    expect(estimateSentence(estimate, 1)).toMatch(/None of 600 sampled kernels.*3 % of random/);
  });

  test("pairs are named in the order in which they win", () => {
    const pair = { kind: "sameSpectrum", first: 1, second: 3 } as const;
    expect(alikeSentence(pair, POSTER_FEATURES)).toMatch(/"Laplacian" and "Edge detection".*first/);
    expect(alikeSentence({ ...pair, kind: "closeSpectrum" }, POSTER_FEATURES)).toContain("ties");
    expect(alikeSentence({ ...pair, kind: "sameName" }, POSTER_FEATURES)).toContain("called");
  });
});
