import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labelsFromDistances } from "../../../../src/core/action/labels.ts";
import { lastOf } from "../../../../src/core/lastOf.ts";
import type { ClusterNumbers } from "../../../../src/core/values/clusterNumbers.ts";
import { toSvgText } from "../../../../src/ui/figures/svg.ts";
import { LIGHT_THEME } from "../../../../src/ui/figures/theme.ts";
import {
  firmnessSentence,
  silhouetteMethod,
  silhouetteSentence,
  silhouetteText,
} from "../../../../src/ui/settings/clusterWords.ts";
import { countsByThresholdSteps } from "../../../../src/ui/settings/labelCounts.ts";
import { silhouettePicture } from "../../../../src/ui/settings/silhouettePicture.ts";
import { sampleAnalysis, sampleLayer } from "../sampleAnalysis.ts";

describe("counts at another threshold", () => {
  /** Hundredths: ties, and distances that are the threshold, are frequent. */
  const anyDistance = fc.oneof(
    fc.integer({ min: 0, max: 30 }).map((hundredths) => hundredths / 100),
    fc.constant(Number.NaN),
  );

  test("are those of the labels themselves", () => {
    const anyLayers = fc.array(fc.array(anyDistance, { maxLength: 60 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(anyLayers, fc.integer({ min: 0, max: 40 }), (lists, percent) => {
        const threshold = percent / 100;
        const distances = lists.map((list) =>
          Float32Array.from(list.slice(0, 6 * Math.floor(list.length / 6))),
        );
        const layers = distances.map((some) => ({
          ...sampleLayer("one", "encoder"),
          kernelCount: some.length / 6,
          action: labelsFromDistances(some, 6, 0.1),
        }));
        const expected = distances
          .map((some) => labelsFromDistances(some, 6, threshold).counts)
          .reduce((sum, counts) => sum.map((count, at) => count + counts[at]));
        const counts = lastOf(countsByThresholdSteps(sampleAnalysis({ layers })));
        expect(counts.at(threshold)).toEqual(expected);
        expect(counts.unknownKernels).toBe(0);
      }),
    );
  });

  test("say of how many kernels nothing can be said", () => {
    const known = sampleLayer("known", "encoder");
    const settled = sampleLayer("settled", "encoder");
    const { labels, counts } = settled.action ?? { labels: new Int8Array(0), counts: [] };
    const layers = [
      known,
      { ...settled, action: { stage: "settled", labels, counts } as const },
      { ...settled, action: null },
    ];
    const found = lastOf(countsByThresholdSteps(sampleAnalysis({ layers })));
    expect(found.unknownKernels).toBe(8);
    expect(found.at(1).reduce((sum, count) => sum + count, 0)).toBe(4);
  });

  test("are sorted once per layer, however often other layers change", () => {
    const layers = [sampleLayer("one", "encoder"), sampleLayer("two", "decoder")];
    expect([...countsByThresholdSteps(sampleAnalysis({ layers }))]).toHaveLength(2);
    const grown = [...layers, sampleLayer("three", "decoder")];
    expect([...countsByThresholdSteps(sampleAnalysis({ layers: grown }))]).toHaveLength(1);
  });

  test("are there before the next picture, for a hundred thousand kernels", () => {
    const kernels = 100_000;
    const distances = Float32Array.from(
      { length: kernels * 6 },
      (_, at) => ((at * 97) % 311) / 311,
    );
    const action = labelsFromDistances(distances, 6, 0.1);
    const layers = [{ ...sampleLayer("large", "encoder"), kernelCount: kernels, action }];
    const counts = lastOf(countsByThresholdSteps(sampleAnalysis({ layers })));
    const start = performance.now();
    for (let step = 0; step < 50; step++) counts.at(step / 100);
    expect((performance.now() - start) / 50).toBeLessThan(5);
  });
});

describe("the number of clusters in words", () => {
  const numbers: ClusterNumbers = {
    kernels: 500,
    available: 1200,
    surrogates: 19,
    distinct: null,
    numbers: [2, 3, 4, 5, 6, 7, 8].map((clusters) => ({
      clusters,
      silhouette: clusters === 8 ? null : 0.1 + clusters / 100,
      surrogateLowest: 0.1,
      surrogateMean: 0.15,
      surrogateHighest: 0.2,
    })),
  };

  test("says what noise gives, and what a sample is", () => {
    expect(silhouetteSentence(numbers)).toMatch(/^Not distinct/);
    expect(silhouetteSentence({ ...numbers, distinct: 3 })).toMatch(/^Distinct.* 3 groups/);
    expect(silhouetteMethod(numbers)).toContain("a sample of 500 of 1,200 kernels");
    expect(silhouetteMethod({ ...numbers, available: 500 })).toContain("of 500 kernels");
    expect([0.084, -0.084, -0.001].map(silhouetteText)).toEqual(["0.08", "\u22120.08", "0.00"]);
  });

  test("says whether clusters are firm, or nothing where that was not measured", () => {
    const stability = { value: 0.5, surrogateMean: 0.2, surrogateHighest: 0.3, pValue: 0.05 };
    const normality = {
      samples: 1,
      notNormal: 0,
      henzeZirkler: 1,
      mardiaSkewness: 1,
      mardiaKurtosis: 1,
    };
    const clusters = { firmness: "firm", stability, silhouette: stability } as const;
    const measured = { state: "measured", kernels: 256, normality, clusters } as const;
    expect(firmnessSentence(measured)).toMatch(
      /^Firm.*agreement 0\.50; noise 0\.20, at most 0\.30/,
    );
    const noFirmer = { ...clusters, firmness: "noFirmer" } as const;
    expect(firmnessSentence({ ...measured, clusters: noFirmer })).toMatch(/^No firmer than noise/);
    expect(firmnessSentence({ ...measured, clusters: null })).toBeNull();
    expect(firmnessSentence({ state: "notMeasured", reason: "fewKernels" })).toBeNull();
    expect(firmnessSentence(null)).toBeNull();
  });

  test("draws a dot for each number that has a silhouette", () => {
    const text = toSvgText(silhouettePicture(numbers, 3, 400, LIGHT_THEME).node);
    expect(text.match(/<circle/g)).toHaveLength(6);
    expect(text).not.toContain("NaN");
    const empty = numbers.numbers.map((one) => ({ ...one, silhouette: null }));
    const none = silhouettePicture({ ...numbers, numbers: empty }, 3, 400, LIGHT_THEME);
    expect(toSvgText(none.node)).not.toContain("<circle");
  });
});
