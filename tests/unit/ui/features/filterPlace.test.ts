import { describe, expect, test } from "vitest";
import { POSTER_FEATURES } from "../../../../src/core/features/clinicalKernels.ts";
import {
  filterScores,
  placeGround,
  standsBeyond,
} from "../../../../src/ui/features/filterPlace.ts";
import { placePicture } from "../../../../src/ui/features/placePicture.ts";
import { sharedLimits } from "../../../../src/ui/figures/scoreLimits.ts";
import { toSvgText } from "../../../../src/ui/figures/svg.ts";
import { LIGHT_THEME } from "../../../../src/ui/figures/theme.ts";
import { sketchedAnalysis, unetAnalysis } from "../../figures/analysisFixture.ts";

describe("where a filter stands", () => {
  const analysis = unetAnalysis();

  test("the poster's filters stand where the analysis puts them", () => {
    const ground = placeGround(analysis, null);
    if (ground === null) throw new Error("There are 3x3 kernels.");
    const scores = filterScores(analysis, ground, POSTER_FEATURES);
    const known = analysis.pca[0].featureScores ?? [];
    expect(scores).toHaveLength(known.length);
    for (const [at, score] of scores.entries()) expect(score).toBeCloseTo(known[at], 5);
  });

  test("the normalisation of the kernels is that of the filter", () => {
    const unit = unetAnalysis({ settings: { normalisation: "unit" } });
    const ground = placeGround(unit, null);
    if (ground === null) throw new Error("There are 3x3 kernels.");
    const large = { id: "large", label: "Large", kernel: [0, 0, 0, 0, 1000, 0, 0, 0, 0] };
    const [first, , , second] = filterScores(unit, ground, [large, POSTER_FEATURES[4]]);
    expect(first).toBeCloseTo(second, 6);
  });

  test("among the selected layer, else among all that share its axes", () => {
    const [, second] = analysis.layers;
    expect(placeGround(analysis, second.description.name)?.layers).toEqual([second]);
    expect(placeGround(analysis, null)).toMatchObject({ of: "all layers" });
    expect(placeGround(analysis, "no such layer")?.layers).toHaveLength(analysis.layers.length);
    const perLayer = unetAnalysis({ settings: { basis: "layer" } });
    expect(placeGround(perLayer, null)?.layers).toEqual([perLayer.layers[0]]);
  });

  test("nowhere in a model that 3x3 filters do not fit", () => {
    const [basis] = analysis.pca;
    expect(placeGround({ ...analysis, pca: [{ ...basis, featureScores: null }] }, null)).toBeNull();
  });
});

describe("the picture of the place", () => {
  const analysis = sketchedAnalysis([
    { name: "a", role: "encoder", side: 64, kernels: 40, notFinite: 2 },
    { name: "b", role: "encoder", side: 64, kernels: 4000 },
  ]);
  const ground = placeGround(analysis, null);
  const [limits] = sharedLimits(analysis).limits;
  const textOf = (kernel: readonly number[]) => {
    if (ground === null) throw new Error("There are 3x3 kernels.");
    const features = [...POSTER_FEATURES, { id: "own", label: "Mine <&>", kernel }];
    const scores = filterScores(analysis, ground, features);
    const options = { ground, limits, features, scores, chosen: 6, width: 320 };
    const picture = placePicture({ ...options, theme: LIGHT_THEME });
    return { text: toSvgText(picture.node), isBeyond: standsBeyond(limits, scores, 6) };
  };

  test("has every filter's mark and the name of the edited one, and moves with its numbers", () => {
    const first = textOf([0, 0, 0, 0, 1, 0, 0, 0, 0]);
    const second = textOf([0, 0.5, 0, 0, 1, 0, 0, 0, 0]);
    for (const { id } of POSTER_FEATURES) expect(first.text).toContain(`data-feature="${id}"`);
    expect(first.text).toContain('data-feature="own"');
    expect(first.text).toContain("Mine &lt;&amp;&gt;");
    expect(first.text).not.toContain("NaN");
    expect(second.text).not.toBe(first.text);
    expect(first.isBeyond).toBe(false);
  });

  test("draws at most a sample of the kernels", () => {
    const { text } = textOf([0, 0, 0, 0, 1, 0, 0, 0, 0]);
    const drawn = text.match(/h0/g)?.length ?? 0;
    expect(drawn).toBeGreaterThan(1400);
    expect(drawn).toBeLessThanOrEqual(1500);
  });

  test("says so when the filter is too large for it", () => {
    expect(textOf([9, 9, 9, 9, 9, 9, 9, 9, 9]).isBeyond).toBe(true);
  });
});
